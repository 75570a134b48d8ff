//! Windows that slide over images `[batch, height, width, channels]`: patches for a convolution, and pooling.

use super::float::{Real, contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, WithDType, bail};
use rayon::prelude::*;

/// The geometry of a window that slides over an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Window {
    pub(crate) size: [usize; 2],
    pub(crate) strides: [usize; 2],
    /// Height, width and channels.
    pub(crate) input: [usize; 3],
    /// Height and width of the output.
    pub(crate) output: [usize; 2],
    /// Rows of padding above the image, and columns of padding to its left.
    pub(crate) padding_before: [usize; 2],
}

impl Window {
    /// Returns the patches under the window as rows (im2col): `[batch · height · width, window height · width · channels]`. Elements
    /// outside the image are 0.
    pub(crate) fn patches(self, images: &Tensor) -> Result<Tensor> {
        images.contiguous()?.apply_op1(Patches(self))
    }

    /// Returns how many numbers the patches of one image have, or `None` if that overflows.
    pub(crate) fn patches_of_image(self) -> Option<usize> {
        let [height, width] = self.output;
        let sides = [self.size[0], self.size[1], self.input[2], height, width];
        sides.into_iter().try_fold(1_usize, |product, side| product.checked_mul(side))
    }

    /// Returns the largest element or the mean under the window, for each channel. Padding does not count.
    pub(crate) fn pool(self, images: &Tensor, pooling: Pooling) -> Result<Tensor> {
        images.contiguous()?.apply_op1(Pool { window: self, pooling })
    }

    /// Returns, for each cell of the window at `position` (row-major), the index of its first channel, or `None` for padding.
    fn cells(self, position: usize) -> impl Iterator<Item = Option<usize>> {
        let (row, column) = (position / self.output[1], position % self.output[1]);
        let [height, width, channels] = self.input;
        (0..self.size[0] * self.size[1]).map(move |cell| {
            let y = (row * self.strides[0] + cell / self.size[1]).checked_sub(self.padding_before[0])?;
            let x = (column * self.strides[1] + cell % self.size[1]).checked_sub(self.padding_before[1])?;
            (y < height && x < width).then_some((y * width + x) * channels)
        })
    }

    fn image_size(self) -> usize {
        self.input.iter().product()
    }

    fn positions(self) -> usize {
        self.output[0] * self.output[1]
    }

    fn patch_size(self) -> usize {
        self.size[0] * self.size[1] * self.input[2]
    }

    fn check(self, shape: &Shape) -> Result<usize> {
        match shape.dims() {
            [batch, image @ ..] if *image == self.input => Ok(*batch),
            dims => bail!("window: made for images of {:?}, met {dims:?}", self.input),
        }
    }
}

struct Patches(Window);

impl CustomOp1 for Patches {
    fn name(&self) -> &'static str {
        "patches"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: WithDType>(window: Window, images: &[T], batch: usize) -> CpuStorage {
            let (channels, patch) = (window.input[2], window.patch_size());
            let mut rows = vec![T::from_f64(0.0); batch * window.positions() * patch];
            let images = images.par_chunks_exact(window.image_size());
            rows.par_chunks_exact_mut(window.positions() * patch).zip(images).for_each(|(rows, image)| {
                for (position, row) in rows.chunks_exact_mut(patch).enumerate() {
                    for (cell, values) in window.cells(position).zip(row.chunks_exact_mut(channels)) {
                        if let Some(cell) = cell {
                            values.copy_from_slice(&image[cell..cell + channels]);
                        }
                    }
                }
            });
            T::to_cpu_storage_owned(rows)
        }
        let window = self.0;
        let batch = window.check(layout.shape())?;
        let rows = for_float!(T in storage => run(window, contiguous_slice::<T>(storage, layout)?, batch));
        Ok((rows, Shape::from((batch * window.positions(), window.patch_size()))))
    }

    fn bwd(&self, _images: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        gradient.contiguous()?.apply_op1_no_bwd(&Scatter(self.0)).map(Some)
    }
}

/// Adds each element of the patches to the pixel that it came from (col2im).
struct Scatter(Window);

impl CustomOp1 for Scatter {
    fn name(&self) -> &'static str {
        "patches gradient"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: WithDType>(window: Window, rows: &[T], batch: usize) -> CpuStorage {
            let (channels, patch) = (window.input[2], window.patch_size());
            let mut images = vec![T::from_f64(0.0); batch * window.image_size()];
            let rows = rows.par_chunks_exact(window.positions() * patch);
            images.par_chunks_exact_mut(window.image_size()).zip(rows).for_each(|(image, rows)| {
                for (position, row) in rows.chunks_exact(patch).enumerate() {
                    for (cell, values) in window.cells(position).zip(row.chunks_exact(channels)) {
                        let Some(cell) = cell else { continue };
                        image[cell..cell + channels].iter_mut().zip(values).for_each(|(sum, &value)| *sum += value);
                    }
                }
            });
            T::to_cpu_storage_owned(images)
        }
        let window = self.0;
        let batch = layout.shape().dims2()?.0 / window.positions();
        let images = for_float!(T in storage => run(window, contiguous_slice::<T>(storage, layout)?, batch));
        Ok((images, Shape::from([&[batch], &window.input[..]].concat())))
    }
}

/// The kind of pooling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pooling {
    Max,
    Average,
}

#[derive(Clone, Copy)]
struct Pool {
    window: Window,
    pooling: Pooling,
}

impl CustomOp1 for Pool {
    fn name(&self) -> &'static str {
        "pooling"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(Pool { window, pooling }: Pool, images: &[T], batch: usize) -> CpuStorage {
            let channels = window.input[2];
            let start = T::from_f64(if pooling == Pooling::Max { f64::NEG_INFINITY } else { 0.0 });
            let mut pooled = vec![start; batch * window.positions() * channels];
            let images = images.par_chunks_exact(window.image_size());
            pooled.par_chunks_exact_mut(window.positions() * channels).zip(images).for_each(|(pooled, image)| {
                for (position, values) in pooled.chunks_exact_mut(channels).enumerate() {
                    let mut count = 0;
                    for cell in window.cells(position).flatten() {
                        count += 1;
                        for (value, &pixel) in values.iter_mut().zip(&image[cell..cell + channels]) {
                            match pooling {
                                Pooling::Average => *value += pixel,
                                // A NaN stays, so that it shows.
                                Pooling::Max if pixel > *value || pixel.to_f64().is_nan() => *value = pixel,
                                Pooling::Max => {}
                            }
                        }
                    }
                    if pooling == Pooling::Average {
                        let share = T::from_f64(1.0 / f64::from(count));
                        values.iter_mut().for_each(|value| *value *= share);
                    }
                }
            });
            T::to_cpu_storage_owned(pooled)
        }
        let batch = self.window.check(layout.shape())?;
        let pooled = for_float!(T in storage => run(*self, contiguous_slice::<T>(storage, layout)?, batch));
        let [height, width] = self.window.output;
        Ok((pooled, Shape::from((batch, height, width, self.window.input[2]))))
    }

    fn bwd(&self, images: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        images.apply_op2_no_bwd(&gradient.contiguous()?, &PoolGradient(*self)).map(Some)
    }
}

/// The gradient of pooling: max pooling gives it to the first largest element of each window, average pooling to all equally.
struct PoolGradient(Pool);

impl CustomOp2 for PoolGradient {
    fn name(&self) -> &'static str {
        "pooling gradient"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(Pool { window, pooling }: Pool, images: &[T], gradient: &[T]) -> CpuStorage {
            let (channels, size) = (window.input[2], window.image_size());
            let mut moved = vec![T::from_f64(0.0); images.len()];
            let gradient = gradient.par_chunks_exact(window.positions() * channels);
            let both = moved.par_chunks_exact_mut(size).zip(images.par_chunks_exact(size)).zip(gradient);
            both.for_each(|((moved, image), gradient)| {
                for (position, gradient) in gradient.chunks_exact(channels).enumerate() {
                    let cells = window.cells(position).flatten().collect::<Vec<_>>();
                    let share = T::from_f64(1.0 / cells.len() as f64);
                    for (channel, &gradient) in gradient.iter().enumerate() {
                        let largest = cells.iter().copied().reduce(|best, cell| {
                            if image[cell + channel] > image[best + channel] { cell } else { best }
                        });
                        match (pooling, largest) {
                            (Pooling::Max, Some(cell)) => moved[cell + channel] += gradient,
                            _ => cells.iter().for_each(|cell| moved[cell + channel] += gradient * share),
                        }
                    }
                }
            });
            T::to_cpu_storage_owned(moved)
        }
        let moved = for_float!(T in x => run(self.0, contiguous_slice::<T>(x, xl)?, contiguous_slice::<T>(g, gl)?));
        Ok((moved, xl.shape().clone()))
    }
}

//! Arrays of numbers as files have them: of any type, in either order of bytes.

use crate::data::dataset::{Dataset, class_names_of};
use crate::data::storage::Pixels;
use crate::data::targets::{LARGEST_LABEL, read};
use crate::{Error, ErrorKind, Result};
use candle_core::{Device, Tensor};

/// The type of an array's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberType {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    F32,
    F64,
}

impl NumberType {
    /// The bytes of a number.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Bool | Self::U8 | Self::I8 => 1,
            Self::U16 | Self::I16 | Self::F16 => 2,
            Self::U32 | Self::I32 | Self::F32 => 4,
            Self::U64 | Self::I64 | Self::F64 => 8,
        }
    }

    fn is_float(self) -> bool {
        matches!(self, Self::F16 | Self::F32 | Self::F64)
    }
}

/// An array: its numbers lie as bytes in row-major order.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) kind: NumberType,
    pub(super) big_endian: bool,
    pub(super) data: Vec<u8>,
}

impl Array {
    /// An array whose first dimension varies fastest, as Fortran has it, in row-major order.
    pub(super) fn into_row_major(self) -> Self {
        let size = self.kind.size();
        if self.shape.len() < 2 {
            return self;
        }
        // How far apart neighbors in each dimension lie.
        let mut strides = Vec::with_capacity(self.shape.len());
        let mut stride = 1;
        for &length in &self.shape {
            strides.push(stride);
            stride *= length;
        }
        let mut data = Vec::with_capacity(self.data.len());
        let mut place = vec![0; self.shape.len()];
        for _ in 0..self.data.len() / size {
            let at = place.iter().zip(&strides).map(|(place, stride)| place * stride).sum::<usize>() * size;
            data.extend_from_slice(&self.data[at..at + size]);
            for (place, &length) in place.iter_mut().zip(&self.shape).rev() {
                *place += 1;
                if *place < length {
                    break;
                }
                *place = 0;
            }
        }
        Self { data, ..self }
    }

    /// The bytes of each number in the order of this machine.
    fn words<const SIZE: usize>(&self) -> impl Iterator<Item = [u8; SIZE]> + '_ {
        let swap = self.big_endian != cfg!(target_endian = "big");
        self.data.chunks_exact(SIZE).map(move |bytes| {
            let mut word = [0; SIZE];
            word.copy_from_slice(bytes);
            if swap {
                word.reverse();
            }
            word
        })
    }

    fn floats(&self) -> Vec<f32> {
        match self.kind {
            NumberType::Bool | NumberType::U8 => self.data.iter().map(|&byte| f32::from(byte)).collect(),
            NumberType::I8 => self.data.iter().map(|&byte| f32::from(byte as i8)).collect(),
            NumberType::U16 => self.words().map(|word| f32::from(u16::from_ne_bytes(word))).collect(),
            NumberType::I16 => self.words().map(|word| f32::from(i16::from_ne_bytes(word))).collect(),
            NumberType::U32 => self.words().map(|word| u32::from_ne_bytes(word) as f32).collect(),
            NumberType::I32 => self.words().map(|word| i32::from_ne_bytes(word) as f32).collect(),
            NumberType::U64 => self.words().map(|word| u64::from_ne_bytes(word) as f32).collect(),
            NumberType::I64 => self.words().map(|word| i64::from_ne_bytes(word) as f32).collect(),
            NumberType::F16 => self.words().map(|word| half(u16::from_ne_bytes(word))).collect(),
            NumberType::F32 => self.words().map(f32::from_ne_bytes).collect(),
            NumberType::F64 => self.words().map(|word| f64::from_ne_bytes(word) as f32).collect(),
        }
    }

    /// The numbers as whole ones, one by one: as a list they would take eight times what bytes do.
    fn integers(&self) -> Box<dyn Iterator<Item = i64> + '_> {
        match self.kind {
            NumberType::Bool | NumberType::U8 => Box::new(self.data.iter().map(|&byte| i64::from(byte))),
            NumberType::I8 => Box::new(self.data.iter().map(|&byte| i64::from(byte as i8))),
            NumberType::U16 => Box::new(self.words().map(|word| i64::from(u16::from_ne_bytes(word)))),
            NumberType::I16 => Box::new(self.words().map(|word| i64::from(i16::from_ne_bytes(word)))),
            NumberType::U32 => Box::new(self.words().map(|word| i64::from(u32::from_ne_bytes(word)))),
            NumberType::I32 => Box::new(self.words().map(|word| i64::from(i32::from_ne_bytes(word)))),
            NumberType::U64 => {
                Box::new(self.words().map(|word| i64::try_from(u64::from_ne_bytes(word)).unwrap_or(i64::MAX)))
            }
            NumberType::I64 => Box::new(self.words().map(i64::from_ne_bytes)),
            NumberType::F16 | NumberType::F32 | NumberType::F64 => {
                Box::new(self.floats().into_iter().map(|number| number as i64))
            }
        }
    }

    /// The numbers of examples: bytes where they are such.
    pub(super) fn pixels(self) -> Pixels {
        match self.kind {
            NumberType::Bool | NumberType::U8 => Pixels::Bytes(self.data.into()),
            _ => Pixels::Floats(self.floats().into()),
        }
    }

    /// The classes of examples, `[examples]` or `[examples, 1]`; an error that says what they are instead.
    pub(super) fn classes(&self) -> Result<Vec<u32>, String> {
        if !matches!(self.shape[..], [_] | [_, 1]) {
            return Err(format!("has shape {:?}; expected a label for each example, [examples].", self.shape));
        }
        if self.kind.is_float()
            && let Some((at, number)) = self.floats().into_iter().enumerate().find(|(_, number)| number.fract() != 0.0)
        {
            return Err(format!("label {at} is {number}; expected a class, a whole number."));
        }
        let class = |(at, label): (usize, i64)| {
            let class = u16::try_from(label).map(u32::from);
            class.map_err(|_| format!("label {at} is {label}; expected a class from 0 to {LARGEST_LABEL}."))
        };
        self.integers().enumerate().map(class).collect()
    }

    /// As a tensor of floats.
    fn tensor(&self) -> Result<Tensor> {
        Ok(Tensor::from_vec(self.floats(), self.shape.as_slice(), &Device::Cpu)?)
    }
}

/// A number of 16 bits: a sign, five bits of exponent and ten of fraction (IEEE 754).
fn half(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2_f32.powi(-24),
        31 if fraction > 0.0 => f32::NAN,
        31 => f32::INFINITY,
        _ => (1024.0 + fraction) * 2_f32.powi(exponent - 25),
    }
}

impl Dataset {
    /// Examples and targets from two arrays, as [`Dataset::from_tensors`] reads tensors; bytes stay bytes. `x` and `y` are
    /// what errors call them, and their arrays.
    pub(super) fn from_arrays((name, x): (&str, Array), targets: Option<(&str, Array)>) -> Result<Self> {
        let wrong = |kind, what: String| Err(Error::new(kind, what));
        let Some((&examples, input_shape)) = x.shape.split_first() else {
            return wrong(ErrorKind::Shape, format!("{name}: is one number; expected examples, [examples, ..]."));
        };
        let (input_shape, length) = (input_shape.to_vec(), x.shape.iter().product());
        let unlabeled = |classes: usize, x: Array| {
            let class_names = class_names_of((0..classes.max(1)).map(|class| class.to_string()));
            let class_names = if classes == 0 { [].into() } else { class_names };
            Self::new(x.pixels(), length, input_shape.clone(), vec![0; examples].into(), class_names)
        };
        let Some((of_y, y)) = targets else { return Ok(unlabeled(1, x)?.without_labels()) };
        if y.shape.first() != Some(&examples) {
            let what = format!(
                "{name} has {examples} examples (shape {:?}), but {of_y} has shape {:?}. Give one target for each example.",
                x.shape, y.shape
            );
            return wrong(ErrorKind::Shape, what);
        }
        if !y.kind.is_float() && matches!(y.shape[..], [_] | [_, 1]) {
            let labels = y.classes().map_err(|what| Error::new(ErrorKind::Data, format!("{of_y}: {what}")))?;
            let data = unlabeled(labels.iter().max().map_or(1, |&largest| largest as usize + 1), x)?;
            return Ok(Self { labels: labels.into(), ..data }.warn_if_degenerate(name));
        }
        let read = read(&y.tensor()?).map_err(|error| {
            Error::new(error.kind(), error.to_string().replacen("Dataset::from_tensors: y", of_y, 1))
        })?;
        let data = unlabeled(read.classes, x)?;
        let rows = read.rows.map(Into::into);
        let data = Self { labels: read.labels.into(), rows, target_shape: read.target_shape.into(), ..data };
        Ok(data.warn_if_degenerate(name))
    }
}

#[cfg(test)]
mod tests {
    use super::{Array, NumberType, half};

    #[test]
    fn halves_are_those_of_the_standard() {
        let cases =
            [(0, 0.0), (0x3c00, 1.0), (0xc000, -2.0), (0x7bff, 65504.0), (1, 5.960_464_5e-8), (0x3555, 0.333_251_95)];
        for (bits, number) in cases {
            assert_eq!(half(bits), number);
        }
        assert!(half(0x7c00).is_infinite() && half(0x7e00).is_nan());
    }

    #[test]
    fn fortran_order_becomes_row_major() {
        let array = Array { shape: vec![2, 3], kind: NumberType::U8, big_endian: false, data: vec![1, 4, 2, 5, 3, 6] };
        assert_eq!(array.into_row_major().data, [1, 2, 3, 4, 5, 6]);
    }
}

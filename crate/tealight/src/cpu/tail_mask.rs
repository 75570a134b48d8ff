//! Masked access to the last elements of a row, which do not fill a vector.

use pulp::{MemMask, Simd};

/// Selects the first `count` elements of a vector. The others read as zero and are not written.
#[derive(Clone, Copy)]
pub(super) struct TailMask<S: Simd> {
    mask: MemMask<S::m32s>,
    count: usize,
}

/// The lane indices of the longest vector of any instruction set.
pub(super) static LANE_INDICES: [u32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl<S: Simd> TailMask<S> {
    /// Creates a mask for the first `count` elements, fewer than a vector has.
    #[inline(always)]
    pub(super) fn new(simd: S, count: usize) -> Self {
        let (lanes, _) = S::as_simd_u32s(&LANE_INDICES);
        // A mask from a comparison becomes part of the load instruction. pulp's own constructor would become a function call that
        // saves all registers.
        let mask = simd.less_than_u32s(lanes[0], simd.splat_u32s(count as u32));
        Self { mask: MemMask::new(mask), count }
    }

    #[inline(always)]
    pub(super) fn load(self, simd: S, values: &[f32]) -> S::f32s {
        assert!(values.len() >= self.count);
        // SAFETY: the mask selects the first `count` elements, and the slice has them.
        unsafe { simd.mask_load_ptr_f32s(self.mask, values.as_ptr()) }
    }

    #[inline(always)]
    pub(super) fn store(self, simd: S, values: &mut [f32], vector: S::f32s) {
        assert!(values.len() >= self.count);
        // SAFETY: as above, and the slice is borrowed mutably.
        unsafe { simd.mask_store_ptr_f32s(self.mask, values.as_mut_ptr(), vector) }
    }
}

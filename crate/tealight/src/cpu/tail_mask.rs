//! The end of a row that does not fill a vector.

use pulp::{MemMask, Simd};

/// So many numbers of a vector; the others are zeros that are neither read nor written.
#[derive(Clone, Copy)]
pub(super) struct TailMask<S: Simd> {
    mask: MemMask<S::m32s>,
    count: usize,
}

/// The places of a vector, of the longest that there are.
pub(super) static LANE_INDICES: [u32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

impl<S: Simd> TailMask<S> {
    /// The first `count`, which are fewer than a vector has.
    #[inline(always)]
    pub(super) fn new(simd: S, count: usize) -> Self {
        let (lanes, _) = S::as_simd_u32s(&LANE_INDICES);
        // A mask that is compared becomes one instruction of the load; pulp's own would become the call of a function,
        // around which all registers are saved.
        let mask = simd.less_than_u32s(lanes[0], simd.splat_u32s(count as u32));
        Self { mask: MemMask::new(mask), count }
    }

    #[inline(always)]
    pub(super) fn load(self, simd: S, values: &[f32]) -> S::f32s {
        assert!(values.len() >= self.count);
        // SAFETY: the mask is set for the first `count` numbers, all of which are there.
        unsafe { simd.mask_load_ptr_f32s(self.mask, values.as_ptr()) }
    }

    #[inline(always)]
    pub(super) fn store(self, simd: S, values: &mut [f32], vector: S::f32s) {
        assert!(values.len() >= self.count);
        // SAFETY: as above, and the numbers are borrowed to be written.
        unsafe { simd.mask_store_ptr_f32s(self.mask, values.as_mut_ptr(), vector) }
    }
}

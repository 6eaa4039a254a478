// The numbers of ITU-T G.722 (tables 14 – 21 of its clause 6): quantizers, their inverses, step adaptation, filter coefficients.

/** One half of the quadrature mirror filter of 24 taps; the other half is its mirror. */
export const QMF = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);

/** Decision levels of the lower band, in 1/8 of the step; behind the last there is no other. */
export const LOW_LEVELS = Int16Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
);
/** The decision level of the upper band. */
export const HIGH_LEVEL = 564;

/** Six bits of the lower band as a multiple of the step: what a decoder hears. */
export const LOW_INVERSE_6 = Int16Array.of(
  ...[-136, -136, -136, -136, -24808, -21904, -19008, -16704],
  ...[-14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856],
  ...[-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576],
  ...[-3168, -2776, -2400, -2032, -1688, -1360, -1040, -728],
  ...[24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192],
  ...[10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456],
  ...[4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032],
  ...[1688, 1360, 1040, 728, 432, 136, -432, -136],
);
/** The upper four of the six bits: what both sides predict from. */
export const LOW_INVERSE_4 = Int16Array.of(
  ...[0, -20456, -12896, -8968, -6288, -4240, -2584, -1200],
  ...[20456, 12896, 8968, 6288, 4240, 2584, 1200, 0],
);
export const HIGH_INVERSE = Int16Array.of(-7408, -1616, 7408, 1616);

/** How the logarithm of the step changes by a code of four bits of the lower band, and of two of the upper. */
export const LOW_STEP = Int16Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30],
  ...[3042, 1198, 538, 334, 172, 58, -30, -60],
);
export const HIGH_STEP = Int16Array.of(798, -214, 798, -214);

/** 2048 · 2^(n/32): the step out of its logarithm. */
export const STEP_OF_LOGARITHM = Int16Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
);

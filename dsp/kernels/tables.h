/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The kernels of every ISA by their full names, mdsp_k_<what>_<type>_<isa>. Those of "c" are
 * kernels_c.c; those of the vector ISAs are vec_*.c, compiled once per ISA; tables.c puts them into
 * tables, dispatch.c chooses one.
 */
#ifndef MDSP_TABLES_H
#define MDSP_TABLES_H

#include "kernels/kernels.h"

/* Limits of sanitize_f32 as bit patterns of a magnitude. */
#define MDSP_TINY_BITS 0x0d800000 /* 2^-100 */
#define MDSP_HUGE_BITS 0x53800000 /* 2^40; Inf and NaN are above it */

/* What a kernel puts out below this becomes 0: no subnormals, whatever the flush mode. */
#define MDSP_TINY  0x1p-100f
#define MDSP_SQRT2 0x1.6a09e667f3bcdp+0

#define MDSP_DECLARE_KERNELS(isa)                                                                  \
  extern const MdspKernels mdsp_kernels_##isa;                                                     \
  void mdsp_k_deinterleave_f32_##isa (float *const *, const float *, unsigned, size_t);            \
  size_t mdsp_k_deinterleave_clean_f32_##isa (float *const *, const float *, unsigned, size_t);    \
  void mdsp_k_interleave_f32_##isa (float *, const float *const *, unsigned, size_t);              \
  size_t mdsp_k_sanitize_f32_##isa (float *, size_t);                                              \
  float mdsp_k_peak_abs_f32_##isa (const float *, size_t);                                         \
  void mdsp_k_peak_bend_f32_##isa (const float *, size_t, float *, float *);                       \
  void mdsp_k_gain_f32_##isa (float *, const float *, float, size_t);                              \
  void mdsp_k_mul_f32_##isa (float *, const float *, const float *, size_t);                       \
  void mdsp_k_mix_f32_##isa (float *, const float *, const float *, const float *, size_t);        \
  void mdsp_k_ramp_f32_##isa (float *, const float *, size_t, unsigned);                           \
  void mdsp_k_interp_pair_f32_##isa (float *, float *, const float *, size_t, const float *,       \
                                     const float *, unsigned);                                     \
  void mdsp_k_interp_pair_mid_f32_##isa (float *, float *, float *, const float *, size_t,         \
                                         const float *, const float *, const float *, unsigned);   \
  void mdsp_k_refine_max_f32_##isa (float *, const float *, const float *, const float *, size_t); \
  void mdsp_k_group_max_f32_##isa (float *, const float *, size_t);                                \
  void mdsp_k_kweight_f64_##isa (const MdspKWeightCoef *, double[2][2][2], const float *,          \
                                 const float *, size_t, double[3]);                                \
  void mdsp_k_kweight_two_f64_##isa (const MdspKWeightCoef *, double (*const[2])[2][2],            \
                                     const float *const[4], size_t, double *const[2]);             \
  void mdsp_k_crossover_f64_##isa (const MdspCrossoverCoef *, const MdspCrossoverCoef *, size_t,   \
                                   double[MDSP_CROSSOVER_STAGES][2][4], unsigned, const float *,   \
                                   const float *, float *const *, size_t);                         \
  void mdsp_k_group_peak_power_f32_##isa (float *, const float *, size_t);                         \
  void mdsp_k_group_mean_power_f32_##isa (float *, const float *, size_t);                         \
  void mdsp_k_power_to_db_f32_##isa (float *, const float *, size_t);                              \
  void mdsp_k_db_to_gain_f32_##isa (float *, const float *, size_t);                               \
  void mdsp_k_gain_curve_f32_##isa (float *, const float *, const MdspGainCurveCoef *, size_t);    \
  void mdsp_k_follow_f64_##isa (double, int, double[4], const float *const[4], float *const[4],    \
                                size_t);                                                           \
  void mdsp_k_ballistics_f64_##isa (const MdspBallisticsCoef *, double[2][4], float *const[4],     \
                                    const float *const[4], const float *const[4], size_t);         \
  void mdsp_k_mix_bands_f32_##isa (float *, const float *const *, const float *const *, unsigned,  \
                                   size_t);                                                        \
  void mdsp_k_band_products_f64_##isa (const MdspBandCoef *, MdspBandState *, const float *,       \
                                       const float *, size_t);                                     \
  void mdsp_k_lane_powers_f64_##isa (const MdspPowerLanes *, double (*)[2][MDSP_POWER_LANES],      \
                                     const double (*)[2], size_t, double[MDSP_POWER_LANES]);       \
  void mdsp_k_biquad_lanes_f64_##isa (const MdspLanesCoef *, double (*)[2][MDSP_LANES], unsigned,  \
                                      double *, const double *, const uint8_t[MDSP_LANES], size_t, \
                                      double[MDSP_LANES]);                                         \
  void mdsp_k_fft_radix4_f32_##isa (float *, float *, const float *, const float *, size_t,        \
                                    const float *, size_t, unsigned, size_t);                      \
  void mdsp_k_fft_split_f32_##isa (float *, float *, const float *, const float *, const float *,  \
                                   const float *, const float *, const float *, float, float,      \
                                   size_t);                                                        \
  void mdsp_k_multiply_add_complex_f32_##isa (float *, float *, const float *, const float *,      \
                                              const float *, const float *, size_t);               \
  void mdsp_k_pair_f64_##isa (double (*)[2], const float *, const float *, size_t);                \
  void mdsp_k_unpair_f32_##isa (float *, float *, const double (*)[2], size_t);                    \
  void mdsp_k_cascade_f64_##isa (const MdspCascadeSection *, const MdspCascadeSection *, size_t,   \
                                 double (*)[2][2], unsigned, double (*)[2], size_t);               \
  void mdsp_k_cascade_direct_f64_##isa (const MdspDirectSection *, double (*)[2][2], unsigned,     \
                                        double (*)[2], size_t);                                    \
  void mdsp_k_ms_encode_f32_##isa (float *, float *, const float *, const float *, size_t);        \
  void mdsp_k_ms_decode_f32_##isa (float *, float *, const float *, const float *, size_t);        \
  void mdsp_k_spread_f32_##isa (float *, float *, const float *, const float *, size_t);           \
  void mdsp_k_add_f32_##isa (float *, const float *, size_t);                                      \
  void mdsp_k_products_f64_##isa (const float *, const float *, size_t, double[3][8]);             \
  void mdsp_k_lag_products_f32_##isa (float *, const float *, size_t, const float *, size_t);

MDSP_DECLARE_KERNELS (c)
MDSP_DECLARE_KERNELS (sse2)
MDSP_DECLARE_KERNELS (avx2)
MDSP_DECLARE_KERNELS (avx512)
MDSP_DECLARE_KERNELS (neon)

#endif

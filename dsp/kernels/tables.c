/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which function fills which slot, ISA by ISA.
 */
#include "kernels/tables.h"

#ifdef MDSP_HAVE_ORC
#include "kernels/elementwise_orc.h"
#endif

const MdspKernels mdsp_kernels_c = {
  .isa = "c",
  .deinterleave_f32 = mdsp_k_deinterleave_f32_c,
  .interleave_f32 = mdsp_k_interleave_f32_c,
  .sanitize_f32 = mdsp_k_sanitize_f32_c,
  .peak_abs_f32 = mdsp_k_peak_abs_f32_c,
  .gain_f32 = mdsp_k_gain_f32_c,
  .mul_f32 = mdsp_k_mul_f32_c,
  .mix_f32 = mdsp_k_mix_f32_c,
  .ramp_f32 = mdsp_k_ramp_f32_c,
  .interp_pair_f32 = mdsp_k_interp_pair_f32_c,
  .interp_pair_mid_f32 = mdsp_k_interp_pair_mid_f32_c,
  .refine_max_f32 = mdsp_k_refine_max_f32_c,
  .group_max_f32 = mdsp_k_group_max_f32_c,
  .kweight_f64 = mdsp_k_kweight_f64_c,
  .crossover_f64 = mdsp_k_crossover_f64_c,
  .pair_f64 = mdsp_k_pair_f64_c,
  .unpair_f32 = mdsp_k_unpair_f32_c,
  .cascade_f64 = mdsp_k_cascade_f64_c,
  .band_products_f64 = mdsp_k_band_products_f64_c,
  .biquad_lanes_f64 = mdsp_k_biquad_lanes_f64_c,
  .fft_radix4_f32 = mdsp_k_fft_radix4_f32_c,
  .fft_split_f32 = mdsp_k_fft_split_f32_c,
};

#ifdef MDSP_HAVE_SSE2
const MdspKernels mdsp_kernels_sse2 = {
  .isa = "sse2",
  .deinterleave_f32 = mdsp_k_deinterleave_f32_sse2,
  .interleave_f32 = mdsp_k_interleave_f32_sse2,
  .sanitize_f32 = mdsp_k_sanitize_f32_sse2,
  .peak_abs_f32 = mdsp_k_peak_abs_f32_sse2,
  .ramp_f32 = mdsp_k_ramp_f32_sse2,
  .interp_pair_f32 = mdsp_k_interp_pair_f32_sse2,
  .interp_pair_mid_f32 = mdsp_k_interp_pair_mid_f32_sse2,
  .refine_max_f32 = mdsp_k_refine_max_f32_sse2,
  .group_max_f32 = mdsp_k_group_max_f32_sse2,
  .kweight_f64 = mdsp_k_kweight_f64_sse2,
  .crossover_f64 = mdsp_k_crossover_f64_sse2,
  .pair_f64 = mdsp_k_pair_f64_sse2,
  .unpair_f32 = mdsp_k_unpair_f32_sse2,
  .cascade_f64 = mdsp_k_cascade_f64_sse2,
  .band_products_f64 = mdsp_k_band_products_f64_sse2,
  .biquad_lanes_f64 = mdsp_k_biquad_lanes_f64_sse2,
  .fft_radix4_f32 = mdsp_k_fft_radix4_f32_sse2,
  .fft_split_f32 = mdsp_k_fft_split_f32_sse2,
#ifdef MDSP_HAVE_ORC
  .gain_f32 = mdsp_k_gain_f32_orc,
  .mul_f32 = mdsp_k_mul_f32_orc,
  .mix_f32 = mdsp_k_mix_f32_orc,
#else
  .gain_f32 = mdsp_k_gain_f32_sse2,
  .mul_f32 = mdsp_k_mul_f32_sse2,
  .mix_f32 = mdsp_k_mix_f32_sse2,
#endif
};
#endif

#ifdef MDSP_HAVE_AVX2
const MdspKernels mdsp_kernels_avx2 = {
  .isa = "avx2",
  .deinterleave_f32 = mdsp_k_deinterleave_f32_avx2,
  .interleave_f32 = mdsp_k_interleave_f32_avx2,
  .sanitize_f32 = mdsp_k_sanitize_f32_avx2,
  .peak_abs_f32 = mdsp_k_peak_abs_f32_avx2,
  .gain_f32 = mdsp_k_gain_f32_avx2,
  .mul_f32 = mdsp_k_mul_f32_avx2,
  .mix_f32 = mdsp_k_mix_f32_avx2,
  .ramp_f32 = mdsp_k_ramp_f32_avx2,
  .interp_pair_f32 = mdsp_k_interp_pair_f32_avx2,
  .interp_pair_mid_f32 = mdsp_k_interp_pair_mid_f32_avx2,
  .refine_max_f32 = mdsp_k_refine_max_f32_avx2,
  .group_max_f32 = mdsp_k_group_max_f32_avx2,
  .kweight_f64 = mdsp_k_kweight_f64_avx2,
  .crossover_f64 = mdsp_k_crossover_f64_avx2,
  .pair_f64 = mdsp_k_pair_f64_avx2,
  .unpair_f32 = mdsp_k_unpair_f32_avx2,
  .cascade_f64 = mdsp_k_cascade_f64_avx2,
  .band_products_f64 = mdsp_k_band_products_f64_avx2,
  .biquad_lanes_f64 = mdsp_k_biquad_lanes_f64_avx2,
  .fft_radix4_f32 = mdsp_k_fft_radix4_f32_avx2,
  .fft_split_f32 = mdsp_k_fft_split_f32_avx2,
};
#endif

#ifdef MDSP_HAVE_AVX512
const MdspKernels mdsp_kernels_avx512 = {
  .isa = "avx512",
  .deinterleave_f32 = mdsp_k_deinterleave_f32_avx512,
  .interleave_f32 = mdsp_k_interleave_f32_avx512,
  .sanitize_f32 = mdsp_k_sanitize_f32_avx512,
  .peak_abs_f32 = mdsp_k_peak_abs_f32_avx512,
  .gain_f32 = mdsp_k_gain_f32_avx512,
  .mul_f32 = mdsp_k_mul_f32_avx512,
  .mix_f32 = mdsp_k_mix_f32_avx512,
  .ramp_f32 = mdsp_k_ramp_f32_avx512,
  .interp_pair_f32 = mdsp_k_interp_pair_f32_avx512,
  .interp_pair_mid_f32 = mdsp_k_interp_pair_mid_f32_avx512,
  .refine_max_f32 = mdsp_k_refine_max_f32_avx512,
  .group_max_f32 = mdsp_k_group_max_f32_avx512,
  .kweight_f64 = mdsp_k_kweight_f64_avx512,
  .crossover_f64 = mdsp_k_crossover_f64_avx512,
  .pair_f64 = mdsp_k_pair_f64_avx512,
  .unpair_f32 = mdsp_k_unpair_f32_avx512,
  .cascade_f64 = mdsp_k_cascade_f64_avx512,
  .band_products_f64 = mdsp_k_band_products_f64_avx512,
  .biquad_lanes_f64 = mdsp_k_biquad_lanes_f64_avx512,
  .fft_radix4_f32 = mdsp_k_fft_radix4_f32_avx512,
  .fft_split_f32 = mdsp_k_fft_split_f32_avx512,
};
#endif

#ifdef MDSP_HAVE_NEON
const MdspKernels mdsp_kernels_neon = {
  .isa = "neon",
  .deinterleave_f32 = mdsp_k_deinterleave_f32_neon,
  .interleave_f32 = mdsp_k_interleave_f32_neon,
  .sanitize_f32 = mdsp_k_sanitize_f32_neon,
  .peak_abs_f32 = mdsp_k_peak_abs_f32_neon,
  .gain_f32 = mdsp_k_gain_f32_neon,
  .mul_f32 = mdsp_k_mul_f32_neon,
  .mix_f32 = mdsp_k_mix_f32_neon,
  .ramp_f32 = mdsp_k_ramp_f32_neon,
  .interp_pair_f32 = mdsp_k_interp_pair_f32_neon,
  .interp_pair_mid_f32 = mdsp_k_interp_pair_mid_f32_neon,
  .refine_max_f32 = mdsp_k_refine_max_f32_neon,
  .group_max_f32 = mdsp_k_group_max_f32_neon,
  .kweight_f64 = mdsp_k_kweight_f64_neon,
  .crossover_f64 = mdsp_k_crossover_f64_neon,
  .pair_f64 = mdsp_k_pair_f64_neon,
  .unpair_f32 = mdsp_k_unpair_f32_neon,
  .cascade_f64 = mdsp_k_cascade_f64_neon,
  .band_products_f64 = mdsp_k_band_products_f64_neon,
  .biquad_lanes_f64 = mdsp_k_biquad_lanes_f64_neon,
  .fft_radix4_f32 = mdsp_k_fft_radix4_f32_neon,
  .fft_split_f32 = mdsp_k_fft_split_f32_neon,
};
#endif

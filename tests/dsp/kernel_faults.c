/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "kernel_faults.h"
#include "kernels/fpenv.h"

#include <math.h> /* fabsf */
#include <string.h>

static void
wrong_last_lane (float *dst, const float *a, const float *b, size_t n)
{
  mdsp_k_mul_f32_c (dst, a, b, n);
  uint32_t bits;
  if (n % 4 == 3) {
    memcpy (&bits, &dst[n - 1], sizeof bits);
    bits ^= 1;
    memcpy (&dst[n - 1], &bits, sizeof bits);
  }
}

static void
writes_too_far (float *dst, const float *src, float gain, size_t n)
{
  mdsp_k_gain_f32_c (dst, src, gain, n);
  if (n % 16 == 15)
    dst[n] = 0.0f;
}

static void
other_formula (float *dst, const float *a, const float *b, const float *w, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = a[i] * (1.0f - w[i]) + b[i] * w[i];
}

static void
accumulating_ramp (float *dst, const float *nodes, size_t n_segments, unsigned segment)
{
  for (size_t j = 0; j < n_segments; j++) {
    float v = nodes[j], step = (nodes[j + 1] - nodes[j]) / (float) segment;
    for (unsigned i = 0; i < segment; i++, v += step)
      dst[j * segment + i] = v;
  }
}

static void
writes_in_front (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  mdsp_k_deinterleave_f32_c (dst, src, n_channels, n);
  if (n == 64)
    dst[0][-1] = 0.0f;
}

static void
touches_input (float *dst, const float *const *src, unsigned n_channels, size_t n)
{
  mdsp_k_interleave_f32_c (dst, src, n_channels, n);
  if (n > 8)
    *(float *) src[n_channels - 1] = 0.0f;
}

static size_t
loses_sign (float *x, size_t n)
{
  size_t count = mdsp_k_sanitize_f32_c (x, n);
  for (size_t i = 0; i < n; i++)
    x[i] = x[i] == 0.0f ? 0.0f : x[i];
  return count;
}

/* Counts one channel of two. */
static size_t
counts_one (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  mdsp_k_deinterleave_f32_c (dst, src, n_channels, n);
  size_t count = mdsp_k_sanitize_f32_c (dst[0], n);
  for (unsigned c = 1; c < n_channels; c++)
    mdsp_k_sanitize_f32_c (dst[c], n);
  return count;
}

static size_t
limit_off_by_one (float *x, size_t n)
{
  size_t extra = 0;
  for (size_t i = 0; i < n; i++)
    extra += fabsf (x[i]) == 0x1.fffffep39f;
  return mdsp_k_sanitize_f32_c (x, n) + extra;
}

static float
ignores_last (const float *x, size_t n)
{
  return mdsp_k_peak_abs_f32_c (x, n - (n % 8 == 7));
}

static float
reads_too_far (const float *x, size_t n)
{
  volatile float next = x[n];
  (void) next;
  return mdsp_k_peak_abs_f32_c (x, n);
}

static float
leaves_flush_mode (const float *x, size_t n)
{
  mdsp_fp_enter ();
  return mdsp_k_peak_abs_f32_c (x, n);
}

/* The last sample has no neighbour behind it, but the one before it has. */
static void
bend_stops_early (const float *x, size_t n, float *peak, float *bend)
{
  float unused;
  mdsp_k_peak_bend_f32_c (x, n, peak, &unused);
  mdsp_k_peak_bend_f32_c (x, n - (n % 16 == 3), &unused, bend);
}

/* Ascending order of the sum. */
static void
other_order (float *ya, float *yb, const float *x, size_t n, const float *even, const float *odd,
             unsigned half)
{
  for (ptrdiff_t k = 0; k < (ptrdiff_t) n; k++) {
    float e = 0.0f, o = 0.0f;
    for (ptrdiff_t i = 0; i < (ptrdiff_t) half; i++) {
      e += even[i] * (x[k - i] + x[k + 1 + i]);
      o += odd[i] * (x[k - i] - x[k + 1 + i]);
    }
    ya[k] = e + o;
    yb[k] = e - o;
  }
}

static void
beyond_padding (float *ya, float *ym, float *yb, const float *x, size_t n, const float *even,
                const float *odd, const float *mid, unsigned half)
{
  mdsp_k_interp_pair_mid_f32_c (ya, ym, yb, x, n, even, odd, mid, half);
  if (n == 17)
    ym[n + MDSP_PAD] = 0.0f;
}

/* a < 0 where the contract says a <= 0: differs on plateaus only. */
static void
strict_peak (float *q, const float *prev, const float *cur, const float *next, size_t n)
{
  for (size_t k = 0; k < n; k++)
    if (fabsf (prev[k]) == fabsf (cur[k]))
      q[k] = fabsf (cur[k]) > q[k] ? fabsf (cur[k]) : q[k];
    else
      mdsp_k_refine_max_f32_c (q + k, prev + k, cur + k, next + k, 1);
}

static void
last_of_equal (float *g, const float *x, size_t n_groups)
{
  for (size_t j = 0; j < n_groups; j++) {
    g[j] = x[j * MDSP_GROUP];
    for (unsigned i = 1; i < MDSP_GROUP; i++)
      g[j] = x[j * MDSP_GROUP + i] >= g[j] ? x[j * MDSP_GROUP + i] : g[j];
  }
}

/* Two partial sums, as a vector reduction would have them. */
static void
partial_sums (const MdspKWeightCoef *coef, double state[2][2][2], const float *x0, const float *x1,
              size_t n, double sums[3])
{
  double part[3] = { 0.0, 0.0, 0.0 };
  mdsp_k_kweight_f64_c (coef, state, x0, x1, n, part);
  for (unsigned i = 0; i < 3; i++)
    sums[i] += part[i];
}

/* The state lags: what a pipeline without its epilogue leaves behind. */
static void
stale_state (const MdspKWeightCoef *coef, double state[2][2][2], const float *x0, const float *x1,
             size_t n, double sums[3])
{
  double last[2][2][2];
  memcpy (last, state, sizeof last);
  mdsp_k_kweight_f64_c (coef, state, x0, x1, n, sums);
  memcpy (state[1], last[1], sizeof last[1]);
}

/* The second signal's second section misses the last frame: its epilogue is the first signal's. */
static void
one_epilogue (const MdspKWeightCoef *coef, double (*const state[2])[2][2], const float *const x[4],
              size_t n, double *const sums[2])
{
  double last[2][2];
  memcpy (last, state[1][1], sizeof last);
  mdsp_k_kweight_two_f64_c (coef, state, x, n, sums);
  if (n == 1)
    memcpy (state[1][1], last, sizeof last);
}

/* Every piece starts at the coefficients of its first frame. */
static void
ramp_restarts (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *step, size_t from,
               double state[MDSP_CROSSOVER_STAGES][2][4], unsigned n_bands, const float *x0,
               const float *x1, float *const *bands, size_t n)
{
  (void) from;
  mdsp_k_crossover_f64_c (coef, step, 0, state, n_bands, x0, x1, bands, n);
}

/* Two channels that swap their states behind a block: no fault of one channel alone shows it. */
static void
swapped_channels (const MdspBandCoef *coef, MdspBandState *state, const float *x0, const float *x1,
                  size_t n)
{
  double first[2][MDSP_BAND_LANES];
  mdsp_k_band_products_f64_c (coef, state, x0, x1, n);
  memcpy (first, state->w[1][0], sizeof first);
  memcpy (state->w[1][0], state->w[1][1], sizeof first);
  memcpy (state->w[1][1], first, sizeof first);
}

/* The first three sections only: a kernel that forgets its second pass. */
static void
short_cascade (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES], unsigned n_sections,
               double *y, const double *x, const uint8_t from[MDSP_LANES], size_t n,
               double sums[MDSP_LANES])
{
  mdsp_k_biquad_lanes_f64_c (coef, state, n_sections > 3 ? 3 : n_sections, y, x, from, n, sums);
}

static void
lanes_not_moved (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES], unsigned n_sections,
                 double *y, const double *x, const uint8_t from[MDSP_LANES], size_t n,
                 double sums[MDSP_LANES])
{
  static const uint8_t straight[MDSP_LANES] = { 0, 1, 2, 3 };
  (void) from;
  mdsp_k_biquad_lanes_f64_c (coef, state, n_sections, y, x, straight, n, sums);
}

/* All lanes as if they were of the first half: states of sections that are not there. */
static void
one_length (const MdspPowerLanes *k, double (*state)[2][MDSP_POWER_LANES], const double (*pairs)[2],
            size_t n, double sums[MDSP_POWER_LANES])
{
  MdspPowerLanes same = *k;
  same.n_sections[1] = k->n_sections[0];
  mdsp_k_lane_powers_f64_c (&same, state, pairs, n, sums);
}

/* The product of the second twiddle summed the other way round. */
static void
other_product (float *yr, float *yi, const float *xr, const float *xi, size_t step, const float *w,
               size_t stride, unsigned s, size_t n)
{
  mdsp_k_fft_radix4_f32_c (yr, yi, xr, xi, step, w, stride, s, n);
  for (size_t p = 0; p < n; p++)
    for (unsigned q = 0; q < s; q++) {
      const float *r = xr + s * p + q, *i = xi + s * p + q;
      const float e = (r[0] + r[2 * step]) - (r[step] + r[3 * step]);
      const float g = (i[0] + i[2 * step]) - (i[step] + i[3 * step]);
      yr[(4 * p + 2) * s + q] =
          (float) ((double) e * w[2 * stride + p] - (double) g * w[3 * stride + p]);
    }
}

/* Reads the mirrored bins one too low in the last place of a vector. */
static void
off_mirror (float *yr, float *yi, const float *ar, const float *ai, const float *br,
            const float *bi, const float *cosine, const float *sine, float sign, float scale,
            size_t n)
{
  mdsp_k_fft_split_f32_c (yr, yi, ar, ai, br, bi, cosine, sine, sign, scale, n);
  if (n > 4)
    mdsp_k_fft_split_f32_c (yr + 3, yi + 3, ar + 3, ai + 3, br - 4, bi - 4, cosine + 3, sine + 3,
                            sign, scale, 1);
}

/* The cross terms in the other order: one rounding apart. */
static void
sums_in_place (float *yr, float *yi, const float *ar, const float *ai, const float *br,
               const float *bi, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    yr[i] = (yr[i] + ar[i] * br[i]) - ai[i] * bi[i];
    yi[i] = (yi[i] + ar[i] * bi[i]) + ai[i] * br[i];
  }
}

/* A pipeline whose last section has not seen the last frame. */
static void
no_epilogue (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
             double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n)
{
  double last[2][2];
  memcpy (last, state[n_sections - 1], sizeof last);
  mdsp_k_cascade_f64_c (coef, step, from, state, n_sections, pairs, n);
  if (n > 0 && n < 8)
    memcpy (state[n_sections - 1], last, sizeof last);
}

/* Coefficients of one frame for a whole section: what a pipeline without skewed ramps does. */
static void
ramp_not_skewed (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
                 double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n)
{
  for (unsigned s = 0; s < n_sections; s++)
    mdsp_k_cascade_f64_c (coef + s, step ? step + s : NULL, from + s, state + s, 1, pairs, n);
}

/* The other association of the feedback. */
static void
direct_other_order (const MdspDirectSection *coef, double (*state)[2][2], unsigned n_sections,
                    double (*pairs)[2], size_t n)
{
  mdsp_k_cascade_direct_f64_c (coef, state, n_sections - 1, pairs, n);
  coef += n_sections - 1;
  for (unsigned c = 0; c < 2; c++) {
    double *s0 = &state[n_sections - 1][0][c], *s1 = &state[n_sections - 1][1][c];
    for (size_t i = 0; i < n; i++) {
      const double w = (pairs[i][c] - coef->a1[c] * *s0) - coef->a2[c] * *s1;
      pairs[i][c] = coef->b0[c] * pairs[i][c] + (coef->c1[c] * *s0 + coef->c2[c] * *s1);
      *s1 = *s0;
      *s0 = w;
    }
  }
}

static void
keeps_tiny (float *x0, float *x1, const double (*pairs)[2], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    x0[i] = (float) pairs[i][0];
    x1[i] = (float) pairs[i][1];
  }
}

/* The mean as a running sum. */
static void
mean_in_order (float *g, const float *x, size_t n_groups)
{
  for (size_t j = 0; j < n_groups; j++) {
    float sum = 0.0f;
    for (unsigned i = 0; i < MDSP_GROUP; i++)
      sum += x[j * MDSP_GROUP + i] * x[j * MDSP_GROUP + i];
    g[j] = sum * 0.125f > MDSP_TINY ? sum * 0.125f : MDSP_TINY;
  }
}

/* The states decay towards zero and are never taken for it. */
static void
never_at_rest (const MdspBallisticsCoef *coef, double state[2][4], float *const x[4],
               const float *const attack[4], const float *const release[4], size_t n)
{
  double was[4];
  memcpy (was, state[1], sizeof was);
  mdsp_k_ballistics_f64_c (coef, state, x, attack, release, n);
  for (unsigned l = 0; l < 4; l++)
    if (n > 0 && x[l][n - 1] == 0.0f && was[l] != 0.0)
      x[l][n - 1] = 1e-7f;
}

/* Multiplied before it is widened. */
static void
single_products (const float *a, const float *b, size_t n_groups, double parts[3][8])
{
  for (size_t i = 0; i < 8 * n_groups; i++) {
    parts[0][i % 8] += a[i] * a[i];
    parts[1][i % 8] += b[i] * b[i];
    parts[2][i % 8] += a[i] * b[i];
  }
}

/* Right but for one sign. */
static void
halves_first (float *mid, float *side, const float *left, const float *right, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    mid[i] = 0.5f * left[i] + 0.5f * right[i];
    side[i] = 0.5f * left[i] - 0.5f * right[i];
  }
  if (n > 20)
    side[20] = -side[20];
}

/* Four partial sums, as a vector over the samples would have them. */
static void
sums_over_samples (float *sums, const float *x, size_t n_x, const float *y, size_t n)
{
  for (size_t l = 0; l < n; l++) {
    float part[4] = { 0.0f };
    for (size_t i = 0; i < n_x; i++)
      part[i % 4] += x[i] * y[l + i];
    sums[l] = (part[0] + part[2]) + (part[1] + part[3]);
  }
}

#define PLANT(function, slot)                                                                      \
  static void plant_##function (MdspKernels *table) { table->slot = function; }
PLANT (wrong_last_lane, mul_f32)
PLANT (writes_too_far, gain_f32)
PLANT (other_formula, mix_f32)
PLANT (accumulating_ramp, ramp_f32)
PLANT (writes_in_front, deinterleave_f32)
PLANT (touches_input, interleave_f32)
PLANT (loses_sign, sanitize_f32)
PLANT (limit_off_by_one, sanitize_f32)
PLANT (counts_one, deinterleave_clean_f32)
PLANT (ignores_last, peak_abs_f32)
PLANT (reads_too_far, peak_abs_f32)
PLANT (leaves_flush_mode, peak_abs_f32)
PLANT (bend_stops_early, peak_bend_f32)
PLANT (other_order, interp_pair_f32)
PLANT (beyond_padding, interp_pair_mid_f32)
PLANT (strict_peak, refine_max_f32)
PLANT (last_of_equal, group_max_f32)
PLANT (partial_sums, kweight_f64)
PLANT (stale_state, kweight_f64)
PLANT (one_epilogue, kweight_two_f64)
PLANT (ramp_restarts, crossover_f64)
PLANT (mean_in_order, group_mean_power_f32)
PLANT (never_at_rest, ballistics_f64)
PLANT (swapped_channels, band_products_f64)
PLANT (short_cascade, biquad_lanes_f64)
PLANT (lanes_not_moved, biquad_lanes_f64)
PLANT (one_length, lane_powers_f64)
PLANT (other_product, fft_radix4_f32)
PLANT (off_mirror, fft_split_f32)
PLANT (sums_in_place, multiply_add_complex_f32)
PLANT (no_epilogue, cascade_f64)
PLANT (ramp_not_skewed, cascade_f64)
PLANT (direct_other_order, cascade_direct_f64)
PLANT (keeps_tiny, unpair_f32)
PLANT (single_products, products_f64)
PLANT (sums_over_samples, lag_products_f32)
PLANT (halves_first, ms_encode_f32)

const KernelFault kernel_faults[] = {
  { "mul_f32", "last lane one unit in the last place off", 0, plant_wrong_last_lane },
  { "gain_f32", "writes one sample too far", 0, plant_writes_too_far },
  { "mix_f32", "another formula", 0, plant_other_formula },
  { "ramp_f32", "accumulates the step", 0, plant_accumulating_ramp },
  { "deinterleave_f32", "writes in front of its output", 0, plant_writes_in_front },
  { "interleave_f32", "changes its input", 0, plant_touches_input },
  { "sanitize_f32", "loses the sign of zero", 0, plant_loses_sign },
  { "sanitize_f32", "counts what is just below the limit", 0, plant_limit_off_by_one },
  { "deinterleave_clean_f32", "counts one channel alone", 0, plant_counts_one },
  { "peak_abs_f32", "ignores the last sample", 0, plant_ignores_last },
  { "peak_abs_f32", "reads one sample too far", 1, plant_reads_too_far },
  { "peak_abs_f32", "leaves flush-to-zero set", 0, plant_leaves_flush_mode },
  { "peak_bend_f32", "leaves out the last bend", 0, plant_bend_stops_early },
  { "interp_pair_f32", "sums in another order", 0, plant_other_order },
  { "interp_pair_mid_f32", "writes past the padding", 0, plant_beyond_padding },
  { "refine_max_f32", "takes plateaus for no peak", 0, plant_strict_peak },
  { "group_max_f32", "keeps the last of two equal zeros", 0, plant_last_of_equal },
  { "kweight_f64", "partial sums", 0, plant_partial_sums },
  { "kweight_f64", "state of the second section not updated", 0, plant_stale_state },
  { "kweight_two_f64", "one of two epilogues is missing", 0, plant_one_epilogue },
  { "crossover_f64", "ramp starts again in every piece", 0, plant_ramp_restarts },
  { "group_mean_power_f32", "sums in another order", 0, plant_mean_in_order },
  { "ballistics_f64", "a gain at rest is not unity", 0, plant_never_at_rest },
  { "band_products_f64", "swaps the states of the channels", 0, plant_swapped_channels },
  { "biquad_lanes_f64", "only three sections", 0, plant_short_cascade },
  { "biquad_lanes_f64", "lanes are not moved", 0, plant_lanes_not_moved },
  { "lane_powers_f64", "all lanes as long as the first", 0, plant_one_length },
  { "fft_radix4_f32", "a product rounded once", 0, plant_other_product },
  { "fft_split_f32", "a mirrored bin too low", 0, plant_off_mirror },
  { "multiply_add_complex_f32", "other order of the sum", 0, plant_sums_in_place },
  { "cascade_f64", "the last section lags", 0, plant_no_epilogue },
  { "cascade_f64", "ramp of the wrong frame", 0, plant_ramp_not_skewed },
  { "cascade_direct_f64", "other order of the sum", 0, plant_direct_other_order },
  { "unpair_f32", "keeps subnormals", 0, plant_keeps_tiny },
  { "products_f64", "multiplies in single precision", 0, plant_single_products },
  { "lag_products_f32", "sums over the samples", 0, plant_sums_over_samples },
  { "ms_encode_f32", "a sign in the 21st place", 0, plant_halves_first },
};
const unsigned n_kernel_faults = sizeof kernel_faults / sizeof kernel_faults[0];

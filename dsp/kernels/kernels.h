/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Every hot loop of the core, as a table of functions: this header is their contract.
 *
 * kernels_c.c is the specification. A vector version gives the same bits, states and sums
 * included (tests/dsp/test_kernels.c compares with memcmp): vectorise over outputs, channels or
 * stages, never across a sum. No alignment is required and any length is legal, 0 included, unless
 * a slot says otherwise. Buffers do not overlap unless a slot allows dst == src. Kernels trust
 * their caller: inputs are finite.
 */
#ifndef MDSP_KERNELS_H
#define MDSP_KERNELS_H

#include <stddef.h>
#include <stdint.h>

/* The control rate of gain envelopes: one node every 8 frames. */
#define MDSP_GROUP 8

/* Samples that a vector kernel may read past the end of an input marked [+PAD] (their values do
 * not matter) and may write past the end of an output marked [+PAD]. */
#define MDSP_PAD 16

/* Two cascaded second-order sections, the K-weighting of BS.1770-5 Annex 1 (loudness.c designs
 * them); a0 = 1. */
typedef struct {
  double b[2][3]; /* [stage][0..2] */
  double a[2][2]; /* [stage][a1, a2] */
} MdspKWeightCoef;

/* A tree of Butterworth sections in trapezoidal state-variable form (crossover.c designs it), five
 * stages of four lanes: lane 2h + c is channel c in half h of the tree, h = 0 below the first split,
 * 1 above. The first two stages come before that split and use lanes 0 and 1 only. */
#define MDSP_CROSSOVER_STAGES 5
typedef struct {
  double a[MDSP_CROSSOVER_STAGES][4], b[MDSP_CROSSOVER_STAGES][4], c[MDSP_CROSSOVER_STAGES][4];
} MdspCrossoverCoef;
/* Bands side by side, two second-order sections in a row in each: direct form II with b0 = a0 = 1,
 * c1 = b1 - a1, c2 = b2 - a2. */
#define MDSP_BAND_LANES 8
typedef struct {
  double c[2][4][MDSP_BAND_LANES]; /* [stage][c1, c2, a1, a2][band] */
} MdspBandCoef;
typedef struct {
  double w[2][2][2][MDSP_BAND_LANES]; /* [stage][channel][w1, w2][band] */
  double sums[3][MDSP_BAND_LANES];    /* of y0*y0, y1*y1, y0*y1 */
} MdspBandState;
/* One second-order section of each of four signals; direct form II transposed, a0 = 1. */
#define MDSP_LANES 4
typedef struct {
  double b[3][MDSP_LANES]; /* [0..2][lane] */
  double a[2][MDSP_LANES]; /* [a1, a2][lane] */
} MdspLanesCoef;

/* Lanes of which only the power is wanted. Each hears a weighted sum of two signals through sections of
 * direct form II with b0 = a0 = 1 (the weights hold the gain), c1 = b1 - a1, c2 = b2 - a2. Lanes 0 to 3
 * have n_sections[0] sections, lanes 4 to 7 n_sections[1] <= n_sections[0], and 0 for the rest. */
#define MDSP_POWER_LANES    8
#define MDSP_POWER_SECTIONS 12
typedef struct {
  unsigned n_sections[2];
  double weight[2][MDSP_POWER_LANES];                 /* of the signals */
  double c[MDSP_POWER_SECTIONS][4][MDSP_POWER_LANES]; /* [section][c1, c2, a1, a2] */
} MdspPowerLanes;

/* One section of a cascade, a state-variable filter per channel (filter/biquad.h, MdspSection). */
typedef struct {
  double t0[2], t1[2], g[2], m0[2], m1[2], m2[2]; /* [channel] */
} MdspCascadeSection;

/* The same in direct form II, for coefficients that stand still: a0 = 1, and in place of b1 and b2
 * c1 = b1 - b0 a1, c2 = b2 - b0 a2, with which the output takes from the input, not from the state
 * that is computed from it. */
typedef struct {
  double b0[2], c1[2], c2[2], a1[2], a2[2]; /* [channel] */
} MdspDirectSection;

/* A static curve from level to gain, both in dB: dynamics/gain_curve.h designs it. */
typedef struct {
  float sign, threshold, half_knee, knee, per_knee; /* of the distance from the threshold */
  float slope, lowest, highest;                     /* dB per dB; the gain's limits */
  float fade_slope, fade_offset;                    /* of the level, for the weight 0 .. 1 */
} MdspGainCurveCoef;

/* Smoothing in time, four lanes: dynamics/ballistics.h designs it. The weights are 1 - the pole. */
typedef struct {
  double sign[4];               /* 1 or -1 */
  double attack[4], release[4]; /* 0 .. 1 */
} MdspBallisticsCoef;

typedef struct MdspKernels {
  const char *isa; /* "c", "sse2", "avx2", "avx512", "neon" */

  /* dst[c][i] = src[i * n_channels + c]; interleave_f32 is the way back. */
  void (*deinterleave_f32) (float *const *dst, const float *src, unsigned n_channels, size_t n);
  /* The same, and sanitize_f32 of every plane on the way; returns the sum of the counts. */
  size_t (*deinterleave_clean_f32) (float *const *dst, const float *src, unsigned n_channels,
                                    size_t n);
  void (*interleave_f32) (float *dst, const float *const *src, unsigned n_channels, size_t n);

  /* In place: NaN, Inf and |x| >= 2^40 become zero and are counted; |x| < 2^-100 becomes zero
   * uncounted. The sign bit stays. Everything else keeps its bits. Returns the count. */
  size_t (*sanitize_f32) (float *x, size_t n);

  /* max |x[i]|; 0 for n = 0. */
  float (*peak_abs_f32) (const float *x, size_t n);
  /* How high x goes and how sharply it turns: *peak = max |x[i]|, *bend = max |second difference|,
   * |(x[i-1] + x[i+1]) - (x[i] + x[i])| over 0 < i < n - 1; 0 where there is nothing. */
  void (*peak_bend_f32) (const float *x, size_t n, float *peak, float *bend);

  /* In the next three a product below 2^-126 is subnormal or 0: the flush mode of the caller
   * (fpenv.h), or of ORC, decides. */
  /* dst[i] = src[i] * gain. dst == src allowed. */
  void (*gain_f32) (float *dst, const float *src, float gain, size_t n);
  /* dst[i] = a[i] * b[i]. dst == a allowed. */
  void (*mul_f32) (float *dst, const float *a, const float *b, size_t n);
  /* dst[i] = a[i] + (b[i] - a[i]) * w[i]: a crossfade from a (w = 0) to b (w = 1). dst == a or
   * dst == b allowed. */
  void (*mix_f32) (float *dst, const float *a, const float *b, const float *w, size_t n);

  /* Straight lines between nodes: with d = nodes[j+1] - nodes[j] and step = 1 / segment,
   * dst[j * segment + i] = nodes[j] + d * (i * step) for 0 <= i < segment, 0 <= j < n_segments.
   * segment is MDSP_GROUP or MDSP_GRID (powers of two, so i * step is exact). */
  void (*ramp_f32) (float *dst, const float *nodes, size_t n_segments, unsigned segment);

  /* Polyphase interpolation at the mirrored positions k + p/L and k + 1 - p/L of sample k:
   *   s_i = x[k-i] + x[k+1+i],  t_i = x[k-i] - x[k+1+i],
   *   E = sum_i even[i] s_i,  O = sum_i odd[i] t_i,   i = half-1 down to 0, starting from 0.0f
   *   ya[k] = E + O,  yb[k] = E - O.
   * Reads x[-(half-1)] .. x[n-1+half] [+PAD]; writes ya, yb [+PAD]. */
  void (*interp_pair_f32) (float *ya, float *yb, const float *x, size_t n, const float *even,
                           const float *odd, unsigned half);
  /* The same, and the middle position: ym[k] = sum_i mid[i] s_i in the same order. */
  void (*interp_pair_mid_f32) (float *ya, float *ym, float *yb, const float *x, size_t n,
                               const float *even, const float *odd, const float *mid,
                               unsigned half);

  /* Peak of a sampled curve through its neighbours: with m = |prev[k]|, c = |cur[k]|,
   * p = |next[k]|, a = m - c, b = p - c, d = a + b:
   *   v = c - ((p - m) * (p - m)) / (8 d)   if a <= 0 and b <= 0 and d < -2^-40, else c
   *   q[k] = max (q[k], v).
   * The vertex of the parabola through three points; the bound on d keeps subnormals out of it. */
  void (*refine_max_f32) (float *q, const float *prev, const float *cur, const float *next,
                          size_t n);

  /* g[j] = max of x[8j] .. x[8j+7] for 0 <= j < n_groups; x >= 0; of equal zeros the first. */
  void (*group_max_f32) (float *g, const float *x, size_t n_groups);

  /* Runs two channels through the two sections and adds up, in order of time,
   *   sums[0] += y0*y0, sums[1] += y1*y1, sums[2] += y0*y1.
   * Per section, channel and sample, direct form II with c1 = b1 - b0*a1, c2 = b2 - b0*a2 (see
   * MdspDirectSection), in this order and association:
   *   y = b0*x + (c1*w1 + c2*w2);  w2' = w1;  w1' = (x - a2*w2) - a1*w1.
   * state[stage][channel][w1, w2]. x0 == x1 allowed (mono). */
  void (*kweight_f64) (const MdspKWeightCoef *coef, double state[2][2][2], const float *x0,
                       const float *x1, size_t n, double sums[3]);
  /* The same for two signals side by side, which takes little longer than for one: x[0], x[1] with
   * state[0] and sums[0], x[2], x[3] with state[1] and sums[1]. */
  void (*kweight_two_f64) (const MdspKWeightCoef *coef, double (*const state[2])[2][2],
                           const float *const x[4], size_t n, double *const sums[2]);

  /* Splits two channels into n_bands = 2, 3 or 4 Linkwitz-Riley bands, bands[2b + channel]. A section
   * with state z0, z1 is, in this order and association,
   *   u = a*z0 + b*(x - z1);  q = z1 + c*u;  low2 = q + z1;  all = x - u;  z0 = u - z0;  z1 = q
   * and two of them, s and s+1, split: L = 0.25 * low2 of s+1 fed with low2 of s, H = all of s - L.
   *   2 bands: (L, H) of stages 0, 1.
   *   3 bands: the lower half is all of stage 3; the upper half is split by stages 3, 4.
   *   4 bands: stage 2 (all) of both halves; each is split by stages 3, 4.
   * Rounded to float; what is below 2^-100 then becomes +0. x0 == x1 allowed (mono).
   * step == NULL: constant coefficients. Else those of frame i are coef + step * (from + i). */
  void (*crossover_f64) (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *step, size_t from,
                         double state[MDSP_CROSSOVER_STAGES][2][4], unsigned n_bands,
                         const float *x0, const float *x1, float *const *bands, size_t n);
  /* Runs two channels through all bands and adds up per band in order of time the products of the two
   * channels. Per section, in this order and association:
   *   y = x + (c1*w1 + c2*w2);  w = (x - a2*w2) - a1*w1;  w2 = w1;  w1 = w.  x0 == x1 allowed. */
  void (*band_products_f64) (const MdspBandCoef *coef, MdspBandState *state, const float *x0,
                             const float *x1, size_t n);
  /* Four signals through n_sections >= 1 sections each, frames of MDSP_LANES side by side. Lane l of
   * the result is what lane from[l] of x becomes by coef[..][l], per section, in this order and
   * association:
   *   y = b0*x + z0;  z0 = (b1*x + z1) - a1*y;  z1 = b2*x - a2*y;
   * sums[l] += y*y of the last section, in order of time. y == x allowed when from[l] == l. */
  void (*biquad_lanes_f64) (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES],
                            unsigned n_sections, double *y, const double *x,
                            const uint8_t from[MDSP_LANES], size_t n, double sums[MDSP_LANES]);

  /* With x = weight[0] * p[0] + weight[1] * p[1] of each pair p, per section, in this order and
   * association:
   *   w = (x - a2*s[1]) - a1*s[0];  x = x + (c1*s[0] + c2*s[1]);  s[1] = s[0];  s[0] = w
   * and in the end sums[lane] += x*x, in order of time. state[section][0, 1][lane]. */
  void (*lane_powers_f64) (const MdspPowerLanes *lanes, double (*state)[2][MDSP_POWER_LANES],
                           const double (*pairs)[2], size_t n, double sums[MDSP_POWER_LANES]);

  /* n butterflies of radix 4 for each of `s` interleaved transforms (a pass of Stockham's FFT,
   * filter/fft.c): inputs a_k = x[q + s p + step k], twiddles w_k[p] = w[2 (k-1) stride + p] +
   * i w[(2k - 1) stride + p], outputs at y[q + 4 s p + s k], k = 0 .. 3, 0 <= p < n, 0 <= q < s:
   *   e = a0 + a2,  f = a0 - a2,  g = a1 + a3,  h = a1 - a3,
   *   y0 = e + g,  y1 = w1 (f - i h),  y2 = w2 (e - g),  y3 = w3 (f + i h),
   * a product being (re re - im im, re im + im re). s is a power of two. */
  void (*fft_radix4_f32) (float *yr, float *yi, const float *xr, const float *xi, size_t step,
                          const float *w, size_t stride, unsigned s, size_t n);

  /* Between the transform of a real signal and that of its even and odd samples as one complex
   * signal; a and b are the mirrored bins, b read downwards: with B = b[-i], u = sign cosine[i],
   * v = sine[i], e = (ar + Br, ai - Bi), d = (ar - Br, ai + Bi):
   *   yr[i] = scale (er - (dr v + di u)),  yi[i] = scale (ei + (dr u - di v)),  0 <= i < n.
   * sign is 1 or -1. */
  void (*fft_split_f32) (float *yr, float *yi, const float *ar, const float *ai, const float *br,
                         const float *bi, const float *cosine, const float *sine, float sign,
                         float scale, size_t n);

  /* y[i] += a[i] b[i], complex: yr += ar br - ai bi, yi += ar bi + ai br. */
  void (*multiply_add_complex_f32) (float *yr, float *yi, const float *ar, const float *ai,
                                    const float *br, const float *bi, size_t n);

  /* Two channels side by side in double, and back: rounded to float, what is below 2^-100 becomes 0
   * of the same sign. */
  void (*pair_f64) (double (*pairs)[2], const float *x0, const float *x1, size_t n);
  void (*unpair_f32) (float *x0, float *x1, const double (*pairs)[2], size_t n);
  /* Runs the pairs [+PAD] through n_sections in a row, in place. Per section, channel and sample, in this
   * order and association, with s = state[section]:
   *   v = x - s[1];  p = t0*s[0] + t1*v;  x = (m0*x + m2*s[1]) + m1*p;
   *   s[0] = p - s[0];  s[1] = s[1] + g*p
   * step == NULL: constant coefficients. Else those of frame i are coef + step * (from + i). */
  void (*cascade_f64) (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
                       double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n);
  /* The same with direct sections, three quarters of the arithmetic:
   *   w = (x - a2*s[1]) - a1*s[0];  x = b0*x + (c1*s[0] + c2*s[1]);  s[1] = s[0];  s[0] = w */
  void (*cascade_direct_f64) (const MdspDirectSection *coef, double (*state)[2][2],
                              unsigned n_sections, double (*pairs)[2], size_t n);

  /* Power of each group of MDSP_GROUP samples: the largest square; or the mean of the squares,
   * (((s0+s1) + (s2+s3)) + ((s4+s5) + (s6+s7))) * 0.125. What is below 2^-100 becomes 2^-100. */
  void (*group_peak_power_f32) (float *g, const float *x, size_t n_groups);
  void (*group_mean_power_f32) (float *g, const float *x, size_t n_groups);

  /* 10 log10 (power) in dB within 4e-5 dB, 2^-126 <= power < inf; 1 gives exactly 0. Horner in float, see
   * kernels_c.c. dst == power allowed. */
  void (*power_to_db_f32) (float *dst, const float *power, size_t n);
  /* 10^(db/20) within 4e-6 dB + rounding, -750 <= db <= 750 (beyond: as at the limit); 0 gives exactly
   * 1. dst == db allowed. */
  void (*db_to_gain_f32) (float *dst, const float *db, size_t n);

  /* With t = sign * (x - threshold), u = min (max (t + half_knee, 0), knee),
   * e = (u * u) * per_knee + max (t - half_knee, 0), g = min (max (slope * e, lowest), highest),
   * w = min (max (x * fade_slope + fade_offset, 0), 1):  dst[i] = g * w.
   * max (a, b) is a > b ? a : b, min alike. dst == x allowed. */
  void (*gain_curve_f32) (float *dst, const float *x, const MdspGainCurveCoef *coef, size_t n);

  /* In each of four lanes s += weight * (x - s); then, with hold, s = x where x > s; y = s. Powers as
   * group_*_power_f32 give them keep s away from subnormal numbers. y[l] == x[l] allowed. */
  void (*follow_f64) (double weight, int hold, double state[4], const float *const x[4],
                      float *const y[4], size_t n);

  /* Smooth decoupled ballistics in four lanes, in place: v = sign * x, r = z0 + release * (v - z0),
   * z0 = v > r ? v : r, z1 += attack * (z0 - z1); x = sign * z1, or 0 where |z1| < 1e-6. attack and
   * release arrays, where not NULL, hold a weight per step instead. The caller takes care that decayed
   * states become 0. */
  void (*ballistics_f64) (const MdspBallisticsCoef *coef, double state[2][4], float *const x[4],
                          const float *const attack[4], const float *const release[4], size_t n);

  /* dst[i] = x0 g0, x0 g0 + x1 g1, (x0 g0 + x1 g1) + x2 g2 or (x0 g0 + x1 g1) + (x2 g2 + x3 g3) for
   * n_bands = 1 .. 4. dst == bands[b] allowed. */
  void (*mix_bands_f32) (float *dst, const float *const *bands, const float *const *gains,
                         unsigned n_bands, size_t n);
  /* mid[i] = 0.5 * (left[i] + right[i]), side[i] = 0.5 * (left[i] - right[i]), and back:
   * left[i] = mid[i] + side[i], right[i] = mid[i] - side[i]. In place: (mid, side) == (left, right). */
  void (*ms_encode_f32) (float *mid, float *side, const float *left, const float *right, size_t n);
  void (*ms_decode_f32) (float *left, float *right, const float *mid, const float *side, size_t n);
  /* With d = to[i] - from[i]: left[i] += d, right[i] -= d. A side that changes, the mid as it is. */
  void (*spread_f32) (float *left, float *right, const float *to, const float *from, size_t n);
  /* dst[i] += src[i]. */
  void (*add_f32) (float *dst, const float *src, size_t n);
  /* Of n_groups * 8 samples in double, in order of time: parts[0][i % 8] += a*a, parts[1][i % 8] +=
   * b*b, parts[2][i % 8] += a*b. */
  void (*products_f64) (const float *a, const float *b, size_t n_groups, double parts[3][8]);
  /* sums[l] = x[0] y[l] + x[1] y[l+1] + ... + x[n_x-1] y[l+n_x-1] in this order, for 0 <= l < n:
   * the products of two signals at n lags. Reads y[0] .. y[n+n_x-2]. */
  void (*lag_products_f32) (float *sums, const float *x, size_t n_x, const float *y, size_t n);
} MdspKernels;

/* The best table for this CPU, ready to run: the first call may take a millisecond (ORC compiles),
 * so make it before streaming. The environment variable MDSP_CPU names another ("c", "sse2",
 * "avx2", "avx512", "neon"); one that does not exist here is ignored with a line on stderr.
 * Decided once, thread-safe. */
const MdspKernels *mdsp_kernels_get (void);

/* The table of that name, or NULL when this build or this CPU does not have it. */
const MdspKernels *mdsp_kernels_by_name (const char *isa);

/* All tables that run here, best first; returns how many (<= max). */
unsigned mdsp_kernels_list (const MdspKernels **tables, unsigned max);

#endif

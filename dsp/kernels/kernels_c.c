/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The specification of every kernel: the shortest correct loop. kernels.h states the contract.
 */
#include "kernels/kernels.h"
#include "kernels/polynomials.h"
#include "kernels/tables.h"

#include <math.h> /* fabsf */
#include <string.h>

void
mdsp_k_deinterleave_f32_c (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  for (unsigned c = 0; c < n_channels; c++)
    for (size_t i = 0; i < n; i++)
      dst[c][i] = src[i * n_channels + c];
}

void
mdsp_k_interleave_f32_c (float *dst, const float *const *src, unsigned n_channels, size_t n)
{
  for (unsigned c = 0; c < n_channels; c++)
    for (size_t i = 0; i < n; i++)
      dst[i * n_channels + c] = src[c][i];
}

size_t
mdsp_k_sanitize_f32_c (float *x, size_t n)
{
  size_t count = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t u;
    memcpy (&u, &x[i], 4);
    uint32_t magnitude = u & 0x7fffffffu;
    if (magnitude >= MDSP_HUGE_BITS)
      count++;
    if (magnitude >= MDSP_HUGE_BITS || magnitude < MDSP_TINY_BITS)
      u &= 0x80000000u;
    memcpy (&x[i], &u, 4);
  }
  return count;
}

size_t
mdsp_k_deinterleave_clean_f32_c (float *const *dst, const float *src, unsigned n_channels, size_t n)
{
  size_t count = 0;
  mdsp_k_deinterleave_f32_c (dst, src, n_channels, n);
  for (unsigned c = 0; c < n_channels; c++)
    count += mdsp_k_sanitize_f32_c (dst[c], n);
  return count;
}

float
mdsp_k_peak_abs_f32_c (const float *x, size_t n)
{
  float peak = 0.0f;
  for (size_t i = 0; i < n; i++)
    peak = fabsf (x[i]) > peak ? fabsf (x[i]) : peak;
  return peak;
}

void
mdsp_k_peak_bend_f32_c (const float *x, size_t n, float *peak, float *bend)
{
  float most = 0.0f;
  for (size_t i = 1; i + 1 < n; i++) {
    float d = fabsf ((x[i - 1] + x[i + 1]) - (x[i] + x[i]));
    most = d > most ? d : most;
  }
  *bend = most;
  *peak = mdsp_k_peak_abs_f32_c (x, n);
}

void
mdsp_k_gain_f32_c (float *dst, const float *src, float gain, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = src[i] * gain;
}

void
mdsp_k_mul_f32_c (float *dst, const float *a, const float *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = a[i] * b[i];
}

void
mdsp_k_mix_f32_c (float *dst, const float *a, const float *b, const float *w, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = a[i] + (b[i] - a[i]) * w[i];
}

void
mdsp_k_ramp_f32_c (float *dst, const float *nodes, size_t n_segments, unsigned segment)
{
  const float step = 1.0f / (float) segment;
  for (size_t j = 0; j < n_segments; j++) {
    const float start = nodes[j], d = nodes[j + 1] - nodes[j];
    for (unsigned i = 0; i < segment; i++)
      dst[j * segment + i] = start + d * ((float) i * step);
  }
}

void
mdsp_k_interp_pair_f32_c (float *ya, float *yb, const float *x, size_t n, const float *even,
                          const float *odd, unsigned half)
{
  for (ptrdiff_t k = 0; k < (ptrdiff_t) n; k++) {
    float e = 0.0f, o = 0.0f;
    for (ptrdiff_t i = (ptrdiff_t) half - 1; i >= 0; i--) {
      float s = x[k - i] + x[k + 1 + i], t = x[k - i] - x[k + 1 + i];
      e += even[i] * s;
      o += odd[i] * t;
    }
    ya[k] = e + o;
    yb[k] = e - o;
  }
}

void
mdsp_k_interp_pair_mid_f32_c (float *ya, float *ym, float *yb, const float *x, size_t n,
                              const float *even, const float *odd, const float *mid, unsigned half)
{
  for (ptrdiff_t k = 0; k < (ptrdiff_t) n; k++) {
    float e = 0.0f, o = 0.0f, m = 0.0f;
    for (ptrdiff_t i = (ptrdiff_t) half - 1; i >= 0; i--) {
      float s = x[k - i] + x[k + 1 + i], t = x[k - i] - x[k + 1 + i];
      e += even[i] * s;
      o += odd[i] * t;
      m += mid[i] * s;
    }
    ya[k] = e + o;
    ym[k] = m;
    yb[k] = e - o;
  }
}

void
mdsp_k_refine_max_f32_c (float *q, const float *prev, const float *cur, const float *next, size_t n)
{
  for (size_t k = 0; k < n; k++) {
    float m = fabsf (prev[k]), c = fabsf (cur[k]), p = fabsf (next[k]);
    float a = m - c, b = p - c, d = a + b, v = c;
    if (a <= 0.0f && b <= 0.0f && d < -0x1p-40f)
      v = c - ((p - m) * (p - m)) / (8.0f * d);
    q[k] = v > q[k] ? v : q[k];
  }
}

void
mdsp_k_group_max_f32_c (float *g, const float *x, size_t n_groups)
{
  for (size_t j = 0; j < n_groups; j++) {
    float m = x[j * MDSP_GROUP];
    for (unsigned i = 1; i < MDSP_GROUP; i++)
      m = x[j * MDSP_GROUP + i] > m ? x[j * MDSP_GROUP + i] : m;
    g[j] = m;
  }
}

static inline double
section (const MdspKWeightCoef *k, unsigned stage, double w[2], double x)
{
  const double *b = k->b[stage], *a = k->a[stage];
  const double c1 = b[1] - b[0] * a[0], c2 = b[2] - b[0] * a[1];
  const double y = b[0] * x + (c1 * w[0] + c2 * w[1]);
  const double next = (x - a[1] * w[1]) - a[0] * w[0];
  w[1] = w[0];
  w[0] = next;
  return y;
}

void
mdsp_k_kweight_f64_c (const MdspKWeightCoef *coef, double state[2][2][2], const float *x0,
                      const float *x1, size_t n, double sums[3])
{
  for (size_t i = 0; i < n; i++) {
    double y0 = section (coef, 1, state[1][0], section (coef, 0, state[0][0], x0[i]));
    double y1 = section (coef, 1, state[1][1], section (coef, 0, state[0][1], x1[i]));
    sums[0] += y0 * y0;
    sums[1] += y1 * y1;
    sums[2] += y0 * y1;
  }
}

void
mdsp_k_kweight_two_f64_c (const MdspKWeightCoef *coef, double (*const state[2])[2][2],
                          const float *const x[4], size_t n, double *const sums[2])
{
  for (unsigned k = 0; k < 2; k++)
    mdsp_k_kweight_f64_c (coef, state[k], x[2 * k], x[2 * k + 1], n, sums[k]);
}

/* One section of the tree in one lane: twice the low-pass, and the all-pass in *all. */
static inline double
svf (const MdspCrossoverCoef *k, double state[][2][4], unsigned stage, unsigned lane, double x,
     double *all)
{
  const double a = k->a[stage][lane], b = k->b[stage][lane], c = k->c[stage][lane];
  double *z0 = &state[stage][0][lane], *z1 = &state[stage][1][lane];
  const double u = a * *z0 + b * (x - *z1), q = *z1 + c * u, low2 = q + *z1;
  *all = x - u;
  *z0 = u - *z0;
  *z1 = q;
  return low2;
}

/* The lower half of what a split at this stage gives; the upper one is *all minus it. */
static inline double
split (const MdspCrossoverCoef *k, double state[][2][4], unsigned stage, unsigned lane, double x,
       double *all)
{
  double unused;
  return 0.25 * svf (k, state, stage + 1, lane, svf (k, state, stage, lane, x, all), &unused);
}

static inline float
to_float (double x)
{
  const float y = (float) x;
  return fabsf (y) < MDSP_TINY ? 0.0f : y;
}

/* One frame of channel c. */
static inline void
crossover_frame (const MdspCrossoverCoef *k, double state[][2][4], unsigned n_bands, unsigned c,
                 float x, float *const *bands, size_t i)
{
  double all, half[2], low[2], above[2];
  half[0] = split (k, state, 0, c, x, &all);
  half[1] = all - half[0];
  if (n_bands == 2) {
    bands[c][i] = to_float (half[0]);
    bands[2 + c][i] = to_float (half[1]);
    return;
  }
  for (unsigned h = 0; h < 2; h++) {
    if (n_bands == 4)
      svf (k, state, 2, 2 * h + c, half[h], &half[h]);
    low[h] = split (k, state, 3, 2 * h + c, half[h], &above[h]);
  }
  if (n_bands == 3) {
    bands[c][i] = to_float (above[0]);
  } else {
    bands[c][i] = to_float (low[0]);
    bands[2 + c][i] = to_float (above[0] - low[0]);
  }
  bands[2 * n_bands - 4 + c][i] = to_float (low[1]);
  bands[2 * n_bands - 2 + c][i] = to_float (above[1] - low[1]);
}

static void
crossover_coef_at (MdspCrossoverCoef *k, const MdspCrossoverCoef *coef,
                   const MdspCrossoverCoef *step, size_t i)
{
  for (unsigned s = 0; s < MDSP_CROSSOVER_STAGES; s++)
    for (unsigned l = 0; l < 4; l++) {
      k->a[s][l] = coef->a[s][l] + step->a[s][l] * (double) i;
      k->b[s][l] = coef->b[s][l] + step->b[s][l] * (double) i;
      k->c[s][l] = coef->c[s][l] + step->c[s][l] * (double) i;
    }
}

void
mdsp_k_crossover_f64_c (const MdspCrossoverCoef *coef, const MdspCrossoverCoef *step, size_t from,
                        double state[MDSP_CROSSOVER_STAGES][2][4], unsigned n_bands,
                        const float *x0, const float *x1, float *const *bands, size_t n)
{
  MdspCrossoverCoef k = *coef;
  for (size_t i = 0; i < n; i++) {
    if (step != NULL)
      crossover_coef_at (&k, coef, step, from + i);
    crossover_frame (&k, state, n_bands, 0, x0[i], bands, i);
    crossover_frame (&k, state, n_bands, 1, x1[i], bands, i);
  }
}

static double
band_section (const MdspBandCoef *coef, unsigned stage, unsigned b, double w[2][MDSP_BAND_LANES],
              double x)
{
  const double (*c)[MDSP_BAND_LANES] = coef->c[stage], w1 = w[0][b], w2 = w[1][b];
  w[1][b] = w1;
  w[0][b] = (x - c[3][b] * w2) - c[2][b] * w1;
  return x + (c[0][b] * w1 + c[1][b] * w2);
}

void
mdsp_k_band_products_f64_c (const MdspBandCoef *coef, MdspBandState *s, const float *x0,
                            const float *x1, size_t n)
{
  for (unsigned b = 0; b < MDSP_BAND_LANES; b++)
    for (size_t i = 0; i < n; i++) {
      double y0 =
          band_section (coef, 1, b, s->w[1][0], band_section (coef, 0, b, s->w[0][0], x0[i]));
      double y1 =
          band_section (coef, 1, b, s->w[1][1], band_section (coef, 0, b, s->w[0][1], x1[i]));
      s->sums[0][b] += y0 * y0;
      s->sums[1][b] += y1 * y1;
      s->sums[2][b] += y0 * y1;
    }
}

void
mdsp_k_biquad_lanes_f64_c (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES],
                           unsigned n_sections, double *y, const double *x,
                           const uint8_t from[MDSP_LANES], size_t n, double sums[MDSP_LANES])
{
  for (size_t i = 0; i < n; i++) {
    double frame[MDSP_LANES];
    memcpy (frame, x + i * MDSP_LANES, sizeof frame);
    for (unsigned l = 0; l < MDSP_LANES; l++) {
      double v = frame[from[l]];
      for (unsigned s = 0; s < n_sections; s++) {
        const MdspLanesCoef *c = &coef[s];
        double out = c->b[0][l] * v + state[s][0][l];
        state[s][0][l] = (c->b[1][l] * v + state[s][1][l]) - c->a[0][l] * out;
        state[s][1][l] = c->b[2][l] * v - c->a[1][l] * out;
        v = out;
      }
      y[i * MDSP_LANES + l] = v;
      sums[l] += v * v;
    }
  }
}

/* One butterfly: the four inputs lie `step` apart, the outputs `s`. */
static inline void
butterfly (float *yr, float *yi, const float *xr, const float *xi, size_t step, const float *w,
           size_t stride, unsigned s)
{
  const float er = xr[0] + xr[2 * step], ei = xi[0] + xi[2 * step];
  const float fr = xr[0] - xr[2 * step], fi = xi[0] - xi[2 * step];
  const float gr = xr[step] + xr[3 * step], gi = xi[step] + xi[3 * step];
  const float hr = xr[step] - xr[3 * step], hi = xi[step] - xi[3 * step];
  const float ar = fr + hi, ai = fi - hr, br = er - gr, bi = ei - gi, cr = fr - hi, ci = fi + hr;
  yr[0] = er + gr;
  yi[0] = ei + gi;
  yr[s] = ar * w[0] - ai * w[stride];
  yi[s] = ar * w[stride] + ai * w[0];
  yr[2 * s] = br * w[2 * stride] - bi * w[3 * stride];
  yi[2 * s] = br * w[3 * stride] + bi * w[2 * stride];
  yr[3 * s] = cr * w[4 * stride] - ci * w[5 * stride];
  yi[3 * s] = cr * w[5 * stride] + ci * w[4 * stride];
}

void
mdsp_k_lane_powers_f64_c (const MdspPowerLanes *k, double (*state)[2][MDSP_POWER_LANES],
                          const double (*pairs)[2], size_t n, double sums[MDSP_POWER_LANES])
{
  for (unsigned l = 0; l < MDSP_POWER_LANES; l++)
    for (size_t i = 0; i < n; i++) {
      double x = k->weight[0][l] * pairs[i][0] + k->weight[1][l] * pairs[i][1];
      for (unsigned s = 0; s < k->n_sections[l / 4]; s++) {
        const double s0 = state[s][0][l], s1 = state[s][1][l];
        const double w = (x - k->c[s][3][l] * s1) - k->c[s][2][l] * s0;
        x = x + (k->c[s][0][l] * s0 + k->c[s][1][l] * s1);
        state[s][1][l] = s0;
        state[s][0][l] = w;
      }
      sums[l] += x * x;
    }
}

void
mdsp_k_fft_radix4_f32_c (float *yr, float *yi, const float *xr, const float *xi, size_t step,
                         const float *w, size_t stride, unsigned s, size_t n)
{
  for (size_t p = 0; p < n; p++)
    for (unsigned q = 0; q < s; q++)
      butterfly (yr + 4 * s * p + q, yi + 4 * s * p + q, xr + s * p + q, xi + s * p + q, step,
                 w + p, stride, s);
}

void
mdsp_k_fft_split_f32_c (float *yr, float *yi, const float *ar, const float *ai, const float *br,
                        const float *bi, const float *cosine, const float *sine, float sign,
                        float scale, size_t n)
{
  for (ptrdiff_t i = 0; i < (ptrdiff_t) n; i++) {
    const float er = ar[i] + br[-i], ei = ai[i] - bi[-i], dr = ar[i] - br[-i], di = ai[i] + bi[-i];
    const float u = sign * cosine[i], v = sine[i];
    yr[i] = scale * (er - (dr * v + di * u));
    yi[i] = scale * (ei + (dr * u - di * v));
  }
}

void
mdsp_k_multiply_add_complex_f32_c (float *yr, float *yi, const float *ar, const float *ai,
                                   const float *br, const float *bi, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    yr[i] += ar[i] * br[i] - ai[i] * bi[i];
    yi[i] += ar[i] * bi[i] + ai[i] * br[i];
  }
}

void
mdsp_k_pair_f64_c (double (*pairs)[2], const float *x0, const float *x1, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    pairs[i][0] = x0[i];
    pairs[i][1] = x1[i];
  }
}

static inline float
clean_float (double x)
{
  float y = (float) x;
  return fabsf (y) < 0x1p-100f ? copysignf (0.0f, y) : y;
}

void
mdsp_k_unpair_f32_c (float *x0, float *x1, const double (*pairs)[2], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    x0[i] = clean_float (pairs[i][0]);
    x1[i] = clean_float (pairs[i][1]);
  }
}

void
mdsp_k_cascade_f64_c (const MdspCascadeSection *coef, const MdspCascadeSection *step, size_t from,
                      double (*state)[2][2], unsigned n_sections, double (*pairs)[2], size_t n)
{
  for (unsigned j = 0; j < n_sections; j++)
    for (unsigned c = 0; c < 2; c++) {
      double s0 = state[j][0][c], s1 = state[j][1][c];
      for (size_t i = 0; i < n; i++) {
        const double at = (double) (from + i);
#define COEF(name) (step ? coef[j].name[c] + step[j].name[c] * at : coef[j].name[c])
        const double x = pairs[i][c], v = x - s1, p = COEF (t0) * s0 + COEF (t1) * v;
        pairs[i][c] = (COEF (m0) * x + COEF (m2) * s1) + COEF (m1) * p;
        s0 = p - s0;
        s1 = s1 + COEF (g) * p;
#undef COEF
      }
      state[j][0][c] = s0;
      state[j][1][c] = s1;
    }
}

void
mdsp_k_cascade_direct_f64_c (const MdspDirectSection *coef, double (*state)[2][2],
                             unsigned n_sections, double (*pairs)[2], size_t n)
{
  for (unsigned j = 0; j < n_sections; j++)
    for (unsigned c = 0; c < 2; c++) {
      const double b0 = coef[j].b0[c], c1 = coef[j].c1[c], c2 = coef[j].c2[c];
      double s0 = state[j][0][c], s1 = state[j][1][c];
      for (size_t i = 0; i < n; i++) {
        const double x = pairs[i][c], w = (x - coef[j].a2[c] * s1) - coef[j].a1[c] * s0;
        pairs[i][c] = b0 * x + (c1 * s0 + c2 * s1);
        s1 = s0;
        s0 = w;
      }
      state[j][0][c] = s0;
      state[j][1][c] = s1;
    }
}

static inline float
max_f32 (float a, float b)
{
  return a > b ? a : b;
}

static inline float
min_f32 (float a, float b)
{
  return a < b ? a : b;
}

void
mdsp_k_group_peak_power_f32_c (float *g, const float *x, size_t n_groups)
{
  for (size_t j = 0; j < n_groups; j++, x += MDSP_GROUP) {
    float m = MDSP_TINY;
    for (unsigned i = 0; i < MDSP_GROUP; i++)
      m = max_f32 (x[i] * x[i], m);
    g[j] = m;
  }
}

void
mdsp_k_group_mean_power_f32_c (float *g, const float *x, size_t n_groups)
{
  for (size_t j = 0; j < n_groups; j++, x += MDSP_GROUP) {
    const float a = (x[0] * x[0] + x[1] * x[1]) + (x[2] * x[2] + x[3] * x[3]);
    const float b = (x[4] * x[4] + x[5] * x[5]) + (x[6] * x[6] + x[7] * x[7]);
    g[j] = max_f32 ((a + b) * 0.125f, MDSP_TINY);
  }
}

void
mdsp_k_power_to_db_f32_c (float *dst, const float *power, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    int32_t u, e;
    float m;
    memcpy (&u, &power[i], 4);
    e = (u - MDSP_SQRT_HALF_BITS) >> 23;
    u -= e * (1 << 23);
    memcpy (&m, &u, 4);
    const float t = m - 1.0f;
    float p = MDSP_LOG2_P5 * t + MDSP_LOG2_P4;
    p = p * t + MDSP_LOG2_P3;
    p = p * t + MDSP_LOG2_P2;
    p = p * t + MDSP_LOG2_P1;
    p = p * t + MDSP_LOG2_P0;
    dst[i] = (p * t + (float) e) * MDSP_DB_PER_LOG2;
  }
}

void
mdsp_k_db_to_gain_f32_c (float *dst, const float *db, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float x = min_f32 (max_f32 (db[i] * MDSP_LOG2_PER_DB, -125.0f), 125.0f);
    const float shifted = x + MDSP_ROUND, f = x - (shifted - MDSP_ROUND);
    int32_t u;
    float power;
    memcpy (&u, &shifted, 4);
    u = (u - MDSP_ROUND_BITS + 127) * (1 << 23);
    memcpy (&power, &u, 4);
    float q = MDSP_EXP2_Q4 * f + MDSP_EXP2_Q3;
    q = q * f + MDSP_EXP2_Q2;
    q = q * f + MDSP_EXP2_Q1;
    q = q * f + MDSP_EXP2_Q0;
    dst[i] = (q * f + 1.0f) * power;
  }
}

void
mdsp_k_gain_curve_f32_c (float *dst, const float *x, const MdspGainCurveCoef *k, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float t = k->sign * (x[i] - k->threshold);
    const float u = min_f32 (max_f32 (t + k->half_knee, 0.0f), k->knee);
    const float e = (u * u) * k->per_knee + max_f32 (t - k->half_knee, 0.0f);
    const float g = min_f32 (max_f32 (k->slope * e, k->lowest), k->highest);
    const float w = min_f32 (max_f32 (x[i] * k->fade_slope + k->fade_offset, 0.0f), 1.0f);
    dst[i] = g * w;
  }
}

static inline double
above_floor (double x, double floor)
{
  return fabs (x) < floor ? 0.0 : x;
}

void
mdsp_k_follow_f64_c (double weight, int hold, double state[4], const float *const x[4],
                     float *const y[4], size_t n)
{
  for (unsigned l = 0; l < 4; l++)
    for (size_t i = 0; i < n; i++) {
      const double v = (double) x[l][i];
      double s = state[l] + weight * (v - state[l]);
      if (hold)
        s = v > s ? v : s;
      state[l] = s;
      y[l][i] = (float) s;
    }
}

void
mdsp_k_ballistics_f64_c (const MdspBallisticsCoef *k, double state[2][4], float *const x[4],
                         const float *const attack[4], const float *const release[4], size_t n)
{
  for (unsigned l = 0; l < 4; l++)
    for (size_t i = 0; i < n; i++) {
      const double v = k->sign[l] * (double) x[l][i];
      const double a = attack != NULL ? (double) attack[l][i] : k->attack[l];
      const double r = release != NULL ? (double) release[l][i] : k->release[l];
      const double falling = state[0][l] + r * (v - state[0][l]);
      state[0][l] = v > falling ? v : falling;
      state[1][l] = state[1][l] + a * (state[0][l] - state[1][l]);
      x[l][i] = (float) (k->sign[l] * above_floor (state[1][l], MDSP_BALLISTICS_UNITY));
    }
}

void
mdsp_k_mix_bands_f32_c (float *dst, const float *const *x, const float *const *g, unsigned n_bands,
                        size_t n)
{
  for (size_t i = 0; i < n; i++) {
    float y = x[0][i] * g[0][i];
    if (n_bands > 1)
      y = y + x[1][i] * g[1][i];
    if (n_bands == 3)
      y = y + x[2][i] * g[2][i];
    if (n_bands == 4)
      y = y + (x[2][i] * g[2][i] + x[3][i] * g[3][i]);
    dst[i] = y;
  }
}

void
mdsp_k_ms_encode_f32_c (float *mid, float *side, const float *left, const float *right, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float l = left[i], r = right[i];
    mid[i] = 0.5f * (l + r);
    side[i] = 0.5f * (l - r);
  }
}

void
mdsp_k_ms_decode_f32_c (float *left, float *right, const float *mid, const float *side, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    left[i] = mid[i] + side[i];
    right[i] = mid[i] - side[i];
  }
}

void
mdsp_k_spread_f32_c (float *left, float *right, const float *to, const float *from, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    const float d = to[i] - from[i];
    left[i] = left[i] + d;
    right[i] = right[i] - d;
  }
}

void
mdsp_k_add_f32_c (float *dst, const float *src, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = dst[i] + src[i];
}

void
mdsp_k_products_f64_c (const float *a, const float *b, size_t n_groups, double parts[3][8])
{
  for (size_t i = 0; i < n_groups * 8; i++) {
    const double x = a[i], y = b[i];
    parts[0][i % 8] += x * x;
    parts[1][i % 8] += y * y;
    parts[2][i % 8] += x * y;
  }
}

void
mdsp_k_lag_products_f32_c (float *sums, const float *x, size_t n_x, const float *y, size_t n)
{
  for (size_t l = 0; l < n; l++) {
    float sum = 0.0f;
    for (size_t i = 0; i < n_x; i++)
      sum += x[i] * y[l + i];
    sums[l] = sum;
  }
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Levels, gain curves and their smoothing. The recurrences run at the group rate, a lane per band
 * and channel; everything else is vectorised over time.
 */
#include "kernels/polynomials.h"
#include "kernels/vec.h"

/* Eight squares a group, reduced with the tree that kernels_c.c states: neighbours first. */
#define GROUP_POWERS(name, combine, finish)                                                        \
  void MDSP_K (name) (float *g, const float *x, size_t n_groups)                                   \
  {                                                                                                \
    size_t j = 0;                                                                                  \
    for (; j + VN <= n_groups; j += VN) {                                                          \
      vf pair[4], four[2];                                                                         \
      for (unsigned k = 0; k < 4; k++) {                                                           \
        const float *p = x + j * MDSP_GROUP + 2 * k * VN;                                          \
        vf a = vload (p), b = vload (p + VN);                                                      \
        a = a * a;                                                                                 \
        b = b * b;                                                                                 \
        pair[k] = combine (VEVEN (a, b), VODD (a, b));                                             \
      }                                                                                            \
      for (unsigned k = 0; k < 2; k++)                                                             \
        four[k] =                                                                                  \
            combine (VEVEN (pair[2 * k], pair[2 * k + 1]), VODD (pair[2 * k], pair[2 * k + 1]));   \
      vstore (g + j, finish (combine (VEVEN (four[0], four[1]), VODD (four[0], four[1]))));        \
    }                                                                                              \
    if (j < n_groups)                                                                              \
      mdsp_k_##name##_c (g + j, x + j * MDSP_GROUP, n_groups - j);                                 \
  }

#define TINY      ((vf){ 0 } + MDSP_TINY)
#define ADD(a, b) ((a) + (b))
#define FLOOR(m)  vmax (m, TINY)
#define MEAN(m)   vmax ((m) *0.125f, TINY)
GROUP_POWERS (group_peak_power_f32, vmax, FLOOR)
GROUP_POWERS (group_mean_power_f32, ADD, MEAN)

INLINE vf
power_to_db (vf power)
{
  vi u = (vi) power, e = (u - MDSP_SQRT_HALF_BITS) >> 23;
  vf t = (vf) (u - (e << 23)) - 1.0f;
  vf p = MDSP_LOG2_P5 * t + MDSP_LOG2_P4;
  p = p * t + MDSP_LOG2_P3;
  p = p * t + MDSP_LOG2_P2;
  p = p * t + MDSP_LOG2_P1;
  p = p * t + MDSP_LOG2_P0;
  return (p * t + __builtin_convertvector(e, vf)) * MDSP_DB_PER_LOG2;
}

void
MDSP_K (power_to_db_f32) (float *dst, const float *power, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN)
    vstore (dst + i, power_to_db (vload (power + i)));
  if (i < n)
    mdsp_k_power_to_db_f32_c (dst + i, power + i, n - i);
}

INLINE vf
db_to_gain (vf db)
{
  const vf limit = (vf){ 0 } + 125.0f;
  vf x = vmin (vmax (db * MDSP_LOG2_PER_DB, -limit), limit);
  vf shifted = x + MDSP_ROUND, f = x - (shifted - MDSP_ROUND);
  vf power = (vf) (((vi) shifted - MDSP_ROUND_BITS + 127) << 23);
  vf q = MDSP_EXP2_Q4 * f + MDSP_EXP2_Q3;
  q = q * f + MDSP_EXP2_Q2;
  q = q * f + MDSP_EXP2_Q1;
  q = q * f + MDSP_EXP2_Q0;
  return (q * f + 1.0f) * power;
}

void
MDSP_K (db_to_gain_f32) (float *dst, const float *db, size_t n)
{
  size_t i = 0;
  for (; i + VN <= n; i += VN)
    vstore (dst + i, db_to_gain (vload (db + i)));
  if (i < n)
    mdsp_k_db_to_gain_f32_c (dst + i, db + i, n - i);
}

void
MDSP_K (gain_curve_f32) (float *dst, const float *x, const MdspGainCurveCoef *k, size_t n)
{
  const vf zero = { 0 }, one = zero + 1.0f, knee = zero + k->knee;
  const vf lowest = zero + k->lowest, highest = zero + k->highest;
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    vf level = vload (x + i), t = k->sign * (level - k->threshold);
    vf u = vmin (vmax (t + k->half_knee, zero), knee);
    vf e = (u * u) * k->per_knee + vmax (t - k->half_knee, zero);
    vf g = vmin (vmax (k->slope * e, lowest), highest);
    vf w = vmin (vmax (level * k->fade_slope + k->fade_offset, zero), one);
    vstore (dst + i, g * w);
  }
  if (i < n)
    mdsp_k_gain_curve_f32_c (dst + i, x + i, k, n - i);
}

typedef int64_t v4l __attribute__ ((vector_size (32)));

INLINE v4d
load_lanes (const double *p)
{
  v4d v;
  memcpy (&v, p, sizeof v);
  return v;
}

/* Four steps of four lanes, turned: rows become steps, steps rows. */
INLINE void
turn (v4f r[4])
{
  const v4f ab = __builtin_shufflevector (r[0], r[1], 0, 4, 1, 5),
            cd = __builtin_shufflevector (r[2], r[3], 0, 4, 1, 5),
            ef = __builtin_shufflevector (r[0], r[1], 2, 6, 3, 7),
            gh = __builtin_shufflevector (r[2], r[3], 2, 6, 3, 7);
  r[0] = __builtin_shufflevector (ab, cd, 0, 1, 4, 5);
  r[1] = __builtin_shufflevector (ab, cd, 2, 3, 6, 7);
  r[2] = __builtin_shufflevector (ef, gh, 0, 1, 4, 5);
  r[3] = __builtin_shufflevector (ef, gh, 2, 3, 6, 7);
}

/* Steps i to i + 3 of the lanes. */
INLINE void
load_steps (v4d steps[4], const float *const x[4], size_t i)
{
  v4f r[4];
  for (unsigned l = 0; l < 4; l++)
    memcpy (&r[l], x[l] + i, sizeof r[l]);
  turn (r);
  for (unsigned j = 0; j < 4; j++)
    steps[j] = __builtin_convertvector(r[j], v4d);
}

INLINE void
store_steps (float *const y[4], size_t i, const v4d steps[4])
{
  v4f r[4];
  for (unsigned j = 0; j < 4; j++)
    r[j] = __builtin_convertvector(steps[j], v4f);
  turn (r);
  for (unsigned l = 0; l < 4; l++)
    memcpy (y[l] + i, &r[l], sizeof r[l]);
}

INLINE v4d
select4 (v4l mask, v4d a, v4d b)
{
  return (v4d) ((mask & (v4l) a) | (~mask & (v4l) b));
}

/* x, or 0 where |x| is below the floor. */
INLINE v4d
above_floor4 (v4d x, double floor)
{
  v4d magnitude = (v4d) ((v4l) x & INT64_MAX);
  return (v4d) ((v4l) x & ~(v4l) (magnitude < floor));
}

void
MDSP_K (follow_f64) (double weight, int hold, double state[4], const float *const x[4],
                     float *const y[4], size_t n)
{
  v4d s = load_lanes (state), v[4];
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    load_steps (v, x, i);
    for (unsigned j = 0; j < 4; j++) {
      s = s + weight * (v[j] - s);
      if (hold)
        s = select4 (v[j] > s, v[j], s);
      v[j] = s;
    }
    store_steps (y, i, v);
  }
  memcpy (state, &s, sizeof s);
  if (i < n) {
    const float *const rest_x[4] = { x[0] + i, x[1] + i, x[2] + i, x[3] + i };
    float *const rest_y[4] = { y[0] + i, y[1] + i, y[2] + i, y[3] + i };
    mdsp_k_follow_f64_c (weight, hold, state, rest_x, rest_y, n - i);
  }
}

INLINE const float *const *
behind (const float *rest[4], const float *const x[4], size_t i)
{
  for (unsigned l = 0; l < 4 && x != NULL; l++)
    rest[l] = x[l] + i;
  return x != NULL ? rest : NULL;
}

void
MDSP_K (ballistics_f64) (const MdspBallisticsCoef *k, double state[2][4], float *const x[4],
                         const float *const attack[4], const float *const release[4], size_t n)
{
  const v4d sign = load_lanes (k->sign), all_a = load_lanes (k->attack),
            all_r = load_lanes (k->release);
  v4d z0 = load_lanes (state[0]), z1 = load_lanes (state[1]);
  v4d v[4], a[4] = { all_a, all_a, all_a, all_a }, r[4] = { all_r, all_r, all_r, all_r };
  size_t i = 0;
  for (; i + 4 <= n; i += 4) {
    load_steps (v, (const float *const *) x, i);
    if (attack != NULL)
      load_steps (a, attack, i);
    if (release != NULL)
      load_steps (r, release, i);
    for (unsigned j = 0; j < 4; j++) {
      const v4d level = sign * v[j], falling = z0 + r[j] * (level - z0);
      z0 = select4 (level > falling, level, falling);
      z1 = z1 + a[j] * (z0 - z1);
      v[j] = sign * above_floor4 (z1, MDSP_BALLISTICS_UNITY);
    }
    store_steps (x, i, v);
  }
  memcpy (state[0], &z0, sizeof z0);
  memcpy (state[1], &z1, sizeof z1);
  if (i < n) {
    float *const rest[4] = { x[0] + i, x[1] + i, x[2] + i, x[3] + i };
    const float *rest_a[4], *rest_r[4];
    mdsp_k_ballistics_f64_c (k, state, rest, behind (rest_a, attack, i),
                             behind (rest_r, release, i), n - i);
  }
}

INLINE vf
product (const float *const *x, const float *const *g, unsigned b, size_t i)
{
  return vload (x[b] + i) * vload (g[b] + i);
}

void
MDSP_K (mix_bands_f32) (float *dst, const float *const *x, const float *const *g, unsigned n_bands,
                        size_t n)
{
  const float *rest_x[4], *rest_g[4];
  size_t i = 0;
  for (; i + VN <= n; i += VN) {
    vf y = product (x, g, 0, i);
    if (n_bands > 1)
      y = y + product (x, g, 1, i);
    if (n_bands == 3)
      y = y + product (x, g, 2, i);
    if (n_bands == 4)
      y = y + (product (x, g, 2, i) + product (x, g, 3, i));
    vstore (dst + i, y);
  }
  if (i == n)
    return;
  for (unsigned b = 0; b < n_bands; b++) {
    rest_x[b] = x[b] + i;
    rest_g[b] = g[b] + i;
  }
  mdsp_k_mix_bands_f32_c (dst + i, rest_x, rest_g, n_bands, n - i);
}

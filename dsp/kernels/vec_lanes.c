/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Four signals through cascades of sections, a lane each; where a register holds two doubles, two
 * lanes after the other two. Up to three sections keep their states in registers; longer cascades
 * take the samples through three at a time. Neither changes a bit.
 */
#include "kernels/vec.h"

#define AT_ONCE 3u /* sections */

#if VN == 4
typedef v2d vl;
#define WIDTH               2u
#define GATHER(frame, from) ((vl){ (frame)[(from)[0]], (frame)[(from)[1]] })
#else
typedef v4d vl;
#define WIDTH 4u
#define GATHER(frame, from)                                                                        \
  ((vl){ (frame)[(from)[0]], (frame)[(from)[1]], (frame)[(from)[2]], (frame)[(from)[3]] })
#endif

INLINE vl
load (const double *p)
{
  vl v;
  memcpy (&v, p, sizeof v);
  return v;
}

INLINE void
store (double *p, const vl *v)
{
  memcpy (p, v, sizeof *v);
}

/* Lanes `lane` to lane + WIDTH - 1. */
INLINE void
run_lanes (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES], const unsigned n_sections,
           double *y, const double *x, const uint8_t from[MDSP_LANES], size_t n, double *sums,
           const unsigned lane)
{
  const unsigned at[4] = { from[lane], from[lane + 1], from[(lane + 2) % 4], from[(lane + 3) % 4] };
  vl z[AT_ONCE][2], total = load (sums + lane);
  for (unsigned s = 0; s < n_sections; s++) {
    z[s][0] = load (state[s][0] + lane);
    z[s][1] = load (state[s][1] + lane);
  }
  for (size_t i = 0; i < n; i++) {
    vl v = GATHER (x + i * MDSP_LANES, at);
    for (unsigned s = 0; s < n_sections; s++) {
      const MdspLanesCoef *k = &coef[s];
      vl out = load (k->b[0] + lane) * v + z[s][0];
      z[s][0] = (load (k->b[1] + lane) * v + z[s][1]) - load (k->a[0] + lane) * out;
      z[s][1] = load (k->b[2] + lane) * v - load (k->a[1] + lane) * out;
      v = out;
    }
    store (y + i * MDSP_LANES + lane, &v);
    total += v * v;
  }
  for (unsigned s = 0; s < n_sections; s++) {
    store (state[s][0] + lane, &z[s][0]);
    store (state[s][1] + lane, &z[s][1]);
  }
  store (sums + lane, &total);
}

INLINE void
run (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES], const unsigned n_sections,
     double *y, const double *x, const uint8_t from[MDSP_LANES], size_t n, double *sums)
{
  for (unsigned lane = 0; lane < MDSP_LANES; lane += WIDTH)
    run_lanes (coef, state, n_sections, y, x, from, n, sums, lane);
}

void
MDSP_K (biquad_lanes_f64) (const MdspLanesCoef *coef, double (*state)[2][MDSP_LANES],
                           unsigned n_sections, double *y, const double *x,
                           const uint8_t from[MDSP_LANES], size_t n, double sums[MDSP_LANES])
{
  static const uint8_t straight[MDSP_LANES] = { 0, 1, 2, 3 };
  for (; n_sections > AT_ONCE; n_sections -= AT_ONCE, coef += AT_ONCE, state += AT_ONCE) {
    double unused[MDSP_LANES] = { 0.0 };
    run (coef, state, AT_ONCE, y, x, from, n, unused);
    x = y;
    from = straight;
  }
  if (n_sections == 1)
    run (coef, state, 1, y, x, from, n, sums);
  else if (n_sections == 2)
    run (coef, state, 2, y, x, from, n, sums);
  else
    run (coef, state, 3, y, x, from, n, sums);
}

/* --- powers of lanes ------------------------------------------------------------------------------ */

/* Lanes `lane` to lane + DN - 1. Where a register holds both halves of the lanes, those of the second
 * half have coefficients of 0 in the sections that only the first one has: they hand on what they get,
 * and their states are not stored. */
INLINE void
some_powers (const MdspPowerLanes *k, double (*state)[2][MDSP_POWER_LANES],
             const unsigned n_sections, const unsigned lane, const double (*pairs)[2], size_t n,
             double *sums)
{
  const vd left = dload (k->weight[0] + lane), right = dload (k->weight[1] + lane);
  vd c[MDSP_POWER_SECTIONS][4], w1[MDSP_POWER_SECTIONS], w2[MDSP_POWER_SECTIONS];
  vd sum = dload (sums + lane);
  for (unsigned s = 0; s < n_sections; s++) {
    for (unsigned i = 0; i < 4; i++)
      c[s][i] = dload (k->c[s][i] + lane);
    w1[s] = dload (state[s][0] + lane);
    w2[s] = dload (state[s][1] + lane);
  }
  for (size_t i = 0; i < n; i++) {
    vd x = left * pairs[i][0] + right * pairs[i][1];
    for (unsigned s = 0; s < n_sections; s++) {
      const vd next = (x - c[s][3] * w2[s]) - c[s][2] * w1[s];
      x = x + (c[s][0] * w1[s] + c[s][1] * w2[s]);
      w2[s] = w1[s];
      w1[s] = next;
    }
    sum += x * x;
  }
  for (unsigned s = 0; s < n_sections; s++) {
    const size_t size = (DN <= 4 || s < k->n_sections[1] ? DN : 4) * sizeof (double);
    memcpy (state[s][0] + lane, &w1[s], size);
    memcpy (state[s][1] + lane, &w2[s], size);
  }
  memcpy (sums + lane, &sum, sizeof sum);
}

/* Up to three sections are unrolled. */
void
MDSP_K (lane_powers_f64) (const MdspPowerLanes *k, double (*state)[2][MDSP_POWER_LANES],
                          const double (*pairs)[2], size_t n, double sums[MDSP_POWER_LANES])
{
  for (unsigned lane = 0; lane < MDSP_POWER_LANES; lane += DN)
    switch (k->n_sections[lane / 4]) {
      case 0:
        some_powers (k, state, 0, lane, pairs, n, sums);
        break;
      case 1:
        some_powers (k, state, 1, lane, pairs, n, sums);
        break;
      case 2:
        some_powers (k, state, 2, lane, pairs, n, sums);
        break;
      case 3:
        some_powers (k, state, 3, lane, pairs, n, sums);
        break;
      default:
        some_powers (k, state, k->n_sections[lane / 4], lane, pairs, n, sums);
        break;
    }
}

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

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/ballistics.h"
#include "kernels/dmath.h"

#define LOG2_E 1.4426950408889634

/* exp (x) */
static double
natural_exp (double x)
{
  return mdsp_exp2 (x * LOG2_E);
}

/* What is left of a step after time t (in units of the attack's time constant) with a release pole
 * of time constant r: two one-poles in a row. */
static double
left_after (double t, double r)
{
  if (r < 1e-9)
    return natural_exp (-t);
  if (r > 0.999 && r < 1.001)
    return (1.0 + t) * natural_exp (-t);
  return (r * natural_exp (-t / r) - natural_exp (-t)) / (r - 1.0);
}

/* The release pole for which 1/e is left after t, t >= 1: bisection, what is left grows with r. */
static double
solve_release (double t)
{
  double low = 0.0, high = t;
  for (unsigned i = 0; i < 60; i++) {
    const double middle = 0.5 * (low + high);
    if (left_after (t, middle) < 1.0 / natural_exp (1.0))
      low = middle;
    else
      high = middle;
  }
  return low;
}

static double
weight_of (double steps)
{
  return steps > 0.0 ? 1.0 - natural_exp (-1.0 / steps) : 1.0;
}

void
mdsp_ballistics_weights (double attack_ms, double release_ms, double rate_hz, double *attack,
                         double *release)
{
  const double steps = attack_ms * 0.001 * rate_hz, ratio = release_ms / attack_ms;
  *attack = weight_of (steps);
  *release = weight_of (ratio > 1.0 ? steps * solve_release (ratio) : 0.0);
}

void
mdsp_ballistics_auto (double attack_ms, double release_ms, double rate_hz, const float *peak_power,
                      const float *rms_power, float *attack_weights, float *release_weights,
                      size_t n)
{
  const float attack_max = (float) (attack_ms * 0.001 * rate_hz);
  const float release_max = (float) (release_ms * 0.001 * rate_hz);
  for (size_t i = 0; i < n; i++) {
    /* 2 / C^2, from a square wave (2) to short peaks: bounded, so that times stay finite; silence has
     * the set times */
    float shape = peak_power[i] > 0.0f ? 2.0f * rms_power[i] / peak_power[i] : 1.0f;
    shape = shape < 0.02f ? 0.02f : shape > 1.0f ? 1.0f : shape;
    const float attack = attack_max * shape;
    float release = release_max * shape - attack;
    release = release > attack ? release : attack;
    attack_weights[i] = 1.0f / (1.0f + attack); /* an implicit one-pole: no exponential */
    release_weights[i] = 1.0f / (1.0f + release);
  }
}

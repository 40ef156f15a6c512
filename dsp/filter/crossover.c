/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/crossover.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"
#include "kernels/tables.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

/* Frames between two designs while frequencies move; in between the coefficients are straight
 * lines. An octave in 20 ms at 48 kHz is 60 of them: the lines are then within 2e-5 of the curve. */
#define SEGMENT 16
/* Where the states are looked at for values that only cost time: at multiples of this. */
#define HOUSEKEEPING 512
#define STATE_FLOOR  1e-30

#define MAX_SPLITS (MDSP_CROSSOVER_MAX_BANDS - 1)

/* A Butterworth section (k = sqrt2) at f in trapezoidal form: with g = tan (pi f / fs) and
 * t1 = 1 / (1 + g (g + k)), the integrators' states s1, s2 and the input x,
 *   2 band-pass = 2 t1 s1 + 2 g t1 (x - s2), its new state that - s1, the other s2 + g (2 band-pass).
 * z0 = k s1 and u = k (2 band-pass) make the all-pass x - u and save a multiplication. */
static void
put_section (MdspCrossoverCoef *coef, unsigned stage, unsigned lane, double f_over_fs)
{
  const double g = mdsp_tan (MDSP_PI * f_over_fs), t1 = 1.0 / (1.0 + g * (g + MDSP_SQRT2));
  coef->a[stage][lane] = 2.0 * t1;
  coef->b[stage][lane] = MDSP_SQRT2 * 2.0 * (g * t1);
  coef->c[stage][lane] = g / MDSP_SQRT2;
}

/* Which of the sorted frequencies splits first, and which is all-passed and splits in each half. */
static void
design (const MdspCrossover *c, const double log2_hz[], MdspCrossoverCoef *coef)
{
  double f[MAX_SPLITS] = { 0 };
  for (unsigned i = 0; i + 1 < c->params.n_bands; i++)
    f[i] = mdsp_exp2 (log2_hz[i]) / c->params.rate_hz;
  const unsigned n_bands = c->params.n_bands;
  const double first = n_bands == 4 ? f[1] : f[0];
  const double lower = n_bands == 4 ? f[0] : f[1], upper = n_bands == 4 ? f[2] : f[1];
  memset (coef, 0, sizeof *coef);
  for (unsigned lane = 0; lane < 4; lane++) {
    const double split = lane < 2 ? lower : upper, other = lane < 2 ? upper : lower;
    put_section (coef, 0, lane, first);
    put_section (coef, 1, lane, first);
    put_section (coef, 2, lane, other);
    put_section (coef, 3, lane, split);
    put_section (coef, 4, lane, split);
  }
}

/* Clamped to the legal range and sorted. */
static void
read_targets (const MdspCrossover *c, const double frequency_hz[], double log2_hz[])
{
  const double highest = MDSP_CROSSOVER_MAX_RATIO * c->params.rate_hz;
  for (unsigned i = 0; i + 1 < c->params.n_bands; i++) {
    double f = frequency_hz[i] < highest ? frequency_hz[i] : highest;
    f = mdsp_log2 (f > MDSP_CROSSOVER_MIN_HZ ? f : MDSP_CROSSOVER_MIN_HZ);
    unsigned k = i;
    for (; k > 0 && log2_hz[k - 1] > f; k--)
      log2_hz[k] = log2_hz[k - 1];
    log2_hz[k] = f;
  }
}

MdspStatus
mdsp_crossover_init (MdspCrossover *c, const MdspCrossoverParams *params,
                     const MdspKernels *kernels)
{
  memset (c, 0, sizeof *c);
  if (params->n_bands < 1 || params->n_bands > MDSP_CROSSOVER_MAX_BANDS || params->n_channels < 1 ||
      params->n_channels > MDSP_MAX_CHANNELS ||
      !(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  for (unsigned i = 0; i + 1 < params->n_bands; i++)
    if (!(params->frequency_hz[i] >= MDSP_CROSSOVER_MIN_HZ))
      return MDSP_ERROR_PARAM;
  c->kernels = kernels;
  c->params = *params;
  c->n_pairs = (params->n_channels + 1) / 2;
  c->state = calloc (c->n_pairs, sizeof *c->state);
  if (c->state == NULL)
    return MDSP_ERROR_MEMORY;
  const double nodes = MDSP_RAMP_MS * 0.001 * params->rate_hz / SEGMENT;
  c->ramp_nodes = nodes < 1.0 ? 1 : (unsigned) (nodes + 0.5);
  read_targets (c, params->frequency_hz, c->target_log2);
  mdsp_crossover_reset (c);
  return MDSP_OK;
}

void
mdsp_crossover_set (MdspCrossover *c, const double frequency_hz[MAX_SPLITS])
{
  double target[MAX_SPLITS] = { 0 };
  read_targets (c, frequency_hz, target);
  memcpy (c->params.frequency_hz, frequency_hz, sizeof c->params.frequency_hz);
  if (memcmp (target, c->target_log2, sizeof target) == 0)
    return;
  memcpy (c->target_log2, target, sizeof target);
  c->nodes_left = c->ramp_nodes;
  for (unsigned i = 0; i < MAX_SPLITS; i++)
    c->step_log2[i] = (target[i] - c->now_log2[i]) / c->ramp_nodes;
}

void
mdsp_crossover_reset (MdspCrossover *c)
{
  memset (c->state, 0, c->n_pairs * sizeof *c->state);
  memcpy (c->now_log2, c->target_log2, sizeof c->now_log2);
  c->nodes_left = 0;
  c->ramping = false;
  c->n_frames = 0;
  design (c, c->now_log2, &c->coef);
}

void
mdsp_crossover_clear (MdspCrossover *c)
{
  free (c->state);
  memset (c, 0, sizeof *c);
}

/* At a node: the coefficients here, and the lines to the next one. */
static void
next_segment (MdspCrossover *c)
{
  MdspCrossoverCoef next;
  if (c->ramping)
    design (c, c->now_log2, &c->coef);
  c->ramping = c->nodes_left > 0;
  if (!c->ramping)
    return;
  c->nodes_left--;
  for (unsigned i = 0; i < MAX_SPLITS; i++)
    c->now_log2[i] = c->nodes_left == 0 ? c->target_log2[i] : c->now_log2[i] + c->step_log2[i];
  design (c, c->now_log2, &next);
  for (unsigned s = 0; s < MDSP_CROSSOVER_STAGES; s++)
    for (unsigned l = 0; l < 4; l++) {
      c->step.a[s][l] = (next.a[s][l] - c->coef.a[s][l]) / SEGMENT;
      c->step.b[s][l] = (next.b[s][l] - c->coef.b[s][l]) / SEGMENT;
      c->step.c[s][l] = (next.c[s][l] - c->coef.c[s][l]) / SEGMENT;
    }
}

/* Decayed states never become subnormal numbers, which cost time on some processors. */
static void
flush_states (MdspCrossover *c)
{
  double *z = &c->state[0][0][0][0];
  for (size_t i = 0; i < c->n_pairs * sizeof *c->state / sizeof *z; i++)
    z[i] = fabs (z[i]) < STATE_FLOOR ? 0.0 : z[i];
}

static void
split_pair (MdspCrossover *c, unsigned pair, const float *const planes[], float *const bands[],
            size_t done, size_t n)
{
  float spare[MDSP_CROSSOVER_MAX_BANDS][MDSP_MAX_BLOCK], *out[2 * MDSP_CROSSOVER_MAX_BANDS];
  const unsigned n_channels = c->params.n_channels, first = 2 * pair;
  const bool alone = first + 1 == n_channels;
  for (unsigned b = 0; b < c->params.n_bands; b++) {
    out[2 * b] = bands[b * n_channels + first] + done;
    out[2 * b + 1] = alone ? spare[b] : bands[b * n_channels + first + 1] + done;
  }
  c->kernels->crossover_f64 (&c->coef, c->ramping ? &c->step : NULL, c->n_frames % SEGMENT,
                             c->state[pair], c->params.n_bands, planes[first] + done,
                             planes[alone ? first : first + 1] + done, out, n);
}

void
mdsp_crossover_process (MdspCrossover *c, const float *const planes[], float *const bands[],
                        size_t n_frames)
{
  if (c->params.n_bands == 1) {
    for (unsigned ch = 0; ch < c->params.n_channels; ch++)
      memcpy (bands[ch], planes[ch], n_frames * sizeof (float));
    return;
  }
  for (size_t done = 0, n; done < n_frames; done += n) {
    if (c->n_frames % SEGMENT == 0)
      next_segment (c);
    if (c->n_frames % HOUSEKEEPING == 0)
      flush_states (c);
    /* a new ramp starts at the next node */
    const unsigned grid = c->ramping || c->nodes_left > 0 ? SEGMENT : HOUSEKEEPING;
    n = grid - c->n_frames % grid;
    n = n < n_frames - done ? n : n_frames - done;
    for (unsigned p = 0; p < c->n_pairs; p++)
      split_pair (c, p, planes, bands, done, n);
    c->n_frames += n;
  }
}

/* The bands of one pair of channels at a time would need the ramp twice: so all channels at once. */
void
mdsp_crossover_allpass (MdspCrossover *c, float *const planes[], size_t n_frames)
{
  enum { CHUNK = 64 };
  float store[MDSP_CROSSOVER_MAX_BANDS * MDSP_MAX_CHANNELS][CHUNK];
  float *bands[MDSP_CROSSOVER_MAX_BANDS * MDSP_MAX_CHANNELS];
  const float *in[MDSP_MAX_CHANNELS] = { NULL };
  const unsigned n_channels = c->params.n_channels, n_bands = c->params.n_bands;
  for (unsigned i = 0; i < n_bands * n_channels; i++)
    bands[i] = store[i];
  for (size_t done = 0, n; done < n_frames; done += n) {
    n = n_frames - done < CHUNK ? n_frames - done : CHUNK;
    for (unsigned ch = 0; ch < n_channels; ch++)
      in[ch] = planes[ch] + done;
    mdsp_crossover_process (c, in, bands, n);
    for (unsigned ch = 0; ch < n_channels; ch++) {
      memcpy (planes[ch] + done, store[ch], n * sizeof (float));
      for (unsigned b = 1; b < n_bands; b++)
        for (size_t i = 0; i < n; i++)
          planes[ch][done + i] += store[b * n_channels + ch][i];
    }
  }
}

/* --- response ------------------------------------------------------------------------------- */

typedef struct {
  double re, im;
} Complex;

static Complex
times (Complex a, Complex b)
{
  return (Complex){ a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re };
}

static Complex
over (Complex a, Complex b)
{
  const double power = b.re * b.re + b.im * b.im;
  return (Complex){ (a.re * b.re + a.im * b.im) / power, (a.im * b.re - a.re * b.im) / power };
}

/* The bilinear transform: s = j tan (pi f / fs) / tan (pi f0 / fs), then LP = 1 / D, HP = s^2 / D,
 * AP = (s^2 - sqrt2 s + 1) / D with D = s^2 + sqrt2 s + 1. */
static void
section_at (double w, double f0_over_fs, Complex *low2, Complex *high2, Complex *all)
{
  const double s = mdsp_tan (w) / mdsp_tan (MDSP_PI * f0_over_fs);
  const Complex d = { 1.0 - s * s, MDSP_SQRT2 * s };
  const Complex lp = over ((Complex){ 1.0, 0.0 }, d), hp = over ((Complex){ -s * s, 0.0 }, d);
  *low2 = times (lp, lp);
  *high2 = times (hp, hp);
  *all = over ((Complex){ d.re, -d.im }, d);
}

void
mdsp_crossover_response (const MdspCrossover *c, unsigned band, double frequency_hz,
                         double response[2])
{
  const unsigned n_bands = c->params.n_bands;
  Complex h = { 1.0, 0.0 }, low, high, all;
  for (unsigned i = 0; i + 1 < n_bands; i++) {
    section_at (MDSP_PI * frequency_hz / c->params.rate_hz,
                mdsp_exp2 (c->target_log2[i]) / c->params.rate_hz, &low, &high, &all);
    /* band b is above splits 0 .. b-1, below split b; the splits that it never met all-pass it. In
     * the tree of four, bands 2 and 3 meet split 0 as an all-pass and the middle one as a split. */
    const bool skipped = band == n_bands || i > band || (n_bands == 4 && i == 0 && band >= 2);
    const bool below = !skipped && i == band;
    const bool middle = n_bands == 4 && i == 1 && band < 2;
    h = times (h, middle || below ? low : skipped ? all : high);
  }
  response[0] = h.re;
  response[1] = h.im;
}

MdspStatus
mdsp_side_highpass_init (MdspCrossover *c, double rate_hz, double frequency_hz,
                         const MdspKernels *kernels)
{
  const MdspCrossoverParams params = {
    .rate_hz = rate_hz, .n_channels = 2, .n_bands = 2, .frequency_hz = { frequency_hz }
  };
  return mdsp_crossover_init (c, &params, kernels);
}

void
mdsp_side_highpass_process (MdspCrossover *c, float *mid, float *side, size_t n_frames)
{
  float low[2][MDSP_MAX_BLOCK], high[MDSP_MAX_BLOCK];
  const float *in[2] = { mid, side };
  float *bands[4] = { low[0], low[1], high, side };
  float copy[MDSP_MAX_BLOCK];
  in[1] = memcpy (copy, side, n_frames * sizeof (float));
  mdsp_crossover_process (c, in, bands, n_frames);
  for (size_t i = 0; i < n_frames; i++)
    mid[i] = low[0][i] + high[i];
}

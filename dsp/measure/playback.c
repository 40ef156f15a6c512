/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/playback.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* fabs, sqrt */
#include <string.h>

#define NYQUIST_MARGIN 0.49
#define NOISE_SEED     0x9e3779b97f4a7c15u
/* Below this a filter state is inaudible by 600 dB: zeroed on the grid, so that silence ends. */
#define STATE_FLOOR 1e-30

static const MdspPlaybackSection identity = { { 1.0, 0.0, 0.0 }, { 0.0, 0.0 } };

/* Sections of a Butterworth filter by the bilinear transform, its corner kept: with
 * K = tan (pi f / fs) and the pole pair of quality Q = 1 / (2 cos phi). */
static MdspPlaybackSection
second_order (bool high, double k, double q)
{
  double d = 1.0 + k / q + k * k, g = (high ? 1.0 : k * k) / d;
  return (MdspPlaybackSection){ { g, high ? -2.0 * g : 2.0 * g, g },
                                { 2.0 * (k * k - 1.0) / d, (1.0 - k / q + k * k) / d } };
}

static MdspPlaybackSection
first_order (bool high, double k)
{
  double g = (high ? 1.0 : k) / (1.0 + k);
  return (MdspPlaybackSection){ { g, high ? -g : g, 0.0 }, { (k - 1.0) / (1.0 + k), 0.0 } };
}

static void
add (MdspPlaybackLane *lane, MdspPlaybackSection section)
{
  lane->section[lane->n_sections++] = section;
}

static double
warp (double f_hz, double rate_hz)
{
  return mdsp_tan (MDSP_PI * f_hz / rate_hz);
}

static void
add_butterworth (MdspPlaybackLane *lane, bool high, double k, unsigned order)
{
  for (unsigned i = 0; i < order / 2; i++) {
    double s, c;
    mdsp_sincos (MDSP_PI * (double) (2 * i + 1) / (double) (2 * order), &s, &c);
    add (lane, second_order (high, k, 1.0 / (2.0 * s)));
  }
  if (order % 2)
    add (lane, first_order (high, k));
}

/* R. Bristow-Johnson's low shelf of slope 1. */
static void
add_shelf (MdspPlaybackLane *lane, double f_hz, double db, double rate_hz)
{
  double a = mdsp_lin_from_db (db / 2.0), s, c;
  mdsp_sincos (2.0 * MDSP_PI * f_hz / rate_hz, &s, &c);
  double beta = sqrt (2.0 * a) * s, p = a + 1.0, m = a - 1.0;
  double d = p + m * c + beta;
  add (lane, (MdspPlaybackSection){ { a * (p - m * c + beta) / d, 2.0 * a * (m - p * c) / d,
                                      a * (p - m * c - beta) / d },
                                    { -2.0 * (m + p * c) / d, (p + m * c - beta) / d } });
}

/* The fourth-order Linkwitz-Riley pair's all-pass: twice the Butterworth section is its high-pass
 * or low-pass, and this has the phase of both. */
static MdspPlaybackSection
allpass (double k)
{
  MdspPlaybackSection s = second_order (true, k, sqrt (0.5));
  return (MdspPlaybackSection){ { s.a[1], s.a[0], 1.0 }, { s.a[0], s.a[1] } };
}

static void
add_mono_below (MdspPlaybackDesign *design, double k)
{
  add (&design->lane[0], allpass (k));
  for (unsigned i = 0; i < 2; i++)
    add (&design->lane[1], second_order (true, k, sqrt (0.5)));
}

static bool
is_within (double value, double min, double max)
{
  return value >= min && value <= max;
}

static bool
band_is_legal (double f_hz, unsigned order)
{
  return f_hz == 0.0 ||
         (is_within (f_hz, 10.0, 40000.0) && order >= 1 && order <= MDSP_PLAYBACK_MAX_ORDER);
}

static bool
is_legal (const MdspPlaybackParams *p, double rate_hz)
{
  const double top = NYQUIST_MARGIN * rate_hz;
  return is_within (rate_hz, MDSP_RATE_MIN, MDSP_RATE_MAX) &&
         band_is_legal (p->highpass_hz, p->highpass_order) && p->highpass_hz < top &&
         band_is_legal (p->lowpass_hz, p->lowpass_order) &&
         (p->mono_below_hz == 0.0 || (!p->mono && is_within (p->mono_below_hz, 20.0, 1000.0))) &&
         (p->shelf_hz == 0.0 || (is_within (p->shelf_hz, 10.0, 1000.0) && p->shelf_hz < top)) &&
         is_within (p->shelf_db, -24.0, 24.0) && p->noise_lufs <= 0.0 &&
         (p->noise_lowpass_hz == 0.0 || is_within (p->noise_lowpass_hz, 10.0, 40000.0));
}

MdspStatus
mdsp_playback_design (MdspPlaybackDesign *design, const MdspPlaybackParams *p, double rate_hz)
{
  memset (design, 0, sizeof *design);
  if (!is_legal (p, rate_hz))
    return MDSP_ERROR_PARAM;
  const bool by_side = p->mono_below_hz > 0.0;
  design->n_lanes = p->mono ? 1 : 2;
  for (unsigned l = 0; l < design->n_lanes; l++) {
    MdspPlaybackLane *lane = &design->lane[l];
    lane->source = (p->mono || by_side ? MDSP_LANE_MID : MDSP_LANE_LEFT) + l;
    lane->weight = p->mono || by_side ? 2.0 : 1.0;
    if (p->highpass_hz > 0.0)
      add_butterworth (lane, true, warp (p->highpass_hz, rate_hz), p->highpass_order);
    if (p->lowpass_hz > 0.0 && p->lowpass_hz < NYQUIST_MARGIN * rate_hz)
      add_butterworth (lane, false, warp (p->lowpass_hz, rate_hz), p->lowpass_order);
    if (p->shelf_hz > 0.0)
      add_shelf (lane, p->shelf_hz, p->shelf_db, rate_hz);
  }
  if (by_side)
    add_mono_below (design, warp (p->mono_below_hz, rate_hz));
  return MDSP_OK;
}

/* |b (z) / a (z)|^2 at z = e^jw. */
static double
section_power (const MdspPlaybackSection *s, double w)
{
  double s1, c1, s2, c2;
  mdsp_sincos (w, &s1, &c1);
  mdsp_sincos (2.0 * w, &s2, &c2);
  double br = s->b[0] + s->b[1] * c1 + s->b[2] * c2, bi = s->b[1] * s1 + s->b[2] * s2;
  double ar = 1.0 + s->a[0] * c1 + s->a[1] * c2, ai = s->a[0] * s1 + s->a[1] * s2;
  return (br * br + bi * bi) / (ar * ar + ai * ai);
}

double
mdsp_playback_response_db (const MdspPlaybackLane *lane, double rate_hz, double f_hz)
{
  double power = 1.0;
  for (unsigned i = 0; i < lane->n_sections; i++)
    power *= section_power (&lane->section[i], 2.0 * MDSP_PI * f_hz / rate_hz);
  return mdsp_db_from_power (power);
}

void
mdsp_playback_pack (MdspLanesCoef *coef, unsigned n_sections, unsigned lane,
                    const MdspPlaybackLane *from)
{
  for (unsigned s = 0; s < n_sections; s++) {
    const MdspPlaybackSection *section = s < from->n_sections ? &from->section[s] : &identity;
    for (unsigned k = 0; k < 3; k++)
      coef[s].b[k][lane] = section->b[k];
    for (unsigned k = 0; k < 2; k++)
      coef[s].a[k][lane] = section->a[k];
  }
}

/* The gain that makes uniform noise of +-1 in two channels (a power of 1/3 each) as loud as asked:
 * the mean of its low-pass and of K over all frequencies, by the midpoint rule. */
static double
noise_gain (const MdspPlaybackSection *lowpass, double lufs, double rate_hz)
{
  enum { STEPS = 4096 };
  MdspKWeightCoef k;
  double mean = 0.0;
  mdsp_kweight_design (&k, rate_hz);
  for (unsigned i = 0; i < STEPS; i++) {
    double f = ((double) i + 0.5) / STEPS;
    mean += section_power (lowpass, MDSP_PI * f) *
            mdsp_power_from_db (mdsp_kweight_response_db (&k, rate_hz, f * rate_hz / 2.0));
  }
  return sqrt (mdsp_power_from_lufs (lufs) / (2.0 / 3.0 * mean / STEPS));
}

static void
init_noise (MdspPlayback *p, const MdspPlaybackParams *params, double rate_hz)
{
  p->noise = identity;
  if (params->noise_lufs == MDSP_SILENCE_DB)
    return;
  if (params->noise_lowpass_hz > 0.0 && params->noise_lowpass_hz < NYQUIST_MARGIN * rate_hz)
    p->noise = second_order (false, warp (params->noise_lowpass_hz, rate_hz), sqrt (0.5));
  p->noise_gain = noise_gain (&p->noise, params->noise_lufs, rate_hz);
}

MdspStatus
mdsp_playback_init (MdspPlayback *p, const MdspPlaybackParams *params, double rate_hz,
                    const MdspKernels *kernels)
{
  memset (p, 0, sizeof *p);
  MdspStatus status = mdsp_playback_design (&p->design, params, rate_hz);
  if (status != MDSP_OK)
    return status;
  p->kernels = kernels;
  p->n_sections = 1;
  for (unsigned l = 0; l < p->design.n_lanes; l++)
    if (p->design.lane[l].n_sections > p->n_sections)
      p->n_sections = p->design.lane[l].n_sections;
  for (unsigned l = 0; l < MDSP_LANES; l++) {
    const MdspPlaybackLane *lane = &p->design.lane[p->design.n_lanes > 1 ? l % 2 : 0];
    mdsp_playback_pack (p->coef, p->n_sections, l, lane);
    p->from[l] = lane->source;
  }
  init_noise (p, params, rate_hz);
  mdsp_playback_reset (p);
  return MDSP_OK;
}

void
mdsp_playback_reset (MdspPlayback *p)
{
  memset (p->state, 0, sizeof p->state);
  memset (p->noise_state, 0, sizeof p->noise_state);
  p->noise_seed = NOISE_SEED;
  p->n_frames = 0;
}

void
mdsp_playback_spread (double *dst, const float *left, const float *right, size_t n_frames)
{
  for (size_t i = 0; i < n_frames; i++) {
    double l = left[i], r = right[i];
    dst[4 * i] = l;
    dst[4 * i + 1] = r;
    dst[4 * i + 2] = 0.5 * (l + r);
    dst[4 * i + 3] = 0.5 * (l - r);
  }
}

/* -1 <= x < 1, uniform; the generator is Knuth's (MMIX). */
static double
next_noise (MdspPlayback *p, unsigned channel)
{
  p->noise_seed = p->noise_seed * 6364136223846793005u + 1442695040888963407u;
  double x = (double) ((int64_t) p->noise_seed >> 11) * 0x1p-52 * p->noise_gain;
  double *z = p->noise_state[channel];
  double y = p->noise.b[0] * x + z[0];
  z[0] = (p->noise.b[1] * x + z[1]) - p->noise.a[0] * y;
  z[1] = p->noise.b[2] * x - p->noise.a[1] * y;
  return y;
}

/* One device's channels of its lanes. */
static void
gather (MdspPlayback *p, float *left, float *right, size_t n)
{
  const MdspPlaybackDesign *d = &p->design;
  const bool by_side = d->n_lanes == 2 && d->lane[0].source == MDSP_LANE_MID;
  for (size_t i = 0; i < n; i++) {
    double a = p->lanes[4 * i], b = p->lanes[4 * i + 1];
    double l = by_side ? a + b : a, r = by_side ? a - b : b;
    if (p->noise_gain > 0.0) {
      l += next_noise (p, 0);
      r += next_noise (p, 1);
    }
    right[i] = (float) r;
    left[i] = (float) l; /* last: of one channel it is the left one that stays */
  }
}

static void
flush_states (MdspPlayback *p)
{
  double *z = &p->state[0][0][0];
  for (unsigned i = 0; i < p->n_sections * 2 * MDSP_LANES; i++)
    if (fabs (z[i]) < STATE_FLOOR)
      z[i] = 0.0;
}

void
mdsp_playback_process (MdspPlayback *p, float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    double spread[MDSP_MAX_BLOCK * MDSP_LANES], sums[MDSP_LANES] = { 0.0 };
    uint64_t left = MDSP_MAX_BLOCK - p->n_frames % MDSP_MAX_BLOCK;
    size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    mdsp_playback_spread (spread, planes[0] + done, planes[1] + done, n);
    p->kernels->biquad_lanes_f64 (p->coef, p->state, p->n_sections, p->lanes, spread, p->from, n,
                                  sums);
    gather (p, planes[0] + done, planes[1] + done, n);
    p->n_frames += n;
    done += n;
    if (p->n_frames % MDSP_MAX_BLOCK == 0)
      flush_states (p);
  }
}

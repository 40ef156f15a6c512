/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/loudness.h"
#include "filter/biquad_power.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs, floor, sqrt */
#include <stdlib.h>
#include <string.h>

/* Below this a filter state is inaudible by 600 dB: zeroed on the 10 ms grid, so that silence ends. */
#define STATE_FLOOR 1e-30

#define STANDARD_HZ 48000.0
/* From here on the bilinear transform of the prototypes is within 0.008 dB of the curve at 48 kHz, up to
 * 20 kHz or 0.45 of the rate; below it bends, by 0.29 dB at 8 kHz, and the shelf is matched: 0.007 dB there. */
#define MATCHED_BELOW_HZ 36000.0
#define N_MATCHED        4

/* BS.1770-5's two prototypes, from which its 48 kHz tables follow to 1e-14. */
static void
design_shelf (double b[3], double a[2], double rate_hz)
{
  const double f0 = 1681.974450955533, gain_db = 3.999843853973347, q = 0.7071752369554196;
  double k = mdsp_tan (MDSP_PI * f0 / rate_hz);
  double vh = mdsp_lin_from_db (gain_db), vb = mdsp_lin_from_db (gain_db * 0.4996667741545416);
  double d = 1.0 + k / q + k * k;
  b[0] = (vh + vb * k / q + k * k) / d;
  b[1] = 2.0 * (k * k - vh) / d;
  b[2] = (vh - vb * k / q + k * k) / d;
  a[0] = 2.0 * (k * k - 1.0) / d;
  a[1] = (1.0 - k / q + k * k) / d;
}

static void
design_highpass (double b[3], double a[2], double rate_hz)
{
  const double f0 = 38.13547087602444, q = 0.5003270373238773;
  /* The table's numerator 1, -2, 1 carries this much gain at 48 kHz; keep it at every rate. */
  const double inverse_d_48k = 0.9950299263000474;
  double k = mdsp_tan (MDSP_PI * f0 / rate_hz);
  double d = 1.0 + k / q + k * k;
  double s = 1.0 / d / inverse_d_48k;
  b[0] = s;
  b[1] = -2.0 * s;
  b[2] = s;
  a[0] = 2.0 * (k * k - 1.0) / d;
  a[1] = (1.0 - k / q + k * k) / d;
}

static double
section_power (const double b[3], const double a[2], const Phi *phi)
{
  const Power n = power_of (b[0], b[1], b[2]), d = power_of (1.0, a[0], a[1]);
  return power_at (&n, phi) / power_at (&d, phi);
}

/* Gauss's elimination with the largest pivot of each column; the solution is in column n. */
static void
solve (double m[N_MATCHED][N_MATCHED + 1])
{
  for (unsigned col = 0; col < N_MATCHED; col++) {
    unsigned pivot = col;
    for (unsigned row = col + 1; row < N_MATCHED; row++)
      pivot = fabs (m[row][col]) > fabs (m[pivot][col]) ? row : pivot;
    for (unsigned k = 0; k <= N_MATCHED; k++) {
      const double swap = m[col][k];
      m[col][k] = m[pivot][k];
      m[pivot][k] = swap;
    }
    for (unsigned row = 0; row < N_MATCHED; row++) {
      const double factor = row == col ? 0.0 : m[row][col] / m[col][col];
      for (unsigned k = col; k <= N_MATCHED; k++)
        m[row][k] -= factor * m[col][k];
    }
  }
  for (unsigned row = 0; row < N_MATCHED; row++)
    m[row][N_MATCHED] /= m[row][row];
}

/* The polynomial whose power is 1 + u x + v x^2, x = sin^2 (pi f / rate). */
static void
factor_power (double c[3], double u, double v)
{
  const Power p = { 1.0, 1.0 + u + v, -0.25 * v };
  factor (c, &p);
}

/* The shelf that makes of the high-pass the curve at 48 kHz at five frequencies: 0, where its power is 1, and
 * those below. |H|^2 = (1 + n1 x + n2 x^2) / (1 + d1 x + d2 x^2) is linear in the four at each. */
static void
match_shelf (MdspKWeightCoef *coef, double rate_hz)
{
  const double f_hz[N_MATCHED] = { 900.0, 1600.0, 2400.0, 0.43 * rate_hz };
  double m[N_MATCHED][N_MATCHED + 1], d[3];
  MdspKWeightCoef standard;
  design_shelf (standard.b[0], standard.a[0], STANDARD_HZ);
  design_highpass (standard.b[1], standard.a[1], STANDARD_HZ);
  for (unsigned i = 0; i < N_MATCHED; i++) {
    const Phi there = phi_at (f_hz[i], STANDARD_HZ), here = phi_at (f_hz[i], rate_hz);
    const double power = section_power (standard.b[0], standard.a[0], &there) *
                         section_power (standard.b[1], standard.a[1], &there) /
                         section_power (coef->b[1], coef->a[1], &here);
    const double x = here.p1, row[] = { 1.0, x, -power, -power * x, (power - 1.0) / x };
    memcpy (m[i], row, sizeof row);
  }
  solve (m);
  factor_power (coef->b[0], m[0][N_MATCHED], m[1][N_MATCHED]);
  factor_power (d, m[2][N_MATCHED], m[3][N_MATCHED]);
  for (unsigned i = 0; i < 3; i++)
    coef->b[0][i] /= d[0];
  coef->a[0][0] = d[1] / d[0];
  coef->a[0][1] = d[2] / d[0];
}

void
mdsp_kweight_design (MdspKWeightCoef *coef, double rate_hz)
{
  design_highpass (coef->b[1], coef->a[1], rate_hz);
  if (rate_hz < MATCHED_BELOW_HZ)
    match_shelf (coef, rate_hz);
  else
    design_shelf (coef->b[0], coef->a[0], rate_hz);
}

double
mdsp_kweight_response_db (const MdspKWeightCoef *coef, double rate_hz, double f_hz)
{
  double s1, c1, s2, c2, power = 1.0, w = 2.0 * MDSP_PI * f_hz / rate_hz;
  mdsp_sincos (w, &s1, &c1);
  mdsp_sincos (2.0 * w, &s2, &c2);
  for (unsigned i = 0; i < 2; i++) {
    const double *b = coef->b[i], *a = coef->a[i];
    double br = b[0] + b[1] * c1 + b[2] * c2, bi = b[1] * s1 + b[2] * s2;
    double ar = 1.0 + a[0] * c1 + a[1] * c2, ai = a[0] * s1 + a[1] * s2;
    power *= (br * br + bi * bi) / (ar * ar + ai * ai);
  }
  return mdsp_db_from_power (power);
}

/* End of sub-block k (counted from 0) in frames since reset: round ((k + 1) fs / 100). */
static uint64_t
boundary (const MdspLoudness *l, uint64_t k)
{
  return (uint64_t) floor ((double) (k + 1) * l->rate_hz / 100.0 + 0.5);
}

static MdspStatus
init_gating (MdspGating *g, bool running)
{
  if (!running)
    return mdsp_gating_init (g);
  mdsp_gating_init_running (g);
  return MDSP_OK;
}

static MdspGating *
new_gating (bool running)
{
  MdspGating *g = calloc (1, sizeof *g);
  if (g && init_gating (g, running) == MDSP_OK)
    return g;
  free (g);
  return NULL;
}

MdspStatus
mdsp_loudness_init (MdspLoudness *l, const MdspLoudnessParams *params, const MdspKernels *kernels)
{
  memset (l, 0, sizeof *l);
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX) ||
      params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS)
    return MDSP_ERROR_PARAM;
  l->kernels = kernels;
  l->rate_hz = params->rate_hz;
  l->n_channels = params->n_channels;
  memcpy (l->weights, params->weights, params->n_channels * sizeof (double));
  l->coarse = params->coarse;
  mdsp_kweight_design (&l->coef, params->rate_hz);
  if (init_gating (&l->blocks, params->running) != MDSP_OK ||
      init_gating (&l->shorts, params->running) != MDSP_OK ||
      (l->n_channels == 2 && !l->coarse && !(l->folded = new_gating (params->running)))) {
    mdsp_loudness_clear (l);
    return MDSP_ERROR_MEMORY;
  }
  l->next_boundary = boundary (l, 0);
  return MDSP_OK;
}

void
mdsp_loudness_restart (MdspLoudness *l)
{
  memset (l->state, 0, sizeof l->state);
  memset (l->sums, 0, sizeof l->sums);
  l->n_frames = l->n_subblocks = 0;
  l->next_boundary = boundary (l, 0);
  l->momentary_power = l->shortterm_power = 0.0;
}

void
mdsp_loudness_reset (MdspLoudness *l)
{
  mdsp_loudness_restart (l);
  mdsp_gating_reset (&l->blocks);
  mdsp_gating_reset (&l->shorts);
  if (l->folded)
    mdsp_gating_reset (l->folded);
  memset (l->stereo_total, 0, sizeof l->stereo_total);
  l->max_momentary_power = l->max_shortterm_power = 0.0;
}

void
mdsp_loudness_clear (MdspLoudness *l)
{
  mdsp_gating_clear (&l->blocks);
  mdsp_gating_clear (&l->shorts);
  if (l->folded)
    mdsp_gating_clear (l->folded);
  free (l->folded);
  l->folded = NULL;
}

/* Adds n energies, numbers at, at + 1 ... of a window: number i to sum i mod 4. */
static void
add_energies (double sum[4], const double *energy, unsigned at, unsigned n)
{
  unsigned i = 0;
  for (; i < n && (at + i) % 4 != 0; i++)
    sum[(at + i) % 4] += energy[i];
  for (; i + 4 <= n; i += 4)
    for (unsigned j = 0; j < 4; j++)
      sum[j] += energy[i + j];
  for (; i < n; i++)
    sum[(at + i) % 4] += energy[i];
}

/* Sum over the newest n sub-blocks (at most all): four running sums in a fixed order, short chains
 * that every machine rounds alike. */
static double
newest_sum (const MdspLoudness *l, const MdspEnergyRing *ring, unsigned n)
{
  const unsigned start = (unsigned) ((l->n_subblocks - n) % MDSP_SUBBLOCKS_S);
  const unsigned first = MDSP_SUBBLOCKS_S - start < n ? MDSP_SUBBLOCKS_S - start : n;
  double sum[4] = { 0.0 };
  add_energies (sum, ring->energy + start, 0, first);
  add_energies (sum, ring->energy, first, n - first);
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/* Frames spanned by the newest n sub-blocks. */
static double
newest_span (const MdspLoudness *l, unsigned n)
{
  uint64_t last = l->n_subblocks;
  uint64_t start = last == n ? 0 : boundary (l, last - n - 1);
  return (double) (boundary (l, last - 1) - start);
}

/* Ends the sub-block under way: its energies enter the rings, the sums start anew. */
static void
close_subblock (MdspLoudness *l)
{
  unsigned slot = (unsigned) (l->n_subblocks % MDSP_SUBBLOCKS_S);
  double weighted = 0.0;
  for (unsigned c = 0; c < l->n_channels; c++)
    weighted += l->weights[c] * l->sums[c / 2][c % 2];
  l->weighted.energy[slot] = weighted;
  for (unsigned i = 0; i < 3; i++)
    l->stereo[i].energy[slot] = l->sums[0][i];
  memset (l->sums, 0, sizeof l->sums);
  double *z = &l->state[0][0][0][0];
  for (unsigned i = 0; i < (l->n_channels + 1) / 2 * 8; i++)
    if (fabs (z[i]) < STATE_FLOOR)
      z[i] = 0.0;
  l->n_subblocks++;
  l->next_boundary = boundary (l, l->n_subblocks);
}

static void
update_windows (MdspLoudness *l)
{
  if (l->n_subblocks >= MDSP_SUBBLOCKS_M) {
    l->momentary_power =
        newest_sum (l, &l->weighted, MDSP_SUBBLOCKS_M) / newest_span (l, MDSP_SUBBLOCKS_M);
    if (l->momentary_power > l->max_momentary_power)
      l->max_momentary_power = l->momentary_power;
  }
  if (l->n_subblocks >= MDSP_SUBBLOCKS_S) {
    l->shortterm_power =
        newest_sum (l, &l->weighted, MDSP_SUBBLOCKS_S) / newest_span (l, MDSP_SUBBLOCKS_S);
    if (l->shortterm_power > l->max_shortterm_power)
      l->max_shortterm_power = l->shortterm_power;
  }
}

/* (L + R) / 2 in both channels is never louder than the stereo, so what it adds above -70 LUFS is
 * added here. */
static void
update_stereo (MdspLoudness *l)
{
  double p[3];
  for (unsigned i = 0; i < 3; i++) {
    p[i] = newest_sum (l, &l->stereo[i], MDSP_SUBBLOCKS_M);
    l->stereo_total[i] += p[i];
  }
  const double folded = (p[0] + p[1]) / 2.0 + p[2];
  if (l->folded && folded > 0.0)
    mdsp_gating_add (l->folded, folded / newest_span (l, MDSP_SUBBLOCKS_M));
}

/* Every 100 ms, once the first 400 ms are complete: 75 % overlap. */
static void
update_programme (MdspLoudness *l)
{
  if (l->n_subblocks < MDSP_SUBBLOCKS_M)
    return;
  mdsp_gating_add (&l->blocks, l->momentary_power);
  if (mdsp_lufs_from_power (l->momentary_power) > -70.0)
    update_stereo (l);
  if (l->n_subblocks >= MDSP_SUBBLOCKS_S)
    mdsp_gating_add (&l->shorts, l->shortterm_power);
}

uint64_t
mdsp_loudness_frames_to_step (const MdspLoudness *l)
{
  uint64_t last = l->n_subblocks - l->n_subblocks % 10 + 9; /* the sub-block that completes it */
  return boundary (l, last) - l->n_frames;
}

/* The filters have had n more frames; returns whether that completed a step. */
static bool
move_on (MdspLoudness *l, size_t n)
{
  l->n_frames += n;
  if (l->n_frames != l->next_boundary)
    return false;
  close_subblock (l);
  const bool step = l->n_subblocks % 10 == 0;
  if (!l->coarse || step)
    update_windows (l);
  if (step)
    update_programme (l);
  return step;
}

/* What is left of n frames until a sub-block ends. */
static size_t
to_boundary (const MdspLoudness *l, size_t n)
{
  const uint64_t left = l->next_boundary - l->n_frames;
  return n < left ? n : (size_t) left;
}

bool
mdsp_loudness_process (MdspLoudness *l, const float *const planes[], size_t n_frames)
{
  bool stepped = false;
  for (size_t done = 0, n; done < n_frames; done += n) {
    n = to_boundary (l, n_frames - done);
    for (unsigned c = 0; c < l->n_channels; c += 2) {
      const float *x0 = planes[c] + done;
      const float *x1 = c + 1 < l->n_channels ? planes[c + 1] + done : x0;
      l->kernels->kweight_f64 (&l->coef, l->state[c / 2], x0, x1, n, l->sums[c / 2]);
    }
    stepped |= move_on (l, n);
  }
  return stepped;
}

void
mdsp_loudness_process_two (MdspLoudness *const l[2], const float *const *const planes[2],
                           size_t n_frames, bool stepped[2])
{
  stepped[0] = stepped[1] = false;
  for (size_t done = 0, n; done < n_frames; done += n) {
    n = to_boundary (l[1], to_boundary (l[0], n_frames - done));
    for (unsigned c = 0; c < l[0]->n_channels; c += 2) {
      const unsigned d = c + 1 < l[0]->n_channels ? c + 1 : c;
      const float *const x[4] = { planes[0][c] + done, planes[0][d] + done, planes[1][c] + done,
                                  planes[1][d] + done };
      double (*const state[2])[2][2] = { l[0]->state[c / 2], l[1]->state[c / 2] };
      double *const sums[2] = { l[0]->sums[c / 2], l[1]->sums[c / 2] };
      l[0]->kernels->kweight_two_f64 (&l[0]->coef, state, x, n, sums);
    }
    for (unsigned k = 0; k < 2; k++)
      stepped[k] |= move_on (l[k], n);
  }
}

double
mdsp_loudness_momentary (const MdspLoudness *l)
{
  return mdsp_lufs_from_power (l->momentary_power);
}

double
mdsp_loudness_hop_power (const MdspLoudness *l)
{
  if (l->n_subblocks < MDSP_SUBBLOCKS_HOP)
    return 0.0;
  return newest_sum (l, &l->weighted, MDSP_SUBBLOCKS_HOP) / newest_span (l, MDSP_SUBBLOCKS_HOP);
}

double
mdsp_loudness_shortterm (const MdspLoudness *l)
{
  return mdsp_lufs_from_power (l->shortterm_power);
}

double
mdsp_loudness_max_momentary (const MdspLoudness *l)
{
  return mdsp_lufs_from_power (l->max_momentary_power);
}

double
mdsp_loudness_max_shortterm (const MdspLoudness *l)
{
  return mdsp_lufs_from_power (l->max_shortterm_power);
}

double
mdsp_loudness_integrated (const MdspLoudness *l, bool exact, double *relative_threshold)
{
  return mdsp_gating_integrated (&l->blocks, exact, relative_threshold);
}

double
mdsp_loudness_range (const MdspLoudness *l, bool exact)
{
  return mdsp_gating_range (&l->shorts, exact);
}

MdspStereoReading
mdsp_loudness_stereo (const MdspLoudness *l, MdspStereoSpan span)
{
  const unsigned n = span == MDSP_STEREO_3S ? MDSP_SUBBLOCKS_S : MDSP_SUBBLOCKS_M;
  double p[3] = { 0.0, 0.0, 0.0 };
  if (l->n_channels >= 2 && span == MDSP_STEREO_PROGRAMME)
    memcpy (p, l->stereo_total, sizeof p);
  else if (l->n_channels >= 2 && l->n_subblocks >= n)
    for (unsigned i = 0; i < 3; i++)
      p[i] = newest_sum (l, &l->stereo[i], n);
  return mdsp_stereo_reading (p);
}

double
mdsp_loudness_folded (const MdspLoudness *l, bool exact)
{
  return l->folded ? mdsp_gating_integrated (l->folded, exact, NULL) : MDSP_SILENCE_DB;
}

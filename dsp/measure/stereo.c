/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/stereo.h"
#include "kernels/dmath.h"
#include "measure/gating.h"
#include "measure/loudness.h"

#include <math.h> /* fabs, floor, sqrt */
#include <stdlib.h>
#include <string.h>

#define STATE_FLOOR 1e-30 /* as in loudness.c */

/* A window in which a fault may be named: loud enough, and the octave matters in it. */
#define WINDOW_GATE_LUFS    -60.0
#define OCTAVE_RELEVANCE_DB -30.0

#define POLARITY_CORRELATION -0.5
#define SILENT_BALANCE_DB    40.0
#define CANCEL_LU            -6.0
#define DUAL_MONO_DB         -60.0

/* One channel is a late copy when its best lag explains this much, and this much more than none. */
#define DELAY_CORRELATION 0.6
#define DELAY_ADVANTAGE   0.25
#define DELAY_MIN_MS      0.1
#define LAG_LEAK          0.9 /* per block of 100 ms: 1 s */

/* --- readings --------------------------------------------------------------------------------- */

/* A product sum that cannot be negative; its rounding can. */
static double
positive (double power)
{
  return power > 0.0 ? power : 0.0;
}

static double
ratio_db (double above, double below)
{
  if (!(above > 0.0))
    return MDSP_SILENCE_DB;
  return below > 0.0 ? mdsp_db_from_power (above / below) : -MDSP_SILENCE_DB;
}

MdspStereoReading
mdsp_stereo_reading (const double p[3])
{
  MdspStereoReading reading = { 0.0, 0.0, 0.0, 0.0 };
  const double both = p[0] + p[1];
  /* -200 dB over 400 ms at 8 kHz: below, there is nothing to relate. */
  if (!(both > 1e-17))
    return reading;
  const double mid = positive (both + 2.0 * p[2]), side = positive (both - 2.0 * p[2]);
  if (p[0] > 0.0 && p[1] > 0.0)
    reading.correlation = p[2] / sqrt (p[0] * p[1]);
  reading.balance_db = ratio_db (p[1], p[0]);
  reading.side_mid_db = ratio_db (side, mid);
  reading.mono_change_lu = ratio_db (mid, 2.0 * both);
  return reading;
}

/* --- filters ---------------------------------------------------------------------------------- */

typedef struct {
  double re, im;
} Complex;

static Complex
complex_sqrt (Complex z)
{
  const double r = sqrt (z.re * z.re + z.im * z.im);
  const double re = sqrt (positive ((r + z.re) / 2.0)), im = sqrt (positive ((r - z.re) / 2.0));
  return (Complex){ re, z.im < 0.0 ? -im : im };
}

/* The section with a conjugate pair of analogue poles (bilinear transform, s = (z-1)/(z+1)) and
 * zeros at 0 Hz and at the Nyquist frequency. */
static void
bandpass_section (MdspBandCoef *coef, unsigned lane, unsigned stage, Complex s)
{
  const double d = (1.0 - s.re) * (1.0 - s.re) + s.im * s.im;
  coef->b[stage][0][lane] = 1.0;
  coef->b[stage][1][lane] = 0.0;
  coef->b[stage][2][lane] = -1.0;
  coef->a[stage][0][lane] = -2.0 * (1.0 - s.re * s.re - s.im * s.im) / d;
  coef->a[stage][1][lane] = ((1.0 + s.re) * (1.0 + s.re) + s.im * s.im) / d;
}

/* |H|^2 of a section at the angle with this cosine and sine. */
static double
section_power (const MdspBandCoef *coef, unsigned lane, unsigned stage, double c1, double s1)
{
  const double c2 = 2.0 * c1 * c1 - 1.0, s2 = 2.0 * s1 * c1;
  const double b0 = coef->b[stage][0][lane], b1 = coef->b[stage][1][lane];
  const double b2 = coef->b[stage][2][lane];
  const double a1 = coef->a[stage][0][lane], a2 = coef->a[stage][1][lane];
  const double br = b0 + b1 * c1 + b2 * c2, bi = b1 * s1 + b2 * s2;
  const double ar = 1.0 + a1 * c1 + a2 * c2, ai = a1 * s1 + a2 * s2;
  return (br * br + bi * bi) / (ar * ar + ai * ai);
}

/* The highest octave ends below the Nyquist frequency, or is silent when little is left of it. */
#define TOP_EDGE    0.46 /* of the rate */
#define TOP_LOWEDGE 0.3

/* Butterworth band-pass of order 4, an octave wide: the low-pass prototype's poles p, shifted by
 * s = (p B +- sqrt (p^2 B^2 - 4 w0^2)) / 2. */
static void
design_octave (MdspBandCoef *coef, unsigned lane, double f_hz, double rate_hz)
{
  const double sqrt_half = 0.7071067811865476;
  const double lo = mdsp_tan (MDSP_PI * f_hz * sqrt_half / rate_hz);
  const double top = f_hz / sqrt_half < TOP_EDGE * rate_hz ? f_hz / sqrt_half : TOP_EDGE * rate_hz;
  const double hi = mdsp_tan (MDSP_PI * top / rate_hz);
  const double b = hi - lo, w0_squared = lo * hi;
  /* p = (-1 + j) / sqrt 2, p^2 = -j */
  const Complex root = complex_sqrt ((Complex){ -4.0 * w0_squared, -b * b });
  const double pb = b * sqrt_half;
  bandpass_section (coef, lane, 0, (Complex){ (-pb + root.re) / 2.0, (pb + root.im) / 2.0 });
  bandpass_section (coef, lane, 1, (Complex){ (-pb - root.re) / 2.0, (pb - root.im) / 2.0 });
  /* 0 dB in the middle, where tan (w / 2) = w0, by both sections alike */
  const double c1 = (1.0 - w0_squared) / (1.0 + w0_squared);
  const double s1 = 2.0 * sqrt (w0_squared) / (1.0 + w0_squared);
  for (unsigned stage = 0; stage < 2; stage++) {
    const double gain = 1.0 / sqrt (section_power (coef, lane, stage, c1, s1));
    coef->b[stage][0][lane] *= gain;
    coef->b[stage][2][lane] *= gain;
  }
}

/* Linkwitz-Riley of order 4: two Butterworth sections alike (bilinear transform). */
static void
design_edge (MdspBandCoef *coef, unsigned lane, double f_hz, double rate_hz, bool highpass)
{
  const double sqrt2 = 1.4142135623730951;
  const double k = mdsp_tan (MDSP_PI * f_hz / rate_hz), d = 1.0 + sqrt2 * k + k * k;
  const double b = highpass ? 1.0 / d : k * k / d;
  for (unsigned stage = 0; stage < 2; stage++) {
    coef->b[stage][0][lane] = coef->b[stage][2][lane] = b;
    coef->b[stage][1][lane] = highpass ? -2.0 * b : 2.0 * b;
    coef->a[stage][0][lane] = 2.0 * (k * k - 1.0) / d;
    coef->a[stage][1][lane] = (1.0 - sqrt2 * k + k * k) / d;
  }
}

static void
design_kweight (MdspBandCoef *coef, unsigned lane, double rate_hz)
{
  MdspKWeightCoef k;
  mdsp_kweight_design (&k, rate_hz);
  for (unsigned stage = 0; stage < 2; stage++) {
    for (unsigned i = 0; i < 3; i++)
      coef->b[stage][i][lane] = k.b[stage][i];
    for (unsigned i = 0; i < 2; i++)
      coef->a[stage][i][lane] = k.a[stage][i];
  }
}

double
mdsp_stereo_octave_hz (unsigned octave)
{
  return 31.25 * (double) (1u << octave);
}

static bool
has_octave (unsigned octave, double rate_hz)
{
  return mdsp_stereo_octave_hz (octave) / 1.4142135623730951 < TOP_LOWEDGE * rate_hz;
}

unsigned
mdsp_stereo_n_octaves (const MdspStereo *s)
{
  unsigned n = 0;
  while (n < MDSP_STEREO_OCTAVES && has_octave (n, s->rate_hz))
    n++;
  return n;
}

/* What is not designed stays at coefficients of 0: silent. */
static void
design (MdspBandCoef *coef, double rate_hz)
{
  memset (coef, 0, sizeof *coef);
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++)
    if (has_octave (k, rate_hz))
      design_octave (coef, k, mdsp_stereo_octave_hz (k), rate_hz);
  design_kweight (coef, MDSP_STEREO_BROAD, rate_hz);
  design_edge (coef, MDSP_STEREO_LOW, MDSP_STEREO_LOW_HZ, rate_hz, false);
  if (MDSP_STEREO_HIGH_HZ < 0.4 * rate_hz)
    design_edge (coef, MDSP_STEREO_HIGH, MDSP_STEREO_HIGH_HZ, rate_hz, true);
}

double
mdsp_stereo_response_db (const MdspStereo *s, unsigned band, double f_hz)
{
  double sine, cosine;
  mdsp_sincos (2.0 * MDSP_PI * f_hz / s->rate_hz, &sine, &cosine);
  return mdsp_db_from_power (section_power (&s->coef, band, 0, cosine, sine) *
                             section_power (&s->coef, band, 1, cosine, sine));
}

/* --- state ------------------------------------------------------------------------------------ */

/* End of block k (counted from 0) in frames: round ((k + 1) fs / 10). */
static uint64_t
boundary (const MdspStereo *s, uint64_t k)
{
  return (uint64_t) floor ((double) (k + 1) * s->rate_hz / 10.0 + 0.5);
}

static unsigned
segment_frames (const MdspStereo *s)
{
  return s->n_segment + 2 * s->max_lag;
}

static unsigned
n_lags (const MdspStereo *s)
{
  return 2 * s->max_lag + 1;
}

MdspStatus
mdsp_stereo_init (MdspStereo *s, const MdspStereoParams *params, const MdspKernels *kernels)
{
  memset (s, 0, sizeof *s);
  if (!(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  s->kernels = kernels;
  s->rate_hz = params->rate_hz;
  /* A block of 100 ms always holds the segment: at 8 kHz it is 800 frames. */
  s->n_segment = params->rate_hz < 16000.0 ? 512 : 1024;
  s->max_lag = (unsigned) floor (params->rate_hz * MDSP_STEREO_MAX_LAG_MS / 1000.0);
  design (&s->coef, params->rate_hz);
  for (unsigned c = 0; c < 2; c++)
    s->segment[c] = calloc (segment_frames (s), sizeof (float));
  s->lag_products = calloc (n_lags (s), sizeof (float));
  s->lag_window = calloc (n_lags (s), sizeof (double));
  if (!s->segment[0] || !s->segment[1] || !s->lag_products || !s->lag_window) {
    mdsp_stereo_clear (s);
    return MDSP_ERROR_MEMORY;
  }
  mdsp_stereo_reset (s);
  return MDSP_OK;
}

void
mdsp_stereo_reset (MdspStereo *s)
{
  memset (&s->bands, 0, sizeof s->bands);
  memset (s->ring, 0, sizeof s->ring);
  memset (s->ring_frames, 0, sizeof s->ring_frames);
  memset (s->total, 0, sizeof s->total);
  memset (s->lag_window, 0, n_lags (s) * sizeof (double));
  memset (s->energy_window, 0, sizeof s->energy_window);
  memset (s->newest, 0, sizeof s->newest);
  memset (s->open, 0, sizeof s->open);
  memset (s->spans, 0, sizeof s->spans);
  s->n_frames = s->n_blocks = s->block_start = 0;
  s->n_windows_seen = s->n_windows = s->n_negative = s->correlation_min_at = 0;
  s->correlation_sum = 0.0;
  s->correlation_min = 1.0;
  s->next_boundary = boundary (s, 0);
}

void
mdsp_stereo_clear (MdspStereo *s)
{
  for (unsigned c = 0; c < 2; c++) {
    free (s->segment[c]);
    s->segment[c] = NULL;
  }
  free (s->lag_products);
  free (s->lag_window);
  s->lag_products = NULL;
  s->lag_window = NULL;
}

/* --- a delay between the channels --------------------------------------------------------------- */

/* The first differences of the first frames of a block: differences, so that the bass, which is
 * alike at all short lags, does not hide them. */
static void
collect_segment (MdspStereo *s, const float *const planes[2], size_t n)
{
  const uint64_t at = s->n_frames - s->block_start;
  for (size_t i = 0; i < n && at + i < segment_frames (s); i++)
    for (unsigned c = 0; c < 2; c++) {
      s->segment[c][at + i] = planes[c][i] - s->newest[c];
      s->newest[c] = planes[c][i];
    }
  for (unsigned c = 0; c < 2 && n > 0; c++)
    s->newest[c] = planes[c][n - 1];
}

/* lag_products[l] = sum over the segment of left (t) right (t + l - max_lag). */
static void
correlate_segment (MdspStereo *s)
{
  const unsigned lags = n_lags (s);
  const float *left = s->segment[0] + s->max_lag, *right = s->segment[1];
  double energy[2] = { 0.0, 0.0 };
  memset (s->lag_products, 0, lags * sizeof (float));
  for (unsigned i = 0; i < s->n_segment; i++) {
    const float x = left[i];
    float *restrict sums = s->lag_products;
    for (unsigned l = 0; l < lags; l++)
      sums[l] += x * right[i + l];
    energy[0] += (double) x * x;
    energy[1] += (double) right[i + s->max_lag] * right[i + s->max_lag];
  }
  for (unsigned l = 0; l < lags; l++)
    s->lag_window[l] = LAG_LEAK * s->lag_window[l] + s->lag_products[l];
  for (unsigned c = 0; c < 2; c++)
    s->energy_window[c] = LAG_LEAK * s->energy_window[c] + energy[c];
}

/* Correlation at a lag of the last second; 0 in silence. */
static double
lag_correlation (const MdspStereo *s, unsigned l)
{
  const double power = s->energy_window[0] * s->energy_window[1];
  return power > 1e-24 ? s->lag_window[l] / sqrt (power) : 0.0;
}

/* The delay of the right channel in ms, through the vertex of a parabola; 0: there is none. */
static double
find_delay (const MdspStereo *s)
{
  unsigned best = 0;
  double here = 0.0;
  for (unsigned l = 1; l + 1 < n_lags (s); l++)
    if (fabs (s->lag_window[l]) > fabs (s->lag_window[best]))
      best = l;
  for (unsigned l = s->max_lag - 1; l <= s->max_lag + 1; l++)
    here = fabs (lag_correlation (s, l)) > here ? fabs (lag_correlation (s, l)) : here;
  const double there = fabs (lag_correlation (s, best));
  if (best == 0 || there < DELAY_CORRELATION || there - here < DELAY_ADVANTAGE)
    return 0.0;
  const double sign = s->lag_window[best] < 0.0 ? -1.0 : 1.0;
  const double m = sign * s->lag_window[best - 1], c = sign * s->lag_window[best];
  const double p = sign * s->lag_window[best + 1], bend = m - 2.0 * c + p;
  const double shift = bend < 0.0 ? (m - p) / (2.0 * bend) : 0.0;
  const double ms = ((double) best + shift - (double) s->max_lag) * 1000.0 / s->rate_hz;
  return fabs (ms) >= DELAY_MIN_MS ? ms : 0.0;
}

/* --- windows and faults ------------------------------------------------------------------------- */

static void
close_span (MdspStereo *s, unsigned fault, uint64_t end)
{
  MdspStereoOpen *open = &s->open[fault];
  MdspStereoSpans *spans = &s->spans[fault];
  if (!open->open)
    return;
  open->open = false;
  spans->n_spans++;
  spans->total += end - open->start;
  if (end - open->start > spans->end - spans->start) {
    spans->start = open->start;
    spans->end = end;
  }
}

/* A window whose middle is `at` has the fault or not; worse values are further from 0. */
static void
see (MdspStereo *s, unsigned fault, bool there, uint64_t at, double value)
{
  MdspStereoOpen *open = &s->open[fault];
  if (!there) {
    close_span (s, fault, open->last);
    return;
  }
  if (!open->open)
    open->start = s->n_windows_seen == 0 ? 0 : at;
  open->open = true;
  open->last = at;
  if (fabs (value) > fabs (s->spans[fault].value))
    s->spans[fault].value = value;
}

/* Sums of the newest blocks, oldest first. */
static void
window_products (const MdspStereo *s, unsigned band, double p[3])
{
  const uint64_t n = s->n_blocks < MDSP_STEREO_WINDOW ? s->n_blocks : MDSP_STEREO_WINDOW;
  p[0] = p[1] = p[2] = 0.0;
  for (uint64_t k = s->n_blocks - n; k < s->n_blocks; k++)
    for (unsigned i = 0; i < 3; i++)
      p[i] += s->ring[k % MDSP_STEREO_WINDOW][band][i];
}

static uint64_t
window_frames (const MdspStereo *s)
{
  uint64_t frames = 0;
  for (unsigned i = 0; i < MDSP_STEREO_WINDOW; i++)
    frames += s->ring_frames[i];
  return frames;
}

static void
see_octaves (MdspStereo *s, bool loud, uint64_t at, double broad_power)
{
  const double relevant = broad_power * mdsp_power_from_db (OCTAVE_RELEVANCE_DB);
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++) {
    double p[3];
    window_products (s, k, p);
    const MdspStereoReading r = mdsp_stereo_reading (p);
    /* -inf would not be a number to remember */
    const double change = r.mono_change_lu > -99.0 ? r.mono_change_lu : -99.0;
    see (s, MDSP_STEREO_CANCEL + k, loud && p[0] + p[1] > relevant && r.mono_change_lu < CANCEL_LU,
         at, change);
  }
}

/* The newest blocks as one window. */
static void
judge_window (MdspStereo *s)
{
  double p[3];
  const uint64_t frames = window_frames (s), at = s->block_start - frames / 2;
  window_products (s, MDSP_STEREO_BROAD, p);
  const MdspStereoReading r = mdsp_stereo_reading (p);
  const bool loud = mdsp_lufs_from_power ((p[0] + p[1]) / (double) frames) > WINDOW_GATE_LUFS;
  const double balance = r.balance_db > 99.0 ? 99.0 : r.balance_db < -99.0 ? -99.0 : r.balance_db;
  const double delay_ms = loud ? find_delay (s) : 0.0;
  see (s, MDSP_STEREO_POLARITY, loud && r.correlation < POLARITY_CORRELATION, at, r.correlation);
  see (s, MDSP_STEREO_SILENT, loud && fabs (balance) > SILENT_BALANCE_DB, at, balance);
  see (s, MDSP_STEREO_DELAY, delay_ms != 0.0, at, delay_ms);
  see_octaves (s, loud, at, p[0] + p[1]);
  s->n_windows_seen++;
  if (!loud)
    return;
  if (r.correlation < s->correlation_min || s->n_windows == 0) {
    s->correlation_min = r.correlation;
    s->correlation_min_at = at;
  }
  s->n_windows++;
  s->n_negative += r.correlation < 0.0;
  s->correlation_sum += r.correlation;
}

/* Ends the block under way. */
static void
close_block (MdspStereo *s)
{
  const unsigned slot = (unsigned) (s->n_blocks % MDSP_STEREO_WINDOW);
  const uint64_t frames = s->n_frames - s->block_start;
  double *z = &s->bands.z[0][0][0][0];
  for (unsigned b = 0; b < MDSP_STEREO_N_BANDS; b++)
    for (unsigned i = 0; i < 3; i++)
      s->ring[slot][b][i] = s->bands.sums[i][b];
  s->ring_frames[slot] = frames;
  memset (s->bands.sums, 0, sizeof s->bands.sums);
  for (size_t i = 0; i < sizeof s->bands.z / sizeof (double); i++)
    if (fabs (z[i]) < STATE_FLOOR)
      z[i] = 0.0;
  const double *broad = s->ring[slot][MDSP_STEREO_BROAD];
  if (mdsp_lufs_from_power ((broad[0] + broad[1]) / (double) frames) > -70.0)
    for (unsigned b = 0; b < MDSP_STEREO_N_BANDS; b++)
      for (unsigned i = 0; i < 3; i++)
        s->total[b][i] += s->ring[slot][b][i];
  correlate_segment (s);
  s->n_blocks++;
  s->block_start = s->n_frames;
  s->next_boundary = boundary (s, s->n_blocks);
}

void
mdsp_stereo_process (MdspStereo *s, const float *const planes[2], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    const uint64_t left = s->next_boundary - s->n_frames;
    const size_t n = n_frames - done < left ? n_frames - done : (size_t) left;
    const float *const rest[2] = { planes[0] + done, planes[1] + done };
    s->kernels->band_products_f64 (&s->coef, &s->bands, rest[0], rest[1], n);
    collect_segment (s, rest, n);
    s->n_frames += n;
    done += n;
    if (s->n_frames < s->next_boundary)
      continue;
    close_block (s);
    if (s->n_blocks >= MDSP_STEREO_WINDOW)
      judge_window (s);
  }
}

void
mdsp_stereo_finish (MdspStereo *s)
{
  const uint64_t least = (uint64_t) (0.4 * s->rate_hz);
  if (s->n_windows_seen == 0 && s->block_start >= least)
    judge_window (s);
  for (unsigned fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++)
    close_span (s, fault, s->n_frames);
}

/* --- answers ------------------------------------------------------------------------------------ */

MdspStereoReading
mdsp_stereo_window (const MdspStereo *s, unsigned band)
{
  double p[3];
  window_products (s, band, p);
  return mdsp_stereo_reading (p);
}

MdspStereoReading
mdsp_stereo_programme (const MdspStereo *s, unsigned band)
{
  return mdsp_stereo_reading (s->total[band]);
}

double
mdsp_stereo_level_db (const MdspStereo *s, unsigned band)
{
  const double *p = s->total[band], *broad = s->total[MDSP_STEREO_BROAD];
  return broad[0] + broad[1] > 0.0 ? ratio_db (p[0] + p[1], broad[0] + broad[1]) : MDSP_SILENCE_DB;
}

MdspStereoSteadiness
mdsp_stereo_steadiness (const MdspStereo *s)
{
  MdspStereoSteadiness steady = { 0, 0.0, 0.0, 0, 0.0 };
  if (s->n_windows == 0)
    return steady;
  steady.n_windows = s->n_windows;
  steady.mean = s->correlation_sum / (double) s->n_windows;
  steady.minimum = s->correlation_min;
  steady.minimum_at = s->correlation_min_at;
  steady.negative = (double) s->n_negative / (double) s->n_windows;
  return steady;
}

const MdspStereoSpans *
mdsp_stereo_fault (const MdspStereo *s, unsigned fault)
{
  return &s->spans[fault];
}

bool
mdsp_stereo_is_dual_mono (const MdspStereo *s)
{
  const double *p = s->total[MDSP_STEREO_BROAD];
  return p[0] + p[1] > 0.0 && mdsp_stereo_reading (p).side_mid_db < DUAL_MONO_DB;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser with linear phase: its response against the analogue prototypes in the plainest form, its
 * noise against the same filters in double. Prints the table of docs/numerics.md; with that file as
 * argument, fails when it says something else. */
#include "check_document.h"
#include "eq_reference.h"
#include "linear_run.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef double complex Z;

/* |H| of the prototypes of biquad.h at s = j f / f0. */
static double
prototype (const MdspEqBandParams *p, double f)
{
  const double gain = pow (10.0, p->gain_db / 20.0), a = sqrt (gain), x = f / p->frequency_hz;
  const double n = p->slope / 6.0;
  const Z s = I * x;
  switch (p->type) {
    case MDSP_EQ_BELL:
      return cabs ((s * s + s * a / p->q + 1.0) / (s * s + s / (a * p->q) + 1.0));
    case MDSP_EQ_HIGH_SHELF:
      return p->slope == 6 ? cabs ((1.0 + s * a) / (1.0 + s / a))
                           : sqrt ((1.0 + pow (x, 4) * gain) / (1.0 + pow (x, 4) / gain));
    case MDSP_EQ_LOW_SHELF: /* the mirror, as 1 / x */
      return p->slope == 6 ? cabs ((1.0 + a / s) / (1.0 + 1.0 / (a * s)))
                           : sqrt ((1.0 + pow (x, -4) * gain) / (1.0 + pow (x, -4) / gain));
    case MDSP_EQ_LOW_CUT:
      return 1.0 / sqrt (1.0 + pow (x, -2.0 * n));
    case MDSP_EQ_HIGH_CUT:
      return 1.0 / sqrt (1.0 + pow (x, 2.0 * n));
    case MDSP_EQ_NOTCH:
      return cabs ((s * s + 1.0) / (s * s + s / p->q + 1.0));
    default: /* a straight line */
      return pow (10.0, p->gain_db * log2 (x) / log2 (1000.0) / 20.0);
  }
}

/* --- response ------------------------------------------------------------------------------------ */

/* The response to an impulse in channel `in`, from 4 blocks before the centre to 4 behind it. */
typedef struct {
  double rate;
  size_t latency, half;
  float *h[2];
} Response;

static Response
measure (const MdspEqualizerParams *params, unsigned in)
{
  Response r = { params->rate_hz, mdsp_linear_equalizer_latency (params->rate_hz), 0, { 0 } };
  r.half = r.latency;
  const size_t n = r.half + r.latency + r.half;
  for (unsigned c = 0; c < 2; c++)
    r.h[c] = silence (n);
  r.h[in][r.half] = 1.0f;
  linear_run (params, r.h, n);
  for (unsigned c = 0; c < 2; c++) /* the centre at `half` */
    memmove (r.h[c], r.h[c] + r.latency, 2 * r.half * sizeof (float));
  return r;
}

static void
response_free (Response *r)
{
  free (r->h[0]);
  free (r->h[1]);
}

/* H at f, the delay taken away. */
static Z
response_at (const Response *r, unsigned channel, double f)
{
  Z sum = 0.0, w = 1.0;
  const Z step = cexp (-2.0 * I * M_PI * f / r->rate);
  /* from the centre outwards, both sides at once */
  for (size_t t = 0; t < r->half; t++, w *= step) {
    sum += r->h[channel][r->half + t] * w;
    if (t > 0)
      sum += r->h[channel][r->half - t] * conj (w);
  }
  return sum;
}

typedef struct {
  double db, phase;
} Errors;

static Errors
errors_of (const MdspEqBandParams *band, double rate)
{
  MdspEqualizerParams params;
  Errors e = { 0.0, 0.0 };
  mdsp_equalizer_params_init (&params, rate, 2);
  params.band[3] = *band;
  params.band[3].enabled = true;
  Response r = measure (&params, 0);
  for (int i = 0; i <= 120; i++) {
    const double f = 20.0 * pow (1000.0, i / 120.0), wanted = prototype (band, f);
    if (wanted < 0.01) /* -40 dB */
      continue;
    const Z h = response_at (&r, 0, f);
    e.db = fmax (e.db, fabs (20.0 * log10 (cabs (h) / wanted)));
    e.phase = fmax (e.phase, fabs (carg (h)));
  }
  for (size_t t = 0; t < 2 * r.half; t++)
    CHECK (r.h[1][t] == 0.0f, "crosstalk");
  response_free (&r);
  return e;
}

typedef struct {
  const char *name;
  MdspEqType type;
  unsigned slope;
  double q;
  double from_hz; /* from here on within 0.1 dB */
} Row;

static const Row rows[] = {
  { "bell, Q 0.5", MDSP_EQ_BELL, 12, 0.5, 20 },
  { "bell, Q 1", MDSP_EQ_BELL, 12, 1, 20 },
  { "bell, Q 4", MDSP_EQ_BELL, 12, 4, 100 },
  { "low shelf, 12 dB/oct", MDSP_EQ_LOW_SHELF, 12, 1, 20 },
  { "high shelf, 6 dB/oct", MDSP_EQ_HIGH_SHELF, 6, 1, 20 },
  { "high shelf, 12 dB/oct", MDSP_EQ_HIGH_SHELF, 12, 1, 20 },
  { "low cut, 6 dB/oct", MDSP_EQ_LOW_CUT, 6, 1, 20 },
  { "low cut, 24 dB/oct", MDSP_EQ_LOW_CUT, 24, 1, 20 },
  { "low cut, 48 dB/oct", MDSP_EQ_LOW_CUT, 48, 1, 100 },
  { "high cut, 12 dB/oct", MDSP_EQ_HIGH_CUT, 12, 1, 50 },
  { "high cut, 48 dB/oct", MDSP_EQ_HIGH_CUT, 48, 1, 50 },
  { "tilt", MDSP_EQ_TILT, 12, 1, 20 },
};

static void
response_is_the_prototypes (void)
{
  static const double f0s[] = { 20, 30, 50, 100, 300, 1000, 5000, 10000, 20000 };
  static const double rates[] = { 44100, 48000 };
  for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (unsigned r = 0; r < 2; r++) {
      char line[200];
      int at = snprintf (line, sizeof line, "| %s | %.1f |", rows[i].name, rates[r] / 1000.0);
      double phase = 0.0;
      for (unsigned f = 0; f < sizeof f0s / sizeof f0s[0]; f++) {
        MdspEqBandParams band;
        mdsp_eq_band_params_init (&band);
        band.type = rows[i].type;
        band.slope = rows[i].slope;
        band.q = rows[i].q;
        band.frequency_hz = f0s[f];
        band.gain_db = 6.0;
        Errors e = errors_of (&band, rates[r]);
        phase = fmax (phase, e.phase);
        at += snprintf (line + at, sizeof line - (size_t) at, " %.2f |", e.db);
        CHECK (e.db <= 0.1 || f0s[f] < rows[i].from_hz, "%s at %g Hz: %g dB", rows[i].name, f0s[f],
               e.db);
      }
      /* the response is symmetric to the bit but for the rounding of the transforms, 1e-7 of it; at
       * -40 dB that is 1e-5 of what is left */
      CHECK (phase < 2e-5, "%s: %g radians off", rows[i].name, phase);
      check_document_line (line);
    }
}

/* A filter that is a quarter of a decibel or a sample off must not pass. */
static void
faults_are_noticed (void)
{
  MdspEqBandParams band;
  mdsp_eq_band_params_init (&band);
  band.gain_db = 6.25;
  MdspEqualizerParams params;
  mdsp_equalizer_params_init (&params, 48000, 2);
  params.band[0] = band;
  params.band[0].enabled = true;
  Response r = measure (&params, 0);
  band.gain_db = 6.0;
  CHECK (fabs (20.0 * log10 (cabs (response_at (&r, 0, 1000.0)) / prototype (&band, 1000.0))) > 0.1,
         "a gain of 6.25 dB passes as 6");
  memmove (r.h[0] + 1, r.h[0], r.half * 2 * sizeof (float) - sizeof (float));
  CHECK (fabs (carg (response_at (&r, 0, 1000.0))) > 2e-5, "a delay of a sample passes");
  response_free (&r);
}

/* At other rates too: the delay is four blocks of 30 to 80 ms together 0.12 to 0.33 s, and exact. */
static void
other_rates (void)
{
  static const double rates[] = { 8000, 11025, 22050, 32000, 96000, 192000, 384000 };
  for (unsigned r = 0; r < sizeof rates / sizeof rates[0]; r++) {
    const double seconds = (double) mdsp_linear_equalizer_latency (rates[r]) / rates[r];
    MdspEqBandParams band;
    mdsp_eq_band_params_init (&band);
    band.frequency_hz = 500.0;
    band.gain_db = -6.0;
    MdspEqualizerParams params;
    mdsp_equalizer_params_init (&params, rates[r], 2);
    params.band[0] = band;
    params.band[0].enabled = true;
    Response h = measure (&params, 1);
    for (double f = 50.0; f < 0.4 * rates[r] && f < 20001.0; f *= 1.5) {
      const Z got = response_at (&h, 1, f);
      CHECK (fabs (20.0 * log10 (cabs (got) / prototype (&band, f))) < 0.01 &&
                 fabs (carg (got)) < 1e-5,
             "rate %g, %g Hz: %g dB, %g radians", rates[r], f, 20.0 * log10 (cabs (got)),
             carg (got));
    }
    CHECK (seconds > 0.12 && seconds < 0.34, "rate %g: %g s", rates[r], seconds);
    response_free (&h);
  }
}

/* Eight bands of random types for random channels: every entry of the matrix is the product of the
 * prototypes in the order of the bands. */
static void
channels_make_a_matrix (void)
{
  uint64_t seed = 3;
  for (unsigned trial = 0; trial < 6; trial++) {
    MdspEqualizerParams params;
    mdsp_equalizer_params_init (&params, 48000, 2);
    for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
      MdspEqBandParams *p = &params.band[b];
      p->enabled = true;
      p->type = (MdspEqType) (5 * check_random (&seed));
      p->channels = trial == 0 ? (b % 2 ? MDSP_EQ_LEFT : MDSP_EQ_RIGHT)
                               : (MdspEqChannels) (5 * check_random (&seed));
      p->gain_db = 12.0 * check_random (&seed) - 6.0;
      p->frequency_hz = 200.0 * pow (50.0, check_random (&seed));
    }
    for (unsigned in = 0; in < 2; in++) {
      Response r = measure (&params, in);
      for (double f = 100.0; f < 20000.0; f *= 1.4) {
        double both[2] = { in == 0, in == 1 };
        for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
          const double h = prototype (&params.band[b], f);
          const double mid = (both[0] + both[1]) / 2.0, side = (both[0] - both[1]) / 2.0;
          const MdspEqChannels ch = params.band[b].channels;
          if (ch == MDSP_EQ_MID || ch == MDSP_EQ_SIDE) {
            both[0] = (ch == MDSP_EQ_MID ? h : 1.0) * mid + (ch == MDSP_EQ_SIDE ? h : 1.0) * side;
            both[1] = (ch == MDSP_EQ_MID ? h : 1.0) * mid - (ch == MDSP_EQ_SIDE ? h : 1.0) * side;
          } else {
            both[0] *= ch == MDSP_EQ_RIGHT ? 1.0 : h;
            both[1] *= ch == MDSP_EQ_LEFT ? 1.0 : h;
          }
        }
        for (unsigned out = 0; out < 2; out++)
          CHECK (cabs (response_at (&r, out, f) - both[out]) < 1e-3,
                 "trial %u, %u to %u at %g Hz: %g", trial, in, out, f,
                 cabs (response_at (&r, out, f) - both[out]));
      }
      response_free (&r);
    }
  }
}

/* --- noise --------------------------------------------------------------------------------------- */

#define NOISE_FRAMES 32768

/* The zero-phase taps of one band in double, by the sum itself over a grid twice as fine as the design's
 * where the response has ended; window as linear_phase.h says. */
static void
reference_taps (const MdspEqBandParams *band, double rate, size_t half, double *taps)
{
  const size_t grid = half / 3 * 16; /* of the design: the aliases are part of the filter */
  double *magnitude = malloc ((grid / 2 + 1) * sizeof (double));
  for (size_t k = 0; k <= grid / 2; k++)
    magnitude[k] = prototype (band, (double) (k > 0 ? k : 1e-9) * rate / (double) grid);
  for (size_t t = 0; t <= half; t++) {
    const double x = 2.0 * (double) t / (double) half - 1.0;
    double sum = magnitude[0] + (t % 2 ? -1.0 : 1.0) * magnitude[grid / 2];
    for (size_t k = 1; k < grid / 2; k++)
      sum += 2.0 * magnitude[k] * cos (2.0 * M_PI * (double) (k * t % grid) / (double) grid);
    taps[t] = sum / (double) grid * (x > 0.0 ? 0.5 + 0.5 * cos (M_PI * x) : 1.0);
  }
  free (magnitude);
}

/* What comes out, less the same filter in double, in dB of what comes in: the rounding of transforms of
 * 4096 values, 2e-7 of what the filter adds (-134 dB), and of float samples (-150). At 8 kHz, where the
 * sums of the reference are short. */
static void
noise_is_low (void)
{
  static const struct {
    MdspEqType type;
    double hz, gain_db;
  } cases[] = { { MDSP_EQ_BELL, 100, 6 },
                { MDSP_EQ_HIGH_SHELF, 2000, 2 },
                { MDSP_EQ_LOW_CUT, 100, 0 },
                { MDSP_EQ_BELL, 1000, -1 } };
  const double rate = 8000.0;
  const size_t latency = mdsp_linear_equalizer_latency (rate), half = latency / 4 * 3;
  float *x[2] = { silence (NOISE_FRAMES), silence (NOISE_FRAMES) };
  float *y[2] = { silence (NOISE_FRAMES), silence (NOISE_FRAMES) };
  double *taps = malloc ((half + 1) * sizeof (double));
  ref_pink_noise (x[0], NOISE_FRAMES, 1);
  ref_pink_noise (x[1], NOISE_FRAMES, 2);
  for (unsigned k = 0; k < sizeof cases / sizeof cases[0]; k++) {
    MdspEqualizerParams params;
    double error = 0.0, power = 0.0;
    char line[200];
    mdsp_equalizer_params_init (&params, rate, 2);
    MdspEqBandParams *band = &params.band[0];
    band->enabled = true;
    band->type = cases[k].type;
    band->frequency_hz = cases[k].hz;
    band->gain_db = cases[k].gain_db;
    reference_taps (band, rate, half, taps);
    for (unsigned c = 0; c < 2; c++)
      memcpy (y[c], x[c], NOISE_FRAMES * sizeof (float));
    linear_run (&params, y, NOISE_FRAMES);
    for (size_t i = half; i + latency < NOISE_FRAMES; i += 7) {
      double wanted = taps[0] * x[0][i];
      for (size_t t = 1; t <= half; t++)
        wanted += taps[t] * ((double) x[0][i - t] + x[0][i + t]);
      error += pow (y[0][i + latency] - wanted, 2);
      power += pow (x[0][i], 2);
    }
    snprintf (line, sizeof line, "noise of case %u: %.0f dB of the input", k,
              10.0 * log10 (error / power));
    printf ("%s\n", line);
    CHECK (10.0 * log10 (error / power) < -138.0, "%s", line);
  }
  for (unsigned c = 0; c < 2; c++) {
    free (x[c]);
    free (y[c]);
  }
  free (taps);
}

int
main (int argc, char **argv)
{
  check_document_open (argc, argv);
  kernels = mdsp_kernels_get ();
  response_is_the_prototypes ();
  other_rates ();
  channels_make_a_matrix ();
  noise_is_low ();
  faults_are_noticed ();
  check_document_close ();
  return check_failures == 0 ? 0 : 1;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The crossover against the textbook: each band's response is the product of bilinear Butterworth
 * sections in complex arithmetic (libm), the sum is flat, and while frequencies move it is what a
 * long double state-variable filter that is designed anew for every sample gives. */
#include "check.h"
#include "filter/crossover.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PI 3.14159265358979323846L

static const MdspKernels *kernels;

/* Random settings in any order. */
static MdspCrossoverParams
random_params (uint64_t *rng, unsigned n_bands)
{
  static const double rates[] = { 44100.0, 48000.0, 96000.0, 22050.0, 192000.0 };
  MdspCrossoverParams p = { .n_channels = 1 + (unsigned) (check_random (rng) * 3.0),
                            .n_bands = n_bands };
  p.rate_hz = rates[(unsigned) (check_random (rng) * 5.0)];
  for (unsigned i = 0; i + 1 < n_bands; i++)
    p.frequency_hz[i] = 25.0 * pow (2.0, check_random (rng) * 9.5);
  return p;
}

/* The bands of x, cut into random pieces: bands[b * n_channels + c]. */
static void
process (MdspCrossover *c, const float *const *x, float *const *bands, size_t n, uint64_t *rng)
{
  const unsigned n_channels = c->params.n_channels, n_planes = c->params.n_bands * n_channels;
  for (size_t done = 0; done < n;) {
    const float *in[8];
    float *out[32];
    size_t piece = 1 + (size_t) (check_random (rng) * MDSP_MAX_BLOCK);
    piece = piece < n - done ? piece : n - done;
    for (unsigned i = 0; i < n_channels; i++)
      in[i] = x[i] + done;
    for (unsigned i = 0; i < n_planes; i++)
      out[i] = bands[i] + done;
    mdsp_crossover_process (c, in, out, piece);
    done += piece;
  }
}

static double complex
dft (const float *h, size_t n, double f_over_fs)
{
  const double complex step = cexp (-2.0 * (double) PI * I * f_over_fs);
  double complex sum = 0.0, w = 1.0;
  for (size_t i = 0; i < n; i++) {
    if (i % 1024 == 0)
      w = cexp (-2.0 * (double) PI * I * f_over_fs * (double) i);
    sum += h[i] * w;
    w *= step;
  }
  return sum;
}

/* Bilinear Butterworth at s: 'L' = LP^2, 'H' = HP^2, 'A' = the all-pass LP^2 + HP^2. */
static double complex
section (char type, double f, double f0, double rate)
{
  const double complex s = I * tan ((double) PI * f / rate) / tan ((double) PI * f0 / rate);
  const double complex d = s * s + sqrt (2.0) * s + 1.0;
  return type == 'L'   ? 1.0 / (d * d)
         : type == 'H' ? s * s * s * s / (d * d)
                       : (1.0 + s * s * s * s) / (d * d);
}

/* What each band goes through at the sorted frequencies f1, f2, f3; the last line is the sum. */
static const char *const textbook[5][5] = {
  { 0 },
  { "", "" },
  { "L", "H", "A" },
  { "LA", "HL", "HH", "AA" },
  { "LLA", "HLA", "AHL", "AHH", "AAA" },
};

static double complex
expected_response (const MdspCrossoverParams *p, unsigned band, double f)
{
  double sorted[3] = { 0 };
  double complex h = 1.0;
  for (unsigned i = 0; i + 1 < p->n_bands; i++) {
    unsigned rank = 0;
    const double f0 = fmin (p->frequency_hz[i], 0.45 * p->rate_hz);
    for (unsigned k = 0; k + 1 < p->n_bands; k++) {
      const double other = fmin (p->frequency_hz[k], 0.45 * p->rate_hz);
      rank += other < f0 || (other == f0 && k < i);
    }
    sorted[rank] = f0;
  }
  for (unsigned i = 0; i + 1 < p->n_bands; i++)
    h *= section (textbook[p->n_bands][band][i], f, sorted[i], p->rate_hz);
  return h;
}

/* 0.35 s hold the impulse response of 25 Hz sections down to e^-38. Each band within 2e-6 of full
 * scale: the rounding to float of the impulse response, 2^-25 sum |h|, sum |h| < 10. The sum within
 * 1e-3 dB. */
static void
bands_are_the_textbooks (void)
{
  uint64_t rng = 4;
  double worst_band = 0.0, worst_sum_db = 0.0, worst_closed = 0.0;
  for (unsigned run = 0; run < 12; run++) {
    const MdspCrossoverParams p = random_params (&rng, 1 + run % 4);
    const size_t n = (size_t) (0.35 * p.rate_hz);
    const unsigned n_planes = p.n_bands * p.n_channels, ch = p.n_channels - 1;
    float *x = calloc (n * (p.n_channels + n_planes), sizeof *x), *in[3], *out[12];
    for (unsigned i = 0; i < p.n_channels + n_planes; i++)
      *(i < p.n_channels ? &in[i] : &out[i - p.n_channels]) = x + i * n;
    in[ch][0] = 1.0f;
    MdspCrossover c;
    CHECK (mdsp_crossover_init (&c, &p, kernels) == MDSP_OK, "init");
    process (&c, (const float *const *) in, out, n, &rng);
    if (p.n_bands == 1)
      CHECK (memcmp (in[ch], out[ch], n * sizeof (float)) == 0, "one band is the input");
    for (unsigned i = 0; i < 40; i++) {
      const double f = p.rate_hz * 0.4999 * pow (10.0, -3.5 * check_random (&rng));
      double complex sum = 0.0;
      double response[2];
      for (unsigned b = 0; b < p.n_bands; b++) {
        const double complex h = dft (out[b * p.n_channels + ch], n, f / p.rate_hz);
        worst_band = fmax (worst_band, cabs (h - expected_response (&p, b, f)));
        mdsp_crossover_response (&c, b, f, response);
        worst_closed = fmax (worst_closed,
                             cabs (response[0] + I * response[1] - expected_response (&p, b, f)));
        sum += h;
      }
      worst_sum_db = fmax (worst_sum_db, fabs (20.0 * log10 (cabs (sum))));
      mdsp_crossover_response (&c, p.n_bands, f, response);
      worst_closed = fmax (worst_closed, cabs (response[0] + I * response[1] -
                                               expected_response (&p, p.n_bands, f)));
      worst_band = fmax (worst_band, cabs (sum - expected_response (&p, p.n_bands, f)));
    }
    mdsp_crossover_clear (&c);
    free (x);
  }
  printf ("bands: %.2g from the textbook, sum flat within %.2g dB, response() within %.2g\n",
          worst_band, worst_sum_db, worst_closed);
  CHECK (worst_band < 2e-6, "%g", worst_band);
  CHECK (worst_sum_db < 1e-3, "%g dB", worst_sum_db);
  CHECK (worst_closed < 1e-9, "%g", worst_closed);
}

/* Zavalishin's trapezoidal state-variable filter as he writes it. */
typedef struct {
  long double s1, s2;
} Svf;

static long double
tick (Svf *z, long double g, long double x, long double *all)
{
  const long double k = sqrtl (2.0L), h = (x - (k + g) * z->s1 - z->s2) / (1.0L + g * (g + k));
  const long double band = g * h + z->s1, low = g * band + z->s2;
  z->s1 = g * h + band;
  z->s2 = g * band + low;
  *all = x - 2.0L * k * band;
  return low;
}

static void
split (Svf z[2], long double g, long double x, long double *low, long double *high)
{
  long double all, unused;
  *low = tick (&z[1], g, tick (&z[0], g, x, &all), &unused);
  *high = all - *low;
}

/* The four bands of one frame. */
static void
reference_frame (Svf z[5][2], const long double g[3], long double x, long double bands[4])
{
  long double half[2];
  split (z[0], g[1], x, &half[0], &half[1]);
  tick (&z[1][0], g[2], half[0], &half[0]);
  tick (&z[1][1], g[0], half[1], &half[1]);
  split (z[2], g[0], half[0], &bands[0], &bands[1]);
  split (z[3], g[2], half[1], &bands[2], &bands[3]);
}

/* A new target twice, the second before the first is reached: the residual against the design for
 * every sample, relative to the input, and the sum's energy. */
static void
moving_frequencies_do_not_click (void)
{
  enum { N = 9600, FIRST = 1000, SECOND = 1604 };
  const double rate = 48000.0, ramp = 960.0; /* 20 ms */
  static const double target[3][3] = { { 100, 800, 4000 }, { 220, 1300, 7000 }, { 60, 500, 2500 } };
  const MdspCrossoverParams p = { rate, 1, 4, { 100, 800, 4000 } };
  static float x[N], y[4][N];
  float *out[4] = { y[0], y[1], y[2], y[3] };
  const float *in[1] = { x };
  uint64_t rng = 9;
  MdspCrossover c;
  CHECK (mdsp_crossover_init (&c, &p, kernels) == MDSP_OK, "init");
  for (size_t i = 0; i < N; i++)
    x[i] = (float) (check_random (&rng) - 0.5);
  for (size_t i = 0; i < N; i++) {
    if (i == FIRST || i == SECOND)
      mdsp_crossover_set (&c, target[i == FIRST ? 1 : 2]);
    const float *now[1] = { in[0] + i };
    float *to[4] = { out[0] + i, out[1] + i, out[2] + i, out[3] + i };
    mdsp_crossover_process (&c, now, to, 1);
  }

  Svf z[5][2] = { 0 };
  double residual = 0.0, energy = 0.0, log_f[3], from[3];
  size_t start = 0;
  const double *to = target[0];
  for (unsigned k = 0; k < 3; k++)
    log_f[k] = from[k] = log2 (target[0][k]);
  for (size_t i = 0; i < N; i++) {
    /* a ramp begins at the next multiple of 16 frames; one that is replaced runs to it */
    if (i == (FIRST + 15) / 16 * 16 || i == (SECOND + 15) / 16 * 16) {
      start = i;
      to = target[i < SECOND ? 1 : 2];
      memcpy (from, log_f, sizeof from);
    }
    const double w = start == 0 ? 0.0 : fmin (1.0, (double) (i - start) / ramp);
    long double g[3], bands[4];
    for (unsigned k = 0; k < 3; k++)
      g[k] = tanl (PI * exp2l ((long double) from[k] + (log2l (to[k]) - from[k]) * w) / rate);
    reference_frame (z, g, x[i], bands);
    for (unsigned b = 0; b < 4; b++)
      residual += pow ((double) (y[b][i] - bands[b]), 2.0);
    energy += (double) x[i] * x[i];
    /* where the next frame starts from, should a new target come then */
    for (unsigned k = 0; k < 3; k++)
      log_f[k] = from[k] + (log2 (to[k]) - from[k]) *
                               (start == 0 ? 0.0 : fmin (1.0, (double) (i + 1 - start) / ramp));
  }
  const double db = 10.0 * log10 (residual / energy);
  printf ("moving frequencies: residual %.1f dB against a design for every sample\n", db);
  CHECK (db < -80.0, "%g dB", db);
  mdsp_crossover_clear (&c);
}

/* Silence after music ends in exact silence; the all-pass is the sum; the side high-pass is both. */
static void
companions (void)
{
  enum { N = 48000 };
  const MdspCrossoverParams p = { 48000.0, 2, 4, { 120, 1000, 6000 } };
  static float x[2][N], y[8][N], a[2][N], m[N], s[N];
  const float *in[2] = { x[0], x[1] };
  float *out[8];
  uint64_t rng = 5;
  MdspCrossover c, side;
  for (unsigned i = 0; i < 8; i++)
    out[i] = y[i];
  for (size_t i = 0; i < N / 8; i++) {
    x[0][i] = (float) (check_random (&rng) - 0.5);
    x[1][i] = (float) (check_random (&rng) - 0.5);
  }
  CHECK (mdsp_crossover_init (&c, &p, kernels) == MDSP_OK, "init");
  process (&c, in, out, N, &rng);
  for (unsigned i = 0; i < 8; i++)
    CHECK (y[i][N - 1] == 0.0f, "plane %u ends with %g", i, y[i][N - 1]);

  mdsp_crossover_reset (&c);
  memcpy (a, x, sizeof a);
  for (size_t done = 0; done < N; done += 480) {
    float *at[2] = { a[0] + done, a[1] + done };
    mdsp_crossover_allpass (&c, at, 480);
  }
  double off = 0.0;
  for (unsigned ch = 0; ch < 2; ch++)
    for (size_t i = 0; i < N; i++)
      off = fmax (off, fabs (a[ch][i] -
                             (((double) y[ch][i] + y[2 + ch][i]) + y[4 + ch][i] + y[6 + ch][i])));
  CHECK (off < 4e-7, "all-pass %g from the sum of the bands", off);
  mdsp_crossover_clear (&c);

  CHECK (mdsp_side_highpass_init (&side, 48000.0, 150.0, kernels) == MDSP_OK, "init");
  memset (m, 0, sizeof m);
  memset (s, 0, sizeof s);
  m[0] = s[0] = 1.0f;
  for (size_t done = 0; done < N; done += 480)
    mdsp_side_highpass_process (&side, m + done, s + done, 480);
  for (double f = 20.0; f < 20000.0; f *= 1.37) {
    const double high = cabs (dft (s, N, f / 48000.0) - section ('H', f, 150.0, 48000.0));
    const double all = cabs (dft (m, N, f / 48000.0) - section ('A', f, 150.0, 48000.0));
    CHECK (high < 1e-6 && all < 1e-6, "%g Hz: high-pass off by %g, all-pass by %g", f, high, all);
  }
  mdsp_crossover_clear (&side);
}

static void
wrong_settings_are_refused (void)
{
  MdspCrossover c;
  static const MdspCrossoverParams wrong[] = {
    { 48000.0, 2, 0, { 0 } },
    { 48000.0, 2, 5, { 100, 200, 300 } },
    { 48000.0, 0, 2, { 100 } },
    { 48000.0, 65, 2, { 100 } },
    { 4000.0, 2, 2, { 100 } },
    { 48000.0, 2, 3, { 100, 0 } },
    { 48000.0, 2, 2, { (double) NAN } },
  };
  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
    CHECK (mdsp_crossover_init (&c, &wrong[i], kernels) == MDSP_ERROR_PARAM, "case %u", i);
}

int
main (void)
{
  kernels = mdsp_kernels_get ();
  bands_are_the_textbooks ();
  moving_frequencies_do_not_click ();
  companions ();
  wrong_settings_are_refused ();
  printf ("%s\n", check_failures ? "FAILED" : "passed");
  return check_failures > 0;
}

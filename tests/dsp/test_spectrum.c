/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * measure/spectrum.h against closed forms: sinusoids, white noise, what is mid and what is side, the
 * gates; and the same bits for every block size and kernel table.
 */
#include "check.h"
#include "kernels/dmath.h"
#include "measure/spectrum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  MdspSpectrum s;
  MdspSpectrumReading r;
  double rate;
  uint64_t at, rng;
} Rig;

static void
rig_open (Rig *g, double rate, unsigned channels)
{
  MdspSpectrumParams params = { rate, channels };
  memset (g, 0, sizeof *g);
  g->rate = rate;
  g->rng = 1;
  CHECK (mdsp_spectrum_init (&g->s, &params, mdsp_kernels_get ()) == MDSP_OK, "rate %g", rate);
}

static void
rig_close (Rig *g)
{
  mdsp_spectrum_finish (&g->s);
  mdsp_spectrum_read (&g->s, &g->r);
  mdsp_spectrum_clear (&g->s);
}

/* left = a sinusoid, right = `right` times it; f = 0: white noise of that peak level. */
static void
feed (Rig *g, double seconds, double f, double level, double right)
{
  float l[480], r[480];
  const float *const planes[2] = { l, r };
  for (size_t left = (size_t) (seconds * g->rate); left > 0;) {
    const size_t n = left < 480 ? left : 480;
    for (size_t i = 0; i < n; i++, g->at++) {
      const double turns = fmod ((double) g->at * f / g->rate, 1.0);
      const double x = f > 0.0 ? sin (2.0 * M_PI * turns) : 2.0 * check_random (&g->rng) - 1.0;
      l[i] = (float) (level * x);
      r[i] = (float) (right * level * x);
    }
    mdsp_spectrum_process (&g->s, planes, n);
    left -= n;
  }
}

/* A sinusoid in the middle of a band: -3.01 dB there, and the neighbours' neighbours far below. The
 * Hann window keeps all but 0.05 % of a sinusoid within 2.5 bins, which the lowest band (1.6 to 2.4
 * bins wide) does not: from 80 Hz on (160 Hz at 384 kHz). */
static void
test_sinusoid (double rate, unsigned band)
{
  Rig g;
  rig_open (&g, rate, 2);
  feed (&g, 2.0, mdsp_spectrum_centre_hz (band), 1.0, 0.0);
  rig_close (&g);
  CHECK (fabs (g.r.level_db[band] + 3.0103) < 0.02, "rate %g band %u: %g", rate, band,
         g.r.level_db[band]);
  CHECK (fabs (g.r.mid_db[band] + 9.0309) < 0.02 && fabs (g.r.side_db[band] + 9.0309) < 0.02,
         "one channel is half mid, half side: %g, %g", g.r.mid_db[band], g.r.side_db[band]);
  for (unsigned b = 0; b < g.r.n_bands; b++)
    CHECK (b + 2 > band && b < band + 2 ? true : g.r.level_db[b] < -60.0,
           "rate %g band %u leaks into %u: %g", rate, band, b, g.r.level_db[b]);
}

/* Uniform noise of +-1 has a mean square of 1/3 over 0 .. rate/2. In 60 s a band of B Hz has about
 * 60 B independent values, so its level has a spread of 4.34 / sqrt (60 B) dB: 4 sigma. */
static void
test_noise (double rate)
{
  Rig g;
  rig_open (&g, rate, 1);
  feed (&g, 60.0, 0.0, 1.0, 0.0);
  rig_close (&g);
  for (unsigned b = 0; b < g.r.n_bands; b++) {
    const double width = mdsp_spectrum_upper_hz ((int) b) - mdsp_spectrum_upper_hz ((int) b - 1);
    const double expected = 10.0 * log10 (width / (0.5 * rate) / 3.0);
    CHECK (fabs (g.r.level_db[b] - expected) < 0.02 + 4.0 * 4.34 / sqrt (60.0 * width),
           "rate %g band %u: %g, not %g", rate, b, g.r.level_db[b], expected);
  }
  CHECK (g.r.n_bands == MDSP_SPECTRUM_BANDS ||
             mdsp_spectrum_upper_hz ((int) g.r.n_bands) > 0.45 * rate,
         "rate %g: %u bands", rate, g.r.n_bands);
  CHECK (fabs (g.r.gated_s - 60.0) < 0.6, "%g s", g.r.gated_s);
}

/* A sinusoid fills the part that it is in (here 46 Hz wide or more, of bins of 2.7 to 2.9 Hz), white
 * noise every part by its width: independent values as above. */
static void
test_shares (double rate)
{
  for (unsigned part = 0; part < MDSP_SPECTRUM_PARTS; part++) {
    Rig g;
    rig_open (&g, rate, 2);
    feed (&g, 2.0, mdsp_spectrum_part_hz (17, part), 0.5, part % 2 ? 1.0 : -0.5);
    rig_close (&g);
    for (unsigned i = 0; i < MDSP_SPECTRUM_PARTS; i++)
      CHECK (fabs (g.r.share[17][i] - (i == part)) < 0.001, "rate %g: a tone in part %u: %g in %u",
             rate, part, g.r.share[17][i], i);
  }
  Rig g;
  rig_open (&g, rate, 2);
  feed (&g, 60.0, 0.0, 1.0, 0.3);
  rig_close (&g);
  const double lowest = mdsp_spectrum_part_hz (0, 0), top = mdsp_spectrum_upper_hz (0);
  CHECK (fabs (lowest * pow (10.0, 0.09) - top) < 1e-9, "parts of a tenth of a decade: %g %g",
         lowest, top);
  for (unsigned b = 3; b < g.r.n_bands; b++) {
    double sum = 0.0;
    for (unsigned i = 0; i < MDSP_SPECTRUM_PARTS; i++) {
      const double lower = mdsp_spectrum_upper_hz ((int) b - 1);
      const double width = lower * (pow (10.0, 0.02 * (i + 1)) - pow (10.0, 0.02 * i));
      const double share = width / (mdsp_spectrum_upper_hz ((int) b) - lower);
      CHECK (fabs (g.r.share[b][i] / share - 1.0) < 0.01 + 4.0 / sqrt (60.0 * width),
             "rate %g band %u part %u: %g, not %g", rate, b, i, g.r.share[b][i], share);
      sum += g.r.share[b][i];
    }
    CHECK (fabs (sum - 1.0) < 1e-12, "band %u: %g", b, sum);
  }
}

static void
test_stereo (void)
{
  const unsigned band = 20;
  Rig g;
  rig_open (&g, 48000.0, 2);
  feed (&g, 2.0, mdsp_spectrum_centre_hz (band), 0.5, 1.0);
  rig_close (&g);
  CHECK (fabs (g.r.mid_db[band] + 9.0309) < 0.02 && g.r.side_db[band] < -100.0, "mid %g side %g",
         g.r.mid_db[band], g.r.side_db[band]);
  CHECK (fabs (g.r.level_db[band] + 6.0206) < 0.02, "both %g", g.r.level_db[band]);
}

/* 20 s at 1 kHz, 20 s at 4 kHz and `quieter` dB under it: K-weighting adds 3.3 dB at 4 kHz over
 * 1 kHz, so -20 dB is below the relative gate (-10 LU under the mean, -3 dB of the loud half), and
 * -8 dB is above it. Halves of the programme then: 3.01 dB down. */
static void
test_gate (double quieter, bool counts)
{
  Rig g;
  rig_open (&g, 48000.0, 1);
  feed (&g, 20.0, 1000.0, 0.5, 0.0);
  feed (&g, 20.0, mdsp_spectrum_centre_hz (23), 0.5 * pow (10.0, quieter / 20.0), 0.0);
  feed (&g, 20.0, 1000.0, 0.0, 0.0); /* silence never counts */
  rig_close (&g);
  const double loud = g.r.level_db[17] + 9.0309, quiet = g.r.level_db[23] + 9.0309;
  if (counts)
    CHECK (fabs (loud + 3.01) < 0.15 && fabs (quiet - quieter + 3.01) < 0.15, "%g %g", loud, quiet);
  else
    CHECK (fabs (loud) < 0.15 && quiet < quieter - 10.0, "%g %g", loud, quiet);
}

static void
test_short_and_silent (void)
{
  Rig g;
  rig_open (&g, 48000.0, 1);
  feed (&g, 0.1, 1000.0, 1.0, 0.0);
  rig_close (&g);
  CHECK (fabs (g.r.level_db[17] + 3.0103) < 0.1, "0.1 s: %g", g.r.level_db[17]);
  CHECK (fabs (g.r.gated_s - 0.1) < 1e-9, "%g s", g.r.gated_s);
  rig_open (&g, 48000.0, 2);
  feed (&g, 1.0, 1000.0, 0.0, 0.0);
  rig_close (&g);
  CHECK (g.r.level_db[17] == MDSP_SILENCE_DB && g.r.gated_s == 0.0 && g.r.share[17][2] == 0.0,
         "silence: %g", g.r.level_db[17]);
  rig_open (&g, 48000.0, 2);
  rig_close (&g);
  CHECK (g.r.level_db[17] == MDSP_SILENCE_DB, "nothing: %g", g.r.level_db[17]);
}

/* Noise with pauses through blocks of one size. */
static void
read_in_blocks (const MdspKernels *k, size_t block, MdspSpectrumReading *r)
{
  enum { N = 130000 };
  static float x[2][N];
  MdspSpectrumParams params = { 44100.0, 2 };
  MdspSpectrum s;
  uint64_t rng = 3;
  for (size_t i = 0; i < N; i++)
    for (unsigned c = 0; c < 2; c++)
      x[c][i] = (float) ((check_random (&rng) - 0.5) * (i / 20000 % 3 == 1 ? 1e-4 : 0.8));
  memset (r, 0, sizeof *r);
  CHECK (mdsp_spectrum_init (&s, &params, k) == MDSP_OK, "init");
  for (size_t at = 0; at < N; at += block) {
    const float *const planes[2] = { x[0] + at, x[1] + at };
    mdsp_spectrum_process (&s, planes, N - at < block ? N - at : block);
  }
  mdsp_spectrum_finish (&s);
  mdsp_spectrum_read (&s, r);
  mdsp_spectrum_clear (&s);
}

static void
test_same_bits (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 1024, 65536 };
  const MdspKernels *tables[8];
  const unsigned n = mdsp_kernels_list (tables, 8);
  MdspSpectrumReading first, other;
  read_in_blocks (tables[0], 130000, &first);
  for (unsigned i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
    read_in_blocks (tables[i % n], blocks[i], &other);
    CHECK (memcmp (&first, &other, sizeof first) == 0, "blocks of %zu, %s", blocks[i],
           tables[i % n]->isa);
  }
}

static void
test_params (void)
{
  static const MdspSpectrumParams wrong[] = {
    { 7999.0, 2 }, { 384001.0, 2 }, { 48000.0, 0 }, { 48000.0, 3 }
  };
  MdspSpectrum s;
  for (unsigned i = 0; i < 4; i++)
    CHECK (mdsp_spectrum_init (&s, &wrong[i], mdsp_kernels_get ()) == MDSP_ERROR_PARAM, "%u", i);
}

int
main (void)
{
  static const double rates[] = { 8000.0, 44100.0, 48000.0, 96000.0, 384000.0 };
  for (unsigned i = 0; i < 5; i++) {
    test_noise (rates[i]);
    for (unsigned b = rates[i] > 192000.0 ? 9 : 6; b < (rates[i] < 9000.0 ? 22 : 30); b += 3)
      test_sinusoid (rates[i], b);
  }
  test_shares (44100.0);
  test_shares (48000.0);
  test_stereo ();
  test_gate (-20.0, false);
  test_gate (-8.0, true);
  test_short_and_silent ();
  test_same_bits ();
  test_params ();
  printf ("%s\n", check_failures == 0 ? "passed" : "failed");
  return check_failures != 0;
}

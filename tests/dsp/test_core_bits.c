/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Dynamics, limiter and meter whole, one behind the other, and the equalisers: the same bits with every
 * table of kernels and every block size, and the same CRC on every machine (aarch64.sh compares).
 *
 *   test_core_bits                 compares all of them with the scalar table in blocks of 512
 *   test_core_bits --crc [TABLE]   prints the CRC with that table ("c")
 */
#include "dynamics/equalizer.h"
#include "dynamics/limiter.h"
#include "dynamics/linear_equalizer.h"
#include "dynamics/multiband.h"
#include "kernels/fpenv.h"
#include "measure/meter.h"

#include "crc32.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RATE      44100
#define CHANNELS  3
#define FRAMES    ((size_t) RATE * 4)
#define CHANGE_AT ((size_t) RATE * 2 + 17) /* new limiter settings, in the middle of a group */
#define MAX_ISAS  8

static float input[CHANNELS][FRAMES];

/* Bursts, quiet passages, silence, a level around what the sanitizer removes, overs; integers and
 * exact scalings only, so that it is the same everywhere. */
static void
make_input (void)
{
  uint64_t state = 1;
  for (size_t i = 0; i < FRAMES; i++)
    for (unsigned c = 0; c < CHANNELS; c++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const float noise = (float) ((int32_t) (state >> 32) >> 8) * 0x1p-23f;
      const size_t part = i / (RATE / 5) % 8;
      float level = part == 3 ? 0.0f : part == 5 ? 0x1p-98f : 1.5f / (float) (1 + (part + c) % 4);
      input[c][i] = noise * level;
    }
}

static MdspLimiterParams
settings (bool changed)
{
  return (MdspLimiterParams){
    .rate_hz = RATE,
    .n_channels = CHANNELS,
    .ceiling_dbtp = changed ? -2.5 : -1.0,
    .input_gain_db = changed ? 1.0 : 6.0,
    .lookahead_ms = 1.5,
    .hold_ms = changed ? 0.0 : 5.0,
    .release_ms = changed ? 20.0 : 80.0,
    .auto_release = !changed,
    .link = 0.75,
    .oversampling = 4,
    .safe = true,
  };
}

/* Everything that the processor has, in four bands of three channels or on mid and side. */
static MdspMultibandParams
dynamics (bool mid_side, bool changed)
{
  MdspMultibandParams p;
  mdsp_multiband_params_init (&p, RATE, mid_side ? 2 : CHANNELS);
  p.n_bands = mid_side ? 1 : 4;
  p.mid_side = mid_side;
  p.detector = changed ? MDSP_DETECTOR_PEAK : MDSP_DETECTOR_RMS;
  p.link = changed ? 0.3 : 1.0;
  p.crossover_hz[1] = changed ? 700.0 : 1000.0;
  p.sidechain_highpass_hz = changed ? 80.0 : 0.0;
  p.lookahead_ms = mid_side ? 0.0 : 2.0;
  p.mix = changed ? 0.8 : 1.0;
  p.auto_makeup = true;
  p.clip_db = mid_side ? 0.0 : 1.0;
  p.clip_level_db = -3.0;
  for (unsigned b = 0; b < p.n_bands; b++) {
    p.band[b].mode = (MdspCurveMode) ((b + changed) % 3);
    p.band[b].threshold_db = -20.0;
    p.band[b].ratio = 2.0;
    p.band[b].auto_release = b % 2 == 0;
    p.band[b].makeup_db = changed ? 1.0 : 0.0;
  }
  return p;
}

/* The CRC of everything that comes out when the stream is cut into blocks of `block`. */
static uint32_t
run (const MdspKernels *k, size_t block)
{
  static MdspLimiter limiter;
  static MdspMeter meter;
  static MdspMultiband multiband[2];
  const MdspSpeaker speakers[CHANNELS] = { MDSP_SPEAKER_OTHER, MDSP_SPEAKER_OTHER,
                                           MDSP_SPEAKER_REAR };
  const MdspMeterParams meter_params = { RATE, CHANNELS, speakers, true };
  MdspLimiterParams params = settings (false);
  MdspMultibandParams of_multiband[2] = { dynamics (false, false), dynamics (true, false) };
  uint32_t crc[CHANNELS] = { 1, 2, 3 };
  if (mdsp_limiter_init (&limiter, &params, k) != MDSP_OK ||
      mdsp_meter_init (&meter, &meter_params, k) != MDSP_OK ||
      mdsp_multiband_init (&multiband[0], &of_multiband[0], k) != MDSP_OK ||
      mdsp_multiband_init (&multiband[1], &of_multiband[1], k) != MDSP_OK)
    abort ();
  const uint64_t mode = mdsp_fp_enter ();
  for (size_t done = 0, n; done < FRAMES; done += n) {
    float planes[CHANNELS][MDSP_MAX_BLOCK + MDSP_PAD], *p[CHANNELS];
    n = FRAMES - done < block ? FRAMES - done : block;
    if (done < CHANGE_AT && done + n > CHANGE_AT)
      n = CHANGE_AT - done;
    if (done == CHANGE_AT) {
      params = settings (true);
      mdsp_limiter_set (&limiter, &params);
      for (unsigned i = 0; i < 2; i++) {
        of_multiband[i] = dynamics (i == 1, true);
        mdsp_multiband_set (&multiband[i], &of_multiband[i]);
      }
    }
    for (unsigned c = 0; c < CHANNELS; c++) {
      p[c] = memcpy (planes[c], input[c] + done, n * sizeof (float));
      k->sanitize_f32 (p[c], n);
    }
    for (unsigned i = 0; i < 2; i++)
      mdsp_multiband_process (&multiband[i], p, n);
    mdsp_limiter_process (&limiter, p, n);
    mdsp_meter_process (&meter, (const float *const *) p, n);
    for (unsigned c = 0; c < CHANNELS; c++)
      crc[c] = crc32_add (crc[c], p[c], n * sizeof (float));
  }
  mdsp_meter_finish (&meter);
  mdsp_fp_leave (mode);
  MdspMeterReading reading;
  MdspLimiterReading reduction;
  memset (&reading, 0, sizeof reading);
  memset (&reduction, 0, sizeof reduction);
  mdsp_meter_read (&meter, true, &reading);
  mdsp_limiter_take (&limiter, &reduction);
  uint32_t all = crc32_add (0, crc, sizeof crc);
  all = crc32_add (all, &reading, sizeof reading);
  all = crc32_add (all, reduction.max_db, CHANNELS * sizeof (double));
  all = crc32_add (all, &reduction.mean_db, sizeof (double));
  for (unsigned i = 0; i < 2; i++) {
    MdspMultibandReading moved;
    mdsp_multiband_take (&multiband[i], &moved);
    all = crc32_add (all, &moved, sizeof moved);
    mdsp_multiband_clear (&multiband[i]);
  }
  mdsp_limiter_clear (&limiter);
  mdsp_meter_clear (&meter);
  return all;
}

/* Every type, channels of every kind, two dynamic bands; later most of it moves. */
static void
equalizer_settings (MdspEqualizerParams *params, bool changed)
{
  mdsp_equalizer_params_init (params, RATE, 2);
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    MdspEqBandParams *p = &params->band[b];
    p->enabled = b != (changed ? 2u : 3u);
    p->type = (MdspEqType) (b % 7);
    p->channels = (MdspEqChannels) ((b + changed * (b == 5)) % 5);
    p->gain_db = changed ? -3.0 : 4.0 - b;
    p->frequency_hz = changed && b % 2 ? 3000.0 : p->frequency_hz;
    p->slope = 12u << b % 3;
    p->range_db = b == 0 || b == 7 ? -6.0 : 0.0;
    p->threshold_db = -40.0;
  }
}

/* The CRC of what comes out of an equaliser, with minimum or linear phase, and its largest moves. */
static uint32_t
run_equalizer (const MdspKernels *k, size_t block, bool linear)
{
  static MdspLinearEqualizer line;
  static MdspEqualizer eq;
  MdspEqualizerParams params;
  double moves[MDSP_EQ_BANDS];
  uint32_t crc[2] = { 1, 2 };
  equalizer_settings (&params, false);
  if (mdsp_equalizer_init (&eq, &params, k) != MDSP_OK ||
      mdsp_linear_equalizer_init (&line, &params, k) != MDSP_OK)
    abort ();
  const uint64_t mode = mdsp_fp_enter ();
  for (size_t done = 0, n; done < FRAMES; done += n) {
    float planes[2][MDSP_MAX_BLOCK + MDSP_PAD], *p[2];
    n = FRAMES - done < block ? FRAMES - done : block;
    if (done < CHANGE_AT && done + n > CHANGE_AT)
      n = CHANGE_AT - done;
    if (done == CHANGE_AT) {
      equalizer_settings (&params, true);
      mdsp_equalizer_set (&eq, &params);
      mdsp_linear_equalizer_set (&line, &params);
    }
    for (unsigned c = 0; c < 2; c++) {
      p[c] = memcpy (planes[c], input[c] + done, n * sizeof (float));
      k->sanitize_f32 (p[c], n);
    }
    if (linear)
      mdsp_linear_equalizer_process (&line, p, n);
    else
      mdsp_equalizer_process (&eq, p, n);
    for (unsigned c = 0; c < 2; c++)
      crc[c] = crc32_add (crc[c], p[c], n * sizeof (float));
  }
  mdsp_fp_leave (mode);
  if (linear)
    mdsp_linear_equalizer_take (&line, moves);
  else
    mdsp_equalizer_take (&eq, moves);
  mdsp_equalizer_clear (&eq);
  mdsp_linear_equalizer_clear (&line);
  return crc32_add (crc32_add (0, crc, sizeof crc), moves, sizeof moves);
}

/* A kernel that is one unit off once in a while must change the CRC. */
static void
faulty_mul (float *dst, const float *a, const float *b, size_t n)
{
  for (size_t i = 0; i < n; i++)
    dst[i] = a[i] * b[i];
  if (n > 300 && dst[300] > 0.1f)
    dst[300] *= 1.0f + 0x1p-23f;
}

static void
faulty_cascade (const MdspDirectSection *coef, double (*state)[2][2], unsigned n_sections,
                double (*pairs)[2], size_t n)
{
  mdsp_kernels_by_name ("c")->cascade_direct_f64 (coef, state, n_sections, pairs, n);
  if (n > 0)
    state[0][0][0] *= 1.0 + 0x1p-30;
}

static void
faulty_product (float *yr, float *yi, const float *ar, const float *ai, const float *br,
                const float *bi, size_t n)
{
  mdsp_kernels_by_name ("c")->multiply_add_complex_f32 (yr, yi, ar, ai, br, bi, n);
  yr[n / 2] *= 1.0f + 0x1p-20f;
}

int
main (int argc, char **argv)
{
  static const size_t blocks[] = { 512, 1, 7, 64, 441 };
  const MdspKernels *scalar = mdsp_kernels_by_name ("c"), *isas[MAX_ISAS];
  const unsigned n_isas = mdsp_kernels_list (isas, MAX_ISAS);
  unsigned failed = 0;
  make_input ();
  if (argc > 1 && strcmp (argv[1], "--crc") == 0) {
    const MdspKernels *k = argc > 2 ? mdsp_kernels_by_name (argv[2]) : scalar;
    if (!k)
      return fprintf (stderr, "no table %s here\n", argv[2]), 2;
    return printf ("core crc %08x %08x %08x\n", run (k, 512), run_equalizer (k, 512, false),
                   run_equalizer (k, 512, true)),
           0;
  }
  const uint32_t expected = run (scalar, 512), equalized = run_equalizer (scalar, 512, false);
  const uint32_t linear = run_equalizer (scalar, 512, true);
  for (unsigned i = 0; i < n_isas; i++)
    for (unsigned b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
      const bool good = run (isas[i], blocks[b]) == expected &&
                        run_equalizer (isas[i], blocks[b], false) == equalized &&
                        run_equalizer (isas[i], blocks[b], true) == linear;
      printf ("%s: %s in blocks of %zu\n", good ? "ok" : "FAIL", isas[i]->isa, blocks[b]);
      failed += !good;
    }
  MdspKernels faulty = *scalar;
  faulty.mul_f32 = faulty_mul;
  faulty.cascade_direct_f64 = faulty_cascade;
  faulty.multiply_add_complex_f32 = faulty_product;
  const bool noticed = run (&faulty, 512) != expected &&
                       run_equalizer (&faulty, 512, false) != equalized &&
                       run_equalizer (&faulty, 512, true) != linear;
  printf ("%s: planted fault\n", noticed ? "ok" : "FAIL, not noticed");
  return failed > 0 || !noticed;
}

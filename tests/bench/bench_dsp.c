/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The core against libebur128, one thread, both in the same run and by turns, so that the ratio
 * does not depend on what else the machine does.
 *
 *   bench_dsp [FILE]   FILE: raw f32 stereo 48 kHz; without it, noise in bursts
 */
#define _POSIX_C_SOURCE 200809L
#include "kernels/fpenv.h"
#include "kernels/kernels.h"
#include "measure/meter.h"

#include <ebur128.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RATE 48000
#define SECONDS 60
#define FRAMES ((size_t) RATE * SECONDS)
#define PAIRS 7
#define MAX_ISAS 8
#define EBUR128_CHUNK (RATE / 10)
#define EBUR128_ALL                                                                               \
  (EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_SAMPLE_PEAK \
   | EBUR128_MODE_TRUE_PEAK)

typedef struct {
  double ns_per_frame, integrated, true_peak_db;
} Run;

static double
cpu_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}

/* What the loudnessmeter element does with a buffer: clean, deinterleave, measure. */
static Run
run_meter (const MdspKernels *k, const float *audio)
{
  static float left[MDSP_MAX_BLOCK], right[MDSP_MAX_BLOCK];
  static float block[2 * MDSP_MAX_BLOCK];
  float *const planes[2] = { left, right };
  const MdspSpeaker speakers[2] = { MDSP_SPEAKER_OTHER, MDSP_SPEAKER_OTHER };
  const MdspMeterParams params = { RATE, 2, speakers, false, true };
  MdspMeter meter;
  MdspMeterReading reading;
  const double start = cpu_ns ();
  if (mdsp_meter_init (&meter, &params, k) != MDSP_OK)
    abort ();
  const uint64_t mode = mdsp_fp_enter ();
  for (size_t i = 0; i < FRAMES; i += MDSP_MAX_BLOCK) {
    const size_t n = FRAMES - i < MDSP_MAX_BLOCK ? FRAMES - i : MDSP_MAX_BLOCK;
    memcpy (block, audio + 2 * i, 2 * n * sizeof (float));
    k->sanitize_f32 (block, 2 * n);
    k->deinterleave_f32 (planes, block, 2, n);
    mdsp_meter_process (&meter, (const float *const *) planes, n);
  }
  mdsp_meter_finish (&meter);
  mdsp_fp_leave (mode);
  mdsp_meter_read (&meter, true, &reading);
  mdsp_meter_clear (&meter);
  return (Run){ (cpu_ns () - start) / (double) FRAMES, reading.integrated, reading.true_peak_db };
}

static Run
run_libebur128 (int modes, const float *audio)
{
  double integrated = 0.0, range = 0.0, peak = 0.0, max_peak = 0.0;
  const double start = cpu_ns ();
  ebur128_state *state = ebur128_init (2, RATE, modes);
  if (!state)
    abort ();
  for (size_t i = 0; i < FRAMES; i += EBUR128_CHUNK)
    if (ebur128_add_frames_float (state, audio + 2 * i, EBUR128_CHUNK) != EBUR128_SUCCESS)
      abort ();
  ebur128_loudness_global (state, &integrated);
  if (modes & EBUR128_MODE_LRA & ~EBUR128_MODE_S)
    ebur128_loudness_range (state, &range);
  for (unsigned c = 0; c < 2; c++) {
    if ((modes & EBUR128_MODE_TRUE_PEAK) == EBUR128_MODE_TRUE_PEAK)
      ebur128_true_peak (state, c, &peak);
    max_peak = peak > max_peak ? peak : max_peak;
  }
  ebur128_destroy (&state);
  return (Run){ (cpu_ns () - start) / (double) FRAMES, integrated,
                max_peak > 0.0 ? 20.0 * __builtin_log10 (max_peak) : 0.0 };
}

static int
by_value (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
median (double *values, unsigned n)
{
  qsort (values, n, sizeof *values, by_value);
  return values[n / 2];
}

static void
compare_meter (const MdspKernels *k, const float *audio)
{
  double ours[PAIRS], theirs[PAIRS], ratio[PAIRS];
  Run our = { 0 }, their = { 0 };
  for (unsigned i = 0; i < PAIRS; i++) {
    our = run_meter (k, audio);
    their = run_libebur128 (EBUR128_ALL, audio);
    ours[i] = our.ns_per_frame;
    theirs[i] = their.ns_per_frame;
    ratio[i] = theirs[i] / ours[i];
  }
  printf ("%-8s %8.2f ns   libebur128 %8.2f ns   ratio %6.1f   (I %.2f / %.2f LUFS, "
          "true peak %.2f / %.2f dBTP)\n", k->isa, median (ours, PAIRS), median (theirs, PAIRS),
          median (ratio, PAIRS), our.integrated, their.integrated, our.true_peak_db,
          their.true_peak_db);
}

/* Bursts of two half-correlated noises: loud and quiet passages, as the meter's gates and the
 * interpolator's skip meet them in music. */
static void
make_noise (float *audio)
{
  uint32_t seed = 1;
  for (size_t i = 0; i < FRAMES; i++) {
    float noise[3], level = (float) (1 + i / (RATE / 3) % 7) / 8.0f;
    for (unsigned c = 0; c < 3; c++) {
      seed = seed * 1664525u + 1013904223u;
      noise[c] = (float) (int32_t) seed * 0x1p-32f;
    }
    audio[2 * i] = level * (noise[0] + noise[2]);
    audio[2 * i + 1] = level * (noise[1] + noise[2]);
  }
}

int
main (int argc, char **argv)
{
  float *audio = calloc (2 * FRAMES, sizeof (float));
  FILE *f = argc > 1 ? fopen (argv[1], "rb") : NULL;
  if (!audio || (argc > 1 && !f))
    return perror (argc > 1 ? argv[1] : "memory"), 2;
  if (!f)
    make_noise (audio);
  else if (fread (audio, 2 * sizeof (float), FRAMES, f) != FRAMES)
    fprintf (stderr, "%s is shorter than %d s; the rest is silence\n", argv[1], SECONDS);
  const MdspKernels *isas[MAX_ISAS];
  const unsigned n = mdsp_kernels_list (isas, MAX_ISAS);
  printf ("loudness, range, sample and true peak of stereo at 48 kHz, CPU time per frame, median of "
          "%d pairs\n", PAIRS);
  for (unsigned i = 0; i < n; i++)
    compare_meter (isas[i], audio);
  free (audio);
  return 0;
}

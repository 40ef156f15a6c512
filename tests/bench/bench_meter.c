/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The meter against libebur128, one thread, both in the same run and by turns, so that the ratio
 * does not depend on what else the machine does.
 *
 *   bench_meter [FILE]   FILE: raw f32 stereo 48 kHz; without it, noise in bursts
 * MDSP_CPU=... measures that table only.
 */
#include "bench_signal.h"

#include "kernels/fpenv.h"
#include "kernels/kernels.h"
#include "measure/meter.h"

#include <ebur128.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS       60
#define FRAMES        ((size_t) BENCH_RATE * SECONDS)
#define PAIRS         7
#define MAX_ISAS      8
#define EBUR128_CHUNK (BENCH_RATE / 10)
#define EBUR128_ALL                                                                                \
  (EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA |                           \
   EBUR128_MODE_SAMPLE_PEAK | EBUR128_MODE_TRUE_PEAK)

typedef struct {
  double ns_per_frame, integrated, true_peak_db;
} Run;

/* What the loudnessmeter element does with a buffer: deinterleave and clean, measure. */
static Run
run_meter (const MdspKernels *k, const float *audio)
{
  static float left[MDSP_MAX_BLOCK], right[MDSP_MAX_BLOCK];
  float *const planes[2] = { left, right };
  const MdspSpeaker speakers[2] = { MDSP_SPEAKER_OTHER, MDSP_SPEAKER_OTHER };
  const MdspMeterParams params = { BENCH_RATE, 2, speakers, true };
  MdspMeter meter;
  MdspMeterReading reading;
  const double start = bench_cpu_ns ();
  if (mdsp_meter_init (&meter, &params, k) != MDSP_OK)
    abort ();
  const uint64_t mode = mdsp_fp_enter ();
  for (size_t i = 0; i < FRAMES; i += MDSP_MAX_BLOCK) {
    const size_t n = FRAMES - i < MDSP_MAX_BLOCK ? FRAMES - i : MDSP_MAX_BLOCK;
    k->deinterleave_clean_f32 (planes, audio + 2 * i, 2, n);
    mdsp_meter_process (&meter, (const float *const *) planes, n);
  }
  mdsp_meter_finish (&meter);
  mdsp_fp_leave (mode);
  mdsp_meter_read (&meter, true, &reading);
  mdsp_meter_clear (&meter);
  const double ns = (bench_cpu_ns () - start) / (double) FRAMES;
  return (Run){ ns, reading.integrated, reading.true_peak_db };
}

static Run
run_libebur128 (int modes, const float *audio)
{
  double integrated = 0.0, range = 0.0, peak = 0.0, max_peak = 0.0;
  const double start = bench_cpu_ns ();
  ebur128_state *state = ebur128_init (2, BENCH_RATE, modes);
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
  return (Run){ (bench_cpu_ns () - start) / (double) FRAMES, integrated,
                max_peak > 0.0 ? 20.0 * __builtin_log10 (max_peak) : 0.0 };
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
          "true peak %.2f / %.2f dBTP)\n",
          k->isa, bench_median (ours, PAIRS), bench_median (theirs, PAIRS),
          bench_median (ratio, PAIRS), our.integrated, their.integrated, our.true_peak_db,
          their.true_peak_db);
}

int
main (int argc, char **argv)
{
  const float *audio = bench_audio (argc > 1 ? argv[1] : NULL, FRAMES);
  const MdspKernels *isas[MAX_ISAS];
  const unsigned n = bench_tables (isas, MAX_ISAS);
  printf ("loudness, range, sample and true peak of stereo at 48 kHz, CPU time per frame, "
          "median of %d pairs\n",
          PAIRS);
  for (unsigned i = 0; i < n; i++)
    compare_meter (isas[i], audio);
  return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * CPU time of the limiter per stereo frame and table, driven by 6 dB into its ceiling. Its peers
 * live in ffmpeg: see bench_elements.py for the ratios.
 *
 *   bench_limiter [FILE]   FILE: raw f32 stereo 48 kHz; without it, noise in bursts
 * MDSP_CPU=... measures that table only.
 */
#include "bench_signal.h"

#include "dynamics/limiter.h"
#include "kernels/fpenv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS  30
#define FRAMES   ((size_t) BENCH_RATE * SECONDS)
#define RUNS     5
#define MAX_ISAS 8

static double
run_limiter (const MdspKernels *k, const float *audio, bool safe, MdspLimiterReading *reading)
{
  static MdspLimiter limiter;
  static float left[MDSP_MAX_BLOCK], right[MDSP_MAX_BLOCK], out[2 * MDSP_MAX_BLOCK];
  float *const planes[2] = { left, right };
  const MdspLimiterParams params = {
    .rate_hz = BENCH_RATE,
    .n_channels = 2,
    .ceiling_dbtp = -1.0,
    .input_gain_db = 6.0,
    .lookahead_ms = 1.5,
    .hold_ms = 5.0,
    .release_ms = 50.0,
    .auto_release = true,
    .link = 1.0,
    .oversampling = 4,
    .safe = safe,
  };
  if (mdsp_limiter_init (&limiter, &params, k) != MDSP_OK)
    abort ();
  const double start = bench_cpu_ns ();
  const uint64_t mode = mdsp_fp_enter ();
  for (size_t i = 0; i < FRAMES; i += MDSP_MAX_BLOCK) {
    const size_t n = FRAMES - i < MDSP_MAX_BLOCK ? FRAMES - i : MDSP_MAX_BLOCK;
    memcpy (out, audio + 2 * i, 2 * n * sizeof (float));
    k->sanitize_f32 (out, 2 * n);
    k->deinterleave_f32 (planes, out, 2, n);
    mdsp_limiter_process (&limiter, planes, n);
    k->interleave_f32 (out, (const float *const *) planes, 2, n);
  }
  mdsp_fp_leave (mode);
  const double ns = (bench_cpu_ns () - start) / (double) FRAMES;
  mdsp_limiter_take (&limiter, reading);
  mdsp_limiter_clear (&limiter);
  return ns;
}

int
main (int argc, char **argv)
{
  const float *audio = bench_audio (argc > 1 ? argv[1] : NULL, FRAMES);
  const MdspKernels *isas[MAX_ISAS];
  const unsigned n = bench_tables (isas, MAX_ISAS);
  printf ("limiter, stereo at 48 kHz, CPU time per frame, median of %d runs\n", RUNS);
  for (unsigned i = 0; i < n; i++)
    for (unsigned safe = 0; safe < 2; safe++) {
      double ns[RUNS];
      MdspLimiterReading reading;
      for (unsigned r = 0; r < RUNS; r++)
        ns[r] = run_limiter (isas[i], audio, safe, &reading);
      printf ("%-8s %-8s %7.2f ns   (gain reduction max %.2f dB, mean %.2f dB)\n", isas[i]->isa,
              safe ? "safe" : "", bench_median (ns, RUNS), reading.max_all_db, reading.mean_db);
    }
  return 0;
}

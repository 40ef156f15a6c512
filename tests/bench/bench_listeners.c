/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What listens along in a pass of the tool, each measure alone: ns per frame of stereo at 48 kHz, one thread,
 * as the table of docs/numerics.md.
 *
 *   bench_listeners [FILE]   FILE: raw f32 stereo 48 kHz; without it, noise in bursts
 * MDSP_CPU=... measures that table of kernels only.
 */
#include "bench_signal.h"

#include "kernels/dmath.h"
#include "measure/levels.h"
#include "measure/plateau.h"
#include "measure/spectrum.h"
#include "measure/stereo.h"
#include "measure/translation.h"
#include "measure/truepeak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS  60
#define FRAMES   ((size_t) BENCH_RATE * SECONDS)
#define RUNS     5
#define MAX_ISAS 8
#define BLOCK    4096 /* frames of a buffer of the tool's passes */

static float planes[2][FRAMES];

/* Calls `process` for the whole signal in blocks; x and n are the block. */
#define FOR_ALL_BLOCKS(process)                                                                    \
  for (size_t done = 0, n; done < FRAMES; done += n) {                                             \
    const float *const x[2] = { planes[0] + done, planes[1] + done };                              \
    n = FRAMES - done < BLOCK ? FRAMES - done : BLOCK;                                             \
    process;                                                                                       \
  }

static void
check (MdspStatus status)
{
  if (status != MDSP_OK)
    abort ();
}

static void
run_spectrum (const MdspKernels *k)
{
  static MdspSpectrum s;
  check (mdsp_spectrum_init (&s, &(MdspSpectrumParams){ BENCH_RATE, 2 }, k));
  FOR_ALL_BLOCKS (mdsp_spectrum_process (&s, x, n));
  mdsp_spectrum_clear (&s);
}

static void
run_plateau (const MdspKernels *k)
{
  static MdspPlateau p;
  mdsp_plateau_init (&p, BENCH_RATE, 2, k);
  FOR_ALL_BLOCKS (mdsp_plateau_process (&p, x, n));
}

/* Seven as in gst/profiles. */
static void
run_translation (const MdspKernels *k)
{
#define QUIET .noise_lufs = MDSP_SILENCE_DB
  static const MdspPlaybackParams devices[] = {
    { .mono = true,
      .highpass_hz = 300,
      .highpass_order = 4,
      .lowpass_hz = 12000,
      .lowpass_order = 2,
      QUIET },
    { .highpass_hz = 180, .highpass_order = 3, .lowpass_hz = 15000, .lowpass_order = 2, QUIET },
    { .mono = true, .highpass_hz = 100, .highpass_order = 4, QUIET },
    { .highpass_hz = 60, .highpass_order = 2, QUIET },
    { .shelf_hz = 90, .shelf_db = 6, .noise_lufs = -40, .noise_lowpass_hz = 200 },
    { .mono_below_hz = 120, QUIET },
    { .mono = true, QUIET },
  };
  static MdspTranslation t;
  check (mdsp_translation_init (&t, BENCH_RATE, 2, devices, sizeof devices / sizeof devices[0], k));
  FOR_ALL_BLOCKS (mdsp_translation_process (&t, x, n));
  mdsp_translation_clear (&t);
}

static void
run_stereo (const MdspKernels *k)
{
  static MdspStereo s;
  check (mdsp_stereo_init (&s, &(MdspStereoParams){ BENCH_RATE }, k));
  FOR_ALL_BLOCKS (mdsp_stereo_process (&s, x, n));
  mdsp_stereo_clear (&s);
}

static void
run_levels (const MdspKernels *k)
{
  static MdspLevels l;
  check (mdsp_levels_init (&l, BENCH_RATE, 2, k));
  FOR_ALL_BLOCKS (mdsp_levels_process (&l, x, n));
  mdsp_levels_clear (&l);
}

static void
run_true_peak (const MdspKernels *k)
{
  static MdspTruePeak t;
  check (mdsp_true_peak_init (&t, &(MdspTruePeakParams){ BENCH_RATE, 2, 16, 0 }, k));
  FOR_ALL_BLOCKS (mdsp_true_peak_process (&t, x, n));
  mdsp_true_peak_clear (&t);
}

static const struct {
  const char *name;
  void (*run) (const MdspKernels *k);
} listeners[] = {
  { "seven playback devices", run_translation }, { "stereo field", run_stereo },
  { "levels in four bands", run_levels },        { "long-term spectrum", run_spectrum },
  { "true peak at 16 times", run_true_peak },    { "held peaks", run_plateau },
};
#define N_LISTENERS (sizeof listeners / sizeof listeners[0])

int
main (int argc, char **argv)
{
  const float *audio = bench_audio (argc > 1 ? argv[1] : NULL, FRAMES);
  const MdspKernels *isas[MAX_ISAS];
  const unsigned n_isas = bench_tables (isas, MAX_ISAS);
  for (size_t i = 0; i < FRAMES; i++)
    for (unsigned c = 0; c < 2; c++)
      planes[c][i] = audio[2 * i + c];
  printf ("| ns a frame |");
  for (unsigned k = 0; k < n_isas; k++)
    printf (" %s |", isas[k]->isa);
  printf ("\n|---|");
  for (unsigned k = 0; k < n_isas; k++)
    printf ("---|");
  for (unsigned l = 0; l < N_LISTENERS; l++) {
    printf ("\n| %s |", listeners[l].name);
    for (unsigned k = 0; k < n_isas; k++) {
      double ns[RUNS];
      for (unsigned i = 0; i < RUNS; i++) {
        const double start = bench_cpu_ns ();
        listeners[l].run (isas[k]);
        ns[i] = (bench_cpu_ns () - start) / (double) FRAMES;
      }
      printf (" %.1f |", bench_median (ns, RUNS));
    }
  }
  printf ("\n");
  return 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * measure/peak_map.h against closed forms: tones whose crests lie between the samples or on them, at
 * known times; and the same bits for every block size and kernel table.
 */
#include "check.h"
#include "kernels/dmath.h"
#include "measure/peak_map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = 96000, CELLS = 128 };
static float x[2][N];
static MdspPeakCell cells[CELLS];

/* level * sin (2 pi f t / fs + phase) under a Hann window of `length` frames around `centre`. */
static void
add_burst (float *out, size_t centre, size_t length, double f_over_fs, double phase, double level)
{
  for (size_t i = 0; i < length; i++) {
    const double hann = 0.5 - 0.5 * cos (2.0 * M_PI * (double) i / (double) length);
    const double turns = f_over_fs * ((double) i - 0.5 * (double) length);
    out[centre - length / 2 + i] += (float) (level * hann * sin (2.0 * M_PI * turns + phase));
  }
}

static void
run (MdspPeakMapParams *p, size_t n, size_t block, const MdspKernels *k)
{
  MdspPeakMap map;

  p->cells = cells;
  p->n_cells = CELLS;
  CHECK (mdsp_peak_map_init (&map, p, k) == MDSP_OK, "init");
  for (size_t at = 0; at < n; at += block) {
    const float *const planes[2] = { x[0] + at, x[1] + at };
    mdsp_peak_map_process (&map, planes, n - at < block ? n - at : block);
  }
  mdsp_peak_map_finish (&map);
  mdsp_peak_map_clear (&map);
}

static double
db (double lin)
{
  return 20.0 * log10 (lin);
}

/* At fs/4 and 45 degrees the samples are at 0.7071 of the crests; 2000 frames of Hann are flat to
 * 0.00002 dB over the two samples around its middle. A low tone's crest is on the sample. */
static void
test_where (double rate, int64_t first)
{
  const double cell = 0.020 * rate;
  const size_t loud = (size_t) first + (size_t) (10.5 * cell), low = loud + (size_t) (20 * cell);
  MdspPeakMapParams p = { rate, 2, 20.0, 0.25, first, NULL, 0 };
  const MdspPeakCell *highest;

  memset (x, 0, sizeof x);
  add_burst (x[1], loud, 2000, 0.25, M_PI / 4.0, 0.8);
  add_burst (x[0], low, 2000, 0.01, M_PI / 2.0, 0.5);
  run (&p, N, 1024, mdsp_kernels_get ());
  highest = mdsp_peak_map_highest (cells, CELLS);
  CHECK (highest == &cells[10], "cell %td", highest - cells);
  CHECK (fabs (db (highest->true_peak_lin / 0.8)) < 0.01, "%g", highest->true_peak_lin);
  CHECK (fabs (db (highest->sample_peak_lin / 0.8) + 3.0103) < 0.01, "%g",
         highest->sample_peak_lin);
  CHECK (highest->channel == 1 && llabs (highest->frame - (int64_t) loud + first) <= MDSP_GROUP,
         "channel %u, frame %lld", highest->channel, (long long) highest->frame);
  CHECK (fabs (db (cells[30].true_peak_lin / 0.5)) < 0.01 && cells[30].channel == 0, "%g",
         cells[30].true_peak_lin);
  CHECK (fabs (db (cells[30].sample_peak_lin / cells[30].true_peak_lin)) < 0.01, "on the sample");
  for (size_t i = 0; i < CELLS; i++) {
    const bool near =
        fabs ((double) i - 10.0) * cell < 1500.0 || fabs ((double) i - 30.0) * cell < 1500.0;
    CHECK (near || cells[i].true_peak_lin == 0.0f, "cell %zu: %g", i, cells[i].true_peak_lin);
    CHECK (cells[i].true_peak_lin == 0.0f || cells[i].true_peak_lin > 0.25f, "below the floor");
  }
}

/* The last sample is followed by silence, and that step overshoots between the samples. */
static void
test_end (void)
{
  MdspPeakMapParams p = { 48000.0, 1, 20.0, 0.0, 0, NULL, 0 };

  memset (x, 0, sizeof x);
  for (size_t i = 0; i < 9600; i++)
    x[0][i] = 0.5f;
  run (&p, 9600, 4096, mdsp_kernels_get ());
  CHECK (cells[9].true_peak_lin > 0.52f && cells[9].frame >= 9600 - 2 * MDSP_GROUP, "%g at %lld",
         cells[9].true_peak_lin, (long long) cells[9].frame);
  CHECK (mdsp_peak_map_highest (cells + 20, 100) == NULL, "silence has no peak");
}

static void
test_same_bits (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 1024, 65536 };
  static MdspPeakCell first[CELLS];
  const MdspKernels *tables[8];
  const unsigned n = mdsp_kernels_list (tables, 8);
  MdspPeakMapParams p = { 44100.0, 2, 20.0, 0.7, 1105, NULL, 0 };
  uint64_t rng = 5;

  for (size_t i = 0; i < N; i++)
    for (unsigned c = 0; c < 2; c++)
      x[c][i] = (float) ((check_random (&rng) - 0.5) * (i / 3000 % 3 == 1 ? 0.1 : 1.4));
  run (&p, N, N, mdsp_kernels_by_name ("c"));
  memcpy (first, cells, sizeof first);
  for (unsigned b = 0; b < sizeof blocks / sizeof blocks[0]; b++)
    for (unsigned i = 0; i < n; i++) {
      run (&p, N, blocks[b], tables[i]);
      CHECK (memcmp (first, cells, sizeof first) == 0, "blocks of %zu, %s", blocks[b],
             tables[i]->isa);
    }
}

static void
test_params (void)
{
  const MdspPeakMapParams wrong[] = {
    { 7999.0, 2, 20.0, 0.0, 0, cells, CELLS },       { 48000.0, 0, 20.0, 0.0, 0, cells, CELLS },
    { 48000.0, 65, 20.0, 0.0, 0, cells, CELLS },     { 48000.0, 2, 0.5, 0.0, 0, cells, CELLS },
    { 48000.0, 2, 20.0, -1.0, 0, cells, CELLS },     { 48000.0, 2, 20.0, 0.0, -1, cells, CELLS },
    { (double) NAN, 2, 20.0, 0.0, 0, cells, CELLS },
  };

  for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    MdspPeakMap map;
    CHECK (mdsp_peak_map_init (&map, &wrong[i], mdsp_kernels_get ()) == MDSP_ERROR_PARAM, "%u", i);
  }
}

int
main (void)
{
  test_where (48000.0, 0);
  test_where (44100.0, 1105);
  test_where (32000.0, 77);
  test_end ();
  test_same_bits ();
  test_params ();
  printf ("%s\n", check_failures == 0 ? "passed" : "failed");
  return check_failures != 0;
}

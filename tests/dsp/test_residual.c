/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * measure/residual.h: a signal, a known gain and known noise, cell by cell.
 */
#include "check.h"
#include "measure/residual.h"

#include <math.h>
#include <string.h>

enum { N = 44100, CELLS = 50, FRAMES = 882 };
static float x[2 * N], y[2][N];
static MdspResidualSums sums[2 * CELLS], first[2 * CELLS];

static void
run (size_t block, size_t n_cells)
{
  MdspResidualParams p = { 44100.0, 2, 20.0, sums, n_cells };
  MdspResidual r;

  CHECK (mdsp_residual_init (&r, &p) == MDSP_OK, "init");
  for (size_t at = 0; at < N; at += block) {
    const float *const planes[2] = { y[0] + at, y[1] + at };
    mdsp_residual_process (&r, x + 2 * at, planes, N - at < block ? N - at : block);
  }
}

/* y = 0.9 x + e, e only in the right channel of cell 7 (a square wave of 0.01, in quadrature to x). */
static void
make (void)
{
  for (size_t i = 0; i < N; i++) {
    const double turns = 100.0 * (double) i / N; /* 2 turns a cell */
    const double e = i / FRAMES == 7 ? 0.01 * cos (4.0 * M_PI * turns) : 0.0;

    x[2 * i] = (float) (0.5 * sin (2.0 * M_PI * turns));
    x[2 * i + 1] = (float) (0.25 * sin (2.0 * M_PI * turns));
    y[0][i] = (float) (0.9 * x[2 * i]);
    y[1][i] = (float) (0.9 * x[2 * i + 1] + e);
  }
}

/* f32 samples: e is what rounding makes of 0.45, under 2^-25 per sample. */
static void
test_cells (void)
{
  double gain;

  make ();
  run (1024, CELLS);
  gain = mdsp_residual_gain (sums, 2 * CELLS);
  CHECK (fabs (gain - 0.9) < 1e-7, "gain %.9f", gain);
  for (size_t i = 0; i < CELLS; i++)
    for (unsigned c = 0; c < 2; c++) {
      const double rms = sqrt (mdsp_residual_energy (&sums[2 * i + c], gain) / FRAMES);
      const double want = i == 7 && c == 1 ? 0.01 * M_SQRT1_2 : 0.0;
      CHECK (fabs (rms - want) < 1e-7, "cell %zu channel %u: %g", i, c, rms);
    }
  CHECK (mdsp_residual_gain (sums, 0) == 1.0, "nothing has a gain of 1");
}

static void
test_same_bits (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 1024, 65536 };

  run (N, CELLS);
  memcpy (first, sums, sizeof sums);
  for (unsigned i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
    run (blocks[i], CELLS);
    CHECK (memcmp (first, sums, sizeof sums) == 0, "blocks of %zu", blocks[i]);
  }
  run (1000, 20); /* what is outside is dropped, the rest is the same */
  CHECK (memcmp (first, sums, 2 * 20 * sizeof *sums) == 0, "fewer cells");
}

/* Windows: each has the bits that the whole has there. */
static void
test_seek (void)
{
  MdspResidualParams p = { 44100.0, 2, 20.0, sums, CELLS };
  MdspResidual r;

  run (N, CELLS);
  memcpy (first, sums, sizeof sums);
  CHECK (mdsp_residual_init (&r, &p) == MDSP_OK, "init");
  for (size_t cell = 5; cell < CELLS; cell += 20) {
    const size_t at = cell * FRAMES, before = at - 100;
    const float *const planes[2] = { y[0] + before, y[1] + before };

    mdsp_residual_seek (&r, before);
    mdsp_residual_process (&r, x + 2 * before, planes, 100 + 2 * FRAMES);
    CHECK (memcmp (&first[2 * cell], &sums[2 * cell], 4 * sizeof *sums) == 0, "cell %zu", cell);
  }
}

static void
test_params (void)
{
  const MdspResidualParams wrong[] = { { 7999.0, 2, 20.0, sums, CELLS },
                                       { 48000.0, 0, 20.0, sums, CELLS },
                                       { 48000.0, 2, 0.0, sums, CELLS } };
  MdspResidual r;

  for (unsigned i = 0; i < 3; i++)
    CHECK (mdsp_residual_init (&r, &wrong[i]) == MDSP_ERROR_PARAM, "%u", i);
}

int
main (void)
{
  test_cells ();
  test_same_bits ();
  test_seek ();
  test_params ();
  printf ("%s\n", check_failures == 0 ? "passed" : "failed");
  return check_failures != 0;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser with linear phase in time: settings that change, dynamic bands behind the filters. */
#include "eq_reference.h"
#include "linear_run.h"

#include <math.h>
#include <string.h>

#define LENGTH (size_t) (24 * 2048)
#define SWITCH (size_t) (9 * 2048 + 700)

static void
fill (float *const *x)
{
  for (unsigned c = 0; c < 2; c++)
    ref_pink_noise (x[c], LENGTH, c + 11);
}

/* Noise through the equaliser, `before` up to frame SWITCH of the input, `after` from there on. */
static void
run_switched (const MdspEqualizerParams *before, const MdspEqualizerParams *after, float *const *x)
{
  MdspLinearEqualizer e;
  float *rest[2] = { x[0] + SWITCH, x[1] + SWITCH };
  fill (x);
  CHECK (mdsp_linear_equalizer_init (&e, before, kernels) == MDSP_OK, "init");
  linear_process (&e, x, SWITCH, 6);
  mdsp_linear_equalizer_set (&e, after);
  linear_process (&e, rest, LENGTH - SWITCH, 7);
  mdsp_linear_equalizer_clear (&e);
}

/* New settings belong to the sound that they came with: up to the block in which they came the output is
 * that of the old ones to the bit, after it of the new ones, and between there is no click. */
static void
settings_reach_their_sound (void)
{
  const size_t latency = mdsp_linear_equalizer_latency (48000), block = latency / 4;
  const size_t from = SWITCH / block * block + latency, to = from + block;
  MdspEqualizerParams params[4];
  float *x[2] = { silence (LENGTH), silence (LENGTH) }, *pure[4][2];
  for (unsigned k = 0; k < 4; k++) {
    mdsp_equalizer_params_init (&params[k], 48000, 2); /* flat, a bell, mid/side, a low cut */
    params[k].band[2].enabled = k > 0;
    params[k].band[2].gain_db = 9.0;
    params[k].band[2].channels = k == 2 ? MDSP_EQ_MID : MDSP_EQ_STEREO;
    params[k].band[2].type = k == 3 ? MDSP_EQ_LOW_CUT : MDSP_EQ_BELL;
    for (unsigned c = 0; c < 2; c++)
      pure[k][c] = silence (LENGTH);
    fill (pure[k]);
    linear_run (&params[k], pure[k], LENGTH);
  }
  for (unsigned a = 0; a < 4; a++)
    for (unsigned b = 0; b < 4; b++) {
      run_switched (&params[a], &params[b], x);
      for (unsigned c = 0; c < 2; c++) {
        double worst = 0.0;
        CHECK (memcmp (x[c], pure[a][c], from * sizeof (float)) == 0, "%u to %u, before", a, b);
        CHECK (memcmp (x[c] + to, pure[b][c] + to, (LENGTH - to) * sizeof (float)) == 0,
               "%u to %u, after", a, b);
        for (size_t i = from; i < to; i++) {
          const double w = ((double) (i - from) + 0.5) / (double) block;
          const double wanted = pure[a][c][i] + w * ((double) pure[b][c][i] - pure[a][c][i]);
          worst = fmax (worst, fabs (x[c][i] - wanted));
        }
        CHECK (worst < 1e-6, "%u to %u: %g off the crossfade", a, b, worst);
        CHECK (a == b || memcmp (x[c] + from, pure[a][c] + from, (to - from) * sizeof (float)) != 0,
               "%u to %u changes nothing", a, b);
      }
    }
  for (unsigned c = 0; c < 2; c++) {
    free (x[c]);
    for (unsigned k = 0; k < 4; k++)
      free (pure[k][c]);
  }
}

/* A dynamic band alone is what the equaliser proper does, later; with static bands before it, it still
 * hears the input: the moves are the same. And flat is the delayed input to the bit. */
static void
dynamic_bands_run_behind (void)
{
  const size_t latency = mdsp_linear_equalizer_latency (48000);
  for (unsigned kind = 0; kind < 3; kind++) {
    float *x[2] = { silence (LENGTH), silence (LENGTH) },
          *y[2] = { silence (LENGTH), silence (LENGTH) };
    MdspEqualizerParams params, alone;
    MdspLinearEqualizer linear;
    MdspEqualizer proper;
    double moves[2][MDSP_EQ_BANDS];
    mdsp_equalizer_params_init (&params, 48000, 2);
    params.band[5].enabled = kind > 0;
    params.band[5].range_db = -9.0;
    params.band[5].threshold_db = -45.0;
    alone = params;
    params.band[1].enabled = kind == 2;
    params.band[1].gain_db = 6.0;
    fill (x);
    fill (y);
    CHECK (mdsp_linear_equalizer_init (&linear, &params, kernels) == MDSP_OK &&
               mdsp_equalizer_init (&proper, &alone, kernels) == MDSP_OK,
           "init");
    linear_process (&linear, x, LENGTH, 9);
    for (size_t i = 0; i + latency < LENGTH; i += 512)
      mdsp_equalizer_process (&proper, (float *[]){ y[0] + i, y[1] + i }, 512);
    mdsp_linear_equalizer_take (&linear, moves[0]);
    mdsp_equalizer_take (&proper, moves[1]);
    CHECK (memcmp (moves[0], moves[1], sizeof moves[0]) == 0 && (moves[0][5] < -2.0) == (kind > 0),
           "kind %u: %g and %g dB", kind, moves[0][5], moves[1][5]);
    for (unsigned c = 0; c < 2; c++)
      CHECK ((memcmp (x[c] + latency, y[c], (LENGTH - latency) * sizeof (float)) == 0) ==
                 (kind < 2),
             "kind %u", kind);
    mdsp_linear_equalizer_clear (&linear);
    mdsp_equalizer_clear (&proper);
    for (unsigned c = 0; c < 2; c++) {
      free (x[c]);
      free (y[c]);
    }
  }
}

int
main (void)
{
  kernels = mdsp_kernels_get ();
  settings_reach_their_sound ();
  dynamic_bands_run_behind ();
  return check_failures == 0 ? 0 : 1;
}

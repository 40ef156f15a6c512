/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/linear_equalizer.h"

#include <stdlib.h>
#include <string.h>

size_t
mdsp_linear_equalizer_latency (double rate_hz)
{
  return (size_t) MDSP_LINEAR_DELAY * mdsp_linear_phase_block (rate_hz);
}

/* --- which bands go where ------------------------------------------------------------------------ */

/* The static bands, or the dynamic ones, as they can run here; the others off. */
static void
select_bands (MdspEqualizerParams *to, const MdspEqualizerParams *from, bool dynamic)
{
  *to = *from;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
    if (mdsp_dynamic_band_wanted (&to->band[b]) != dynamic ||
        (to->band[b].channels != MDSP_EQ_STEREO && to->n_channels != 2))
      to->band[b].enabled = false;
}

static bool
same_band (const MdspEqBandParams *a, const MdspEqBandParams *b)
{
  return a->enabled == b->enabled && a->type == b->type && a->slope == b->slope &&
         a->channels == b->channels && a->frequency_hz == b->frequency_hz &&
         a->gain_db == b->gain_db && a->q == b->q;
}

/* Whether both make the same filter. */
static bool
same_filter (const MdspEqualizerParams *a, const MdspEqualizerParams *b)
{
  bool same = true;
  for (unsigned i = 0; i < MDSP_EQ_BANDS; i++)
    same &= same_band (&a->band[i], &b->band[i]) ||
            (mdsp_eq_band_is_flat (&a->band[i]) && mdsp_eq_band_is_flat (&b->band[i]));
  return same;
}

/* --- life ---------------------------------------------------------------------------------------- */

/* The set of now becomes the filter of these static bands. */
static void
make_filter (MdspLinearEqualizer *e, const MdspEqualizerParams *wanted)
{
  e->made = *wanted;
  mdsp_linear_phase_design (&e->design, wanted->band, &e->set[e->now]);
}

static MdspStatus
allocate (MdspLinearEqualizer *e, const MdspKernels *kernels)
{
  const size_t stride = MDSP_MAX_BLOCK + MDSP_PAD;
  const double rate_hz = e->params.rate_hz;
  MdspEqualizerParams dynamic;
  MdspStatus status;
  select_bands (&dynamic, &e->params, true);
  if ((status = mdsp_equalizer_init (&e->dynamic, &dynamic, kernels)) != MDSP_OK ||
      (status = mdsp_linear_phase_init (&e->design, rate_hz, kernels)) != MDSP_OK ||
      (status = mdsp_fir_set_init (&e->set[0], &e->design.shape)) != MDSP_OK ||
      (status = mdsp_fir_set_init (&e->set[1], &e->design.shape)) != MDSP_OK ||
      (status = mdsp_convolver_init (&e->convolver, &e->design.shape, e->params.n_channels,
                                     mdsp_linear_equalizer_latency (rate_hz), kernels)) != MDSP_OK)
    return status;
  e->dry_memory = calloc (e->params.n_channels * stride, sizeof (float));
  for (unsigned c = 0; e->dry_memory != NULL && c < e->params.n_channels; c++)
    e->dry[c] = e->dry_memory + c * stride;
  return e->dry_memory != NULL ? MDSP_OK : MDSP_ERROR_MEMORY;
}

MdspStatus
mdsp_linear_equalizer_init (MdspLinearEqualizer *e, const MdspEqualizerParams *params,
                            const MdspKernels *kernels)
{
  memset (e, 0, sizeof *e);
  e->params = *params;
  MdspEqualizerParams wanted;
  MdspStatus status = allocate (e, kernels);
  if (status != MDSP_OK) {
    mdsp_linear_equalizer_clear (e);
    return status;
  }
  select_bands (&wanted, &e->params, false);
  make_filter (e, &wanted);
  mdsp_linear_equalizer_reset (e);
  return MDSP_OK;
}

void
mdsp_linear_equalizer_clear (MdspLinearEqualizer *e)
{
  mdsp_equalizer_clear (&e->dynamic);
  mdsp_convolver_clear (&e->convolver);
  mdsp_fir_set_clear (&e->set[0]);
  mdsp_fir_set_clear (&e->set[1]);
  mdsp_linear_phase_clear (&e->design);
  free (e->dry_memory);
  memset (e, 0, sizeof *e);
}

void
mdsp_linear_equalizer_set (MdspLinearEqualizer *e, const MdspEqualizerParams *params)
{
  const MdspEqualizerParams before = e->params;
  e->params = *params;
  e->params.rate_hz = before.rate_hz;
  e->params.n_channels = before.n_channels;
}

/* The dynamic bands of these settings. */
static void
set_dynamic (MdspLinearEqualizer *e, const MdspEqualizerParams *params)
{
  MdspEqualizerParams dynamic;
  select_bands (&dynamic, params, true);
  mdsp_equalizer_set (&e->dynamic, &dynamic);
}

void
mdsp_linear_equalizer_reset (MdspLinearEqualizer *e)
{
  MdspEqualizerParams wanted;
  for (unsigned i = 0; i <= MDSP_LINEAR_DELAY; i++)
    e->past[i] = e->params;
  select_bands (&wanted, &e->params, false);
  if (!same_filter (&wanted, &e->made))
    make_filter (e, &wanted);
  mdsp_convolver_reset (&e->convolver);
  set_dynamic (e, &e->params);
  mdsp_equalizer_reset (&e->dynamic);
  e->full = false;
}

/* --- audio --------------------------------------------------------------------------------------- */

/* The first frame of a block is about to go in: what comes out next entered with the settings of
 * MDSP_LINEAR_DELAY blocks ago, and goes on to those of a block later. */
static void
begin_block (MdspLinearEqualizer *e)
{
  const MdspFirSet *from = &e->set[e->now], *to = from;
  MdspEqualizerParams wanted;
  memmove (e->past + 1, e->past, MDSP_LINEAR_DELAY * sizeof e->past[0]);
  e->past[0] = e->params;
  select_bands (&wanted, &e->past[MDSP_LINEAR_DELAY - 1], false);
  if (!same_filter (&wanted, &e->made)) {
    e->now = 1 - e->now;
    make_filter (e, &wanted);
    to = &e->set[e->now];
  }
  mdsp_convolver_turn (&e->convolver, from, to);
  set_dynamic (e, &e->past[MDSP_LINEAR_DELAY]);
}

void
mdsp_linear_equalizer_process (MdspLinearEqualizer *e, float *const planes[], size_t n_frames)
{
  float *at[MDSP_MAX_CHANNELS];
  for (size_t done = 0, n; done < n_frames; done += n) {
    if (e->full)
      begin_block (e);
    const unsigned room = mdsp_convolver_room (&e->convolver);
    n = n_frames - done < room ? n_frames - done : room;
    for (unsigned c = 0; c < e->params.n_channels; c++)
      at[c] = planes[c] + done;
    e->full = mdsp_convolver_process (&e->convolver, at, e->dry, n);
    mdsp_equalizer_process_heard (&e->dynamic, at, (const float *const *) e->dry, n);
  }
}

void
mdsp_linear_equalizer_take (MdspLinearEqualizer *e, double move_db[MDSP_EQ_BANDS])
{
  mdsp_equalizer_take (&e->dynamic, move_db);
}

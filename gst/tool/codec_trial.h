/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One trial of a codec, in a pipeline without files: encode, decode in float, and hold what comes out
 * against the master cell by cell of time (measure/peak_map.h). Where the frames of the encoder fall is
 * decided by the silence that is put in front. Trials run beside each other, a thread each.
 */
#pragma once

#include "codec.h"
#include "meter.h"
#include "sound.h"

#include "decide/headroom.h"
#include "measure/peak_map.h"
#include "measure/residual.h"

/* The noise of a codec, its frames and what the ear notices all live on about this scale. */
#define TRIAL_CELL_MS 20.0
/* Cells that are encoded in front of a window, until the encoder works as it would in the middle of the
 * song, and behind it, until all of it is out. */
#define TRIAL_RUN_IN  15
#define TRIAL_RUN_OUT 8

typedef struct {
  const Codec *codec;
  const Sound *sound;        /* at codec_rate () */
  double gain;               /* in front of the encoder, and taken back behind the decoder; <= 1 */
  guint lead;                /* frames of silence in front */
  guint delay;               /* of the codec, frames: codec_trial_find_delay () */
  const MdspWindow *windows; /* what is judged; one from 0 to n_cells is the whole song */
  guint n_windows;
  gsize n_cells;          /* of the song */
  double floor_lin;       /* lower peaks are not kept */
  MdspPeakCell *cells;    /* [n_cells]: filled in the windows */
  MdspResidualSums *sums; /* [n_cells * channels]: in the windows and one cell around them */
  gsize *n_played;        /* frames that were encoded are added */
} CodecTrial;

/* `meter`: the loudness of what was decoded; NULL: not wanted. */
gboolean codec_trial_run (const CodecTrial *trial, Meter *meter, GError **error);

/* How many frames later the decoded sound comes, found by a burst of noise in this format. */
gboolean codec_trial_find_delay (const Codec *codec, const GstAudioInfo *info, guint *delay,
                                 GError **error);

gsize codec_trial_n_cells (const Sound *sound);

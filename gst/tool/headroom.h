/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What lossy codecs do to the peaks of a master. Every codec encodes the whole song once or twice,
 * which tells how much noise it adds where; then the moments that noise can lift highest are encoded
 * again and again, at other places of the encoder's frames; and a loud start or end, which is short, at
 * more places still (docs/headroom.md).
 */
#pragma once

#include "codec_trial.h"

typedef enum { HEADROOM_QUICK, HEADROOM_NORMAL, HEADROOM_THOROUGH } HeadroomEffort;

typedef struct {
  HeadroomEffort effort;
  double ceiling_dbtp; /* what decoded peaks must not exceed */
} HeadroomOptions;

/* One encode: where its frames fell, and how high it came. */
typedef struct {
  guint lead;     /* frames of silence in front */
  gboolean whole; /* of the whole song, not of the windows alone */
  double peak_lin;
} HeadroomEncode;

typedef struct {
  const Codec *codec;
  guint rate_hz;
  GArray *encodes;      /* HeadroomEncode */
  double loudness_lufs; /* decoded */
  double level_db;      /* what the codec does to the level of the whole */
  MdspPeakCell worst;   /* of all encodes; frame at rate_hz */
  guint n_over;         /* moments (cells) at which an encode went over the ceiling */
  double expected;      /* such moments in one encode, as the noise promises */
  double reach_dbtp;    /* one encode in thirty goes over this, as the noise promises; not below the
                           worst of all */
  double lower_db;      /* the master's ceiling must come down by this; 0: it holds */
  /* cell by cell, for who brings it down only there (decide/headroom.h) */
  gsize n_cells;
  MdspPeakCell *cells; /* the highest of all encodes */
  float *noise;        /* [n_cells * channels]: the largest of all encodes, widened */
  const float *dry;    /* alike: of the master */
} CodecHeadroom;

typedef struct {
  double true_peak_dbtp; /* of the master, 16 times the rate */
  double ceiling_dbtp;   /* as in the options */
  double holds_dbtp;     /* a master with this ceiling holds it after every codec */
  guint channels;
  GPtrArray *codecs;  /* CodecHeadroom *, in the order that was asked for */
  GPtrArray *missing; /* char *: a sentence for each codec that could not be tried */
  /* private */
  GPtrArray *cases, *materials;
  guint next_place; /* of the frames: the first that was not tried */
} Headroom;

/* codecs: Codec *, outlive the result. NULL with an error. */
Headroom *headroom_run (const Sound *sound, const GPtrArray *codecs, const HeadroomOptions *options,
                        GError **error);
/* Another master of the same song: the noise that the codecs add is kept and added to, and only the
 * moments that it can lift highest are encoded, at places of the frames that were not tried yet. The
 * peaks are those of this master alone. */
gboolean headroom_again (Headroom *headroom, const Sound *sound, const HeadroomOptions *options,
                         GError **error);
void headroom_free (Headroom *headroom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Headroom, headroom_free)

/* How far the encodes are apart in their highest peaks. */
double codec_headroom_spread_db (const CodecHeadroom *codec);

/* How a codec's trials are read by the law. */
MdspHeadroom codec_headroom_view (const CodecHeadroom *codec, const Headroom *headroom);

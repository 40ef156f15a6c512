/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What --codec-safe knows and did: how far the ceiling is down, moment by moment, and how high the
 * decoded peaks of each codec were before and are now.
 */
#pragma once

#include "headroom.h"
#include "settings.h"

#include <json-glib/json-glib.h>

/* One codec's part in it. */
typedef struct {
  const Codec *codec;
  double before_dbtp, after_dbtp; /* the highest decoded peak */
  double asked_db;                /* the most that it asked the ceiling to come down */
  gsize n_cells;                  /* at so many moments of TRIAL_CELL_MS */
} CodecShare;

typedef struct {
  const GPtrArray *codecs; /* Codec *; NULL: nothing of all this is wanted */
  Sound *sound;            /* of the last render */
  Headroom *headroom;      /* of that */
  double *cut_db;          /* [n_cells]: how far the ceiling is below that of the limiter */
  gsize n_cells;
  double lowered_db; /* of the limiter's ceiling itself */
  guint n_rounds;
  double loudness_before; /* as it landed without, LUFS */
  GArray *shares;         /* CodecShare */
  GPtrArray *missing;     /* char *: a sentence for each codec that could not be tried */
  /* where it landed */
  double ceiling_dbtp, gain_db;
  GPtrArray *tried; /* Codec *: what the shares point to */
} CodecSafe;

void codec_safe_clear (CodecSafe *safe);

/* Of another file of the same master: what was found for that holds for this. */
void codec_safe_take (CodecSafe *to, const CodecSafe *from);

/* The ceiling as a curve of the settings; that of the limiter where nothing is lowered. */
void codec_safe_put_curve (const CodecSafe *safe, Settings *settings, double ceiling_dbtp);

double codec_safe_deepest_db (const CodecSafe *safe);
gsize codec_safe_n_lowered (const CodecSafe *safe);

/* Nothing when it was not wanted. */
void codec_safe_json (const CodecSafe *safe, JsonBuilder *b);
void codec_safe_sentences (const CodecSafe *safe, GString *out);

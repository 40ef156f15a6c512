/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The sound of a programme, to be read at any place and by several threads: F32, interleaved, mapped
 * from a temporary file without a name, so that an hour of it needs no memory (where that file is on a disk).
 */
#pragma once

#include "listener.h"

#include <stdio.h>

/* Frames [first, first + n). */
typedef struct {
  guint64 first, n;
} SoundPiece;

typedef struct {
  GstAudioInfo info;
  guint64 n_frames;
  const float *samples; /* [n_frames * channels]; NULL until sound_finish () */
  guint64 max_bytes;    /* more of it is a failure (EFBIG); 0: as much as there is room for */
  guint64 leave_bytes;  /* that of its disk stay free, else it fails (ENOSPC) */
  SoundPiece whole;     /* all of it, alike */
  /* private */
  FILE *file;
  int failure; /* errno of the first write that failed */
} Sound;

/* Its listener writes down what it hears; after the pass sound_finish () makes it readable. */
Sound *sound_new (GError **error);
Listener sound_listener (Sound *sound);
gboolean sound_finish (Sound *sound, GError **error);
void sound_free (Sound *sound);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sound, sound_free)

/* An element that plays `lead` frames of silence, then the pieces, one behind the other, times gain, and
 * then `tail` frames of silence. What it has played is added to *n_played (frames), when that is not
 * NULL. */
typedef struct {
  const Sound *sound; /* outlives the element, as what is pointed to here */
  guint lead, tail;
  const SoundPiece *pieces;
  guint n_pieces;
  float gain;
  gsize *n_played;
} SoundPlay;
GstElement *sound_source_new (const SoundPlay *play, GError **error);

/* The same at another rate (quality 10). */
Sound *sound_at_rate (const Sound *sound, guint rate_hz, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One codec on one master: what its encodes have in common, and what they add up to. Several may run
 * at once.
 */
#pragma once

#include "headroom.h"
#include "material.h"

typedef struct {
  CodecHeadroom *result;
  const Material *material;
  guint delay;         /* of the codec, frames */
  MdspWindow *windows; /* where it is worth looking closer */
  guint n_windows;
  GMutex lock; /* of the result */
} HeadroomCase;

HeadroomCase *headroom_case_new (const Codec *codec, const Material *material);
void headroom_case_free (HeadroomCase *c);

/* Another master of the same length, as similar as two masters of one song are: the noise stays what it
 * was, the peaks are forgotten. */
void headroom_case_change (HeadroomCase *c, const Material *material);

/* Before everything else. */
gboolean headroom_case_find_delay (HeadroomCase *c, GError **error);

/* Encodes with `lead` frames of silence in front: the whole song, as one of n_whole such encodes whose
 * noise counts; or, with n_whole = 0, the windows. */
gboolean headroom_case_encode (HeadroomCase *c, guint lead, guint n_whole, gsize *n_played,
                               GError **error);

/* Of all whole encodes: to be called once when they are done. */
void headroom_case_finish_noise (HeadroomCase *c);

/* The moments that noise can lift highest, in windows that take this share of the song to encode. */
void headroom_case_choose_windows (HeadroomCase *c, double share);

gsize headroom_case_window_frames (const HeadroomCase *c);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One codec on one master: what its encodes have in common, and what they add up to. Several may run
 * at once.
 */
#pragma once

#include "headroom.h"
#include "material.h"

typedef enum {
  HEADROOM_WHOLE,   /* the song */
  HEADROOM_WINDOWS, /* where it is worth looking closer */
  HEADROOM_ENDS,    /* its first and its last moments, where they are loud */
  HEADROOM_N_PARTS
} HeadroomPart;

typedef struct {
  MdspWindow *windows;
  guint n;
} HeadroomWindows;

typedef struct {
  CodecHeadroom *result;
  const Material *material;
  guint delay;   /* of the codec, frames */
  guint n_whole; /* encodes of the whole song so far */
  HeadroomWindows parts[HEADROOM_N_PARTS];
  GMutex lock; /* of the result */
} HeadroomCase;

HeadroomCase *headroom_case_new (const Codec *codec, const Material *material);
void headroom_case_free (HeadroomCase *c);

/* Another master of the same length, as similar as two masters of one song are: the noise is kept and
 * added to, the peaks are forgotten. */
void headroom_case_change (HeadroomCase *c, const Material *material);

/* Before everything else. */
gboolean headroom_case_find_delay (HeadroomCase *c, GError **error);

/* Encodes with `lead` frames of silence in front; nothing for a part without windows. */
gboolean headroom_case_encode (HeadroomCase *c, guint lead, HeadroomPart part, gsize *n_played,
                               GError **error);

/* Of all whole encodes: to be called once when they are done, before the other parts. */
void headroom_case_finish_whole (HeadroomCase *c);

/* The moments that noise can lift highest, in windows that take this share of the song to encode; and
 * the ends of the song, if they belong to those moments. */
void headroom_case_choose_windows (HeadroomCase *c, double share);

gsize headroom_case_part_frames (const HeadroomCase *c, HeadroomPart part);

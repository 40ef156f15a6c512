/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Walks the chunks of an AIFF or AIFF-C file (Apple, Audio Interchange File Format 1.3) without
 * decoding it: is it whole, and where are its tags?
 */
#pragma once

#include <gst/gst.h>

typedef struct {
  gboolean is_aiff;
  gboolean has_sound;
  guint64 sound_declared;   /* bytes that the SSND chunk promises */
  guint64 sound_available;  /* bytes of it that are in the file */
  guint64 id3_at, id3_size; /* the ID3 chunk: an ID3v2 tag; size 0: there is none */
} AiffInfo;

/* A file that is no AIFF, or cannot be read, gives is_aiff = FALSE. */
void aiff_probe (const char *path, AiffInfo *info);

/* What the ID3 chunk says; NULL when there is none. */
GstTagList *aiff_read_tags (const char *path, const AiffInfo *info);

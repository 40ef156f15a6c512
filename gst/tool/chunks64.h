/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Walks the chunks of the containers whose sizes have 64 bits, Sony's Wave64 (Sony Pictures Digital, Sony
 * Wave64 format, 2003) and Apple's CAF (Core Audio Format Specification 1.0), without decoding them: is
 * the file whole?
 */
#pragma once

#include <glib.h>

typedef struct {
  gboolean is_wave64, is_caf;
  gboolean has_sound;
  guint64
      sound_declared; /* bytes that the data chunk promises; of one without a length, what there is */
  guint64 sound_available; /* bytes of it that are in the file */
  guint64 caf_size_at;     /* where a CAF has the length of its sound; 0: not known */
} Chunks64Info;

/* A file that is neither, or cannot be read, gives FALSE for both. */
void chunks64_probe (const char *path, Chunks64Info *info);

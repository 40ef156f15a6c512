/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Walks the chunks of a WAV, RF64 or BW64 file (EBU Tech 3306, ITU-R BS.2088) without decoding it:
 * is it whole, and what does it carry besides the sound?
 */
#pragma once

#include <glib.h>

typedef struct {
  gboolean is_riff;  /* RIFF/WAVE, RF64/WAVE or BW64/WAVE */
  gboolean is_64;    /* RF64 or BW64 */
  gboolean has_bext; /* EBU Tech 3285 */
  gboolean has_ixml;
  gboolean has_cue;
  gboolean has_data;
  gboolean size_unknown; /* a streamed file: its data size is 0 or 0xffffffff by convention */
  guint16 format_tag;    /* of fmt; the sub-format's for WAVE_FORMAT_EXTENSIBLE */
  guint16 bits;
  guint64 data_declared;  /* bytes the header promises */
  guint64 data_available; /* bytes that are in the file */
} RiffInfo;

#define RIFF_FORMAT_PCM   1
#define RIFF_FORMAT_FLOAT 3

/* FALSE when the file cannot be read at all; a file that is no RIFF gives is_riff = FALSE. */
gboolean riff_probe (const char *path, RiffInfo *info);

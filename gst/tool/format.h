/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Output formats: what --format and a file's extension mean, and what each can carry.
 */
#pragma once

#include <glib.h>

typedef enum {
  FORMAT_WAV,
  FORMAT_FLAC,
  FORMAT_MP3,
  FORMAT_AAC,
  FORMAT_OPUS,
  FORMAT_VORBIS
} FormatKind;

typedef struct {
  FormatKind kind;
  guint bits; /* of the samples: 16, 24, 32; 0 for lossy */
  gboolean is_float;
  guint bitrate_kbps; /* lossy only */
} Format;

/* "wav" (24 bit) "wav16" "wav32f" "flac" (24 bit) "flac16" "mp3[:RATE]" "aac[:RATE]" "opus[:RATE]"
 * "vorbis[:RATE]", RATE in kbit/s. FALSE with a TOOL_ERROR_USAGE. */
gboolean format_parse (const char *text, Format *format, GError **error);

/* From the extension of a file name; FALSE when it says nothing known. */
gboolean format_from_path (const char *path, Format *format);

gboolean format_is_lossless (const Format *format);
const char *format_extension (const Format *format); /* without the dot */
char *format_to_string (const Format *format);       /* as format_parse takes it */
char *format_describe (const Format *format);        /* "24-bit FLAC", "MP3 at 320 kbit/s" */

/* The sample rate this format delivers for audio of rate_hz: the rate itself where the format
 * has it, else the best one it has (half of it where possible). 0: it cannot carry it. */
guint format_delivery_rate (const Format *format, guint rate_hz);

guint format_max_channels (const Format *format);

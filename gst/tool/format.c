/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "format.h"

#include "error.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *extension;
  const char *label;
  Format format; /* with the default bit rate */
  guint min_kbps, max_kbps;
  guint max_channels;
} FormatRow;

/* The first row of a kind is what its extension means. */
static const FormatRow rows[] = {
  { "wav", "wav", "WAV", { FORMAT_WAV, 24, FALSE, 0 }, 0, 0, 64 },
  { "wav16", "wav", "WAV", { FORMAT_WAV, 16, FALSE, 0 }, 0, 0, 64 },
  { "wav32f", "wav", "WAV", { FORMAT_WAV, 32, TRUE, 0 }, 0, 0, 64 },
  { "flac", "flac", "FLAC", { FORMAT_FLAC, 24, FALSE, 0 }, 0, 0, 8 },
  { "flac16", "flac", "FLAC", { FORMAT_FLAC, 16, FALSE, 0 }, 0, 0, 8 },
  { "mp3", "mp3", "MP3", { FORMAT_MP3, 0, FALSE, 320 }, 32, 320, 2 },
  { "aac", "m4a", "AAC", { FORMAT_AAC, 0, FALSE, 256 }, 32, 512, 6 },
  { "opus", "opus", "Opus", { FORMAT_OPUS, 0, FALSE, 160 }, 16, 510, 8 },
  { "vorbis", "ogg", "Vorbis", { FORMAT_VORBIS, 0, FALSE, 320 }, 48, 500, 8 },
};

static const struct {
  const char *extension;
  guint row;
} other_extensions[] = { { "wave", 0 }, { "bwf", 0 }, { "rf64", 0 }, { "mp4", 6 }, { "oga", 8 } };

static const FormatRow *
row_of (const Format *format)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (rows[i].format.kind == format->kind && rows[i].format.bits == format->bits)
      return &rows[i];
  return &rows[0];
}

/* MP3 has these and no others (ISO/IEC 11172-3, 2.4.2.3, layer III); LAME would take the nearest. */
static const guint mp3_kbps[] = { 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320 };

static gboolean
check_mp3_rate (guint kbps, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (mp3_kbps); i++) {
    if (mp3_kbps[i] == kbps)
      return TRUE;
    g_string_append_printf (list, "%s%u", i > 0 ? ", " : "", mp3_kbps[i]);
  }
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "MP3 has no bit rate of %u kbit/s; use one of %s.", kbps, list->str);
  return FALSE;
}

static gboolean
parse_rate (const FormatRow *row, const char *text, Format *format, GError **error)
{
  guint64 kbps;

  if (row->max_kbps == 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE, "%s keeps every bit and takes no bit rate.",
                 row->label);
    return FALSE;
  }
  if (!g_ascii_string_to_unsigned (text, 10, row->min_kbps, row->max_kbps, &kbps, NULL)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "'%s' is no bit rate for %s; give %u to %u (kbit/s), for example %s:%u.", text,
                 row->label, row->min_kbps, row->max_kbps, row->name, row->format.bitrate_kbps);
    return FALSE;
  }
  format->bitrate_kbps = (guint) kbps;
  return format->kind != FORMAT_MP3 || check_mp3_rate (format->bitrate_kbps, error);
}

gboolean
format_parse (const char *text, Format *format, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (!parts[0] || g_ascii_strcasecmp (parts[0], rows[i].name))
      continue;
    *format = rows[i].format;
    return !parts[1] || parse_rate (&rows[i], parts[1], format, error);
  }
  g_set_error (
      error, TOOL_ERROR, TOOL_ERROR_USAGE,
      "'%s' is no format; use wav, wav16, wav32f, flac, flac16, mp3:RATE, aac:RATE, opus:RATE or "
      "vorbis:RATE.",
      text);
  return FALSE;
}

gboolean
format_from_path (const char *path, Format *format)
{
  const char *base = strrchr (path, '/');
  const char *dot = strrchr (base ? base : path, '.');

  if (!dot)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (!g_ascii_strcasecmp (dot + 1, rows[i].extension)) {
      *format = rows[i].format;
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (other_extensions); i++)
    if (!g_ascii_strcasecmp (dot + 1, other_extensions[i].extension)) {
      *format = rows[other_extensions[i].row].format;
      return TRUE;
    }
  return FALSE;
}

gboolean
format_is_lossless (const Format *format)
{
  return format->bits != 0;
}

const char *
format_extension (const Format *format)
{
  return row_of (format)->extension;
}

char *
format_to_string (const Format *format)
{
  const FormatRow *row = row_of (format);

  if (format_is_lossless (format))
    return g_strdup (row->name);
  return g_strdup_printf ("%s:%u", row->name, format->bitrate_kbps);
}

char *
format_describe (const Format *format)
{
  const FormatRow *row = row_of (format);

  if (!format_is_lossless (format))
    return g_strdup_printf ("%s at %u kbit/s", row->label, format->bitrate_kbps);
  return g_strdup_printf ("%u-bit %s%s", format->bits, format->is_float ? "float " : "",
                          row->label);
}

static guint
best_of (const guint *rates, gsize n, guint rate_hz)
{
  guint best = 0;

  for (gsize i = 0; i < n; i++)
    if (rates[i] == rate_hz)
      return rate_hz;
  for (gsize i = 0; i < n; i++) /* ascending: the highest that divides it */
    if (rates[i] >= 32000 && rate_hz % rates[i] == 0)
      best = rates[i];
  if (best)
    return best;
  for (gsize i = 0; i < n; i++)
    if (rates[i] >= rate_hz)
      return rates[i];
  return 48000;
}

guint
format_delivery_rate (const Format *format, guint rate_hz)
{
  static const guint mp3[] = { 16000, 22050, 24000, 32000, 44100, 48000 };
  static const guint aac[] = { 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000 };

  switch (format->kind) {
    case FORMAT_MP3:
      return best_of (mp3, G_N_ELEMENTS (mp3), rate_hz);
    case FORMAT_AAC:
      return best_of (aac, G_N_ELEMENTS (aac), rate_hz);
    case FORMAT_OPUS: /* RFC 6716: always 48 kHz at its decoder */
      return 48000;
    case FORMAT_VORBIS:
      return rate_hz <= 192000 ? rate_hz : best_of (aac, G_N_ELEMENTS (aac), rate_hz);
    case FORMAT_FLAC:
    case FORMAT_WAV:
    default:
      return rate_hz;
  }
}

guint
format_max_channels (const Format *format)
{
  return row_of (format)->max_channels;
}

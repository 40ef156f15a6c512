/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "chunks64.h"

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A chunk of Wave64: a GUID, its size with this header, its content, up to a multiple of 8. The file
 * is one: "riff", its size, "wave". */
#define WAVE64_HEADER 24
#define WAVE64_START  (WAVE64_HEADER + 16)
/* Of CAF: a type, the size of the content. The file begins with "caff", a version, flags. */
#define CAF_HEADER 12
#define CAF_START  8

/* Behind the four letters. */
static const guint8 riff_guid[] = { 0x2e, 0x91, 0xcf, 0x11, 0xa5, 0xd6,
                                    0x28, 0xdb, 0x04, 0xc1, 0x00, 0x00 };
static const guint8 wave_guid[] = { 0xf3, 0xac, 0xd3, 0x11, 0x8c, 0xd1,
                                    0x00, 0xc0, 0x4f, 0x8e, 0xdb, 0x8a };

static gboolean
is_guid (const guint8 *at, const char *letters, const guint8 rest[12])
{
  return !memcmp (at, letters, 4) && !memcmp (at + 4, rest, 12);
}

/* What is streamed has no length: -1 or 2^63 - 1 (Wave64, also 0), -1 (CAF). */
static void
take_sound (guint64 at, gint64 length, guint64 file_size, Chunks64Info *info)
{
  const guint64 available = file_size > at ? file_size - at : 0;

  info->has_sound = TRUE;
  info->sound_declared = length <= 0 || length >= G_MAXINT64 - WAVE64_HEADER ? available : length;
  info->sound_available = MIN (available, info->sound_declared);
}

static void
walk_wave64 (FILE *file, guint64 size, Chunks64Info *info)
{
  guint8 h[WAVE64_HEADER];

  for (guint64 at = WAVE64_START; fseeko (file, at, SEEK_SET) == 0 &&
                                  fread (h, 1, sizeof h, file) == sizeof h && !info->has_sound;) {
    const gint64 length = (gint64) GST_READ_UINT64_LE (h + 16) - WAVE64_HEADER;

    if (is_guid (h, "data", wave_guid))
      take_sound (at + WAVE64_HEADER, length, size, info);
    else if (length < 0 || (guint64) length > size)
      return;
    at += WAVE64_HEADER + GST_ROUND_UP_8 ((guint64) length);
  }
}

static void
walk_caf (FILE *file, guint64 size, Chunks64Info *info)
{
  guint8 h[CAF_HEADER];

  for (guint64 at = CAF_START; fseeko (file, at, SEEK_SET) == 0 &&
                               fread (h, 1, sizeof h, file) == sizeof h && !info->has_sound;) {
    const gint64 length = (gint64) GST_READ_UINT64_BE (h + 4);

    if (!memcmp (h, "data", 4)) {
      info->caf_size_at = at + 4;
      take_sound (at + CAF_HEADER, length, size, info);
    } else if (length < 0 || (guint64) length > size)
      return;
    at += CAF_HEADER + (guint64) length;
  }
}

void
chunks64_probe (const char *path, Chunks64Info *info)
{
  FILE *file = fopen (path, "rb");
  guint8 h[WAVE64_START] = { 0 };
  struct stat st;

  memset (info, 0, sizeof *info);
  if (!file)
    return;
  if (fstat (fileno (file), &st) != 0 || fread (h, 1, sizeof h, file) < CAF_START)
    memset (h, 0, sizeof h);
  info->is_wave64 =
      is_guid (h, "riff", riff_guid) && is_guid (h + WAVE64_HEADER, "wave", wave_guid);
  info->is_caf = !memcmp (h, "caff", 4);
  if (info->is_wave64)
    walk_wave64 (file, st.st_size, info);
  if (info->is_caf)
    walk_caf (file, st.st_size, info);
  fclose (file);
}

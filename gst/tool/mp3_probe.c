/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "mp3_probe.h"

#include <stdio.h>
#include <string.h>

static guint32
be32 (const guint8 *b)
{
  return (guint32) b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
}

/* ID3v2 (id3.org, 3.1): ten bytes and a size of four times seven bits. */
static long
id3_length (const guint8 *b)
{
  if (memcmp (b, "ID3", 3))
    return 0;
  return 10 + ((b[5] & 0x10) ? 10 : 0) +
         ((long) (b[6] & 0x7f) << 21 | (b[7] & 0x7f) << 14 | (b[8] & 0x7f) << 7 | (b[9] & 0x7f));
}

/* The count stands behind the side information, whose size depends on version and channels
 * (ISO/IEC 11172-3, 2.4.1.7; 13818-3). */
static guint64
count_in_frame (const guint8 *b)
{
  gboolean is_mpeg1 = (b[1] & 0x18) == 0x18, mono = (b[3] & 0xc0) == 0xc0;
  guint samples = is_mpeg1 ? 1152 : 576;
  const guint8 *xing = b + 4 + (is_mpeg1 ? (mono ? 17 : 32) : (mono ? 9 : 17));

  if (b[0] != 0xff || (b[1] & 0xe0) != 0xe0 || (b[1] & 0x06) != 0x02) /* layer III */
    return 0;
  if ((!memcmp (xing, "Xing", 4) || !memcmp (xing, "Info", 4)) && (xing[7] & 1))
    return (guint64) be32 (xing + 8) * samples;
  if (!memcmp (b + 36, "VBRI", 4))
    return (guint64) be32 (b + 50) * samples;
  return 0;
}

guint64
mp3_total_frames (const char *path)
{
  FILE *file = fopen (path, "rb");
  guint8 b[64];
  guint64 n = 0;
  long at = 0;

  if (!file)
    return 0;
  while (fseek (file, at, SEEK_SET) == 0 && fread (b, 1, sizeof b, file) == sizeof b) {
    long skip = id3_length (b);

    if (skip == 0) {
      n = count_in_frame (b);
      break;
    }
    at += skip;
  }
  fclose (file);
  return n;
}

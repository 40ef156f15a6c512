/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "riff.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  FILE *file;
  guint64 size;
  guint64 ds64_data;
} Walk;

static void
read_fmt (Walk *walk, guint64 length, RiffInfo *info)
{
  guint8 b[26];
  gsize n = fread (b, 1, MIN (length, sizeof b), walk->file);

  if (n < 16)
    return;
  info->format_tag = b[0] | b[1] << 8;
  info->bits = b[14] | b[15] << 8;
  if (info->format_tag == 0xfffe && n >= 26)
    info->format_tag = b[24] | b[25] << 8;
}

static void
read_ds64 (Walk *walk, guint64 length)
{
  guint8 b[16];

  if (length < 16 || fread (b, 1, sizeof b, walk->file) != sizeof b)
    return;
  walk->ds64_data = 0;
  for (int i = 7; i >= 0; i--)
    walk->ds64_data = walk->ds64_data << 8 | b[8 + i];
}

static guint64
data_chunk (Walk *walk, guint64 at, guint32 declared, RiffInfo *info)
{
  guint64 length = declared;

  info->has_data = TRUE;
  info->data_available = walk->size > at ? walk->size - at : 0;
  if (info->is_64 && declared == 0xffffffffu && walk->ds64_data)
    length = walk->ds64_data;
  else
    info->size_unknown = declared == 0xffffffffu || (declared == 0 && info->data_available > 0);
  if (info->size_unknown)
    length = info->data_available;
  info->data_declared = length;
  info->data_available = MIN (info->data_available, length);
  return length;
}

gboolean
riff_probe (const char *path, RiffInfo *info)
{
  Walk walk = { .file = fopen (path, "rb") };
  guint8 h[12];
  struct stat st;
  guint64 at = 12;

  memset (info, 0, sizeof *info);
  if (!walk.file)
    return FALSE;
  if (fstat (fileno (walk.file), &st) == 0)
    walk.size = st.st_size;
  if (fread (h, 1, 12, walk.file) == 12 && !memcmp (h + 8, "WAVE", 4)) {
    info->is_64 = !memcmp (h, "RF64", 4) || !memcmp (h, "BW64", 4);
    info->is_riff = info->is_64 || !memcmp (h, "RIFF", 4);
  }
  while (info->is_riff && at + 8 <= walk.size && fseeko (walk.file, at, SEEK_SET) == 0 &&
         fread (h, 1, 8, walk.file) == 8) {
    guint64 length = h[4] | h[5] << 8 | h[6] << 16 | (guint32) h[7] << 24;

    at += 8;
    if (!memcmp (h, "fmt ", 4))
      read_fmt (&walk, length, info);
    else if (!memcmp (h, "ds64", 4))
      read_ds64 (&walk, length);
    else if (!memcmp (h, "bext", 4))
      info->has_bext = TRUE;
    else if (!memcmp (h, "iXML", 4))
      info->has_ixml = TRUE;
    else if (!memcmp (h, "cue ", 4))
      info->has_cue = TRUE;
    else if (!memcmp (h, "data", 4))
      length = data_chunk (&walk, at, (guint32) length, info);
    at += length + (length & 1);
  }
  fclose (walk.file);
  return TRUE;
}

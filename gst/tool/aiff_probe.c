/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "aiff_probe.h"

#include <gst/tag/tag.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_ID3_BYTES (64u << 20) /* a picture is much smaller */

static void
take_chunk (const guint8 *id, guint64 at, guint64 length, guint64 file_size, AiffInfo *info)
{
  const guint64 available = file_size > at ? MIN (file_size - at, length) : 0;

  if (!memcmp (id, "SSND", 4)) {
    info->has_sound = TRUE;
    info->sound_declared = length;
    info->sound_available = available;
  } else if ((!memcmp (id, "ID3 ", 4) || !memcmp (id, "id3 ", 4)) && available == length &&
             length <= MAX_ID3_BYTES) {
    info->id3_at = at;
    info->id3_size = length;
  }
}

void
aiff_probe (const char *path, AiffInfo *info)
{
  FILE *file = fopen (path, "rb");
  guint8 h[12];
  struct stat st;
  guint64 at = 12, size = 0;

  memset (info, 0, sizeof *info);
  if (!file)
    return;
  if (fstat (fileno (file), &st) == 0)
    size = st.st_size;
  if (fread (h, 1, 12, file) == 12 && !memcmp (h, "FORM", 4))
    info->is_aiff = !memcmp (h + 8, "AIFF", 4) || !memcmp (h + 8, "AIFC", 4);
  while (info->is_aiff && at + 8 <= size && fseeko (file, at, SEEK_SET) == 0 &&
         fread (h, 1, 8, file) == 8) {
    const guint64 length = GST_READ_UINT32_BE (h + 4);

    at += 8;
    take_chunk (h, at, length, size, info);
    at += length + (length & 1);
  }
  fclose (file);
}

GstTagList *
aiff_read_tags (const char *path, const AiffInfo *info)
{
  FILE *file = info->id3_size > 0 ? fopen (path, "rb") : NULL;
  GstBuffer *buffer;
  GstMapInfo map;
  GstTagList *tags = NULL;
  gboolean whole;

  if (!file)
    return NULL;
  buffer = gst_buffer_new_allocate (NULL, info->id3_size, NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  whole =
      fseeko (file, info->id3_at, SEEK_SET) == 0 && fread (map.data, 1, map.size, file) == map.size;
  gst_buffer_unmap (buffer, &map);
  if (whole)
    tags = gst_tag_list_from_id3v2_tag (buffer);
  gst_buffer_unref (buffer);
  fclose (file);
  return tags;
}

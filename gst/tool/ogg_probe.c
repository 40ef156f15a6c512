/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "ogg_probe.h"

#include <stdio.h>
#include <string.h>

#define TAIL_BYTES   (1 << 17) /* two of the largest pages, 65307 bytes each */
#define HEADER_BYTES 27
#define FLAG_EOS     0x04

/* The page's length, or 0 when it is not all there. */
static gsize
page_length (const guint8 *page, gsize available)
{
  gsize length;

  if (available < HEADER_BYTES || available < (gsize) HEADER_BYTES + page[26])
    return 0;
  length = HEADER_BYTES + page[26];
  for (guint i = 0; i < page[26]; i++)
    length += page[HEADER_BYTES + i];
  return length <= available ? length : 0;
}

static gboolean
tail_lacks_eos (const guint8 *tail, gsize n)
{
  gssize last = -1;

  for (gsize i = 0; i + 4 <= n; i++)
    if (!memcmp (tail + i, "OggS", 4) && (i + 4 == n || tail[i + 4] == 0))
      last = i;
  if (last < 0)
    return TRUE; /* not one page border in 128 KiB */
  if (page_length (tail + last, n - last) == 0)
    return TRUE;
  return !(tail[last + 5] & FLAG_EOS);
}

gboolean
ogg_is_cut_short (const char *path)
{
  FILE *file = fopen (path, "rb");
  g_autofree guint8 *tail = g_malloc (TAIL_BYTES);
  gboolean cut = FALSE;
  gsize n;

  if (!file)
    return FALSE;
  if (fread (tail, 1, 4, file) == 4 && !memcmp (tail, "OggS", 4)) {
    if (fseeko (file, -TAIL_BYTES, SEEK_END) != 0)
      rewind (file);
    n = fread (tail, 1, TAIL_BYTES, file);
    cut = tail_lacks_eos (tail, n);
  }
  fclose (file);
  return cut;
}

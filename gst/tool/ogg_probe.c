/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "ogg_probe.h"

#include <stdio.h>
#include <string.h>

#define TAIL_BYTES   (1 << 17) /* two of the largest pages, 65307 bytes each */
#define HEADER_BYTES 27
#define CAPTURE      0x4f676753u /* "OggS" */
#define BODY_BYTES   (255 * 255)
#define BLOCK_BYTES  (1 << 20) /* read from the disk at once */
#define FLAG_BOS     0x02
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

static gboolean
find_capture (FILE *file)
{
  guint32 last = 0;
  int byte;

  while (last != CAPTURE && (byte = getc (file)) != EOF)
    last = last << 8 | (guint32) byte;
  return last == CAPTURE;
}

/* Reads what follows "OggS", and its flags; whether that is a page in its whole length, with another one or the
 * end of the file behind it. */
static gboolean
read_page (FILE *file, guint8 *body, guint *flags)
{
  guint8 head[HEADER_BYTES - 4] = { 0 }, lengths[255];
  gsize length = 0, n_next;

  if (fread (head, sizeof head, 1, file) != 1 || fread (lengths, 1, head[22], file) != head[22])
    return FALSE;
  for (guint i = 0; i < head[22]; i++)
    length += lengths[i];
  *flags = head[1];
  if (fread (body, 1, length, file) != length)
    return FALSE;
  n_next = fread (head, 1, 4, file);
  fseeko (file, -(off_t) n_next, SEEK_CUR);
  return n_next == 0 || (n_next == 4 && !memcmp (head, "OggS", 4));
}

/* The flags of the next page; -1 when there is none. A page that was cut short may have the next one in it. */
static int
next_page (FILE *file, guint8 *body)
{
  guint flags = 0;
  off_t start;

  if (!find_capture (file))
    return -1;
  start = ftello (file);
  if (!read_page (file, body, &flags))
    fseeko (file, start, SEEK_SET);
  return (int) flags;
}

guint
ogg_count_links (const char *path)
{
  FILE *file = fopen (path, "rb");
  g_autofree guint8 *body = g_malloc (BODY_BYTES);
  g_autofree char *block = g_malloc (BLOCK_BYTES);
  gboolean begins = FALSE;
  guint n_links = 0;
  int flags;

  if (!file)
    return 0;
  setvbuf (file, block, _IOFBF, BLOCK_BYTES);
  if (fread (body, 1, 4, file) == 4 && !memcmp (body, "OggS", 4)) {
    rewind (file);
    while ((flags = next_page (file, body)) >= 0) {
      n_links += (flags & FLAG_BOS) && !begins;
      begins = (flags & FLAG_BOS) != 0;
    }
  }
  fclose (file);
  return n_links;
}

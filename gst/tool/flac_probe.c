/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "flac_probe.h"

#include <stdio.h>
#include <string.h>

guint64
flac_total_frames (const char *path)
{
  FILE *file = fopen (path, "rb");
  guint8 b[26];
  guint64 n = 0;

  if (!file)
    return 0;
  /* "fLaC", a 4-byte block header of type 0, then STREAMINFO; its 36-bit count ends at byte 26. */
  if (fread (b, 1, sizeof b, file) == sizeof b && !memcmp (b, "fLaC", 4) && (b[4] & 0x7f) == 0)
    n = (guint64) (b[21] & 0x0f) << 32 | (guint32) b[22] << 24 | b[23] << 16 | b[24] << 8 | b[25];
  fclose (file);
  return n;
}

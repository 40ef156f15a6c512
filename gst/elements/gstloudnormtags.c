/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "gstloudnormtags.h"

#include <math.h>

/* R128_TRACK_GAIN as Opus and Vorbis comments have it: Q7.8 decibels to -23 LUFS (RFC 7845, 5.2.1). */
static gboolean
r128_loudness (const GstTagList *tags, gdouble *lufs)
{
  for (guint i = 0; i < gst_tag_list_get_tag_size (tags, GST_TAG_EXTENDED_COMMENT); i++) {
    const gchar *comment;
    gchar *end;
    gint64 gain;

    if (!gst_tag_list_peek_string_index (tags, GST_TAG_EXTENDED_COMMENT, i, &comment) ||
        g_ascii_strncasecmp (comment, "R128_TRACK_GAIN=", 16) != 0)
      continue;
    gain = g_ascii_strtoll (comment + 16, &end, 10);
    if (end == comment + 16 || ABS (gain) > 32768)
      continue;
    *lufs = -23.0 - gain / 256.0;
    return TRUE;
  }
  return FALSE;
}

/* ReplayGain 2.0: to -18 LUFS, which is its reference level of 89 dB. */
static gboolean
replaygain_loudness (const GstTagList *tags, gdouble *lufs)
{
  gdouble gain, reference = 89.0;

  if (!gst_tag_list_get_double (tags, GST_TAG_TRACK_GAIN, &gain))
    return FALSE;
  gst_tag_list_get_double (tags, GST_TAG_REFERENCE_LEVEL, &reference);
  *lufs = reference - 107.0 - gain;
  return isfinite (*lufs) && *lufs > -70.0 && *lufs < 20.0;
}

gboolean
gst_loud_norm_tags_loudness (const GstTagList *tags, gdouble *lufs)
{
  return r128_loudness (tags, lufs) || replaygain_loudness (tags, lufs);
}

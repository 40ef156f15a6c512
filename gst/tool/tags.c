/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "tags.h"

#include "config.h"

#include <gst/tag/tag.h>
#include <string.h>

const char tags_software[] = PACKAGE " " PACKAGE_VERSION;

static const char *const stale[] = { GST_TAG_TRACK_GAIN,      GST_TAG_TRACK_PEAK,
                                     GST_TAG_ALBUM_GAIN,      GST_TAG_ALBUM_PEAK,
                                     GST_TAG_REFERENCE_LEVEL, "r128-track-gain",
                                     "r128-album-gain" };

static const char *const of_the_file[] = {
  GST_TAG_AUDIO_CODEC,      GST_TAG_VIDEO_CODEC, GST_TAG_CODEC,           GST_TAG_CONTAINER_FORMAT,
  GST_TAG_SUBTITLE_CODEC,   GST_TAG_BITRATE,     GST_TAG_NOMINAL_BITRATE, GST_TAG_MINIMUM_BITRATE,
  GST_TAG_MAXIMUM_BITRATE,  GST_TAG_ENCODER,     GST_TAG_ENCODER_VERSION, GST_TAG_ENCODED_BY,
  GST_TAG_APPLICATION_NAME, "has-crc",           "private-qt-tag",        "channel-mode"
};

/* Vorbis comments without a tag of their own come as "KEY=VALUE". */
static gboolean
comment_is_stale (const char *comment)
{
  return !g_ascii_strncasecmp (comment, "R128_", 5) ||
         !g_ascii_strncasecmp (comment, "REPLAYGAIN_", 11) ||
         !g_ascii_strncasecmp (comment, "iTunNORM", 8) ||
         !g_ascii_strncasecmp (comment, "iTunSMPB", 8) /* the old encoder's delay and padding */
         || !g_ascii_strncasecmp (comment, "MP3GAIN_", 8);
}

static gboolean
comment_is_ours (const char *comment)
{
  return g_str_has_prefix (comment, TAGS_MASTERED);
}

gboolean
tags_say_mastered (const GstTagList *tags)
{
  g_autofree char *software = NULL;
  guint n = gst_tag_list_get_tag_size (tags, GST_TAG_EXTENDED_COMMENT);
  gboolean ours = gst_tag_list_get_string (tags, GST_TAG_ENCODER, &software) &&
                  g_str_has_prefix (software, PACKAGE " ");

  for (guint i = 0; i < n && !ours; i++) {
    g_autofree char *comment = NULL;

    ours = gst_tag_list_get_string_index (tags, GST_TAG_EXTENDED_COMMENT, i, &comment) &&
           comment_is_ours (comment);
  }
  return ours;
}

static guint
filter_comments (GstTagList *tags)
{
  guint n = gst_tag_list_get_tag_size (tags, GST_TAG_EXTENDED_COMMENT), n_stale = 0;
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++) {
    g_autofree char *comment = NULL;

    if (!gst_tag_list_get_string_index (tags, GST_TAG_EXTENDED_COMMENT, i, &comment))
      continue;
    if (comment_is_stale (comment))
      n_stale++;
    else if (!comment_is_ours (comment))
      g_ptr_array_add (kept, g_steal_pointer (&comment));
  }
  gst_tag_list_remove_tag (tags, GST_TAG_EXTENDED_COMMENT);
  for (guint i = 0; i < kept->len; i++)
    gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_EXTENDED_COMMENT,
                      (const char *) kept->pdata[i], NULL);
  return n_stale;
}

/* A picture of the type "other" (ID3v2 APIC 0) is "undefined" here, and the writers count types on
 * from "front cover": it would become 2, the "other file icon". Without a type they write 0. */
static GstSample *
without_undefined_type (GstSample *sample)
{
  const GstStructure *info = gst_sample_get_info (sample);
  gint type;

  if (!info || !gst_structure_get_enum (info, "image-type", GST_TYPE_TAG_IMAGE_TYPE, &type) ||
      type != GST_TAG_IMAGE_TYPE_UNDEFINED)
    return gst_sample_ref (sample);
  return gst_sample_new (gst_sample_get_buffer (sample), gst_sample_get_caps (sample),
                         gst_sample_get_segment (sample), NULL);
}

static void
correct_pictures (GstTagList *tags)
{
  guint n = gst_tag_list_get_tag_size (tags, GST_TAG_IMAGE);
  g_autoptr (GPtrArray) pictures =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_sample_unref);

  for (guint i = 0; i < n; i++) {
    GstSample *sample = NULL;

    if (!gst_tag_list_get_sample_index (tags, GST_TAG_IMAGE, i, &sample))
      continue;
    g_ptr_array_add (pictures, without_undefined_type (sample));
    gst_sample_unref (sample);
  }
  gst_tag_list_remove_tag (tags, GST_TAG_IMAGE);
  for (guint i = 0; i < pictures->len; i++)
    gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_IMAGE, pictures->pdata[i], NULL);
}

GstTagList *
tags_for_master (const GstTagList *source)
{
  GstTagList *tags = gst_tag_list_copy (source);

  for (gsize i = 0; i < G_N_ELEMENTS (stale); i++)
    if (gst_tag_exists (stale[i]))
      gst_tag_list_remove_tag (tags, stale[i]);
  for (gsize i = 0; i < G_N_ELEMENTS (of_the_file); i++)
    if (gst_tag_exists (of_the_file[i]))
      gst_tag_list_remove_tag (tags, of_the_file[i]);
  filter_comments (tags);
  gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_EXTENDED_COMMENT,
                    TAGS_MASTERED "=" PACKAGE_VERSION, NULL);
  correct_pictures (tags);
  gst_tag_list_set_scope (tags, GST_TAG_SCOPE_GLOBAL);
  return tags;
}

void
tags_for_old_muxers (GstTagList *tags)
{
  GstDateTime *time = NULL;
  g_autofree char *isrc = NULL;

  gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_ENCODER, tags_software, NULL);
  if (gst_tag_list_get_date_time (tags, GST_TAG_DATE_TIME, &time)) {
    if (gst_tag_list_get_tag_size (tags, GST_TAG_DATE) == 0) {
      GDate *date =
          g_date_new_dmy (gst_date_time_has_day (time) ? gst_date_time_get_day (time) : 1,
                          gst_date_time_has_month (time) ? gst_date_time_get_month (time) : 1,
                          gst_date_time_get_year (time));

      gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_DATE, date, NULL);
      g_date_free (date);
    }
    gst_date_time_unref (time);
  }
  if (gst_tag_list_get_string (tags, GST_TAG_ISRC, &isrc)) {
    g_autofree char *comment = g_strdup_printf ("ISRC=%s", isrc);

    gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_EXTENDED_COMMENT, comment, NULL);
  }
}

guint
tags_count_stale (const GstTagList *source)
{
  GstTagList *copy = gst_tag_list_copy (source);
  guint n = filter_comments (copy);

  gst_tag_list_unref (copy);
  for (gsize i = 0; i < G_N_ELEMENTS (stale); i++)
    if (gst_tag_exists (stale[i]) && gst_tag_list_get_tag_size (source, stale[i]) > 0)
      n++;
  return n;
}

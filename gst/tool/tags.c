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
  g_autofree char *description = NULL;

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
  if (gst_tag_list_get_string (tags, GST_TAG_DESCRIPTION, &description))
    gst_tag_list_add (tags, GST_TAG_MERGE_KEEP, GST_TAG_COMMENT, description, NULL);
}

/* Whether `found` has it, as a tag or as a comment "KEY=VALUE" of that name. */
static gboolean
has_tag (const GstTagList *found, const char *tag, const char *key)
{
  const gsize length = strlen (key);
  guint n = gst_tag_list_get_tag_size (found, GST_TAG_EXTENDED_COMMENT);

  if (tag && gst_tag_list_get_tag_size (found, tag) > 0)
    return TRUE;
  for (guint i = 0; i < n; i++) {
    const char *comment;

    if (gst_tag_list_peek_string_index (found, GST_TAG_EXTENDED_COMMENT, i, &comment) &&
        !g_ascii_strncasecmp (comment, key, length) && comment[length] == '=')
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_date (const char *tag)
{
  return !strcmp (tag, GST_TAG_DATE_TIME) || !strcmp (tag, GST_TAG_DATE);
}

static gboolean
is_kept (const GstTagList *found, const char *tag)
{
  static const char *const not_for_words[] = { GST_TAG_IMAGE, GST_TAG_PREVIEW_IMAGE,
                                               GST_TAG_EXTENDED_COMMENT, GST_TAG_LANGUAGE_CODE };

  for (gsize i = 0; i < G_N_ELEMENTS (not_for_words); i++)
    if (!strcmp (tag, not_for_words[i]))
      return TRUE;
  if (!strcmp (tag, GST_TAG_DESCRIPTION) && has_tag (found, GST_TAG_COMMENT, "comment"))
    return TRUE;
  if (is_date (tag))
    return has_tag (found, GST_TAG_DATE_TIME, "date") || has_tag (found, GST_TAG_DATE, "date");
  return has_tag (found, tag, tag);
}

/* A day and a month are easily lost: id3v2 of old has a field for the year. */
static gboolean
day_is_lost (const GstTagList *wanted, const GstTagList *found)
{
  g_autoptr (GstDateTime) from = NULL;
  g_autoptr (GstDateTime) to = NULL;

  return gst_tag_list_get_date_time (wanted, GST_TAG_DATE_TIME, &from) &&
         gst_date_time_has_day (from) &&
         gst_tag_list_get_date_time (found, GST_TAG_DATE_TIME, &to) && !gst_date_time_has_day (to);
}

char *
tags_lost (const GstTagList *wanted, const GstTagList *found)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint n = gst_tag_list_get_tag_size (wanted, GST_TAG_EXTENDED_COMMENT);

  for (gint i = 0; i < gst_tag_list_n_tags (wanted); i++) {
    const char *tag = gst_tag_list_nth_tag_name (wanted, i);

    if (!is_kept (found, tag))
      g_ptr_array_add (names, g_strdup (gst_tag_get_nick (tag)));
  }
  for (guint i = 0; i < n; i++) {
    const char *comment;
    g_autofree char *key = NULL;

    if (!gst_tag_list_peek_string_index (wanted, GST_TAG_EXTENDED_COMMENT, i, &comment) ||
        !strchr (comment, '=') || g_str_has_prefix (comment, TAGS_MASTERED))
      continue; /* what it was mastered with is no tag of the mix */
    key = g_strndup (comment, strcspn (comment, "="));
    if (!has_tag (found, NULL, key))
      g_ptr_array_add (names, g_steal_pointer (&key));
  }
  if (day_is_lost (wanted, found))
    g_ptr_array_add (names, g_strdup ("the day of the date"));
  if (names->len == 0)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
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

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "wav_meta.h"

#include "tags.h"

#include <string.h>

#define N_CUES 1024

/* EBU Tech 3285 v2, 2.4: a loudness field that is not used. */
#define BEXT_UNUSED 0x7fff

/* libsndfile refuses a coding history of 16384 bytes and more. */
typedef SF_BROADCAST_INFO_VAR (16000) BroadcastInfo;
typedef SF_CUES_VAR (N_CUES) Cues;

static void
copy_bext (SNDFILE *from, SNDFILE *to, guint from_rate, guint to_rate)
{
  g_autofree BroadcastInfo *bext = g_new0 (BroadcastInfo, 1);
  guint64 reference;

  if (!sf_command (from, SFC_GET_BROADCAST_INFO, bext, sizeof *bext))
    return;
  /* The time reference counts samples since midnight. */
  reference = (guint64) bext->time_reference_high << 32 | bext->time_reference_low;
  reference = gst_util_uint64_scale_round (reference, to_rate, from_rate);
  bext->time_reference_high = reference >> 32;
  bext->time_reference_low = (guint32) reference;
  if (bext->version >= 2) {
    /* Measured on the mix: untrue for the master. */
    bext->loudness_value = bext->loudness_range = BEXT_UNUSED;
    bext->max_true_peak_level = bext->max_momentary_loudness = BEXT_UNUSED;
    bext->max_shortterm_loudness = BEXT_UNUSED;
  }
  sf_command (to, SFC_SET_BROADCAST_INFO, bext, sizeof *bext);
}

static void
copy_cues (SNDFILE *from, SNDFILE *to, guint from_rate, guint to_rate)
{
  g_autofree Cues *cues = g_new0 (Cues, 1);

  if (!sf_command (from, SFC_GET_CUE, cues, sizeof *cues) || cues->cue_count == 0)
    return;
  for (guint i = 0; i < MIN (cues->cue_count, N_CUES); i++) {
    cues->cue_points[i].sample_offset =
        gst_util_uint64_scale_round (cues->cue_points[i].sample_offset, to_rate, from_rate);
    cues->cue_points[i].position =
        gst_util_uint64_scale_round (cues->cue_points[i].position, to_rate, from_rate);
  }
  sf_command (to, SFC_SET_CUE, cues, sizeof *cues);
}

/* Chunks that libsndfile hands on as they are: iXML, and the labels of the cue points. */
static void
copy_chunk (SNDFILE *from, SNDFILE *to, const char *id, const char *only_type)
{
  SF_CHUNK_INFO chunk = { .id_size = 4 };
  SF_CHUNK_ITERATOR *it;

  memcpy (chunk.id, id, 4);
  for (it = sf_get_chunk_iterator (from, &chunk); it; it = sf_next_chunk_iterator (it)) {
    SF_CHUNK_INFO copy = { .id_size = 4 };

    memcpy (copy.id, id, 4);
    if (sf_get_chunk_size (it, &copy) != SF_ERR_NO_ERROR || copy.datalen == 0)
      continue;
    copy.data = g_malloc0 (copy.datalen);
    if (sf_get_chunk_data (it, &copy) == SF_ERR_NO_ERROR &&
        (!only_type || (copy.datalen >= 4 && !memcmp (copy.data, only_type, 4)))) {
      memcpy (copy.id, id, 4);
      copy.id_size = 4;
      sf_set_chunk (to, &copy); /* keeps a copy of its own */
    }
    g_free (copy.data);
  }
}

static void
write_text (SNDFILE *file, const GstTagList *tags)
{
  static const struct {
    const char *tag;
    int id;
  } map[] = { { GST_TAG_TITLE, SF_STR_TITLE },         { GST_TAG_ARTIST, SF_STR_ARTIST },
              { GST_TAG_ALBUM, SF_STR_ALBUM },         { GST_TAG_COMMENT, SF_STR_COMMENT },
              { GST_TAG_COPYRIGHT, SF_STR_COPYRIGHT }, { GST_TAG_GENRE, SF_STR_GENRE } };
  GstDateTime *date = NULL;
  guint track;

  for (gsize i = 0; i < G_N_ELEMENTS (map); i++) {
    g_autofree char *text = NULL;

    if (gst_tag_list_get_string (tags, map[i].tag, &text))
      sf_set_string (file, map[i].id, text);
  }
  if (gst_tag_list_get_date_time (tags, GST_TAG_DATE_TIME, &date)) {
    g_autofree char *text = gst_date_time_to_iso8601_string (date);

    sf_set_string (file, SF_STR_DATE, text);
    gst_date_time_unref (date);
  }
  if (gst_tag_list_get_uint (tags, GST_TAG_TRACK_NUMBER, &track)) {
    g_autofree char *text = g_strdup_printf ("%u", track);

    sf_set_string (file, SF_STR_TRACKNUMBER, text);
  }
}

void
wav_meta_write (SNDFILE *file, const EncoderTarget *target)
{
  guint rate = GST_AUDIO_INFO_RATE (&target->analysis->info);
  GstTagList *tags = tags_for_master (target->analysis->tags);
  SF_INFO info = { 0 };
  SNDFILE *from =
      target->input->riff.is_riff ? sf_open (target->input->path, SFM_READ, &info) : NULL;

  if (from) {
    copy_bext (from, file, rate, target->rate);
    copy_cues (from, file, rate, target->rate);
    copy_chunk (from, file, "iXML", NULL);
    if (rate == target->rate)
      copy_chunk (from, file, "LIST", "adtl");
    sf_close (from);
  }
  write_text (file, tags);
  gst_tag_list_unref (tags);
}

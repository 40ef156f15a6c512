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

/* libsndfile rounds a chunk that it is given up to four bytes and counts the zeros that it adds as
 * content. Zeros are no XML, but white space behind the root element is. */
static GByteArray *
ixml_of_fours (const guint8 *data, gsize length)
{
  GByteArray *out = g_byte_array_new ();

  while (length > 0 && data[length - 1] == 0)
    length--;
  g_byte_array_append (out, data, length);
  while (out->len % 4 != 0)
    g_byte_array_append (out, (const guint8 *) "\n", 1);
  return out;
}

static guint32
read_size (const guint8 *b)
{
  return b[0] | b[1] << 8 | b[2] << 16 | (guint32) b[3] << 24;
}

static void
convert_samples (guint8 *little_endian, guint from_rate, guint to_rate)
{
  guint32 n = GUINT32_TO_LE (
      (guint32) gst_util_uint64_scale_round (read_size (little_endian), to_rate, from_rate));

  memcpy (little_endian, &n, 4);
}

/* A list of labels has no room for stray zeros: a reader takes them for the next label's name and
 * goes on into the sound. So the last label is made to end on a multiple of four, by zeros behind
 * the one that ends its text. Labels of odd length get their pad byte, also where the mix has none.
 * "ltxt" names a region by its length in samples (Microsoft Multimedia Data Standards, RIFF WAVE),
 * which follows the rate. */
static GByteArray *
labels_of_fours (const guint8 *data, gsize length, guint from_rate, guint to_rate)
{
  static const guint8 zeros[4];
  GByteArray *out = g_byte_array_new ();
  gsize last = 0;

  g_byte_array_append (out, data, 4); /* "adtl" */
  for (gsize at = 4; at + 8 <= length;) {
    guint32 size = read_size (data + at + 4);

    if (size > length - at - 8)
      break;
    last = out->len;
    g_byte_array_append (out, data + at, 8 + size);
    if (size >= 8 && !memcmp (data + at, "ltxt", 4))
      convert_samples (out->data + last + 12, from_rate, to_rate);
    g_byte_array_append (out, zeros, size & 1);
    at += 8 + size;
    if ((size & 1) && at < length && data[at] == 0)
      at++;
  }
  if (last > 0 && out->len % 4 != 0) {
    guint32 size;

    g_byte_array_append (out, zeros, 4 - out->len % 4);
    size = GUINT32_TO_LE ((guint32) (out->len - last - 8));
    memcpy (out->data + last + 4, &size, 4);
  }
  return out;
}

/* Chunks that libsndfile hands on: iXML, and the labels of the cue points. */
static void
copy_chunk (SNDFILE *from, SNDFILE *to, const char *id, const char *only_type, guint from_rate,
            guint to_rate)
{
  SF_CHUNK_INFO chunk = { .id_size = 4 };
  SF_CHUNK_ITERATOR *it;

  memcpy (chunk.id, id, 4);
  for (it = sf_get_chunk_iterator (from, &chunk); it; it = sf_next_chunk_iterator (it)) {
    SF_CHUNK_INFO copy = { .id_size = 4 };
    GByteArray *fours;

    memcpy (copy.id, id, 4);
    if (sf_get_chunk_size (it, &copy) != SF_ERR_NO_ERROR || copy.datalen == 0)
      continue;
    copy.data = g_malloc0 (copy.datalen);
    if (sf_get_chunk_data (it, &copy) == SF_ERR_NO_ERROR &&
        (!only_type || (copy.datalen >= 4 && !memcmp (copy.data, only_type, 4)))) {
      SF_CHUNK_INFO set = { .id_size = 4 };

      fours = only_type ? labels_of_fours (copy.data, copy.datalen, from_rate, to_rate)
                        : ixml_of_fours (copy.data, copy.datalen);
      memcpy (set.id, id, 4);
      set.datalen = fours->len;
      set.data = fours->data;
      if (fours->len > 4)
        sf_set_chunk (to, &set); /* keeps a copy of its own */
      g_byte_array_unref (fours);
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

  sf_set_string (file, SF_STR_SOFTWARE, tags_software);
  for (gsize i = 0; i < G_N_ELEMENTS (map); i++) {
    g_autofree char *text = NULL;

    if (gst_tag_list_get_string (tags, map[i].tag, &text) ||
        (map[i].id == SF_STR_COMMENT && gst_tag_list_get_string (tags, GST_TAG_DESCRIPTION, &text)))
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
    copy_chunk (from, file, "iXML", NULL, rate, target->rate);
    copy_chunk (from, file, "LIST", "adtl", rate, target->rate);
    sf_close (from);
  }
  write_text (file, tags);
  gst_tag_list_unref (tags);
}

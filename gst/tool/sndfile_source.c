/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "sndfile_source.h"

#include "error.h"
#include "pipeline.h"
#include "wav_layout.h"

#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>
#include <sndfile.h>

#define BLOCK_FRAMES 4096

/* libsndfile refuses a CAF whose sound has another length than its header says, or none there: it is told
 * the length that there is. */
typedef struct {
  FILE *file;
  sf_count_t size, size_at; /* of the eight bytes that are others */
  guint8 bytes[8];
} Mended;

typedef struct {
  SNDFILE *file;
  Mended mended; /* of a CAF */
  SF_INFO info;
  guint64 at;       /* frames read */
  GstTagList *tags; /* not told yet */
} Reader;

static void
reader_free (gpointer data)
{
  Reader *reader = data;

  sf_close (reader->file);
  g_clear_pointer (&reader->mended.file, fclose);
  gst_clear_tag_list (&reader->tags);
  g_free (reader);
}

static sf_count_t
mended_size (void *data)
{
  return ((Mended *) data)->size;
}

static sf_count_t
mended_seek (sf_count_t offset, int whence, void *data)
{
  Mended *m = data;

  return fseeko (m->file, offset, whence) == 0 ? ftello (m->file) : -1;
}

static sf_count_t
mended_tell (void *data)
{
  return ftello (((Mended *) data)->file);
}

static sf_count_t
mended_read (void *to, sf_count_t n, void *data)
{
  Mended *m = data;
  const sf_count_t at = ftello (m->file);
  const sf_count_t n_read = fread (to, 1, n, m->file);

  for (sf_count_t i = MAX (at, m->size_at); i < MIN (at + n_read, m->size_at + 8); i++)
    ((guint8 *) to)[i - at] = m->bytes[i - m->size_at];
  return n_read;
}

static SNDFILE *
open_caf (Reader *reader, const char *path, const Chunks64Info *chunks)
{
  static SF_VIRTUAL_IO io = {
    .get_filelen = mended_size, .seek = mended_seek, .read = mended_read, .tell = mended_tell
  };
  Mended *m = &reader->mended;

  m->file = fopen (path, "rb");
  if (!m->file || fseeko (m->file, 0, SEEK_END) != 0)
    return NULL;
  m->size = ftello (m->file);
  rewind (m->file);
  m->size_at = chunks->caf_size_at;
  GST_WRITE_UINT64_BE (m->bytes, chunks->sound_available);
  return sf_open_virtual (&io, SFM_READ, &reader->info, m);
}

/* Adds what a container without tags of GStreamer's own has as plain text. */
static void
add_strings (SNDFILE *file, GstTagList *tags)
{
  static const struct {
    int string;
    const char *tag;
  } map[] = { { SF_STR_TITLE, GST_TAG_TITLE },         { SF_STR_ARTIST, GST_TAG_ARTIST },
              { SF_STR_ALBUM, GST_TAG_ALBUM },         { SF_STR_COMMENT, GST_TAG_COMMENT },
              { SF_STR_COPYRIGHT, GST_TAG_COPYRIGHT }, { SF_STR_GENRE, GST_TAG_GENRE } };

  for (guint i = 0; i < G_N_ELEMENTS (map); i++) {
    const char *text = sf_get_string (file, map[i].string);

    if (text && *text && g_utf8_validate (text, -1, NULL))
      gst_tag_list_add (tags, GST_TAG_MERGE_KEEP, map[i].tag, text, NULL);
  }
}

static void
tell_tags (GstAppSrc *src, Reader *reader)
{
  GstTagList *tags = g_steal_pointer (&reader->tags);

  if (tags && !gst_tag_list_is_empty (tags))
    gst_element_post_message (GST_ELEMENT (src), gst_message_new_tag (GST_OBJECT (src), tags));
  else
    gst_clear_tag_list (&tags);
}

static void
on_need_data (GstAppSrc *src, guint hint, gpointer user_data)
{
  Reader *reader = user_data;
  gsize frame_bytes = sizeof (float) * reader->info.channels;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, BLOCK_FRAMES * frame_bytes, NULL);
  GstMapInfo map;
  sf_count_t n;

  tell_tags (src, reader);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  n = sf_readf_float (reader->file, (float *) (gpointer) map.data, BLOCK_FRAMES);
  gst_buffer_unmap (buffer, &map);
  if (n <= 0) {
    gst_buffer_unref (buffer);
    gst_app_src_end_of_stream (src);
    return;
  }
  gst_buffer_set_size (buffer, n * frame_bytes);
  GST_BUFFER_OFFSET (buffer) = reader->at;
  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale_round (reader->at, GST_SECOND, reader->info.samplerate);
  reader->at += n;
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale_round (reader->at, GST_SECOND, reader->info.samplerate) -
      GST_BUFFER_PTS (buffer);
  gst_app_src_push_buffer (src, buffer);
}

GstElement *
sndfile_source_new (const char *path, const Chunks64Info *chunks, GstTagList *tags, GError **error)
{
  GstElement *bin = gst_bin_new ("source");
  GstElement *src = pipeline_make ("appsrc", NULL, error);
  GstAppSrcCallbacks callbacks = { .need_data = on_need_data };
  Reader *reader;
  GstAudioInfo audio;
  GstCaps *caps;
  GstPad *pad;

  if (!src) {
    gst_clear_tag_list (&tags);
    gst_object_unref (bin);
    return NULL;
  }
  reader = g_new0 (Reader, 1);
  reader->tags = tags ? tags : gst_tag_list_new_empty ();
  reader->file = chunks->caf_size_at > 0 ? open_caf (reader, path, chunks)
                                         : sf_open (path, SFM_READ, &reader->info);
  if (!reader->file) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "the file is damaged or not what its name says (%s); export or copy it again.",
                 sf_strerror (NULL));
    gst_clear_tag_list (&reader->tags);
    g_clear_pointer (&reader->mended.file, fclose);
    g_free (reader);
    gst_object_unref (src);
    gst_object_unref (bin);
    return NULL;
  }
  add_strings (reader->file, reader->tags);
  wav_layout_read (reader->file, &reader->info, &audio);
  caps = gst_audio_info_to_caps (&audio);
  g_object_set (src, "caps", caps, "format", GST_FORMAT_TIME, "stream-type",
                GST_APP_STREAM_TYPE_STREAM, "duration",
                gst_util_uint64_scale (reader->info.frames, GST_SECOND, reader->info.samplerate),
                NULL);
  gst_caps_unref (caps);
  gst_app_src_set_callbacks (GST_APP_SRC (src), &callbacks, reader, reader_free);
  gst_bin_add (GST_BIN (bin), src);
  pad = gst_element_get_static_pad (src, "src");
  gst_element_add_pad (bin, gst_ghost_pad_new ("src", pad));
  gst_object_unref (pad);
  return bin;
}

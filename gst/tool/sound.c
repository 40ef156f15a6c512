/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "sound.h"

#include "chain.h"
#include "error.h"
#include "pipeline.h"

#include "kernels/kernels.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gst/app/gstappsrc.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BLOCK_FRAMES 16384

static void
set_failure (GError **error, int number)
{
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "cannot keep a copy of its sound in %s (%s); %s.", g_get_tmp_dir (),
               g_strerror (number),
               tool_write_advice (number, "set TMPDIR to a folder with more space"));
}

Sound *
sound_new (GError **error)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("gst-master-XXXXXX", &path, error);
  Sound *sound;

  if (fd < 0)
    return NULL;
  g_unlink (path);
  sound = g_new0 (Sound, 1);
  gst_audio_info_init (&sound->info);
  sound->file = fdopen (fd, "w+");
  if (sound->file)
    return sound;
  set_failure (error, errno);
  close (fd);
  g_free (sound);
  return NULL;
}

static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  Sound *sound = self;

  sound->info = *info;
  sound->info.layout = GST_AUDIO_LAYOUT_INTERLEAVED;
  return TRUE;
}

static gsize
size_of (const Sound *sound)
{
  return sound->n_frames * GST_AUDIO_INFO_BPF (&sound->info);
}

/* What was written is of no use: its space is given back at once. */
static void
give_up (Sound *sound, int number)
{
  sound->failure = number;
  if (fflush (sound->file) == 0 && ftruncate (fileno (sound->file), 0) != 0)
    GST_INFO ("cannot give the space back: %s", g_strerror (errno));
}

#define SPACE_CHECK_BYTES (8 << 20)

/* At the start and every few megabytes: does the disk keep what is to stay free? */
static gboolean
has_room (const Sound *sound, guint64 n_more)
{
  guint64 after = size_of (sound), before = after - n_more;
  struct statvfs fs;

  return sound->leave_bytes == 0 ||
         (before > 0 && before / SPACE_CHECK_BYTES == after / SPACE_CHECK_BYTES) ||
         fstatvfs (fileno (sound->file), &fs) != 0 ||
         (guint64) fs.f_bavail * fs.f_frsize >= sound->leave_bytes;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  Sound *sound = self;
  guint channels = GST_AUDIO_INFO_CHANNELS (&sound->info);
  g_autofree float *samples = NULL;

  if (sound->failure)
    return;
  samples = g_new (float, (gsize) n_frames *channels);
  mdsp_kernels_get ()->interleave_f32 (samples, planes, channels, n_frames);
  sound->n_frames += n_frames;
  if (sound->max_bytes > 0 && size_of (sound) > sound->max_bytes)
    give_up (sound, EFBIG);
  else if (!has_room (sound, (guint64) n_frames * GST_AUDIO_INFO_BPF (&sound->info)))
    give_up (sound, ENOSPC);
  else if (fwrite (samples, sizeof (float) * channels, n_frames, sound->file) < n_frames)
    give_up (sound, errno ? errno : ENOSPC);
}

Listener
sound_listener (Sound *sound)
{
  return (Listener){ begin, take, sound };
}

gboolean
sound_finish (Sound *sound, GError **error)
{
  void *map;

  if (!sound->failure && fflush (sound->file) != 0)
    sound->failure = errno;
  if (!sound->failure && sound->n_frames > 0) {
    map = mmap (NULL, size_of (sound), PROT_READ, MAP_SHARED, fileno (sound->file), 0);
    if (map != MAP_FAILED) {
      sound->samples = map;
      sound->whole.n = sound->n_frames;
      return TRUE;
    }
    sound->failure = errno;
  }
  set_failure (error, sound->failure ? sound->failure : ENODATA);
  return FALSE;
}

void
sound_free (Sound *sound)
{
  if (!sound)
    return;
  if (sound->samples)
    munmap ((void *) sound->samples, size_of (sound));
  fclose (sound->file);
  g_free (sound);
}

/* --- played -------------------------------------------------------------------------------------- */

typedef struct {
  SoundPlay play;
  guint piece;
  guint64 in_piece, at; /* frames of this piece, and of all */
  guint lead_left, tail_left;
} Player;

/* Up to *left frames of silence. */
static guint
play_silence (guint *left, float *samples, guint channels)
{
  guint n = MIN (*left, BLOCK_FRAMES);

  *left -= n;
  memset (samples, 0, sizeof (float) * channels * n);
  return n;
}

/* The next frames into samples; 0 at the end. */
static guint
play (Player *p, float *samples)
{
  guint channels = GST_AUDIO_INFO_CHANNELS (&p->play.sound->info), n;
  const SoundPiece *piece;
  const float *from;

  if (p->lead_left > 0)
    return play_silence (&p->lead_left, samples, channels);
  while (p->piece < p->play.n_pieces && p->in_piece == p->play.pieces[p->piece].n) {
    p->piece++;
    p->in_piece = 0;
  }
  if (p->piece == p->play.n_pieces)
    return play_silence (&p->tail_left, samples, channels);
  piece = &p->play.pieces[p->piece];
  n = (guint) MIN (piece->n - p->in_piece, BLOCK_FRAMES);
  from = p->play.sound->samples + (piece->first + p->in_piece) * channels;
  if (p->play.gain == 1.0f)
    memcpy (samples, from, sizeof (float) * channels * n);
  else
    for (guint i = 0; i < n * channels; i++)
      samples[i] = from[i] * p->play.gain;
  p->in_piece += n;
  return n;
}

static void
on_need_data (GstAppSrc *src, guint hint, gpointer user_data)
{
  Player *p = user_data;
  const GstAudioInfo *info = &p->play.sound->info;
  guint bpf = GST_AUDIO_INFO_BPF (info), rate = GST_AUDIO_INFO_RATE (info), n;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, (gsize) BLOCK_FRAMES * bpf, NULL);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  n = play (p, (float *) (gpointer) map.data);
  gst_buffer_unmap (buffer, &map);
  if (n == 0) {
    gst_buffer_unref (buffer);
    gst_app_src_end_of_stream (src);
    return;
  }
  gst_buffer_set_size (buffer, (gssize) n * bpf);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale_round (p->at, GST_SECOND, rate);
  p->at += n;
  GST_BUFFER_DURATION (buffer) =
      gst_util_uint64_scale_round (p->at, GST_SECOND, rate) - GST_BUFFER_PTS (buffer);
  if (p->play.n_played)
    g_atomic_pointer_add (p->play.n_played, n);
  gst_app_src_push_buffer (src, buffer);
}

static GstClockTime
duration_of (const SoundPlay *play)
{
  guint64 n = (guint64) play->lead + play->tail;

  for (guint i = 0; i < play->n_pieces; i++)
    n += play->pieces[i].n;
  return gst_util_uint64_scale_round (n, GST_SECOND, GST_AUDIO_INFO_RATE (&play->sound->info));
}

GstElement *
sound_source_new (const SoundPlay *play, GError **error)
{
  GstElement *src = pipeline_make ("appsrc", NULL, error);
  GstAppSrcCallbacks callbacks = { .need_data = on_need_data };
  GstCaps *caps;
  Player *player;

  if (!src)
    return NULL;
  player = g_new0 (Player, 1);
  player->play = *play;
  player->lead_left = play->lead;
  player->tail_left = play->tail;
  caps = gst_audio_info_to_caps (&play->sound->info);
  g_object_set (src, "caps", caps, "format", GST_FORMAT_TIME, "duration", duration_of (play), NULL);
  gst_caps_unref (caps);
  gst_app_src_set_callbacks (GST_APP_SRC (src), &callbacks, player, g_free);
  return src;
}

Sound *
sound_at_rate (const Sound *sound, guint rate_hz, GError **error)
{
  g_autofree char *line = g_strdup_printf ("audioresample quality=10 ! audio/x-raw,rate=%u ! "
                                           "tee name=split",
                                           rate_hz);
  g_autoptr (Sound) other = sound_new (error);
  SoundPlay play = { .sound = sound, .pieces = &sound->whole, .n_pieces = 1, .gain = 1.0f };
  PipelineRun run = { NULL };
  Listener listener;
  GstElement *source, *bin, *pipeline;
  gboolean ok;

  if (!other || !(source = sound_source_new (&play, error)))
    return NULL;
  bin = pipeline_parse_bin (line, error);
  if (!bin) {
    gst_object_unref (gst_object_ref_sink (source));
    return NULL;
  }
  listener = sound_listener (other);
  pipeline = chain_pipeline_of (source, bin);
  ok = listener_attach (bin, "split", &listener, 1, error) && pipeline_run (pipeline, &run, error);
  gst_object_unref (pipeline);
  return ok && sound_finish (other, error) ? g_steal_pointer (&other) : NULL;
}

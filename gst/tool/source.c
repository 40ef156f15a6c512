/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The front of every pipeline: filesrc ! decodebin with the wanted audio stream behind the pad
 * "src"; some containers through libsndfile (input.c says which, and why).
 */
#include "input.h"

#include "error.h"
#include "pipeline.h"
#include "sndfile_source.h"

#include <gst/audio/audio.h>
#include <string.h>

#define N_STREAMS_KEY "gst-master-n-streams"

typedef struct {
  GstElement *bin;
  GstPad *ghost;
  guint wanted;
  guint n_seen;
} Source;

void
input_rank_decoders (void)
{
  /* Those that keep what is over full scale, in the order of preference; the decoders that
   * decodebin would choose on Debian 12 clip to 16 bits first. */
  static const char *const preferred[] = { "avdec_mp3float", "mpg123audiodec", "avdec_aac",
                                           "avdec_opus", "flacdec" };
  GstRegistry *registry = gst_registry_get ();

  for (guint i = 0; i < G_N_ELEMENTS (preferred); i++) {
    GstPluginFeature *feature = gst_registry_lookup_feature (registry, preferred[i]);

    if (feature) {
      gst_plugin_feature_set_rank (feature, GST_RANK_PRIMARY + 200 - i);
      gst_object_unref (feature);
    }
  }
}

static void
source_free (gpointer source, GClosure *closure)
{
  g_free (source);
}

static gboolean
pad_is_audio (GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  gboolean audio;

  if (!caps)
    caps = gst_pad_query_caps (pad, NULL);
  audio = gst_caps_get_size (caps) > 0 &&
          gst_structure_has_name (gst_caps_get_structure (caps, 0), "audio/x-raw");
  gst_caps_unref (caps);
  return audio;
}

static void
link_to_fakesink (Source *source, GstPad *pad)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  GstPad *sink_pad;

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_bin_add (GST_BIN (source->bin), sink);
  gst_element_sync_state_with_parent (sink);
  sink_pad = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, sink_pad);
  gst_object_unref (sink_pad);
}

static void
on_pad_added (GstElement *decodebin, GstPad *pad, gpointer user_data)
{
  Source *source = user_data;

  if (pad_is_audio (pad) && source->n_seen++ == source->wanted)
    gst_ghost_pad_set_target (GST_GHOST_PAD (source->ghost), pad);
  else
    link_to_fakesink (source, pad);
}

static void
post_error (GstElement *bin, const char *text)
{
  g_autoptr (GError) error = g_error_new_literal (TOOL_ERROR, TOOL_ERROR_INPUT, text);

  gst_element_post_message (bin, gst_message_new_error (GST_OBJECT (bin), error, NULL));
}

static void
on_no_more_pads (GstElement *decodebin, gpointer user_data)
{
  Source *source = user_data;
  g_autofree char *text = NULL;

  g_object_set_data (G_OBJECT (source->bin), N_STREAMS_KEY, GUINT_TO_POINTER (source->n_seen));
  if (source->n_seen == 0)
    text = g_strdup ("there is no sound in this file.");
  else if (source->wanted >= source->n_seen)
    text = g_strdup_printf ("there is no audio stream %u; the file has %u (--stream 1 to %u).",
                            source->wanted + 1, source->n_seen, source->n_seen);
  if (text)
    post_error (source->bin, text);
}

/* openmptdec 1.22 pushes its last buffer whole although only the start of it was written: what is
 * behind is whatever the memory held. The offsets tell how much is sound. */
static GstPadProbeReturn
on_module_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstCaps *caps = gst_pad_get_current_caps (pad);
  GstAudioInfo format;
  guint64 n_frames = GST_BUFFER_OFFSET_END (buffer) - GST_BUFFER_OFFSET (buffer);

  if (caps && gst_audio_info_from_caps (&format, caps) && GST_BUFFER_OFFSET_IS_VALID (buffer) &&
      GST_BUFFER_OFFSET_END_IS_VALID (buffer) &&
      n_frames < gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&format)) {
    buffer = gst_buffer_make_writable (buffer);
    gst_buffer_set_size (buffer, (gssize) n_frames * GST_AUDIO_INFO_BPF (&format));
    GST_PAD_PROBE_INFO_DATA (info) = buffer;
  }
  gst_clear_caps (&caps);
  return GST_PAD_PROBE_OK;
}

static void
on_element_added (GstBin *decodebin, GstBin *sub_bin, GstElement *element, gpointer user_data)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  GstPad *pad;

  if (!factory || strcmp (GST_OBJECT_NAME (factory), "openmptdec"))
    return;
  pad = gst_element_get_static_pad (element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_module_buffer, NULL, NULL);
  gst_object_unref (pad);
}

/* wavparse 1.22 looks for a chunk behind the sound without the pad byte of an odd size (EA IFF 85),
 * finds the end of the file instead of one and gives no sound at all; pushed to, it does not look.
 * Odd are 24-bit and 8-bit files of an odd number of channels and samples. */
static gboolean
must_be_pushed (const Input *input)
{
  return input->riff.is_riff && (input->riff.data_available & 1);
}

static gboolean
link_file (GstElement *bin, GstElement *file, GstElement *decode, gboolean pushed)
{
  GstElement *queue = pushed ? gst_element_factory_make ("queue", NULL) : NULL;

  if (!queue)
    return gst_element_link (file, decode);
  gst_bin_add (GST_BIN (bin), queue);
  return gst_element_link_many (file, queue, decode, NULL);
}

static GstElement *
decodebin_source (const Input *input, guint stream, GError **error)
{
  GstElement *file = pipeline_make ("filesrc", NULL, error);
  GstElement *decode = file ? pipeline_make ("decodebin", NULL, error) : NULL;
  GstCaps *caps;
  Source *source;

  if (!decode) {
    g_clear_pointer (&file, gst_object_unref);
    return NULL;
  }
  source = g_new0 (Source, 1);
  source->wanted = stream;
  source->bin = gst_bin_new ("source");
  source->ghost = gst_ghost_pad_new_no_target ("src", GST_PAD_SRC);
  g_object_set (file, "location", input->path, NULL);
  /* Only audio is decoded; video, subtitles and pictures are left where they are. */
  caps = gst_caps_from_string ("audio/x-raw");
  g_object_set (decode, "caps", caps, "expose-all-streams", FALSE, NULL);
  gst_caps_unref (caps);

  gst_bin_add_many (GST_BIN (source->bin), file, decode, NULL);
  link_file (source->bin, file, decode, must_be_pushed (input));
  gst_element_add_pad (source->bin, source->ghost);
  g_signal_connect (decode, "deep-element-added", G_CALLBACK (on_element_added), NULL);
  g_signal_connect (decode, "pad-added", G_CALLBACK (on_pad_added), source);
  g_signal_connect_data (decode, "no-more-pads", G_CALLBACK (on_no_more_pads), source, source_free,
                         0);
  return source->bin;
}

GstElement *
input_source_new (const Input *input, guint stream, GError **error)
{
  if (input->by_sndfile && stream > 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "there is no audio stream %u; the file has 1 (--stream 1 to 1).", stream + 1);
    return NULL;
  }
  if (input->by_sndfile)
    return sndfile_source_new (input->path, &input->chunks64,
                               aiff_read_tags (input->path, &input->aiff), error);
  return decodebin_source (input, stream, error);
}

guint
input_source_n_streams (GstElement *source)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (source), N_STREAMS_KEY));
}

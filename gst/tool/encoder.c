/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "encoder.h"

#include "chain.h"
#include "error.h"
#include "pipeline.h"
#include "tags.h"
#include "wav_sink.h"

#include <string.h>

/* libvorbis is a variable bit rate encoder: a rate is a quality, by its own nominal rates for
 * stereo at 44.1 kHz (-0.1 to 1.0 in steps of 0.1). */
static double
vorbis_quality (guint kbps)
{
  static const double nominal[] = { 45, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 500 };
  gsize i = 1;

  while (i < G_N_ELEMENTS (nominal) - 1 && nominal[i] < kbps)
    i++;
  return CLAMP (-0.1 + 0.1 * (i - 1 + (kbps - nominal[i - 1]) / (nominal[i] - nominal[i - 1])),
                -0.1, 1.0);
}

char *
encoder_element_line (const Format *f)
{
  guint bps = f->bitrate_kbps * 1000;

  switch (f->kind) {
    case FORMAT_FLAC:
      /* not limited to the streamable subset: 24 bit at 384 kHz is no part of it */
      return g_strdup ("flacenc name=tags streamable-subset=false");
    case FORMAT_MP3:
      return g_strdup_printf ("lamemp3enc target=bitrate cbr=true bitrate=%u", f->bitrate_kbps);
    case FORMAT_AAC:
      return g_strdup_printf ("avenc_aac bitrate=%u", bps);
    case FORMAT_OPUS:
      return g_strdup_printf ("opusenc name=tags bitrate=%u", bps);
    case FORMAT_VORBIS:
      return g_strdup_printf ("vorbisenc name=tags quality=%.3f", vorbis_quality (f->bitrate_kbps));
    case FORMAT_WAV:
    default:
      return NULL;
  }
}

/* What packs it into a file; the element named "tags", here or in the encoder, takes the tags. */
static const char *
muxer_line (FormatKind kind)
{
  switch (kind) {
    case FORMAT_MP3:
      return " ! xingmux ! id3v2mux name=tags";
    case FORMAT_AAC:
      return " ! aacparse ! mp4mux name=tags";
    case FORMAT_OPUS:
    case FORMAT_VORBIS:
      return " ! oggmux";
    default:
      return "";
  }
}

static const char *
sample_format (const Format *f)
{
  switch (f->kind) {
    case FORMAT_WAV:
      return f->is_float ? "F32LE" : f->bits == 16 ? "S16LE" : "S24LE";
    case FORMAT_FLAC:
      return f->bits == 16 ? "S16LE" : "S24_32LE";
    case FORMAT_MP3:
    case FORMAT_OPUS:
      return "S16LE";
    case FORMAT_AAC:
    case FORMAT_VORBIS:
    default:
      return GST_AUDIO_NE (F32);
  }
}

const char *
encoder_dither_options (Dither dither, guint rate)
{
  /* audioconvert leaves 24 bit undithered unless the threshold says otherwise. Its shaping curves
   * are made for 44.1 and 48 kHz; elsewhere flat dither is the honest choice. */
  if (dither == DITHER_NONE)
    return "dithering=none noise-shaping=none";
  if (dither == DITHER_SHAPED && (rate == 44100 || rate == 48000))
    return "dithering=tpdf dithering-threshold=24 noise-shaping=medium";
  return "dithering=tpdf dithering-threshold=24 noise-shaping=none";
}

static const char *const *
needed_elements (FormatKind kind)
{
  static const char *const flac[] = { "flacenc", NULL };
  static const char *const mp3[] = { "lamemp3enc", "xingmux", "id3v2mux", NULL };
  static const char *const aac[] = { "avenc_aac", "aacparse", "mp4mux", NULL };
  static const char *const opus[] = { "opusenc", "oggmux", NULL };
  static const char *const vorbis[] = { "vorbisenc", "oggmux", NULL };
  static const char *const none[] = { NULL };

  switch (kind) {
    case FORMAT_FLAC:
      return flac;
    case FORMAT_MP3:
      return mp3;
    case FORMAT_AAC:
      return aac;
    case FORMAT_OPUS:
      return opus;
    case FORMAT_VORBIS:
      return vorbis;
    case FORMAT_WAV:
    default:
      return none;
  }
}

gboolean
encoder_check (const Format *format, guint n_channels, GError **error)
{
  g_autofree char *label = format_describe (format);

  for (const char *const *e = needed_elements (format->kind); *e; e++) {
    GstElementFactory *factory = gst_element_factory_find (*e);
    const char *package = pipeline_package_of (*e);

    if (!factory) {
      g_set_error (
          error, TOOL_ERROR, TOOL_ERROR_MISSING,
          "%s cannot be written: the encoder '%s' is not installed. Install the package %s, or "
          "choose --format wav.",
          label, *e, package ? package : "that has it");
      return FALSE;
    }
    gst_object_unref (factory);
  }
  if (n_channels > format_max_channels (format)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "%s carries at most %u channels and this file has %u; choose --format %s.", label,
                 format_max_channels (format), n_channels, n_channels <= 8 ? "wav or flac" : "wav");
    return FALSE;
  }
  return TRUE;
}

/* What the file holds was cut to the source's segment before. Here its end would only cost the last frame
 * of an encoder with a delay, whose timestamps lie behind it. */
static void
open_end (GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstSegment segment;

  gst_event_copy_segment (event, &segment);
  segment.stop = GST_CLOCK_TIME_NONE;
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_segment (&segment);
  gst_event_set_seqnum (GST_PAD_PROBE_INFO_EVENT (info), gst_event_get_seqnum (event));
  gst_event_unref (event);
}

/* Tags are set at once (set_tags). The length in samples, which flacenc asks for, is known better
 * here than by any decoder; that of tracker modules answers in the wrong unit. */
static GstPadProbeReturn
on_encoder_pad (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  const guint64 *n_frames = user_data;
  GstQuery *query;
  GstFormat format;

  if (info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) {
    if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_TAG)
      return GST_PAD_PROBE_DROP;
    if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEGMENT)
      open_end (info);
    return GST_PAD_PROBE_OK;
  }
  query = GST_PAD_PROBE_INFO_QUERY (info);
  if (GST_QUERY_TYPE (query) != GST_QUERY_DURATION || !(info->type & GST_PAD_PROBE_TYPE_PUSH))
    return GST_PAD_PROBE_OK;
  gst_query_parse_duration (query, &format, NULL);
  if (format != GST_FORMAT_DEFAULT)
    return GST_PAD_PROBE_OK;
  gst_query_set_duration (query, format, *n_frames);
  return GST_PAD_PROBE_HANDLED;
}

/* The tags were collected while listening: they are set at once, and those that still flow are
 * dropped, so that none comes too late for the header and no stale one comes through. */
static void
set_tags (GstElement *bin, const EncoderTarget *target)
{
  GstElement *setter = gst_bin_get_by_name (GST_BIN (bin), "tags");
  GstPad *pad = gst_element_get_static_pad (bin, "sink");
  GstTagList *tags = tags_for_master (target->analysis->tags);
  guint64 *n_frames = g_new (guint64, 1);

  if (target->format.kind == FORMAT_MP3 || target->format.kind == FORMAT_AAC)
    tags_for_old_muxers (tags);
  *n_frames = gst_util_uint64_scale_round (target->analysis->n_frames, target->rate,
                                           GST_AUDIO_INFO_RATE (&target->analysis->info));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM | GST_PAD_PROBE_TYPE_QUERY_UPSTREAM,
                     on_encoder_pad, n_frames, g_free);
  if (setter) {
    gst_tag_setter_merge_tags (GST_TAG_SETTER (setter), tags, GST_TAG_MERGE_REPLACE_ALL);
    gst_object_unref (setter);
  }
  gst_tag_list_unref (tags);
  gst_object_unref (pad);
}

/* flacenc knows its caps with its first block (at most 65535 samples). Of a shorter file that block
 * comes when the stream ends, behind the segment of the header's rewriting, and GStreamer warns
 * about that order: so the caps are told when the input has them. The encoder's own, with the
 * header in it, follow. */
static GstPadProbeReturn
announce_flac (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstPad *src = user_data;
  const GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstEvent *start;
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  start = gst_pad_get_sticky_event (pad, GST_EVENT_STREAM_START, 0);
  if (start)
    gst_pad_push_event (src, start);
  caps = gst_caps_new_empty_simple ("audio/x-flac");
  gst_pad_push_event (src, gst_event_new_caps (caps));
  gst_caps_unref (caps);
  return GST_PAD_PROBE_REMOVE;
}

#define FLAC_MAX_BLOCK 65535

static void
prepare_short_flac (GstElement *bin, const EncoderTarget *target)
{
  GstElement *encoder;
  GstPad *sink;

  if (target->format.kind != FORMAT_FLAC ||
      gst_util_uint64_scale_ceil (target->analysis->n_frames, target->rate,
                                  GST_AUDIO_INFO_RATE (&target->analysis->info)) > FLAC_MAX_BLOCK)
    return;
  encoder = gst_bin_get_by_name (GST_BIN (bin), "tags");
  sink = gst_element_get_static_pad (encoder, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, announce_flac,
                     gst_element_get_static_pad (encoder, "src"), gst_object_unref);
  gst_object_unref (sink);
  gst_object_unref (encoder);
}

static GstElement *
file_encoder (const EncoderTarget *target, const char *converter, GError **error)
{
  g_autofree char *encode = encoder_element_line (&target->format);
  /* the encoder is the longest part of a pass: it has a thread for itself */
  g_autofree char *line =
      g_strdup_printf ("%s ! " CHAIN_QUEUE " ! %s%s ! filesink name=file async=false", converter,
                       encode, muxer_line (target->format.kind));
  GstElement *bin = pipeline_parse_bin (line, error);
  GstElement *sink;

  if (!bin)
    return NULL;
  sink = gst_bin_get_by_name (GST_BIN (bin), "file");
  g_object_set (sink, "location", target->path, NULL);
  gst_object_unref (sink);
  prepare_short_flac (bin, target);
  return bin;
}

GstElement *
encoder_new (const EncoderTarget *target, GError **error)
{
  g_autofree char *converter = g_strdup_printf (
      "audioconvert %s ! audio/x-raw,format=%s,"
      "layout=interleaved",
      encoder_dither_options (target->dither, target->rate), sample_format (&target->format));
  GstElement *bin;

  bin = target->format.kind == FORMAT_WAV ? wav_sink_new (target, converter, error)
                                          : file_encoder (target, converter, error);
  if (bin)
    set_tags (bin, target);
  return bin;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "codec.h"

#include "encoder.h"
#include "encoder_version.h"
#include "error.h"
#include "pipeline.h"

#include <string.h>

struct CodecEncoder {
  FormatKind kind;
  const char *factory;
  const char *line; /* with the rate in bit/s; NULL: as the tool's own files are encoded */
  const char *decoder;
  guint frame;
  gboolean takes_float;
};

/* Of a kind the first that is installed is used. Fraunhofer's AAC encoder is nearest to what services
 * have. That of libav comes late: in one encode of ten a frame of it is 2 or 3 dB too high, which no
 * ceiling can foresee and no service is known for (docs/headroom.md). */
static const CodecEncoder encoders[] = {
  { FORMAT_AAC, "fdkaacenc", "fdkaacenc bitrate=%u", "avdec_aac", 1024, FALSE },
  { FORMAT_AAC, "voaacenc", "voaacenc bitrate=%u", "avdec_aac", 1024, FALSE },
  { FORMAT_AAC, "faac", "faac bitrate=%u", "avdec_aac", 1024, FALSE },
  { FORMAT_AAC, "avenc_aac", NULL, "avdec_aac", 1024, TRUE },
  { FORMAT_MP3, "lamemp3enc", NULL, "avdec_mp3float", 1152, FALSE },
  { FORMAT_OPUS, "opusenc", NULL, "avdec_opus", 960, FALSE },
  { FORMAT_VORBIS, "vorbisenc", NULL, "vorbisdec", 1024, TRUE },
};

static gboolean
installed (const char *factory)
{
  GstElementFactory *found = gst_element_factory_find (factory);

  if (!found)
    return FALSE;
  gst_object_unref (found);
  return TRUE;
}

static void
codec_free (gpointer data)
{
  Codec *codec = data;

  g_free (codec->id);
  g_free (codec->label);
  g_free (codec->encoder_text);
  g_free (codec);
}

/* The element, GStreamer's version of it, and the library that it encodes with. */
static char *
describe_encoder (const char *factory)
{
  GstElementFactory *found = gst_element_factory_find (factory);
  const char *version = encoder_version (factory);
  g_autoptr (GstPlugin) plugin = NULL;
  char *text;

  if (!found)
    return g_strdup (factory);
  plugin = gst_plugin_feature_get_plugin (GST_PLUGIN_FEATURE (found));
  text = g_strdup_printf ("%s %s (%s, library %s)", factory,
                          plugin ? gst_plugin_get_version (plugin) : "of unknown version",
                          plugin ? gst_plugin_get_name (plugin) : "no plugin",
                          version ? version : "of unknown version");
  gst_object_unref (found);
  return text;
}

static gboolean
has (const GPtrArray *codecs, const char *id)
{
  for (guint i = 0; i < codecs->len; i++)
    if (!strcmp (((const Codec *) codecs->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

/* `named`: the user wants this encoder, and the id says so. */
static void
add (GPtrArray *codecs, const Format *format, const CodecEncoder *encoder, gboolean named)
{
  g_autofree char *id = named ? g_strdup_printf ("%s:%u", encoder->factory, format->bitrate_kbps)
                              : format_to_string (format);
  Codec *codec;

  if (has (codecs, id))
    return;
  codec = g_new0 (Codec, 1);
  codec->format = *format;
  codec->encoder = encoder;
  codec->id = g_steal_pointer (&id);
  codec->label = format_describe (format);
  codec->encoder_text = encoder ? describe_encoder (encoder->factory) : NULL;
  codec->encoder_version = encoder ? encoder_version (encoder->factory) : NULL;
  g_ptr_array_add (codecs, codec);
}

static void
add_kind (GPtrArray *codecs, const Format *format, gboolean all_encoders)
{
  const CodecEncoder *first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (encoders); i++) {
    if (encoders[i].kind != format->kind || !installed (encoders[i].factory))
      continue;
    if (first && all_encoders)
      add (codecs, format, &encoders[i], TRUE);
    if (!first)
      add (codecs, format, &encoders[i], FALSE);
    first = first ? first : &encoders[i];
  }
  if (!first)
    add (codecs, format, NULL, FALSE);
}

/* "voaacenc:128" is read as the format with its rate, and the encoder kept. */
static const CodecEncoder *
named_encoder (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (encoders); i++) {
    gsize n = strlen (encoders[i].factory);

    if (!strncmp (text, encoders[i].factory, n) && (text[n] == ':' || text[n] == 0))
      return &encoders[i];
  }
  return NULL;
}

static gboolean
parse_one (GPtrArray *codecs, const char *text, gboolean all_encoders, GError **error)
{
  static const char *const names[] = {
    [FORMAT_MP3] = "mp3", [FORMAT_AAC] = "aac", [FORMAT_OPUS] = "opus", [FORMAT_VORBIS] = "vorbis"
  };
  const CodecEncoder *encoder = named_encoder (text);
  g_autofree char *as_format =
      encoder ? g_strconcat (names[encoder->kind], text + strlen (encoder->factory), NULL)
              : g_strdup (text);
  Format format;

  if (!*text) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "a name in the list of codecs is empty; write it as aac:256,mp3:128.");
    return FALSE;
  }
  if (!format_parse (as_format, &format, error))
    return FALSE;
  if (format_is_lossless (&format)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "'%s' keeps every sample, so there is nothing to try; name mp3, aac, opus or "
                 "vorbis with a bit rate, as in aac:256,mp3:128.",
                 text);
    return FALSE;
  }
  if (encoder)
    add (codecs, &format, encoder, TRUE);
  else
    add_kind (codecs, &format, all_encoders);
  return TRUE;
}

static gboolean
parse_into (GPtrArray *codecs, const char *text, gboolean all_encoders, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (gsize i = 0; parts[i]; i++)
    if (!parse_one (codecs, g_strstrip (parts[i]), all_encoders, error))
      return FALSE;
  return TRUE;
}

GPtrArray *
codec_list_parse (const char *text, gboolean all_encoders, GError **error)
{
  g_autoptr (GPtrArray) codecs = g_ptr_array_new_with_free_func (codec_free);

  if (!*text) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "the list of codecs is empty; write it as aac:256,mp3:128.");
    return NULL;
  }
  return parse_into (codecs, text, all_encoders, error) ? g_steal_pointer (&codecs) : NULL;
}

GPtrArray *
codec_list_for (const char *platforms, gboolean all_encoders, GError **error)
{
  g_autoptr (GPtrArray) codecs = g_ptr_array_new_with_free_func (codec_free);
  g_auto (GStrv) ids = g_strsplit (platforms, ",", -1);

  for (gsize i = 0; ids[i]; i++) {
    g_autoptr (Profile) profile = profile_load (g_strstrip (ids[i]), PROFILE_PLATFORM, error);
    g_autofree char *sent = profile ? profile_string (profile, "codecs", "value") : NULL;

    if (!profile || (sent && !parse_into (codecs, sent, all_encoders, error)))
      return NULL;
  }
  return g_steal_pointer (&codecs);
}

static gboolean
check_element (const Codec *codec, const char *factory, const char *what, GError **error)
{
  const char *package = pipeline_package_of (factory);

  if (installed (factory))
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_MISSING,
               "%s was not tried: the %s '%s' is not installed; install the package %s.",
               codec->label, what, factory, package ? package : "that has it");
  return FALSE;
}

/* What a person without any encoder of a kind is told to install: the one that the tool writes with. */
static const CodecEncoder *
usual (FormatKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (encoders); i++)
    if (encoders[i].kind == kind && !encoders[i].line)
      return &encoders[i];
  return NULL;
}

gboolean
codec_check (const Codec *codec, GError **error)
{
  const CodecEncoder *e = codec->encoder ? codec->encoder : usual (codec->format.kind);

  return check_element (codec, e->factory, "encoder", error) &&
         check_element (codec, e->decoder, "decoder", error);
}

guint
codec_rate (const Codec *codec, guint rate_hz)
{
  if (rate_hz > 48000 && codec->format.kind != FORMAT_OPUS) /* services send 44.1 and 48 kHz */
    rate_hz = rate_hz % 44100 == 0 ? 44100 : 48000;
  return format_delivery_rate (&codec->format, rate_hz);
}

guint
codec_frame (const Codec *codec)
{
  return codec->encoder->frame;
}

gboolean
codec_takes_float (const Codec *codec)
{
  return codec->encoder->takes_float;
}

char *
codec_line (const Codec *codec)
{
  const CodecEncoder *e = codec->encoder;
  g_autofree char *usual_line = e->line ? NULL : encoder_element_line (&codec->format);
  g_autofree char *line =
      e->line ? g_strdup_printf (e->line, codec->format.bitrate_kbps * 1000) : NULL;

  return g_strdup_printf ("audioconvert dithering=tpdf noise-shaping=none ! "
                          "audio/x-raw,format=%s,layout=interleaved ! %s ! %s",
                          e->takes_float ? GST_AUDIO_NE (F32) : GST_AUDIO_NE (S16),
                          line ? line : usual_line, e->decoder);
}

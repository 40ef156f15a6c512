/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The lossy codecs that a master is tried on: which element encodes, which decodes in float, how long
 * a frame is, and what a service sends.
 */
#pragma once

#include "format.h"
#include "profile.h"

#include <gst/gst.h>

typedef struct CodecEncoder CodecEncoder;

typedef struct {
  Format format;               /* its kind and bit rate */
  const CodecEncoder *encoder; /* NULL: none is installed */
  char *id;                    /* "aac:128", or with a certain encoder "avenc_aac:128" */
  char *label;                 /* "AAC at 128 kbit/s" */
  char *encoder_text; /* "lamemp3enc 1.22.0 (lame, library 3.100)": element, version, plugin */
  const char *encoder_version; /* "3.100": of its library; NULL: it does not tell */
} Codec;

/* "aac:128,mp3:320": a format or the name of an encoder's element, and a bit rate in kbit/s. With
 * `all_encoders` a format stands for every encoder of it that is installed. Elements are Codec *. */
GPtrArray *codec_list_parse (const char *text, gboolean all_encoders, GError **error);

/* What the services of these profiles (ids, comma separated) send, each codec once; NULL with an error
 * for an unknown one, empty when none sends anything lossy. */
GPtrArray *codec_list_for (const char *platforms, gboolean all_encoders, GError **error);

/* FALSE with a TOOL_ERROR_MISSING, one sentence with the package, when it cannot be tried here. */
gboolean codec_check (const Codec *codec, GError **error);

/* The rate at which the service would encode a master of this rate, Hz. */
guint codec_rate (const Codec *codec, guint rate_hz);
guint codec_frame (const Codec *codec); /* frames of audio that are encoded together */
gboolean codec_takes_float (const Codec *codec);

/* "audioconvert ... ! encoder ! decoder": a launch line from F32 to decoded float; free it. */
char *codec_line (const Codec *codec);

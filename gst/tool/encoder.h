/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The end of a rendering pipeline: dither once, encode, write.
 */
#pragma once

#include "analysis.h"
#include "format.h"

typedef enum { DITHER_TPDF, DITHER_NONE, DITHER_SHAPED } Dither;

typedef struct {
  Format format;
  Dither dither;
  const char *path;         /* of the part file */
  guint rate;               /* Hz, of the delivered audio */
  const Input *input;       /* for what WAV to WAV carries over */
  const Analysis *analysis; /* layout, length, tags */
} EncoderTarget;

/* A bin with a pad "sink" that takes F32 at the delivery rate. */
GstElement *encoder_new (const EncoderTarget *target, GError **error);

/* FALSE with TOOL_ERROR_MISSING when an element for this format is not installed, and with
 * TOOL_ERROR_USAGE when the format cannot carry so many channels. Cheap: call it first. */
gboolean encoder_check (const Format *format, guint n_channels, GError **error);

/* Integer formats are dithered: once, here. */
const char *encoder_dither_options (Dither dither, guint rate);

/* The encoder alone, as in a launch line, as the tool's own files are encoded; NULL for WAV. */
char *encoder_element_line (const Format *format);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One rendering pass: source ! F32 ! [audioresample] ! the stages (stages.c) ! loudnessmeter !
 * encoder.
 */
#pragma once

#include "analysis.h"
#include "encoder.h"
#include "settings.h"

#include "decide/reduction.h"

typedef struct {
  const Input *input;
  const Analysis *analysis;
  guint stream;
  guint rate;                  /* Hz, of the delivery */
  Settings *settings;          /* of the stages */
  const EncoderTarget *target; /* NULL: measure only */
  const char *output_name;     /* for error texts */
  const char *label;           /* of the progress bar */
  const char *until;           /* the group of the first stage to leave out; NULL: none */
  const char *heard;           /* the group of the stage behind which the listeners hear */
  const Listener *listeners;
  guint n_listeners;
} RenderJob;

typedef struct {
  Meter meter;             /* behind the last stage, before dither and encoder */
  MdspReduction reduction; /* per interval of 100 ms, the deepest channel */
} RenderResult;

gboolean render_run (const RenderJob *job, RenderResult *result, GError **error);

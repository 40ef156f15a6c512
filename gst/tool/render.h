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

/* Hears what comes out of a stage; nothing when the settings do not have that stage. */
typedef struct {
  const char *behind; /* its group */
  Listener listener;
} RenderEar;

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
  const RenderEar *ears;       /* what hears the audio on its way */
  guint n_ears;
} RenderJob;

/* What the stage of the dynamics did. */
typedef struct {
  MdspReduction reduction; /* per interval of 100 ms: mean of the band that is moved most */
  double max_db;           /* that a band was moved by, at any moment */
  double clip_db;          /* the most that was clipped */
} DynamicsWork;

typedef struct {
  Meter meter;             /* behind the last stage, before dither and encoder */
  MdspReduction reduction; /* per interval of 100 ms, the deepest channel */
  DynamicsWork dynamics;
} RenderResult;

gboolean render_run (const RenderJob *job, RenderResult *result, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One master of one input for one target: land, render, verify from disk, finish the file.
 */
#pragma once

#include "amounts.h"
#include "codec_safe.h"
#include "decisions.h"
#include "dynamics.h"
#include "plan.h"
#include "render.h"
#include "stereo_mode.h"
#include "tone.h"
#include "verify.h"

#include "decide/landing.h"
#include "decide/stereo.h"

/* Why a master is not exactly what was asked for. */
typedef enum {
  LIMITED_BY_NOTHING,
  LIMITED_BY_REDUCTION, /* the limiter budget */
  LIMITED_BY_PSR,       /* the punch floor */
  LIMITED_BY_TOO_SHORT, /* under 400 ms: no loudness to aim at */
  LIMITED_BY_CEILING,   /* it does not get louder under this ceiling, however hard it is pushed */
  LIMITED_BY_SEARCH     /* out of renders */
} LimitedBy;

typedef struct Master Master;

typedef struct {
  Dither dither;
  gboolean force;
  gboolean dry_run;
  guint stream;
  const char *final_path; /* of the output; "-" for standard output */
  Settings *replay;       /* settings to render with, or NULL to decide */
  Amounts amounts;
  double max_move_db; /* of the equaliser; NAN: the profile's */
  gboolean no_eq;
  const References *references; /* NULL: none */
  StereoMode stereo;
  MdspDynamicsStyle dynamics;
  GPtrArray *codecs;     /* Codec *: their decoded peaks must hold; NULL: nobody asks */
  const Master *earlier; /* of the same input, with the same options, for another target; or NULL */
} MasterOptions;

/* What a search for the gain came to. */
typedef struct {
  RenderResult render; /* the newest; after the search that of gain_db */
  double gain_db;
  LimitedBy limited_by;
  gboolean stalls;           /* more gain was allowed and made it no louder */
  double psr_floor_db;       /* that was kept */
  gboolean has_louder;       /* a louder render broke a constraint: */
  MdspLandingSample louder;  /* the loudest that was tried: what louder costs */
  double louder_deepest_db;  /* the limiter's deepest reduction in `louder` */
  MdspLandingSample nearest; /* the quietest that broke one: what stopped the search */
} Landing;

struct Master {
  const Input *input;
  const Analysis *before;
  const Target *target;
  guint rate;
  char *output;        /* the finished file; NULL when nothing was kept */
  Settings *settings;  /* what it was rendered with */
  Tone *tone;          /* NULL in a replay */
  Decisions decisions; /* of the stages before the loudness */
  Dynamics dynamics;
  MdspStereoPlan stereo_plan;
  StereoField *stereo_after; /* behind that stage; NULL: it does nothing */
  Meter into_norm;           /* what those stages hand on: the mix when there are none */
  DynamicsWork stage_work;   /* of the pass that measured this */
  CodecSafe codec_safe;
  Landing landing;
  Verification after;   /* analysis is NULL after a dry run */
  double ceiling_dbtp;  /* of the limiter: the target's, or lower after a correction */
  double aim_offset_lu; /* what a lossy encoder takes away and the search adds */
  guint n_renders;
  GPtrArray *problems; /* char *: each makes the exit code 1 */
};

/* NULL with an error when nothing was written. */
Master *master_run (const Input *input, const Analysis *before, const Target *target,
                    const MasterOptions *options, GError **error);
void master_free (Master *master);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Master, master_free)

/* The loudness of what was made: from disk, or from the last render in a dry run. */
const Meter *master_meter (const Master *master);

const char *limited_by_name (LimitedBy limited_by); /* for JSON and settings */

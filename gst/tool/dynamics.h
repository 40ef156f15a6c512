/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is known and decided about the dynamics of a master, and the option --dynamics.
 */
#pragma once

#include "levels.h"
#include "meter.h"

#include "decide/dynamics.h"

/* What became of a help for the limiter: glue, or a soft clip. */
typedef enum {
  HELP_NOT_TRIED,
  HELP_NO_USE,    /* neither louder nor easier for the limiter */
  HELP_TOO_FLAT,  /* it would cost too much of what is between quiet and loud */
  HELP_NO_EASIER, /* louder, but the limiter has no less to do than without it at that loudness */
  HELP_LOUDER,    /* kept: nearer to the target than without */
  HELP_EASIER     /* kept: as loud, and the limiter does less */
} HelpResult;

typedef struct {
  HelpResult result;
  MdspDynamicsOutcome without, with; /* where the master lands; filled when it was tried */
  double as_loud_db; /* what the limiter takes without it where it lands with it; NAN: not tried */
} Help;

typedef struct {
  gboolean decided;                    /* not a replay */
  MdspMultibandParams params;          /* of the stage */
  Meter into;                          /* what the stage gets */
  Meter out_of;                        /* what it hands on, the clipper at rest */
  MdspDynamicsStability before, after; /* of the mix; behind the stage, when a band was held */
  gboolean holds;                      /* the band that was unstable */
  MdspDynamicsWish wish;
  gboolean tried;            /* by landing; the first time: */
  MdspDynamicsOutcome alone; /* by the limiter alone */
  gboolean has_landed;       /* the gain of the master is that of such a trial */
  gboolean easy;             /* which had not much to do */
  Help glue, clip;           /* the second on top of the first */
} Dynamics;

/* off, gentle, normal or dense; FALSE for another word. */
gboolean dynamics_style_parse (const char *text, MdspDynamicsStyle *style);

gboolean help_is_kept (const Help *help);
/* Is there a stage? */
gboolean dynamics_act (const Dynamics *dynamics);
/* How far the loudest moments of the band that was judged unstable stand out behind the stage, over
 * those of the rest. */
double dynamics_excess_db (const Dynamics *dynamics);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a stage did and why, in the order of the chain, and what only the mix can mend: for the
 * report and its JSON.
 */
#pragma once

#include <glib.h>

typedef struct {
  const char *stage; /* for people: "tone", "dynamics", "stereo" */
  char *move;        /* "+1.2 dB below 120 Hz (low shelf)", "nothing" */
  char *reason;      /* with the measured value: "the low end is 3.1 dB under rock's range" */
  char *rest;        /* what of it is for the mix, in words; NULL: nothing */
} Decision;

typedef struct {
  const char *id; /* short and stable, for JSON: "mud", "polarity" */
  char *where;    /* frequency range and time: "180-320 Hz", "0:12 to 0:40" */
  char *text;     /* what it is and what to do in the mix */
  gboolean told;  /* by the rest of a decision: the report does not say it twice */
} MixProblem;

typedef struct {
  GPtrArray *moves;    /* Decision * */
  GPtrArray *problems; /* MixProblem * */
} Decisions;

void decisions_init (Decisions *decisions);
void decisions_clear (Decisions *decisions);

/* The strings are taken over. */
void decisions_add (Decisions *decisions, const char *stage, char *move, char *reason);
void decisions_add_problem (Decisions *decisions, const char *id, char *where, char *text);

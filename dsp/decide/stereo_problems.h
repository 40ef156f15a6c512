/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is wrong between left and right and can only be mended in the mix: from the faults that the
 * stereo field saw (measure/stereo.h) to the few that deserve a sentence.
 *
 * A fault is one when it lasts: a twentieth of the piece in all (a tenth, of octaves above the bass),
 * or 8 s in one go; a channel that drops out, 2 s in one go. Released music has octaves that cancel for
 * some seconds, and nobody minds. In an excerpt these seconds are a larger share, so a share counts from
 * 4 s on (6 s above the bass), and in what is shorter than twice that, from half of it on.
 * Consequences are not named beside their cause: a channel that is silent, inverted or late makes
 * octaves cancel, and one that is late and inverted turns the vote on the polarity as well.
 */
#ifndef MDSP_DECIDE_STEREO_PROBLEMS_H
#define MDSP_DECIDE_STEREO_PROBLEMS_H

#include "measure/stereo.h"

typedef enum {
  MDSP_STEREO_PROBLEM_SILENT, /* value: balance in dB, right over left; -99 or 99: nothing at all */
  MDSP_STEREO_PROBLEM_POLARITY, /* value: mean correlation of the octaves at its worst */
  MDSP_STEREO_PROBLEM_DELAY,    /* value: right after left in ms; low_hz: what cancels first */
  MDSP_STEREO_PROBLEM_DELAY_INVERTED, /* and upside down; value alike */
  MDSP_STEREO_PROBLEM_BASS,   /* octaves at the bottom cancel; value: change in mono in dB */
  MDSP_STEREO_PROBLEM_CANCEL, /* others cancel; value alike */
  MDSP_STEREO_PROBLEM_BALANCE /* value: balance of the whole in dB, right over left */
} MdspStereoProblemKind;

typedef struct {
  MdspStereoProblemKind kind;
  double value;
  double low_hz, high_hz; /* the band; 0, 0: all of it */
  MdspStereoSpans spans;  /* of the fault that lasts longest; 0 of BALANCE */
} MdspStereoProblem;

#define MDSP_STEREO_MAX_PROBLEMS 8

/* Of a finished measurement (mdsp_stereo_finish); the worst kind first. Returns how many. */
unsigned mdsp_stereo_problems (const MdspStereo *s,
                               MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS]);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Tonal faults with a name: what is so far from the target that it is a matter of the mix and not of
 * a master's equaliser.
 */
#ifndef MDSP_DECIDE_TONE_PROBLEM_H
#define MDSP_DECIDE_TONE_PROBLEM_H

#include "decide/tone.h"

typedef enum {
  MDSP_TONE_BOOMY,  /* 63 .. 160 Hz, too much */
  MDSP_TONE_THIN,   /* 63 .. 250 Hz, too little */
  MDSP_TONE_MUDDY,  /* 200 .. 500 Hz against 630 Hz .. 2 kHz, most of it up to 315 Hz */
  MDSP_TONE_BOXY,   /* the same, most of it above */
  MDSP_TONE_HOLLOW, /* 200 Hz .. 1.6 kHz, too little */
  MDSP_TONE_NASAL,  /* 630 Hz .. 1.6 kHz, too much */
  MDSP_TONE_HARSH,  /* 2 .. 5 kHz against 500 Hz .. 1.6 kHz */
  MDSP_TONE_VEILED, /* 2 .. 5 kHz, too little */
  MDSP_TONE_BRIGHT, /* 6.3 .. 12.5 kHz, too much */
  MDSP_TONE_DULL,   /* the same, too little */
  MDSP_TONE_PROBLEM_KINDS
} MdspToneProblemKind;

/* From how many dB on it has the name. NAN: never. */
typedef struct {
  double mud_db;    /* mean of the low mids over that of the mids, more than the target's */
  double harsh_db;  /* mean of the presence over that of the mids, more than the target's */
  double treble_db; /* mean of the treble, either way */
  double
      outside_db; /* anywhere, outside the tolerance: more than this is never a master's matter */
} MdspToneLimits;

typedef struct {
  unsigned first, last; /* bands, both included */
} MdspToneRange;

typedef struct {
  MdspToneProblemKind kind;
  MdspToneRange range;
  double deviation_db; /* mean over it from the target */
  bool against_mids;   /* less that of the mids: only what is more than theirs */
} MdspToneProblem;

/* Boomy and thin need no limit: there it is the mean tolerance. `found` has room for
 * MDSP_TONE_PROBLEM_KINDS; returns how many. */
unsigned mdsp_tone_find_problems (const MdspToneReading *reading, const MdspToneTarget *target,
                                  const MdspToneLimits *limits,
                                  MdspToneProblem found[MDSP_TONE_PROBLEM_KINDS]);

#endif

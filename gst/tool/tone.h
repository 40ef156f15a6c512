/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The tonal balance of a file against a target: what it is like, what is wrong with it, and what an
 * equaliser should move.
 */
#pragma once

#include "analysis.h"
#include "reference.h"
#include "tone_target.h"

/* What a file was before it came to us. */
typedef enum {
  TONE_OF_A_MIX,
  TONE_OF_A_RELEASE,   /* as loud as one */
  TONE_OF_A_LIMITER,   /* its peaks are held */
  TONE_OF_OUR_OWN_HAND /* the file says so */
} ToneHistory;

typedef struct {
  ToneTarget *target;
  bool empty[MDSP_TONE_BANDS]; /* nothing there, in the file or in all references */
  MdspToneReading judged;      /* n_judged is 0 when nothing could be judged */
  MdspToneProblem problems[MDSP_TONE_PROBLEM_KINDS];
  guint n_problems;
  /* What tone_plan decided. */
  guint rate;           /* of the equaliser */
  guint first_decision; /* of its bands, in the list of decisions */
  guint first_problem;  /* in that list of problems */
  double amount, cap_db;
  ToneHistory history; /* what says that it is no mix, and nobody asked for more: hence the cap */
  MdspTonePlan plan;
  MdspToneReading achieved; /* measured behind the equaliser; n_judged is 0 before */
  double achieved_response_db[MDSP_TONE_BANDS]; /* the same: what it did to each band */
} Tone;

/* Judges; NULL with an error when a profile is wrong. genre and references may be NULL. */
Tone *tone_new (const Profile *genre, const References *references, const Analysis *analysis,
                GError **error);
void tone_free (Tone *tone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tone, tone_free)

/* Decides on bands at this rate. NAN for what was not asked for: the profile's numbers. */
void tone_plan (Tone *tone, const Analysis *analysis, double amount, double max_move_db,
                guint rate);
/* Takes what was measured behind the equaliser. */
void tone_set_achieved (Tone *tone, const Analysis *analysis, const MdspSpectrumReading *behind);
/* How far the measured response is from the predicted one over the judged bands, in dB RMS. */
double tone_miss_db (const Tone *tone);

/* The same spectrum as the tone is judged by, of another state of the file. */
void tone_compare (const Tone *tone, const MdspSpectrumReading *spectrum, MdspToneReading *reading);

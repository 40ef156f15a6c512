/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the tonal balance is held against: the target of released music or of a genre, from the
 * profiles, or the spectra of references.
 */
#pragma once

#include "profile.h"

#include "decide/tone_problem.h"

typedef struct {
  char *text;              /* "released music", "rock", "the reference" */
  char *why;               /* source and confidence */
  MdspToneTarget target;   /* of the moves */
  MdspToneTarget judgment; /* of the faults: the same with the tolerance of released music */
  MdspToneTarget released; /* what released music has, in any case: less is nothing */
  MdspToneLimits limits;
  double amount; /* 0 .. 1, of the profile */
  double max_move_db, max_move_reference_db;
  bool is_reference;                     /* match it in every third octave */
  bool reference_empty[MDSP_TONE_BANDS]; /* where the references have nothing */
} ToneTarget;

/* Of released music, with the genre's own target or what it adds; genre may be NULL. NULL with a
 * TOOL_ERROR_USAGE when a profile says nothing that can be used. */
ToneTarget *tone_target_new (const Profile *genre, GError **error);
/* Takes the references as the target instead. Weights as in mdsp_tone_mean. */
void tone_target_set_references (ToneTarget *target, const MdspSpectrumReading *spectra,
                                 const double *weights, guint n);
void tone_target_free (ToneTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToneTarget, tone_target_free)

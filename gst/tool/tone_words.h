/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Tonal balance in plain words: moves, their reasons, faults. All strings are new, without a full
 * stop.
 */
#pragma once

#include "tone.h"

#include "decide/tone_response.h"

#define TONE_STAGE "tone"

const char *tone_type_id (const MdspEqBandParams *band); /* "bell": as the property of mastereq */
char *tone_frequency_text (double frequency_hz);         /* "640 Hz", "9.8 kHz" */
char *tone_range_text (guint first, guint last);         /* of bands: "200 to 500 Hz" */

/* Of band i of the plan: "-1.1 dB around 640 Hz, 1.2 octaves wide". */
char *tone_move (const MdspTonePlan *plan, guint i);
/* "500 to 800 Hz had 3.9 dB more than released music, now 3.1 dB more (measured)" */
char *tone_reason (const Tone *tone, guint i);
/* Why the plan moves nothing. */
char *tone_why_nothing (const Tone *tone, const Analysis *analysis);

const char *tone_problem_id (const MdspToneProblem *problem);   /* "mud": for JSON */
const char *tone_problem_name (const MdspToneProblem *problem); /* "muddy": for people */
/* What it is, what was done, what to do in the mix. */
char *tone_problem_text (const Tone *tone, const MdspToneProblem *problem);
/* The band of the plan that works on it: against its direction, on at least half of its range;
 * plan.n_bands when there is none. And what is said with that band. */
guint tone_band_against (const Tone *tone, const MdspToneProblem *problem);
char *tone_rest (const MdspToneProblem *problem);

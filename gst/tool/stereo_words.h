/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is wrong between left and right, in words: what it is, where, and what to do in the mix.
 */
#pragma once

#include "stereo_field.h"

typedef struct {
  const char *id; /* short and stable, for JSON: "polarity" */
  char *where;    /* band and time: "22-88 Hz, 0:10 to 0:20" */
  char *text;     /* no full stop */
} StereoFinding;

/* StereoFinding *, the worst first; empty when there is nothing to say. */
GPtrArray *stereo_findings (const StereoField *field);

/* TRUE when one of them makes the sound cancel in mono. */
gboolean stereo_findings_cancel (const GPtrArray *findings);

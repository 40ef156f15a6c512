/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo field of a file for people and for programs.
 */
#pragma once

#include "analysis.h"

#include <json-glib/json-glib.h>

/* What is wrong with time and band, or how wide it is; nothing without two channels. TRUE when it told
 * why the sound cancels in mono. */
gboolean stereo_report_sentences (GString *out, const Analysis *analysis);

/* Only what is wrong; TRUE alike. */
gboolean stereo_report_problems (GString *out, const Analysis *analysis);

/* Ten octaves and the low end, one line each. */
void stereo_report_table (GString *out, const Analysis *analysis);

/* A member with this name; null when nothing was measured. */
void stereo_report_json (JsonBuilder *b, const char *name, const StereoField *field);

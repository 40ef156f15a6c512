/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a person reads: plain sentences with numbers first, then the table.
 */
#pragma once

#include "master.h"

/* The report of one master as text. */
char *report_master (const Master *master);

/* The numbers of one analysis as text. */
char *report_analysis (const Input *input, const Analysis *analysis, const Tone *tone,
                       gboolean technical);

/* What the file is: name, length, channels, rate. */
void report_head (GString *out, const Input *input, const Analysis *analysis);
/* A line about samples that became silence, when there are any. */
void report_unusable_samples (GString *out, const Meter *meter);

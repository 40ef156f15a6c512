/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The progress bar: on a terminal only, on stderr, never in a pipe.
 */
#pragma once

#include <glib.h>

/* Progress is shown from now on (only when stderr is a terminal). */
void progress_enable (void);

/* `what` in a word or two ("Listening"), fraction 0..1, below 0 when unknown. */
void progress_show (const char *what, double fraction);

/* Wipes the line before other text is printed. */
void progress_clear (void);

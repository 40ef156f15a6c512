/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Sentences on a terminal break between words; in a pipe every sentence stays one line.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

/* What is broken off an indented line is indented as well. */
char *wrap_text (const char *text, guint n_columns);

/* Writes the text, wrapped when the file is a terminal. */
void wrap_print (const char *text, FILE *to);

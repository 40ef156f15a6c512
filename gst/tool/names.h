/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How masters are called.
 */
#pragma once

#include "plan.h"

/* TRUE for "x/" and for a folder that exists. */
gboolean names_is_folder (const char *output);

/* The file name of one target's master. `output` as given with -o: NULL (beside the input), "-", a
 * folder or a file. With several targets each name has the label of its own, and its format where
 * that is not enough. */
char *names_output (const char *input, const char *output, const Target *target,
                    const GPtrArray *targets);

/* FOLDER/STEM.LABEL.EXTENSION of "STEM.wav": one of several files that are made of one input. */
char *names_in_folder (const char *input, const char *folder, const char *label,
                       const Format *format);

/* TRUE when both are one file, under whatever names, also when it does not exist yet. */
gboolean names_same_file (const char *a, const char *b);

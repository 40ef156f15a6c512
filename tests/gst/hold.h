/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * For tests of loudnorm mode=file: a folder for its temporary file, noise, and what is left behind.
 */
#ifndef HOLD_H
#define HOLD_H

#include "tone.h"

#define N (2 * RATE)

/* A fixture: the folder, which must be empty at the end, and 2 N frames of noise at 0.1 in two channels. */
void hold_setup (void);
void hold_teardown (void);
extern float *content;

/* loudnorm mode=file with its temporary file in the folder, and more properties. */
Rig *file_rig (const gchar *more);
/* Open files of this process in the folder; names in it. */
guint open_files (void);
guint files_in_folder (void);

/* The first error on the bus, or NULL; one of that code, whose text has the word. */
GstMessage *first_error (Rig *rig);
void assert_error (Rig *rig, GQuark domain, gint code, const gchar *word);
/* Progress messages of that type so far. */
guint progress_of (Rig *rig, GstProgressType type);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Does a finished file meet a platform's profile? One rule after the other, each with what was
 * found, what is asked for, and who asks for it.
 */
#pragma once

#include "profile.h"
#include "sound.h"
#include "verify.h"

#include "measure/edges.h"

typedef enum {
  CHECK_PASS,
  CHECK_NOTE, /* allowed, with a price: a failure only when the check is strict */
  CHECK_FAIL
} CheckOutcome;

typedef struct {
  const char *id; /* "loudness", "true-peak", ...: stable, for JSON */
  CheckOutcome outcome;
  char *found;  /* "-9.2 LUFS" */
  char *asked;  /* "-23.0 LUFS, 0.2 LU either way" */
  char *what;   /* what to do, or what it costs; NULL when it passes */
  char *source; /* of the number, with its confidence */
} CheckResult;

/* What the rules look at. */
typedef struct {
  const Input *input;
  Verification measured;
  MdspEdges edges;
  Sound *sound;          /* kept when codecs are to be tried */
  gboolean wants_codecs; /* by --codecs, not only because a platform asks for it */
} CheckSubject;

typedef struct {
  char *id, *name;    /* of the platform */
  GPtrArray *results; /* CheckResult * */
  guint n_failed, n_notes;
} CheckReport;

/* Decodes and measures the file once, for all profiles. */
gboolean check_measure (CheckSubject *subject, const Input *input, gboolean keep_sound,
                        GError **error);
void check_subject_clear (CheckSubject *subject);

/* NULL with an error when the profiles are not there. */
CheckReport *check_run (const CheckSubject *subject, const char *platform, GError **error);
/* Takes the strings over. */
void check_report_add (CheckReport *report, const CheckResult *result);
void check_report_free (CheckReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CheckReport, check_report_free)

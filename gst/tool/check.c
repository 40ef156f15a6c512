/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "check.h"

#include "check_codecs.h"
#include "check_rules.h"

static gboolean
edges_begin (gpointer self, const GstAudioInfo *info)
{
  mdsp_edges_init (self, GST_AUDIO_INFO_CHANNELS (info));
  return TRUE;
}

static void
edges_take (gpointer self, const float *const planes[], guint n_frames)
{
  mdsp_edges_process (self, planes, n_frames);
}

gboolean
check_measure (CheckSubject *subject, const Input *input, gboolean keep_sound, GError **error)
{
  Listener listeners[2] = { { edges_begin, edges_take, &subject->edges } };

  subject->input = input;
  if (keep_sound && !(subject->sound = sound_new (error)))
    return FALSE;
  if (keep_sound)
    listeners[1] = sound_listener (subject->sound);
  return verify_measure (input, listeners, keep_sound ? 2 : 1, FALSE, "Checking",
                         &subject->measured, error) &&
         (!keep_sound || sound_finish (subject->sound, error));
}

void
check_subject_clear (CheckSubject *subject)
{
  verify_clear (&subject->measured);
  g_clear_pointer (&subject->sound, sound_free);
}

static void
result_free (gpointer data)
{
  CheckResult *r = data;

  g_free (r->found);
  g_free (r->asked);
  g_free (r->what);
  g_free (r->source);
  g_free (r);
}

void
check_report_free (CheckReport *report)
{
  if (!report)
    return;
  g_free (report->id);
  g_free (report->name);
  g_ptr_array_unref (report->results);
  g_free (report);
}

void
check_report_add (CheckReport *report, const CheckResult *result)
{
  g_ptr_array_add (report->results, g_memdup2 (result, sizeof *result));
  report->n_failed += result->outcome == CHECK_FAIL;
  report->n_notes += result->outcome == CHECK_NOTE;
}

CheckReport *
check_run (const CheckSubject *subject, const char *platform, GError **error)
{
  g_autoptr (Profile) profile = profile_load (platform, PROFILE_PLATFORM, error);
  g_autoptr (Profile) fallback =
      profile ? profile_load ("streaming", PROFILE_PLATFORM, error) : NULL;
  CheckReport *report;
  CheckRules rules;

  if (!fallback)
    return NULL;
  report = g_new0 (CheckReport, 1);
  report->id = g_strdup (profile->id);
  report->name = profile_name (profile);
  report->results = g_ptr_array_new_with_free_func (result_free);
  rules = (CheckRules){ subject, profile, fallback, report };
  check_rules_apply (&rules);
  if (check_codecs (subject, profile, check_rules_number (&rules, "decoded-peak"), report, error))
    return report;
  check_report_free (report);
  return NULL;
}

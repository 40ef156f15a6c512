/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "check_codecs.h"

#include "headroom.h"

#include "kernels/dmath.h"

static gboolean
asks (const Profile *profile)
{
  g_autofree char *value = profile_string (profile, "codec-safe", "value");

  return !g_strcmp0 (value, "yes");
}

gboolean
check_codecs_asked (const char *platform)
{
  g_autoptr (Profile) profile = profile_load (platform, PROFILE_PLATFORM, NULL);

  return profile && asks (profile);
}

static char *
source_of (const Profile *profile, const char *group)
{
  g_autofree char *source = profile_string (profile, group, "source");
  g_autofree char *confidence = profile_string (profile, group, "confidence");

  return g_strdup_printf ("%s (%s)", source ? source : "no source given",
                          confidence ? confidence : "unknown confidence");
}

static const CodecHeadroom *
highest_of (const Headroom *h)
{
  const CodecHeadroom *highest = h->codecs->pdata[0];

  for (guint i = 1; i < h->codecs->len; i++) {
    const CodecHeadroom *c = h->codecs->pdata[i];

    if (c->worst.true_peak_lin > highest->worst.true_peak_lin)
      highest = c;
  }
  return highest;
}

static void
judge (const Headroom *h, const Profile *profile, CheckReport *report)
{
  const CodecHeadroom *c = highest_of (h);
  double peak = mdsp_db_from_lin (MAX (c->worst.true_peak_lin, 1e-12f));
  gboolean over = c->n_over > 0;
  CheckResult result = {
    .id = "decoded-peak",
    .outcome = over ? CHECK_FAIL : CHECK_PASS,
    .found = g_strdup_printf ("%+.2f dBTP after %s", peak, c->codec->label),
    .asked = g_strdup_printf ("%g dBTP at most", h->ceiling_dbtp),
    .what = over ? g_strdup_printf ("master it with --codec-safe, or with --ceiling %.1f",
                                    h->holds_dbtp)
                 : NULL,
    .source = source_of (profile, asks (profile) ? "codec-safe" : "codecs"),
  };

  check_report_add (report, &result);
}

/* A rule that could not be tried is told of. */
static void
note_untried (const Profile *profile, double ceiling_dbtp, const char *why, CheckReport *report)
{
  CheckResult result = { .id = "decoded-peak",
                         .outcome = CHECK_NOTE,
                         .found = g_strdup ("not tried"),
                         .asked = g_strdup_printf ("%g dBTP at most", ceiling_dbtp),
                         .what = g_strdup (why),
                         .source = source_of (profile, "codecs") };

  check_report_add (report, &result);
}

gboolean
check_codecs (const CheckSubject *subject, const Profile *profile, double ceiling_dbtp,
              CheckReport *report, GError **error)
{
  HeadroomOptions options = { HEADROOM_QUICK, ceiling_dbtp };
  g_autoptr (GPtrArray) codecs = NULL;
  g_autoptr (Headroom) h = NULL;

  if (!subject->sound)
    return TRUE;
  if (GST_AUDIO_INFO_CHANNELS (&subject->sound->info) > 2) {
    note_untried (profile, ceiling_dbtp, "only mono and stereo are tried", report);
    return TRUE;
  }
  codecs = codec_list_for (profile->id, FALSE, error);
  if (!codecs)
    return FALSE;
  if (codecs->len == 0) {
    if (subject->wants_codecs)
      note_untried (profile, ceiling_dbtp,
                    "nothing lossy is sent from here as far as is known; name codecs: "
                    "gst-master-1.0 headroom FILE --codecs aac:256,mp3:320",
                    report);
    return TRUE;
  }
  h = headroom_run (subject->sound, codecs, &options, error);
  if (!h)
    return FALSE;
  if (h->codecs->len > 0)
    judge (h, profile, report);
  for (guint i = 0; i < h->missing->len; i++)
    note_untried (profile, ceiling_dbtp, h->missing->pdata[i], report);
  return TRUE;
}

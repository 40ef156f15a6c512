/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "check_rules.h"

#include "platform.h"
#include "tags.h"

#include <math.h>
#include <stdio.h>

/* Two true-peak meters of the standard may differ by this, and ours delivers within it. */
#define PEAK_TOLERANCE_DB 0.05
/* A file that starts higher than this starts in the middle of a sound and clicks: -50 dBFS. */
#define START_STEP 0.00316f
/* A song that is still this loud at its last samples was cut off (20 ms). */
#define TAIL_SECONDS 0.02

/* The profile that has the group: the platform's own or the fallback; NULL when neither has. */
static const Profile *
holder (const CheckRules *c, const char *group)
{
  if (g_key_file_has_group (c->profile->file, group))
    return c->profile;
  return g_key_file_has_group (c->fallback->file, group) ? c->fallback : NULL;
}

double
check_rules_number (const CheckRules *c, const char *group)
{
  const Profile *profile = holder (c, group);

  return profile ? profile_number (profile, group) : NAN;
}

static gboolean
says (const CheckRules *c, const char *group, const char *value)
{
  const Profile *profile = holder (c, group);
  g_autofree char *text = profile ? profile_string (profile, group, "value") : NULL;

  return !g_strcmp0 (text, value);
}

static char *
source_of (const CheckRules *c, const char *group)
{
  const Profile *profile = holder (c, group);
  g_autofree char *source = profile ? profile_string (profile, group, "source") : NULL;
  g_autofree char *confidence = profile ? profile_string (profile, group, "confidence") : NULL;

  return g_strdup_printf ("%s (%s)", source ? source : "no source given",
                          confidence ? confidence : "unknown confidence");
}

/* found, asked and what are taken over; `group` tells the source. */
static void
add (const CheckRules *c, const char *id, CheckOutcome outcome, char *found, char *asked,
     char *what, const char *group)
{
  CheckResult r = { id, outcome, found, asked, what, source_of (c, group) };

  check_report_add (c->report, &r);
}

static char *
level_text (double value, const char *unit)
{
  return isfinite (value) ? g_strdup_printf ("%.2f %s", value, unit) : g_strdup ("none");
}

/* What a platform that does not reject would do to the file, as a sentence; NULL: nothing. */
static char *
playback_sentence (const MdspPlatformGain *p)
{
  if (p->gain_db <= -0.1 && p->punch_lost_db >= 0.5)
    return g_strdup_printf ("it will be turned down by %.1f dB, and then has %.1f dB less punch "
                            "than a master made for that level",
                            -p->gain_db, p->punch_lost_db);
  if (p->gain_db <= -0.1)
    return g_strdup_printf ("it will be turned down by %.1f dB", -p->gain_db);
  if (p->limited_db > 0.0)
    return g_strdup_printf ("it will be turned up by %.1f dB into a limiter that takes %.1f dB off "
                            "its peaks",
                            p->gain_db, p->limited_db);
  return NULL;
}

/* More than this below the level of a platform that does not turn up plays noticeably quieter. */
#define QUIETER_LU 1.0

static void
check_loudness (const CheckRules *c)
{
  const Meter *meter = &c->subject->measured.analysis->meter;
  g_autoptr (Platform) platform = platform_new (c->profile);
  double level = platform->rule.level_lufs, tolerance = platform->rule.tolerance_lu;
  gboolean required = tolerance > 0.0;
  MdspPlatformGain playback;
  CheckOutcome outcome = CHECK_PASS;
  char *what = NULL;

  if (!platform_play (platform, meter, &playback)) {
    add (c, "loudness", CHECK_FAIL, g_strdup ("none"), level_text (level, "LUFS"),
         g_strdup (analysis_no_loudness (c->subject->measured.analysis)), "loudness-target");
    return;
  }
  if (required && fabs (meter->loudness - level) > tolerance) {
    outcome = CHECK_FAIL;
    what = g_strdup_printf ("it will not be accepted: make it %.1f dB %s",
                            fabs (meter->loudness - level),
                            meter->loudness > level ? "quieter" : "louder");
  } else if (!required && (what = playback_sentence (&playback))) {
    outcome = CHECK_NOTE;
  } else if (!required && platform->rule.louder != MDSP_PLATFORM_UNCHANGED &&
             playback.loudness_lufs < level - QUIETER_LU) {
    outcome = CHECK_NOTE;
    what = g_strdup_printf ("it will play %.1f dB quieter than its neighbours",
                            level - playback.loudness_lufs);
  }
  add (c, "loudness", outcome, level_text (meter->loudness, "LUFS"),
       required ? g_strdup_printf ("%.1f LUFS, %.1f LU either way", level, tolerance)
       : platform->rule.louder == MDSP_PLATFORM_UNCHANGED
           ? g_strdup ("any")
           : g_strdup_printf ("plays at %.1f LUFS", level),
       what, "loudness-target");
}

static void
check_true_peak (const CheckRules *c)
{
  const Meter *meter = &c->subject->measured.analysis->meter;
  double peak = c->subject->measured.true_peak_dbtp, ceiling = check_rules_number (c, "ceiling");
  double hot = profile_number (c->profile, "ceiling-if-louder");
  const char *group = "ceiling";

  if (!isnan (hot) && hot < ceiling &&
      meter->loudness > check_rules_number (c, "loudness-target") + PEAK_TOLERANCE_DB) {
    ceiling = hot;
    group = "ceiling-if-louder";
  }
  add (c, "true-peak", peak > ceiling + PEAK_TOLERANCE_DB ? CHECK_FAIL : CHECK_PASS,
       level_text (peak, "dBTP"), g_strdup_printf ("%.1f dBTP at most", ceiling),
       peak > ceiling + PEAK_TOLERANCE_DB
           ? g_strdup_printf ("take %.1f dB off its highest peaks: gst-master-1.0 master --ceiling "
                              "%.1f",
                              peak - ceiling, ceiling)
           : NULL,
       group);
}

static void
check_format (const CheckRules *c)
{
  const Analysis *a = c->subject->measured.analysis;
  g_autofree char *codec = NULL;
  gboolean refused = a->lossy && says (c, "lossy", "refused");

  gst_tag_list_get_string (a->tags, GST_TAG_AUDIO_CODEC, &codec);
  add (c, "format", refused ? CHECK_FAIL : CHECK_PASS, g_strdup (codec ? codec : "raw samples"),
       g_strdup (says (c, "lossy", "refused") ? "lossless, such as WAV or FLAC"
                                              : "lossless or lossy"),
       refused ? g_strdup ("deliver a WAV or FLAC that was never lossy") : NULL, "lossy");
}

static void
check_rate (const CheckRules *c)
{
  guint rate = GST_AUDIO_INFO_RATE (&c->subject->measured.analysis->info);
  double exact = profile_number (c->profile, "sample-rate");
  double least = check_rules_number (c, "sample-rate-min");
  gboolean bad = isnan (exact) ? rate < least : rate != exact;

  add (c, "sample-rate", bad ? CHECK_FAIL : CHECK_PASS, g_strdup_printf ("%u Hz", rate),
       isnan (exact) ? g_strdup_printf ("%.0f Hz or more", least)
                     : g_strdup_printf ("%.0f Hz", exact),
       !bad            ? NULL
       : isnan (exact) ? g_strdup ("export the mix at the rate of its session")
                       : g_strdup_printf ("gst-master-1.0 master --rate %.0f", exact),
       isnan (exact) ? "sample-rate-min" : "sample-rate");
}

/* Integer bits of what was decoded; 0 for float. */
static guint
bits_of (const Analysis *a)
{
  const GstAudioFormatInfo *info = gst_audio_format_get_info (a->source_format);

  return GST_AUDIO_FORMAT_INFO_IS_FLOAT (info) ? 0 : GST_AUDIO_FORMAT_INFO_DEPTH (info);
}

static void
check_depth (const CheckRules *c)
{
  const Analysis *a = c->subject->measured.analysis;
  guint bits = bits_of (a);
  double exact = profile_number (c->profile, "bit-depth"),
         least = check_rules_number (c, "bit-depth-min");
  double wanted = isnan (exact) ? least : exact;
  gboolean is_float = bits == 0, bad;

  if (a->lossy)
    return;
  bad = is_float ? says (c, "float", "refused") : isnan (exact) ? bits < least : bits != exact;
  add (c, "bit-depth", bad ? CHECK_FAIL : CHECK_PASS,
       is_float ? g_strdup ("float") : g_strdup_printf ("%u bit", bits),
       g_strdup_printf ("%.0f bit%s", wanted, isnan (exact) ? " or more" : ""),
       bad ? g_strdup_printf ("gst-master-1.0 master --format wav%s", wanted == 16.0 ? "16" : "")
           : NULL,
       isnan (exact) ? is_float ? "float" : "bit-depth-min" : "bit-depth");
}

/* The value is "2" or "1-2". */
static void
check_channels (const CheckRules *c)
{
  guint n = GST_AUDIO_INFO_CHANNELS (&c->subject->measured.analysis->info);
  const Profile *profile = holder (c, "channels");
  g_autofree char *text = profile ? profile_string (profile, "channels", "value") : NULL;
  guint low = 0, high = 0;

  if (!text)
    return;
  if (sscanf (text, "%u-%u", &low, &high) < 2)
    high = low;
  add (c, "channels", n < low || n > high ? CHECK_FAIL : CHECK_PASS, g_strdup_printf ("%u", n),
       g_strdup (text),
       n < low    ? g_strdup ("mono plays, but services expect two channels: export it in stereo")
       : n > high ? g_strdup ("this is a surround file; deliver its stereo mix")
                  : NULL,
       "channels");
}

static void
check_start (const CheckRules *c)
{
  const MdspEdges *e = &c->subject->edges;
  double rate = GST_AUDIO_INFO_RATE (&c->subject->measured.analysis->info);
  double head = mdsp_edges_head_s (e, rate), most = check_rules_number (c, "silence-head-max");
  char *what = NULL;

  if (isnan (most))
    return;
  if (head > most)
    what = g_strdup_printf ("cut the silence at its start to less than %.0f seconds", most);
  else if (e->first_peak > START_STEP)
    what = g_strdup ("it starts in the middle of a sound, which clicks: add a short fade-in or the "
                     "missing start");
  add (c, "start", what ? CHECK_NOTE : CHECK_PASS, g_strdup_printf ("%.2f s of silence", head),
       g_strdup_printf ("at most %.0f s, from silence", most), what, "silence-head-max");
}

static void
check_end (const CheckRules *c)
{
  const MdspEdges *e = &c->subject->edges;
  double rate = GST_AUDIO_INFO_RATE (&c->subject->measured.analysis->info);
  double tail = mdsp_edges_tail_s (e, rate);
  gboolean cut = e->after_sound > 0 && tail < TAIL_SECONDS;

  if (!says (c, "ending", "silence"))
    return;
  add (c, "end", cut ? CHECK_NOTE : CHECK_PASS, g_strdup_printf ("%.2f s of silence", tail),
       g_strdup ("ends in silence"),
       cut ? g_strdup ("its last sound is cut off, unless a next song follows without a gap")
           : NULL,
       "ending");
}

static void
check_tags (const CheckRules *c)
{
  const GstTagList *tags = c->subject->measured.analysis->tags;
  const Profile *profile = holder (c, "tags");
  g_autofree char *text = profile ? profile_string (profile, "tags", "value") : NULL;
  g_auto (GStrv) names = g_strsplit (text ? text : "", ",", -1);
  g_autoptr (GString) missing = g_string_new (NULL);
  guint stale = tags_count_stale (tags);

  for (gsize i = 0; names[i]; i++)
    if (gst_tag_list_get_tag_size (tags, names[i]) == 0)
      g_string_append_printf (missing, "%s%s", missing->len ? ", " : "", names[i]);
  add (c, "tags", missing->len || stale ? CHECK_NOTE : CHECK_PASS,
       missing->len ? g_strdup_printf ("no %s", missing->str) : g_strdup ("there"),
       g_strdup (text ? text : "none"),
       missing->len ? g_strdup ("name it where you upload it, or in the file")
       : stale      ? g_strdup ("it has loudness tags; make sure that they describe this file")
                    : NULL,
       "tags");
}

void
check_rules_apply (const CheckRules *c)
{
  check_loudness (c);
  check_true_peak (c);
  check_format (c);
  check_rate (c);
  check_depth (c);
  check_channels (c);
  check_start (c);
  check_end (c);
  check_tags (c);
}

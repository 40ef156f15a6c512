/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "plan.h"

#include "error.h"
#include "profile.h"

#include <math.h>
#include <string.h>

#define DEFAULT_PLATFORM "streaming"

void
target_free (Target *t)
{
  g_free (t->label);
  g_free (t->text);
  g_free (t->why_loudness);
  g_free (t->why_ceiling);
  g_free (t->why_stereo);
  g_free (t->codecs);
  g_ptr_array_unref (t->platforms);
  profile_free (t->genre);
  g_free (t);
}

static char *
because (const Profile *profile, const char *group)
{
  g_autofree char *source = profile_string (profile, group, "source");
  g_autofree char *confidence = profile_string (profile, group, "confidence");
  g_autofree char *name = profile_name (profile);

  return g_strdup_printf ("%s: %s (%s)", name, source ? source : "no source given",
                          confidence ? confidence : "unknown confidence");
}

/* The first of the given profiles that has the number. */
static double
first_number (const char *group, const Profile *a, const Profile *b, const Profile *c)
{
  const Profile *order[] = { a, b, c };

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    if (order[i] && !isnan (profile_number (order[i], group)))
      return profile_number (order[i], group);
  return NAN;
}

static void
decide_loudness (Target *t, const Wish *wish, const Profile *platform, const Profile *genre)
{
  if (!isnan (wish->loudness_lufs)) {
    t->loudness_lufs = wish->loudness_lufs;
    t->why_loudness = wish->settings ? g_strdup_printf ("as in the settings %s", wish->settings)
                                     : g_strdup ("as you asked with --target");
  } else if (genre && !isnan (profile_number (genre, "loudness-target"))) {
    t->loudness_lufs = profile_number (genre, "loudness-target");
    t->why_loudness = because (genre, "loudness-target");
  } else {
    t->loudness_lufs = profile_number (platform, "loudness-target");
    t->why_loudness = because (platform, "loudness-target");
  }
}

static void
decide_ceiling (Target *t, const Wish *wish, const Profile *platform, const Profile *genre)
{
  double hot = profile_number (platform, "ceiling-if-louder");
  double own = genre ? profile_number (genre, "ceiling") : NAN;

  if (!isnan (wish->ceiling_dbtp)) {
    t->ceiling_dbtp = wish->ceiling_dbtp;
    t->why_ceiling = wish->settings ? g_strdup_printf ("as in the settings %s", wish->settings)
                                    : g_strdup ("as you asked with --ceiling");
    return;
  }
  t->ceiling_dbtp = profile_number (platform, "ceiling");
  t->why_ceiling = because (platform, "ceiling");
  if (!isnan (hot) && hot < t->ceiling_dbtp &&
      t->loudness_lufs > profile_number (platform, "loudness-target")) {
    t->ceiling_dbtp = hot;
    g_free (t->why_ceiling);
    t->why_ceiling = because (platform, "ceiling-if-louder");
  }
  if (!isnan (own) && own < t->ceiling_dbtp) {
    t->ceiling_dbtp = own;
    g_free (t->why_ceiling);
    t->why_ceiling = because (genre, "ceiling");
  }
}

static double
asked (const Profile *platform, const char *group)
{
  double value = profile_number (platform, group);

  return isnan (value) ? 0.0 : value;
}

/* What a format wants of the stereo image; most want nothing. */
static void
decide_stereo (Target *t, const Profile *platform)
{
  t->bass_mono_hz = asked (platform, "bass-mono");
  t->side_highpass_hz = asked (platform, "bass-in-phase");
  t->side_limit_db = asked (platform, "side-limit");
  if (t->bass_mono_hz > 0.0 || t->side_highpass_hz > 0.0 || t->side_limit_db > 0.0)
    t->why_stereo = profile_name (platform);
}

static void
decide_codecs (Target *t, const Profile *platform)
{
  g_autofree char *asked_for = profile_string (platform, "codec-safe", "value");

  t->codec_safe = !g_strcmp0 (asked_for, "yes");
  t->codecs = profile_string (platform, "codecs", "value");
}

static gboolean
check_target (const Target *t, const char *id, GError **error)
{
  if (!(t->loudness_lufs >= -70.0 && t->loudness_lufs <= 0.0)) {
    g_set_error (
        error, TOOL_ERROR, TOOL_ERROR_USAGE,
        "the loudness target of '%s' must be from -70 to 0 LUFS; -14 is usual for streaming.", id);
    return FALSE;
  }
  if (!(t->ceiling_dbtp >= -24.0 && t->ceiling_dbtp <= 0.0)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "the ceiling of '%s' must be from -24 to 0 dBTP; -1 is usual.", id);
    return FALSE;
  }
  if (!(t->reduction_budget_db > 0.0) || !(t->psr_floor_db >= 0.0)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "--limiter-budget must be above 0 dB and --psr-floor 0 dB or more.");
    return FALSE;
  }
  return TRUE;
}

static gboolean
decide_format (Target *t, const Wish *wish, const Profile *platform, const char *format,
               const Format *fallback, GError **error)
{
  double rate = profile_number (platform, "sample-rate");
  double bits = profile_number (platform, "bit-depth");

  t->rate = wish->rate > 0 ? (guint) wish->rate : isnan (rate) ? 0 : (guint) rate;
  if (format)
    return format_parse (format, &t->format, error);
  t->format = *fallback;
  if (!isnan (bits) && format_is_lossless (&t->format) && !t->format.is_float)
    t->format.bits = (guint) bits;
  return TRUE;
}

static Target *
target_for (const Wish *wish, const char *id, const Profile *genre, const char *format,
            const Format *fallback, GError **error)
{
  g_autoptr (Profile) platform = profile_load (id, PROFILE_PLATFORM, error);
  g_autoptr (Profile) base =
      platform ? profile_load (DEFAULT_PLATFORM, PROFILE_PLATFORM, error) : NULL;
  Target *t;

  if (!base)
    return NULL;
  t = g_new0 (Target, 1);
  t->label = g_strdup (platform->id);
  t->text = profile_name (platform);
  t->genre = genre ? profile_load (genre->id, PROFILE_GENRE, NULL) : NULL;
  t->platforms = g_ptr_array_new_with_free_func ((GDestroyNotify) platform_free);
  g_ptr_array_add (t->platforms, platform_new (platform));
  decide_loudness (t, wish, platform, genre);
  decide_ceiling (t, wish, platform, genre);
  decide_stereo (t, platform);
  decide_codecs (t, platform);
  t->psr_floor_db = !isnan (wish->psr_floor_db) ? wish->psr_floor_db
                                                : first_number ("psr-floor", genre, platform, base);
  t->reduction_budget_db = !isnan (wish->reduction_budget_db)
                               ? wish->reduction_budget_db
                               : first_number ("limiter-budget", genre, platform, base);
  if (decide_format (t, wish, platform, format, fallback, error) && check_target (t, id, error))
    return t;
  target_free (t);
  return NULL;
}

static gboolean
same_numbers (const Target *a, const Target *b)
{
  return a->loudness_lufs == b->loudness_lufs && a->ceiling_dbtp == b->ceiling_dbtp &&
         a->rate == b->rate && a->bass_mono_hz == b->bass_mono_hz &&
         a->side_highpass_hz == b->side_highpass_hz && a->side_limit_db == b->side_limit_db;
}

static gboolean
same_master (const Target *a, const Target *b)
{
  return same_numbers (a, b) && !memcmp (&a->format, &b->format, sizeof a->format);
}

gboolean
plan_same_sound (const Target *a, const Target *b)
{
  return same_numbers (a, b) && a->psr_floor_db == b->psr_floor_db &&
         a->reduction_budget_db == b->reduction_budget_db && a->codec_safe == b->codec_safe &&
         !g_strcmp0 (a->codecs, b->codecs);
}

static void
join_codecs (Target *into, const Target *other)
{
  char *both = into->codecs && other->codecs
                   ? g_strdup_printf ("%s,%s", into->codecs, other->codecs)
                   : g_strdup (into->codecs ? into->codecs : other->codecs);

  g_free (into->codecs);
  into->codecs = both;
  into->codec_safe |= other->codec_safe;
}

static void
join_names (Target *into, Target *other)
{
  char *label = g_strdup_printf ("%s+%s", into->label, other->label);
  char *text = g_strdup_printf ("%s, %s", into->text, other->text);

  g_free (into->label);
  g_free (into->text);
  join_codecs (into, other);
  into->label = label;
  into->text = text;
  while (other->platforms->len > 0)
    g_ptr_array_add (into->platforms, g_ptr_array_steal_index (other->platforms, 0));
}

/* The strictest of both. */
static void
merge_stereo (Target *into, const Target *other)
{
  into->bass_mono_hz = MAX (into->bass_mono_hz, other->bass_mono_hz);
  into->side_highpass_hz = MAX (into->side_highpass_hz, other->side_highpass_hz);
  into->side_limit_db = MAX (into->side_limit_db, other->side_limit_db);
  if (!into->why_stereo)
    into->why_stereo = g_strdup (other->why_stereo);
}

/* One file for several platforms: the loudest target, so that it is nowhere quieter than its
 * neighbours (a service turns it down, which costs nothing), under the lowest ceiling. */
static void
merge_into_one (Target *into, Target *other)
{
  join_names (into, other);
  merge_stereo (into, other);
  if (other->loudness_lufs > into->loudness_lufs) {
    into->loudness_lufs = other->loudness_lufs;
    g_free (into->why_loudness);
    into->why_loudness = g_strdup (other->why_loudness);
  }
  if (other->ceiling_dbtp < into->ceiling_dbtp) {
    into->ceiling_dbtp = other->ceiling_dbtp;
    g_free (into->why_ceiling);
    into->why_ceiling = g_strdup (other->why_ceiling);
  }
}

static void
add_target (GPtrArray *targets, Target *t, gboolean several)
{
  for (guint i = 0; i < targets->len; i++) {
    Target *known = targets->pdata[i];

    if (!several)
      merge_into_one (known, t);
    else if (same_master (known, t))
      join_names (known, t);
    else
      continue;
    target_free (t);
    return;
  }
  g_ptr_array_add (targets, t);
}

GPtrArray *
plan_targets (const Wish *wish, gboolean several, const Format *default_format, GError **error)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func ((GDestroyNotify) target_free);
  g_auto (GStrv) ids = g_strsplit (wish->platforms ? wish->platforms : DEFAULT_PLATFORM, ",", -1);
  g_auto (GStrv) formats = g_strsplit (wish->format ? wish->format : "", ",", -1);
  g_autoptr (Profile) genre = NULL;

  if (wish->genre && !(genre = profile_load (wish->genre, PROFILE_GENRE, error)))
    return NULL;
  if (!several && formats[0] && formats[1]) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                 "several formats need a folder for their files: -o FOLDER/.");
    return NULL;
  }
  for (guint f = 0; f < MAX (g_strv_length (formats), 1); f++)
    for (gsize i = 0; ids[i]; i++) {
      Target *t = target_for (wish, g_strstrip (ids[i]), genre, formats[0] ? formats[f] : NULL,
                              default_format, error);

      if (!t)
        return NULL;
      add_target (targets, t, several);
    }
  return g_steal_pointer (&targets);
}

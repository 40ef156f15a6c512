/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "platform.h"

#include <math.h>

static const struct {
  const char *name;
  MdspPlatformRule rule;
} rules[] = {
  { "turned-down", MDSP_PLATFORM_LEVELLED },
  { "raised", MDSP_PLATFORM_LEVELLED },
  { "raised-to-peak", MDSP_PLATFORM_LEVELLED_TO_PEAK },
  { "rejected", MDSP_PLATFORM_REJECTED },
  { "uncertain", MDSP_PLATFORM_UNCERTAIN },
  { "unchanged", MDSP_PLATFORM_UNCHANGED },
};

/* What a profile does not say is uncertain. */
static MdspPlatformRule
rule_of (const Profile *profile, const char *group)
{
  g_autofree char *text = profile_string (profile, group, "value");

  for (gsize i = 0; text && i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (rules[i].name, text))
      return rules[i].rule;
  return MDSP_PLATFORM_UNCERTAIN;
}

static PlatformAlbum
album_of (const Profile *profile)
{
  g_autofree char *text = profile_string (profile, "album", "value");

  if (!g_strcmp0 (text, "whole"))
    return PLATFORM_ALBUM_WHOLE;
  return !g_strcmp0 (text, "loudest-track") ? PLATFORM_ALBUM_LOUDEST : PLATFORM_ALBUM_TRACK;
}

static double
number_or (const Profile *profile, const char *group, double otherwise)
{
  double value = profile_number (profile, group);

  return isnan (value) ? otherwise : value;
}

Platform *
platform_new (const Profile *profile)
{
  Platform *p = g_new0 (Platform, 1);

  p->id = g_strdup (profile->id);
  p->name = profile_name (profile);
  p->rule.level_lufs = profile_number (profile, "loudness-target");
  p->rule.tolerance_lu = number_or (profile, "loudness-tolerance", 0.0);
  p->rule.ceiling_dbtp = number_or (profile, "ceiling", 0.0);
  p->rule.raise_peak_dbtp = number_or (profile, "raise-peak", p->rule.ceiling_dbtp);
  p->rule.louder = rule_of (profile, "louder-is");
  p->rule.quieter = rule_of (profile, "quieter-is");
  p->album = album_of (profile);
  p->louder_confidence = profile_string (profile, "louder-is", "confidence");
  p->quieter_confidence = profile_string (profile, "quieter-is", "confidence");
  return p;
}

void
platform_free (Platform *p)
{
  if (!p)
    return;
  g_free (p->id);
  g_free (p->name);
  g_free (p->louder_confidence);
  g_free (p->quieter_confidence);
  g_free (p);
}

GPtrArray *
platform_services (void)
{
  g_autoptr (GPtrArray) profiles = profile_list (PROFILE_PLATFORM);
  GPtrArray *services = g_ptr_array_new_with_free_func ((GDestroyNotify) platform_free);

  for (guint i = 0; i < profiles->len; i++) {
    const Profile *profile = profiles->pdata[i];

    if (g_key_file_get_boolean (profile->file, "profile", "service", NULL))
      g_ptr_array_add (services, platform_new (profile));
  }
  return services;
}

gboolean
platform_play (const Platform *platform, const Meter *meter, MdspPlatformGain *playback)
{
  MdspProgramme programme = { meter->loudness, meter->true_peak_dbtp, meter->loudness,
                              meter->true_peak_dbtp };

  if (!meter_has_loudness (meter) || !isfinite (meter->true_peak_dbtp))
    return FALSE;
  mdsp_platform_play (&platform->rule, &programme, playback);
  return TRUE;
}

gboolean
platform_play_album (const Platform *platform, const Meter *track, double whole_lufs,
                     double loudest_lufs, double highest_peak_dbtp, MdspPlatformGain *playback)
{
  MdspProgramme programme = { track->loudness, track->true_peak_dbtp, whole_lufs,
                              highest_peak_dbtp };

  if (platform->album == PLATFORM_ALBUM_TRACK)
    return platform_play (platform, track, playback);
  if (!meter_has_loudness (track) || !isfinite (track->true_peak_dbtp) || !isfinite (whole_lufs))
    return FALSE;
  if (platform->album == PLATFORM_ALBUM_LOUDEST)
    programme.album_lufs = loudest_lufs;
  mdsp_platform_play (&platform->rule, &programme, playback);
  return TRUE;
}

const char *
platform_confidence (const Platform *platform, const Meter *meter)
{
  const char *confidence = meter->loudness > platform->rule.level_lufs
                               ? platform->louder_confidence
                               : platform->quieter_confidence;

  return confidence ? confidence : "unknown";
}

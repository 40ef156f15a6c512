/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/platform.h"

static double
min (double a, double b)
{
  return a < b ? a : b;
}

static double
max (double a, double b)
{
  return a > b ? a : b;
}

/* Up by `wanted` dB, or as far as the highest peak may go; never down. */
static double
up_to_peak (const MdspPlatform *platform, const MdspProgramme *programme, double wanted)
{
  return max (0.0, min (wanted, platform->raise_peak_dbtp - programme->album_peak_dbtp));
}

static double
gain_by_rule (MdspPlatformRule rule, const MdspPlatform *platform, const MdspProgramme *programme,
              double wanted)
{
  switch (rule) {
    case MDSP_PLATFORM_LEVELLED:
      return wanted;
    case MDSP_PLATFORM_LEVELLED_TO_PEAK:
      return wanted > 0.0 ? up_to_peak (platform, programme, wanted) : wanted;
    case MDSP_PLATFORM_UNCHANGED:
    case MDSP_PLATFORM_REJECTED:
    case MDSP_PLATFORM_UNCERTAIN:
      break;
  }
  return 0.0;
}

void
mdsp_platform_play (const MdspPlatform *platform, const MdspProgramme *programme,
                    MdspPlatformGain *playback)
{
  const double wanted = platform->level_lufs - programme->album_lufs;
  const MdspPlatformRule rule = wanted < 0.0 ? platform->louder : platform->quieter;
  double peak;

  playback->gain_db = gain_by_rule (rule, platform, programme, wanted);
  playback->other_gain_db =
      rule == MDSP_PLATFORM_UNCERTAIN
          ? gain_by_rule (MDSP_PLATFORM_LEVELLED_TO_PEAK, platform, programme, wanted)
          : playback->gain_db;
  playback->rejected =
      rule == MDSP_PLATFORM_REJECTED && (wanted < 0.0 ? -wanted : wanted) > platform->tolerance_lu;

  peak = programme->true_peak_dbtp + playback->gain_db;
  playback->limited_db =
      playback->gain_db > 0.0 ? max (0.0, peak - platform->raise_peak_dbtp) : 0.0;
  playback->true_peak_dbtp = peak - playback->limited_db;
  playback->loudness_lufs = programme->loudness_lufs + playback->gain_db;
  /* A file that is turned down keeps its distance of peak and loudness; one made for the level
   * could have filled the room up to the ceiling. */
  playback->punch_lost_db =
      playback->gain_db < 0.0 ? max (0.0, platform->ceiling_dbtp - playback->true_peak_dbtp) : 0.0;
}

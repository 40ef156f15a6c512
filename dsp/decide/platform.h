/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a platform will do to a finished file when it plays it: its loudness normalisation as a pure
 * function of the file's loudness and peak. The rules themselves are data (gst/profiles), each with
 * its source.
 */
#ifndef MDSP_DECIDE_PLATFORM_H
#define MDSP_DECIDE_PLATFORM_H

#include <stdbool.h>

/* What happens to a file that is louder or quieter than the platform's level. */
typedef enum {
  MDSP_PLATFORM_UNCHANGED,
  MDSP_PLATFORM_LEVELLED,         /* turned down, or up whatever the peaks are, through a limiter */
  MDSP_PLATFORM_LEVELLED_TO_PEAK, /* up only as far as the peaks allow */
  MDSP_PLATFORM_REJECTED,         /* not accepted when it is further away than the tolerance */
  MDSP_PLATFORM_UNCERTAIN         /* sources disagree: unchanged, or levelled to the peak */
} MdspPlatformRule;

typedef struct {
  double level_lufs;
  double tolerance_lu;     /* of a platform that rejects, >= 0 */
  double raise_peak_dbtp;  /* highest true peak after turning up; its limiter's threshold */
  double ceiling_dbtp;     /* what the platform asks of a file: the punch is compared with it */
  MdspPlatformRule louder; /* not LEVELLED_TO_PEAK */
  MdspPlatformRule quieter;
} MdspPlatform;

typedef struct {
  double loudness_lufs;
  double true_peak_dbtp;
  /* What decides the gain: the file's own numbers, or its album's where one gain is made for all
   * of it: the loudness of the whole or of its loudest track, and the highest peak of all. */
  double album_lufs;
  double album_peak_dbtp;
} MdspProgramme;

typedef struct {
  double gain_db;        /* that the platform applies */
  double other_gain_db;  /* what it applies when the other view of an uncertain rule is true */
  double loudness_lufs;  /* as played */
  double true_peak_dbtp; /* as played, behind its limiter */
  double limited_db;     /* what its limiter takes off the highest peak; 0: it does not act */
  double punch_lost_db;  /* peak over loudness, less than a master at the level could have; >= 0 */
  bool rejected;
} MdspPlatformGain;

/* For every finite programme. */
void mdsp_platform_play (const MdspPlatform *platform, const MdspProgramme *programme,
                         MdspPlatformGain *playback);

#endif

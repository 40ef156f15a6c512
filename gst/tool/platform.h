/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What a platform will do with a file: its profile as a rule of dsp/decide/platform.
 */
#pragma once

#include "meter.h"
#include "profile.h"

#include "decide/platform.h"

/* What decides the gain of a track of an album. */
typedef enum {
  PLATFORM_ALBUM_TRACK,  /* each track on its own */
  PLATFORM_ALBUM_WHOLE,  /* the loudness of the whole album */
  PLATFORM_ALBUM_LOUDEST /* the loudness of its loudest track */
} PlatformAlbum;

typedef struct {
  char *id;
  char *name; /* for people */
  MdspPlatform rule;
  PlatformAlbum album;
  char *louder_confidence; /* how sure the rule for a file that is louder is */
  char *quieter_confidence;
} Platform;

Platform *platform_new (const Profile *profile);
void platform_free (Platform *platform);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Platform, platform_free)

/* The services that people listen with, by id. Elements are Platform *. */
GPtrArray *platform_services (void);

/* FALSE without a loudness. */
gboolean platform_play (const Platform *platform, const Meter *meter, MdspPlatformGain *playback);

/* The same for a track of an album. */
gboolean platform_play_album (const Platform *platform, const Meter *track, double whole_lufs,
                              double loudest_lufs, double highest_peak_dbtp,
                              MdspPlatformGain *playback);

/* Of the rule that a file of this loudness meets. */
const char *platform_confidence (const Platform *platform, const Meter *meter);

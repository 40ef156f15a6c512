/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Playback devices as their profiles (kind=playback) describe them.
 */
#pragma once

#include "profile.h"

#include "measure/playback.h"

typedef struct {
  char *id, *name;
  char *place; /* "on a phone" */
  /* noise_lufs is relative to the loudness of the music. */
  MdspPlaybackParams params;
  double expected_change_lu, tolerance_lu; /* what released music does here */
  double mono_change_min_lu;
  double drowned_max; /* share of the time, 0 .. 1; NAN: not judged */
} Device;

/* The devices of these ids (comma separated; NULL: all), those that play least bass first. NULL with
 * a TOOL_ERROR_USAGE for an unknown or empty id. A profile whose numbers make no device is an error
 * when it was named, else it is left out with a warning. */
GPtrArray *device_list (const char *ids, GError **error);

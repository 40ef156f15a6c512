/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How much may be done to the stereo image: the option --stereo.
 */
#pragma once

#include <glib.h>

typedef enum {
  STEREO_OFF,
  STEREO_SAFE, /* only what the format asks for */
  STEREO_WIDE  /* and wider, where there is room */
} StereoMode;

/* off, safe or wide; FALSE for another word. */
gboolean stereo_mode_parse (const char *text, StereoMode *mode);

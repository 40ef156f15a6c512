/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What loudnessmeter tells about the stereo field with stereo-bands=true.
 */
#pragma once

#include <gst/gst.h>

#include "measure/stereo.h"

/* Adds the fields band-*, stereo-faults and same-channels to a message: of the last 3 s, or of the
 * programme when `final`. Times are in ns since the measurement began. */
void gst_loudness_meter_fill_stereo (const MdspStereo *stereo, GstStructure *message,
                                     gboolean final);

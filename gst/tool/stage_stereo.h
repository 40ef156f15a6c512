/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stage between tone and loudness: the stereo image (dsp/decide/stereo). What it decided is told
 * with what was measured behind it.
 */
#pragma once

#include "master.h"

/* Adds the group [stereo] when there is something to do. */
gboolean stage_stereo_decide (Master *m, const MasterOptions *options, GError **error);
/* Hears what comes out of the stage. */
Listener stage_stereo_listener (Master *m);
/* Adds to the decisions what was done and why. */
void stage_stereo_tell (Master *m, const MasterOptions *options);

/* What no master can mend, as problems of the mix. */
void stage_stereo_note_problems (Master *m);

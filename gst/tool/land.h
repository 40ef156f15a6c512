/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The search for the gain, by renders through the real limiter.
 */
#pragma once

#include "master.h"

/* Renders until the target or a constraint is reached; the last render is what was decided. With an
 * encoder target the file holds it. start_gain_db: NAN to begin at the obvious one. */
gboolean land (Master *master, const MasterOptions *options, const EncoderTarget *encoder,
               double start_gain_db, GError **error);

/* With the gain that a landing found before: a render for the encoder, none without one. */
gboolean land_again (Master *master, const MasterOptions *options, const EncoderTarget *encoder,
                     GError **error);

/* One render with the master's settings as they are. */
gboolean land_render (Master *master, const MasterOptions *options, const EncoderTarget *encoder,
                      GError **error);

/* A file this close to the target is on it; the search aims closer, as dither and file come behind. */
#define LAND_VERIFIED_LU  0.05
#define LAND_TOLERANCE_LU 0.03
#define LAND_MAX_RENDERS  10
/* "95 % of the time", see decide/reduction.h */
#define LAND_REDUCTION_FRACTION 0.95
/* The other 5 % are no licence to crush: no moment may lose this much more than the budget. */
#define LAND_DEEPEST_OVER_BUDGET_DB 8.0

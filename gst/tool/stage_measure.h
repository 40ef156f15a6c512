/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A pass through the stages before the loudness: what they hand on, and what each of them did.
 */
#pragma once

#include "master.h"

/* Fills m->into_norm, m->stage_work and m->stereo_after (what is there already is freed), and the
 * reasons of the tone's decisions. levels: hears what comes out of the dynamics; may be NULL. */
gboolean stage_measure (Master *m, const MasterOptions *options, Levels *levels, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The equaliser in the chain of a master: a decider of stage_plan.
 */
#pragma once

#include "master.h"

/* Fills m->tone, the group [eq] when something is to be moved, and m->decisions. */
gboolean stage_tone_decide (Master *m, const MasterOptions *options, GError **error);
/* Once the result was measured behind the equaliser: completes the reasons in m->decisions. */
void stage_tone_tell (Master *m, const MdspSpectrumReading *behind);

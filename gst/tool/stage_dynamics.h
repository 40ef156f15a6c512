/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The dynamics in the chain of a master (dsp/decide/dynamics): a band that is unstable is held; glue
 * and a soft clip are tried where the limiter alone would have much to do, landing without them and
 * with them, and stay when that pays.
 */
#pragma once

#include "master.h"

/* When the other stages before the loudness are decided and measured. Fills m->dynamics, the group
 * [dyn] when something is done, and m->into_norm. */
gboolean stage_dynamics_decide (Master *m, const MasterOptions *options, GError **error);

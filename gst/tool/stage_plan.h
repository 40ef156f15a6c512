/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the stages before the loudness do to this mix: each decides from what was measured, writes
 * its settings when it has something to do, and says so either way.
 */
#pragma once

#include "master.h"

/* Fills m->settings, m->decisions and m->into_norm. */
gboolean stage_plan (Master *m, const MasterOptions *options, GError **error);

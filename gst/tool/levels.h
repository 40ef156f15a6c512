/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How loud a file is from moment to moment, in bands: a measurement that rides along in a pass
 * (dsp/measure/levels).
 */
#pragma once

#include "listener.h"

#include "measure/levels.h"

typedef struct {
  MdspLevels state;
  gboolean running;
} Levels;

Levels *levels_new (void);
void levels_free (Levels *levels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Levels, levels_free)

Listener levels_listener (Levels *levels);
/* Once, after the pass. */
void levels_finish (Levels *levels);

/* NULL, and 0 in *n, when nothing was measured. */
const MdspLevelStep *levels_steps (const Levels *levels, gsize *n);

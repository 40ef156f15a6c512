/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Before anything is decoded: may every file that this run would write be written?
 */
#pragma once

#include "master_options.h"

/* The masters of one input, and the settings. No mix of this run may be replaced by anything, the
 * settings neither by a master. A dry run writes no master: it checks the place that was named,
 * not whether something is there. */
gboolean output_check (const MasterCli *cli, const char *input, const GPtrArray *targets,
                       GError **error);

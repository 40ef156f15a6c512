/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * --codec-safe: lands, encodes and decodes, lowers the ceiling where decoded peaks go over, and lands
 * again, until they all hold.
 */
#pragma once

#include "master.h"

/* The master has landed and its last render is kept. Afterwards the settings have the ceiling that holds,
 * or as near as could be found; FALSE with an error only. */
gboolean codec_land (Master *m, const MasterOptions *options, GError **error);

/* A problem for each codec whose decoded peaks still go over, and one for the loudness that it cost. */
void codec_land_find_problems (Master *m);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the command headroom says: sentences, then a table; and the same for machines.
 */
#pragma once

#include "headroom.h"
#include "json.h"

char *headroom_report_text (const Input *input, const Analysis *analysis, const Headroom *headroom);
void headroom_report_json (JsonBuilder *b, const Headroom *headroom, double loudness_lufs);

/* Does every decoded peak stay under the ceiling? */
gboolean headroom_holds (const Headroom *headroom);

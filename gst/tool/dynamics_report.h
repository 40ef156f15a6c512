/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is said about the dynamics of a master: what was done, why, and what it cost in punch.
 */
#pragma once

#include "master.h"

#include <json-glib/json-glib.h>

/* Adds to the decisions. */
void dynamics_report_tell (Master *m, const MasterOptions *options);

/* An object "dynamics"; null in a replay, where nothing was decided. */
void dynamics_report_json (JsonBuilder *b, const Master *m);

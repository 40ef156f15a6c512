/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The same as report.h, for machines. -inf and NaN are null: JSON has no such numbers.
 */
#pragma once

#include "master.h"

#include <json-glib/json-glib.h>

JsonNode *json_master (const Master *master);
JsonNode *json_analysis (const Input *input, const Analysis *analysis, const Tone *tone);
char *json_to_text (JsonNode *node); /* consumes the node; ends with a newline */

void json_add_number (JsonBuilder *builder, const char *name, double value);
void json_add_text (JsonBuilder *builder, const char *name, const char *value);
/* An object: path, length, rate, channels ... */
void json_add_file (JsonBuilder *builder, const char *name, const char *path,
                    const Analysis *analysis);

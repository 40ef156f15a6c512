/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A translation as people and scripts read it.
 */
#pragma once

#include "translation.h"

#include <json-glib/json-glib.h>

/* One sentence per finding, without those that `before` has too (NULL: none), and one about the
 * devices that are passed. Nothing when nothing was measured; NULL is fine. */
void translation_report_sentences (GString *out, const Translation *before,
                                   const Translation *translation);

/* How much louder or quieter it gets on each device; `before` (NULL: none) beside it. */
void translation_report_table (GString *out, const Translation *before, const Translation *after);

/* A member of this name: an array with an object per device, or null. */
void translation_report_json (JsonBuilder *b, const char *name, const Translation *translation);

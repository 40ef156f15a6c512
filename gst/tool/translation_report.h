/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * A translation as people and scripts read it.
 */
#pragma once

#include "translation.h"

#include <json-glib/json-glib.h>

/* One sentence per finding, without those that `before` has too (NULL: none) and, when its cause was
 * told already, without that left and right cancel; and one about the devices that are passed.
 * Nothing when nothing was measured; NULL is fine. */
void translation_report_sentences (GString *out, const Translation *before,
                                   const Translation *translation, gboolean told_why_it_cancels);

/* How much louder or quieter each device's filters make it; `before` (NULL: none) beside it, what is
 * usual, and what mono takes (in a club: of the bass). */
void translation_report_table (GString *out, const Translation *before, const Translation *after);

/* A member of this name: an array with an object per device, or null. */
void translation_report_json (JsonBuilder *b, const char *name, const Translation *translation);

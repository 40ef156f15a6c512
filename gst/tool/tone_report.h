/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Tonal balance in reports: a sentence, a table of ranges, JSON.
 */
#pragma once

#include "tone.h"

#include <json-glib/json-glib.h>

/* "Against released music it has more bass (+5.9 dB) and less treble (-8.4 dB)." and its faults. */
void tone_report_sentences (GString *out, const Tone *tone);
/* Deviation per range; `after` may be NULL or empty: then there is one column. */
void tone_report_table (GString *out, const Tone *tone, const MdspSpectrumReading *after);
/* A member `tone`, null when nothing was judged. `after` as above. */
void tone_report_json (JsonBuilder *b, const Tone *tone, const MdspSpectrumReading *before,
                       const MdspSpectrumReading *after);

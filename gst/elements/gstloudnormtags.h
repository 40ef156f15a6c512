/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The loudness that a stream's tags promise.
 */
#ifndef GST_LOUD_NORM_TAGS_H
#define GST_LOUD_NORM_TAGS_H

#include <gst/gst.h>

/* By an R128 or ReplayGain tag; FALSE without one. */
gboolean gst_loud_norm_tags_loudness (const GstTagList *tags, gdouble *lufs);

#endif

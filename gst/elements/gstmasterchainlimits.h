/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The two limiters of masterchain: that of loudnorm, which its loudness is in the loop of, and the
 * truepeaklimit behind it, which leaves what the first one held bit for bit and need not look at it.
 */
#ifndef GST_MASTER_CHAIN_LIMITS_H
#define GST_MASTER_CHAIN_LIMITS_H

#include <gst/gst.h>

/* Before a stream starts: tells `limit` whether what it gets is under its ceiling already. */
void gst_master_chain_limits_judge (GstElement *norm, GstElement *limit);
/* Once: a ceiling that is touched later ends that. */
void gst_master_chain_limits_watch (GstElement *norm, GstElement *limit);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What masterchain tells its limiter beyond properties. */
#ifndef GST_TRUE_PEAK_LIMIT_H
#define GST_TRUE_PEAK_LIMIT_H

#include <gst/gst.h>

/* TRUE: what comes in was limited to this ceiling already, so no peak has to be looked for. The output
 * is the same, for less: a limiter leaves what another one held under its ceiling bit for bit. */
void gst_true_peak_limit_set_input_holds (GstElement *limit, gboolean holds);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm in two files: gstloudnorm.c (properties, events, messages) and gstloudnormmodes.c (what each
 * mode does with the sound, and how it comes to its gain).
 */
#ifndef GST_LOUD_NORM_MODES_H
#define GST_LOUD_NORM_MODES_H

#include "gstloudnormland.h"
#include "gstloudnormsettings.h"
#include "gstmasterbase.h"

#include "dynamics/leveller.h"
#include "dynamics/limiter.h"

GST_DEBUG_CATEGORY_EXTERN (loudnorm_debug);

#define GST_TYPE_LOUD_NORM (gst_loud_norm_get_type ())
G_DECLARE_FINAL_TYPE (GstLoudNorm, gst_loud_norm, GST, LOUD_NORM, GstMasterBase)

struct _GstLoudNorm {
  GstMasterBase parent;

  GstLoudNormSettings settings; /* guarded by the object lock */
  gdouble tagged_loudness;      /* LUFS by the stream's tags, or -inf; guarded by the object lock */

  /* Streaming thread only; mode, has_limiter and dual_mono as of the format. */
  GstLoudNormMode mode;
  gboolean has_limiter, dual_mono;
  guint n_channels;
  MdspLimiter limiter;
  MdspLeveller *leveller; /* mode=live; too large for an instance */
  float *dry; /* mode=live: n_channels rows of MDSP_MAX_BLOCK, the input behind its delay */
  GstLoudNormLand *land; /* mode=file */
  MdspRamp gain;         /* the others, without a limiter */
  gdouble gain_db;
  gboolean measured, over_range, over_peak;
  gboolean was_bypassed;  /* since the start of the stream, as far as messages tell */
  MdspLimiterTotal total; /* what the limiter took since the start of the stream */
};

/* Sets all of the base class's functions that deal with the sound. */
void gst_loud_norm_modes_install (GstMasterBaseClass *klass);

#endif

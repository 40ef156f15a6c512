/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm mode=file: the one gain that lands a programme which the base class has kept back. It is
 * measured as it comes in; then it goes through the limiter with one gain after the other, until its
 * loudness is there (dsp/decide/landing.h).
 */
#ifndef GST_LOUD_NORM_LAND_H
#define GST_LOUD_NORM_LAND_H

#include "gstmasterbase.h"

#include "dynamics/limiter.h"
#include "measure/meter.h"

/* A target that is missed by more is missed for a reason that has a name. */
#define GST_LOUD_NORM_TOLERANCE_LU 0.05

typedef struct {
  MdspMeter meter;
  gboolean in_progress; /* a progress message says so */
  guint64 next_report;  /* frames */
  guint rate;
  /* What came out of it. */
  gboolean measured; /* else there was no loudness: the gain is 0 */
  gdouble gain_db;
  gdouble output_lufs;   /* with that gain, behind the limiter */
  gdouble input_lufs, input_peak_db; /* dBTP */
  gdouble input_range_lu;
} GstLoudNormLand;

MdspStatus gst_loud_norm_land_init (GstLoudNormLand *land, const GstAudioInfo *info,
                                    gboolean dual_mono, const MdspKernels *kernels);
void gst_loud_norm_land_clear (GstLoudNormLand *land);

/* A programme begins; it goes on; it was dropped; it could not be kept. Progress messages go out from `base`. */
void gst_loud_norm_land_begin (GstLoudNormLand *land, GstMasterBase *base);
void gst_loud_norm_land_survey (GstLoudNormLand *land, GstMasterBase *base, float *const planes[],
                                guint n_frames);
void gst_loud_norm_land_cancel (GstLoudNormLand *land, GstMasterBase *base);
void gst_loud_norm_land_fail (GstLoudNormLand *land, GstMasterBase *base);

/* It is complete: finds the gain in front of the limiter (NULL = none) for this loudness. FLUSHING
 * when interrupted, ERROR after GST_ELEMENT_ERROR. */
GstFlowReturn gst_loud_norm_land_find (GstLoudNormLand *land, GstMasterBase *base,
                                       MdspLimiter *limiter, gdouble target_lufs);

#endif

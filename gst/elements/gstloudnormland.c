/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstloudnormland.h"

#include "gstmasterlayout.h"

#include "decide/landing.h"
#include "kernels/fpenv.h"

#include <math.h>

/* Renders aim closer than the tolerance, as a dither and a file come behind. */
#define AIM_LU         0.01
#define MAX_RENDERS    10
#define REPORT_SECONDS 30

MdspStatus
gst_loud_norm_land_init (GstLoudNormLand *land, const GstAudioInfo *info, gboolean dual_mono,
                         const MdspKernels *kernels)
{
  MdspSpeaker speakers[MDSP_MAX_CHANNELS];
  MdspMeterParams params = { GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info), speakers,
                             .true_peak = true };

  gst_master_layout_speakers (info, dual_mono, speakers);
  land->rate = GST_AUDIO_INFO_RATE (info);
  return mdsp_meter_init (&land->meter, &params, kernels);
}

void
gst_loud_norm_land_clear (GstLoudNormLand *land)
{
  mdsp_meter_clear (&land->meter);
}

static void
report (GstMasterBase *base, GstProgressType type, const gchar *text)
{
  gst_element_post_message (GST_ELEMENT (base),
                            gst_message_new_progress (GST_OBJECT (base), type, "loudnorm", text));
}

void
gst_loud_norm_land_begin (GstLoudNormLand *land, GstMasterBase *base)
{
  mdsp_meter_reset (&land->meter);
  land->in_progress = TRUE;
  land->next_report = (guint64) REPORT_SECONDS * land->rate;
  report (base, GST_PROGRESS_TYPE_START, "Reading the stream to its end");
}

void
gst_loud_norm_land_survey (GstLoudNormLand *land, GstMasterBase *base, float *const planes[],
                           guint n_frames)
{
  const guint64 seen = gst_master_base_held (base);

  mdsp_meter_process (&land->meter, (const float *const *) planes, n_frames);
  if (seen >= land->next_report) {
    gchar *text = g_strdup_printf ("%" G_GUINT64_FORMAT " seconds read", seen / land->rate);

    report (base, GST_PROGRESS_TYPE_CONTINUE, text);
    g_free (text);
    land->next_report += (guint64) REPORT_SECONDS * land->rate;
  }
}

void
gst_loud_norm_land_cancel (GstLoudNormLand *land, GstMasterBase *base)
{
  if (land->in_progress)
    report (base, GST_PROGRESS_TYPE_CANCELED, "The stream was dropped");
  land->in_progress = FALSE;
}

void
gst_loud_norm_land_fail (GstLoudNormLand *land, GstMasterBase *base)
{
  if (land->in_progress)
    report (base, GST_PROGRESS_TYPE_ERROR, "The stream could not be kept until its end");
  land->in_progress = FALSE;
}

/* A block through the limiter and, but for the first `skip` frames, into the meter. */
static guint
try_block (GstLoudNormLand *land, MdspLimiter *limiter, float *const planes[], guint n, guint skip)
{
  const float *rest[MDSP_MAX_CHANNELS];
  const guint drop = MIN (skip, n);
  const guint64 fp_state = mdsp_fp_enter ();

  mdsp_limiter_process (limiter, planes, n);
  for (guint c = 0; c < limiter->params.n_channels; c++)
    rest[c] = planes[c] + drop;
  mdsp_meter_process (&land->meter, rest, n - drop);
  mdsp_fp_leave (fp_state);
  return skip - drop;
}

/* The tail that is still in the limiter. */
static void
try_tail (GstLoudNormLand *land, MdspLimiter *limiter, float *const planes[], guint skip)
{
  for (guint left = mdsp_limiter_latency (limiter); left > 0;) {
    const guint n = MIN (left, MDSP_MAX_BLOCK);

    for (guint c = 0; c < limiter->params.n_channels; c++)
      for (guint i = 0; i < n; i++)
        planes[c][i] = 0.0f;
    skip = try_block (land, limiter, planes, n, skip);
    left -= n;
  }
}

/* The whole programme with one gain. */
static GstFlowReturn
try_gain (GstLoudNormLand *land, GstMasterBase *base, MdspLimiter *limiter,
          MdspLandingSample *sample)
{
  MdspLimiterParams params = limiter->params;
  MdspLimiterReading reading;
  MdspMeterReading meter;
  float *const *planes;
  guint skip = mdsp_limiter_latency (limiter);
  gint n;

  params.input_gain_db = sample->gain_db;
  mdsp_limiter_set (limiter, &params);
  mdsp_limiter_reset (limiter);
  mdsp_meter_reset (&land->meter);
  if (!gst_master_base_held_rewind (base))
    return GST_FLOW_ERROR;
  while ((n = gst_master_base_held_read (base, &planes)) > 0) {
    if (gst_master_base_interrupted (base))
      return GST_FLOW_FLUSHING;
    skip = try_block (land, limiter, planes, (guint) n, skip);
  }
  if (n < 0)
    return GST_FLOW_ERROR;
  try_tail (land, limiter, planes, skip);
  mdsp_limiter_take (limiter, &reading);
  mdsp_meter_read (&land->meter, true, &meter);
  sample->loudness_lufs = meter.integrated;
  sample->reduction_db = reading.max_all_db;
  sample->psr_min_db = HUGE_VAL; /* no floor is asked for */
  return GST_FLOW_OK;
}

static GstFlowReturn
search (GstLoudNormLand *land, GstMasterBase *base, MdspLimiter *limiter, MdspLanding *landing)
{
  MdspLandingVerdict verdict = MDSP_LANDING_RENDER;

  while (verdict == MDSP_LANDING_RENDER) {
    MdspLandingSample sample = { .gain_db = mdsp_landing_gain (landing) };
    GstFlowReturn ret = try_gain (land, base, limiter, &sample);
    gchar *text;

    if (ret != GST_FLOW_OK)
      return ret;
    text = g_strdup_printf ("With %+.2f dB it is %.2f LUFS", sample.gain_db, sample.loudness_lufs);
    report (base, GST_PROGRESS_TYPE_CONTINUE, text);
    g_free (text);
    verdict = mdsp_landing_add (landing, &sample);
  }
  return GST_FLOW_OK;
}

/* With the limiter in the loop. */
static GstFlowReturn
land_limited (GstLoudNormLand *land, GstMasterBase *base, MdspLimiter *limiter,
              gdouble loudness_lufs, gdouble target_lufs)
{
  const MdspLandingParams params = {
    .loudness_in_lufs = loudness_lufs,
    .true_peak_in_dbtp = land->input_peak_db,
    .psr_min_in_db = HUGE_VAL,
    .target_lufs = target_lufs,
    .ceiling_dbtp = limiter->params.ceiling_dbtp,
    .tolerance_lu = AIM_LU,
    .reduction_budget_db = HUGE_VAL, /* what the user asks for is done, and said */
    .psr_floor_db = -HUGE_VAL,
    .max_renders = MAX_RENDERS,
  };
  MdspLanding landing;
  MdspStatus status = mdsp_landing_init (&landing, &params);
  GstFlowReturn ret;

  if (status != MDSP_OK) {
    GST_ELEMENT_ERROR (base, LIBRARY, FAILED, (NULL), ("%s", mdsp_status_text (status)));
    return GST_FLOW_ERROR;
  }
  ret = search (land, base, limiter, &landing);
  if (ret != GST_FLOW_OK)
    return ret;
  if (landing.verdict == MDSP_LANDING_ON_TARGET) {
    land->gain_db = landing.last.gain_db;
    land->output_lufs = landing.last.loudness_lufs;
  } else {
    land->gain_db = mdsp_landing_best (&landing).gain_db;
    land->output_lufs = mdsp_landing_best (&landing).loudness_lufs;
  }
  return GST_FLOW_OK;
}

static GstFlowReturn
find (GstLoudNormLand *land, GstMasterBase *base, MdspLimiter *limiter, gdouble target_lufs)
{
  MdspMeterReading meter;

  mdsp_meter_finish (&land->meter);
  mdsp_meter_read (&land->meter, true, &meter);
  land->input_lufs = meter.integrated;
  land->input_peak_db = meter.true_peak_db;
  land->input_range_lu = meter.range;
  land->measured = isfinite (meter.integrated);
  land->gain_db = land->measured ? target_lufs - meter.integrated : 0.0;
  land->output_lufs = land->measured ? target_lufs : meter.integrated;
  if (!land->measured || limiter == NULL)
    return GST_FLOW_OK;
  return land_limited (land, base, limiter, meter.integrated, target_lufs);
}

GstFlowReturn
gst_loud_norm_land_find (GstLoudNormLand *land, GstMasterBase *base, MdspLimiter *limiter,
                         gdouble target_lufs)
{
  GstFlowReturn ret = find (land, base, limiter, target_lufs);
  gchar *text;

  if (ret == GST_FLOW_FLUSHING) {
    gst_loud_norm_land_cancel (land, base);
  } else if (ret != GST_FLOW_OK) {
    gst_loud_norm_land_fail (land, base);
  } else {
    land->in_progress = FALSE;
    /* Before the first buffer: gst-launch waits for it with the change to PLAYING. */
    text = land->measured
               ? g_strdup_printf ("%+.2f dB for %.2f LUFS", land->gain_db, land->output_lufs)
               : g_strdup ("There is no loudness to measure; the level stays");
    report (base, GST_PROGRESS_TYPE_COMPLETE, text);
    g_free (text);
  }
  return ret;
}

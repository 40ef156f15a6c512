/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterchainlimits.h"

#include "gsttruepeaklimit.h"

static gboolean
norm_holds_ceiling (GstElement *norm, GstElement *limit)
{
  gboolean limiter, norm_bypassed;
  gdouble max_true_peak, ceiling, input_gain;

  g_object_get (norm, "limiter", &limiter, "bypass", &norm_bypassed, "max-true-peak",
                &max_true_peak, NULL);
  g_object_get (limit, "ceiling", &ceiling, "input-gain", &input_gain, NULL);
  return limiter && !norm_bypassed && max_true_peak <= ceiling && input_gain == 0.0 &&
         !gst_object_has_active_control_bindings (GST_OBJECT (norm)) &&
         !gst_object_has_active_control_bindings (GST_OBJECT (limit));
}

void
gst_master_chain_limits_judge (GstElement *norm, GstElement *limit)
{
  if (norm != NULL && limit != NULL)
    gst_true_peak_limit_set_input_holds (limit, norm_holds_ceiling (norm, limit));
}

/* What is between the two was made with the old settings, so it is not trusted until the next start. */
static void
on_notify (GObject *child, GParamSpec *pspec, GstElement *limit)
{
  static const gchar *const matters[] = { "limiter", "bypass",     "max-true-peak",
                                          "ceiling", "input-gain", NULL };

  if (g_strv_contains (matters, pspec->name))
    gst_true_peak_limit_set_input_holds (limit, FALSE);
}

void
gst_master_chain_limits_watch (GstElement *norm, GstElement *limit)
{
  if (norm == NULL || limit == NULL)
    return;
  g_signal_connect_object (norm, "notify", G_CALLBACK (on_notify), limit, 0);
  g_signal_connect_object (limit, "notify", G_CALLBACK (on_notify), limit, 0);
}

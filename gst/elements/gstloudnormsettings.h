/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The properties of loudnorm: what they are, and what they are set to.
 */
#ifndef GST_LOUD_NORM_SETTINGS_H
#define GST_LOUD_NORM_SETTINGS_H

#include <gst/gst.h>

typedef enum { GST_LOUD_NORM_LIVE, GST_LOUD_NORM_LINEAR, GST_LOUD_NORM_FILE } GstLoudNormMode;

#define GST_TYPE_LOUD_NORM_MODE (gst_loud_norm_mode_get_type ())
GType gst_loud_norm_mode_get_type (void);
const gchar *gst_loud_norm_mode_name (GstLoudNormMode mode);

/* Levels of "not measured" are -inf. */
typedef struct {
  GstLoudNormMode mode;
  gdouble target, max_true_peak, offset, range_target;
  gdouble measured_loudness, measured_true_peak, measured_range, measured_threshold;
  gdouble lookahead_ms;
  gchar *temp_template; /* NULL: where temporary files go */
  gboolean limiter, dual_mono;
} GstLoudNormSettings;

void gst_loud_norm_settings_init (GstLoudNormSettings *settings);
void gst_loud_norm_settings_clear (GstLoudNormSettings *settings);

void gst_loud_norm_settings_install (GObjectClass *klass);
/* By property id; FALSE when there is no such property. */
gboolean gst_loud_norm_settings_set (GstLoudNormSettings *settings, guint id, const GValue *value);
gboolean gst_loud_norm_settings_get (const GstLoudNormSettings *settings, guint id, GValue *value);

#endif

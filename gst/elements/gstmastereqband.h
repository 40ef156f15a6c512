/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One band of mastereq as an object of its own: band0::gain=3. A change reaches the streaming thread
 * through the parent's settings. */
#ifndef GST_MASTER_EQ_BAND_H
#define GST_MASTER_EQ_BAND_H

#include <gst/gst.h>

#include "filter/equalizer_band.h"

G_BEGIN_DECLS

#define GST_TYPE_MASTER_EQ_BAND (gst_master_eq_band_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterEqBand, gst_master_eq_band, GST, MASTER_EQ_BAND, GstObject)

/* "band0" .. ; its parent has to be a GstMasterBase. */
GstMasterEqBand *gst_master_eq_band_new (guint index, const MdspEqBandParams *settings);
/* A copy of its settings. Any thread. */
void gst_master_eq_band_get (GstMasterEqBand *self, MdspEqBandParams *settings);

G_END_DECLS

#endif

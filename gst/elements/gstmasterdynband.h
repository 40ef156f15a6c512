/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * One band of masterdyn as an object of its own: band0::ratio=2. A change reaches the streaming thread
 * through the parent's settings. */
#ifndef GST_MASTER_DYN_BAND_H
#define GST_MASTER_DYN_BAND_H

#include <gst/gst.h>

#include "dynamics/multiband.h"

G_BEGIN_DECLS

#define GST_TYPE_MASTER_DYN_BAND (gst_master_dyn_band_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterDynBand, gst_master_dyn_band, GST, MASTER_DYN_BAND, GstObject)

/* "band0" .. ; its parent has to be a GstMasterBase. */
GstMasterDynBand *gst_master_dyn_band_new (guint index, const MdspBandParams *settings);
/* A copy of its settings. Any thread. */
void gst_master_dyn_band_get (GstMasterDynBand *self, MdspBandParams *settings);

G_END_DECLS

#endif

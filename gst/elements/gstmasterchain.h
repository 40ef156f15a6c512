/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * masterchain in parts: gstmasterchain.c (properties, children, states), gstmasterchainsettings.c (profiles and
 * settings files), gstmasterchainpresets.c, gstmasterchainqueue.c, gstmasterchainlimits.c.
 */
#ifndef GST_MASTER_CHAIN_H
#define GST_MASTER_CHAIN_H

#include <gst/gst.h>

GST_DEBUG_CATEGORY_EXTERN (masterchain_debug);

#define GST_MASTER_CHAIN_MAX_CHILDREN 16

#define GST_TYPE_MASTER_CHAIN (gst_master_chain_get_type ())
G_DECLARE_FINAL_TYPE (GstMasterChain, gst_master_chain, GST, MASTER_CHAIN, GstBin)

struct _GstMasterChain {
  GstBin parent;

  /* In the order of the audio, the meter last; fixed after init. Owned by the bin. */
  GstElement *children[GST_MASTER_CHAIN_MAX_CHILDREN];
  guint n_children;

  /* Guarded by the object lock. */
  gchar *profile, *settings;
  GError *profile_error, *settings_error; /* told at the next state change */
  gint settings_rate, settings_channels; /* of the sound that the settings are for, 0 = not known */
  gboolean told_format;                  /* that it is another one, in this run */
  gboolean want_queue, bypass, post_messages;
  guint64 interval;
  gboolean before_bypass
      [GST_MASTER_CHAIN_MAX_CHILDREN]; /* of the children, while `bypass` overrides them */

  GstElement *queue; /* state changes only */
};

/* NULL: there is none. */
GstElement *gst_master_chain_child (GstMasterChain *self, const gchar *name);
/* Of both: of the loudness, of both limiters. */
void gst_master_chain_set_target (GstMasterChain *self, gdouble lufs);
void gst_master_chain_set_ceiling (GstMasterChain *self, gdouble dbtp);
/* While the chain is bypassed: what the index-th child has afterwards. */
void gst_master_chain_set_child_bypass (GstMasterChain *self, guint index, gboolean bypass);
gboolean gst_master_chain_child_bypass (GstMasterChain *self, guint index);

/* The properties of these names. Applied at once, so that what is set after it wins; while sound flows what
 * can not be used is a warning and the old one stays. */
void gst_master_chain_take_profile (GstMasterChain *self, const gchar *id);
void gst_master_chain_take_settings (GstMasterChain *self, const gchar *path);
/* FALSE: what was set cannot be used, and the reason is posted. */
gboolean gst_master_chain_check_loaded (GstMasterChain *self);
/* Sound of this format comes: a warning, once, when the settings are for another one. */
void gst_master_chain_check_format (GstMasterChain *self, const GstCaps *caps);

/* Puts the queue where it was asked for, or takes it away; nothing flows. */
void gst_master_chain_arrange_queue (GstMasterChain *self, gboolean wanted);

void gst_master_chain_preset_init (GstPresetInterface *iface);

#endif

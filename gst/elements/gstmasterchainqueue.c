/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The second thread of masterchain.
 */
#include "gstmasterchain.h"

#include "settings_file.h"

/* It takes over here. */
#define QUEUE_BEFORE SETTINGS_LIMIT

void
gst_master_chain_arrange_queue (GstMasterChain *self, gboolean wanted)
{
  GstElement *after = gst_master_chain_child (self, QUEUE_BEFORE), *before = NULL;

  for (guint i = 1; i < self->n_children; i++)
    if (self->children[i] == after)
      before = self->children[i - 1];
  if (before == NULL || wanted == (self->queue != NULL))
    return;
  if (wanted) {
    self->queue = gst_element_factory_make ("queue", "queue");
    if (self->queue == NULL)
      return; /* only slower */
    g_object_set (self->queue, "max-size-time", (guint64) 0, "max-size-buffers", 0,
                  "max-size-bytes", 4 << 20, "silent", TRUE, NULL);
    gst_bin_add (GST_BIN (self), self->queue);
    gst_element_unlink (before, after);
    gst_element_link_many (before, self->queue, after, NULL);
  } else {
    gst_bin_remove (GST_BIN (self), self->queue); /* which unlinks it */
    self->queue = NULL;
    gst_element_link (before, after);
  }
}

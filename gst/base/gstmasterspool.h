/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Samples on disk, in a file that has no name: written once, then read as often as one likes. Whatever
 * happens to the process, nothing stays behind.
 */
#ifndef GST_MASTER_SPOOL_H
#define GST_MASTER_SPOOL_H

#include <glib.h>

typedef struct _GstMasterSpool GstMasterSpool;

/* name_template as of mkstemp, ending in XXXXXX; NULL: in the folder for temporary files ($TMPDIR).
 * Errors: G_FILE_ERROR. */
GstMasterSpool *gst_master_spool_new (const gchar *name_template, GError **error);
void gst_master_spool_free (GstMasterSpool *spool);

/* Errors: G_FILE_ERROR; G_FILE_ERROR_NOSPC when disk, quota or the limit for file sizes is full. */
gboolean gst_master_spool_write (GstMasterSpool *spool, const float *samples, gsize n,
                                 GError **error);
/* Back to the first sample; ends writing. */
gboolean gst_master_spool_rewind (GstMasterSpool *spool, GError **error);
gboolean gst_master_spool_read (GstMasterSpool *spool, float *samples, gsize n, GError **error);

#endif

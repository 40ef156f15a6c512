/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#ifndef _FILE_OFFSET_BITS
#define _FILE_OFFSET_BITS 64
#endif
#include "gstmasterspool.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

/* Blocks of 512 frames are small for a disk. The buffer is ours: glibc's setvbuf takes no size without one. */
#define BUFFER_BYTES (1 << 20)

struct _GstMasterSpool {
  FILE *file;
  gchar *buffer; /* of the file */
  gchar *folder; /* for messages: the file itself has no name */
};

static gboolean
fail (GstMasterSpool *spool, const gchar *what, GError **error)
{
  const gint code = errno;
  const gboolean full = code == ENOSPC || code == EDQUOT || code == EFBIG;

  g_set_error (error, G_FILE_ERROR,
               full ? G_FILE_ERROR_NOSPC : (gint) g_file_error_from_errno (code), "%s in %s: %s",
               what, spool->folder, g_strerror (code));
  return FALSE;
}

GstMasterSpool *
gst_master_spool_new (const gchar *name_template, GError **error)
{
  GstMasterSpool *spool = g_new0 (GstMasterSpool, 1);
  gchar *name = name_template != NULL
                    ? g_strdup (name_template)
                    : g_build_filename (g_get_tmp_dir (), "gst-mastering-XXXXXX", NULL);
  gint fd;

  spool->folder = g_path_get_dirname (name);
  fd = g_mkstemp (name);
  if (fd >= 0 && g_unlink (name) == 0)
    spool->file = fdopen (fd, "w+b");
  if (spool->file == NULL) {
    fail (spool, "cannot make a temporary file", error);
    if (fd >= 0)
      g_close (fd, NULL);
    g_clear_pointer (&spool, gst_master_spool_free);
  } else {
    spool->buffer = g_malloc (BUFFER_BYTES);
    setvbuf (spool->file, spool->buffer, _IOFBF, BUFFER_BYTES);
  }
  g_free (name);
  return spool;
}

void
gst_master_spool_free (GstMasterSpool *spool)
{
  if (spool->file != NULL)
    fclose (spool->file);
  g_free (spool->buffer);
  g_free (spool->folder);
  g_free (spool);
}

gboolean
gst_master_spool_write (GstMasterSpool *spool, const float *samples, gsize n, GError **error)
{
  return fwrite (samples, sizeof (float), n, spool->file) == n ||
         fail (spool, "cannot write the temporary file", error);
}

gboolean
gst_master_spool_rewind (GstMasterSpool *spool, GError **error)
{
  if (fflush (spool->file) != 0)
    return fail (spool, "cannot write the temporary file", error);
  return fseeko (spool->file, 0, SEEK_SET) == 0 ||
         fail (spool, "cannot go back in the temporary file", error);
}

gboolean
gst_master_spool_read (GstMasterSpool *spool, float *samples, gsize n, GError **error)
{
  errno = EIO; /* an end of file sets none */
  return fread (samples, sizeof (float), n, spool->file) == n ||
         fail (spool, "cannot read the temporary file", error);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "output.h"

#include "error.h"
#include "part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct _Output {
  PartFile *part; /* NULL for standard output */
  char *temporary;
  char *made_folder; /* taken away again when nothing comes into it */
};

void
output_discard (Output *output)
{
  if (!output)
    return;
  part_file_discard (output->part);
  if (output->temporary)
    g_unlink (output->temporary);
  if (output->made_folder)
    g_rmdir (output->made_folder); /* fails, as it should, when something is in it */
  g_free (output->made_folder);
  g_free (output->temporary);
  g_free (output);
}

Output *
output_new (const char *final_path, gboolean force, GError **error)
{
  g_autoptr (Output) output = g_new0 (Output, 1);
  g_autoptr (GError) cause = NULL;
  int fd;

  if (strcmp (final_path, "-")) {
    g_autofree char *folder = g_path_get_dirname (final_path);

    if (!g_file_test (folder, G_FILE_TEST_EXISTS) && g_mkdir (folder, 0777) == 0)
      output->made_folder = g_steal_pointer (&folder);
    output->part = part_file_new (final_path, force, error);
    return output->part ? g_steal_pointer (&output) : NULL;
  }
  fd = g_file_open_tmp ("gst-master-XXXXXX", &output->temporary, &cause);
  if (fd < 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "cannot make a temporary file (%s); set TMPDIR to a folder with space.",
                 cause->message);
    return NULL;
  }
  close (fd);
  return g_steal_pointer (&output);
}

const char *
output_path (const Output *output)
{
  return output->part ? part_file_path (output->part) : output->temporary;
}

static gboolean
write_all (int fd, const char *bytes, gsize n)
{
  while (n > 0) {
    gssize done = write (fd, bytes, n);

    if (done < 0 && errno == EINTR)
      continue;
    if (done < 0)
      return FALSE;
    bytes += done;
    n -= done;
  }
  return TRUE;
}

static gboolean
copy_to_stdout (const char *path, GError **error)
{
  g_autofree char *block = g_malloc (1 << 16);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok = fd >= 0;
  gssize n;

  while (ok && (n = read (fd, block, 1 << 16)) != 0)
    ok = n > 0 && write_all (STDOUT_FILENO, block, n);
  if (!ok)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT, "writing to standard output failed (%s).",
                 g_strerror (errno));
  if (fd >= 0)
    close (fd);
  return ok;
}

gboolean
output_commit (Output *output, GError **error)
{
  gboolean ok = output->part ? part_file_commit (g_steal_pointer (&output->part), error)
                             : copy_to_stdout (output->temporary, error);

  output_discard (output);
  return ok;
}

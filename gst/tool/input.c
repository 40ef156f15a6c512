/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "input.h"

#include "error.h"
#include "interrupt.h"
#include "ogg_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define BLOCK_BYTES (1 << 16)

void
input_free (Input *input)
{
  if (!input)
    return;
  if (input->is_temporary)
    g_unlink (input->path);
  g_free (input->path);
  g_free (input->name);
  g_free (input);
}

/* Input without an end must not fill the disk: a copy of this size is always kept, a larger one
 * only while a tenth of the disk stays free. */
#define SPOOL_ALWAYS_BYTES (64 << 20)
#define SPOOL_CHECK_BYTES  (4 << 20)

static gboolean
check_space (int fd, guint64 n_copied, GError **error)
{
  struct statvfs fs;

  if (n_copied < SPOOL_ALWAYS_BYTES || n_copied % SPOOL_CHECK_BYTES >= BLOCK_BYTES ||
      fstatvfs (fd, &fs) != 0 || fs.f_bavail >= fs.f_blocks / 10)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "it goes on and on: after %" G_GUINT64_FORMAT " MB less than 10 %% of the disk "
               "behind %s is free. If it has an end, set TMPDIR to a folder with more space.",
               n_copied / 1000000, g_get_tmp_dir ());
  return FALSE;
}

static gboolean
copy_fd (int from, int to, GError **error)
{
  g_autofree char *block = g_malloc (BLOCK_BYTES);
  guint64 n_copied = 0;
  gssize n;

  while ((n = read (from, block, BLOCK_BYTES)) != 0) {
    if (!interrupt_check (error) || !check_space (to, n_copied, error))
      return FALSE;
    if (n < 0 && errno == EINTR)
      continue;
    for (gssize done = 0, m; n > 0 && done < n; done += m) {
      m = write (to, block + done, n - done);
      if (m < 0)
        n = m;
    }
    if (n < 0) {
      g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "cannot keep a copy of it in %s (%s); %s.",
                   g_get_tmp_dir (), g_strerror (errno),
                   tool_write_advice (errno, "set TMPDIR to a folder with more space"));
      return FALSE;
    }
    n_copied += MAX (n, 0);
  }
  return TRUE;
}

/* A terminal, a sound card or a disk: not one of them holds a song with an end. */
static gboolean
refuse_device (GError **error)
{
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "this is a device, not a file; give the name of a file, or pipe one in.");
  return FALSE;
}

static gboolean
check_kind (int fd, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) != 0 || !(S_ISCHR (st.st_mode) || S_ISBLK (st.st_mode)))
    return TRUE;
  return refuse_device (error);
}

/* Standard input and pipes are read once into a temporary file. */
static gboolean
spool (Input *input, int from, GError **error)
{
  gboolean ok;
  int to;

  if (!check_kind (from, error))
    return FALSE;
  to = g_file_open_tmp ("gst-master-XXXXXX", &input->path, error);
  if (to < 0)
    return FALSE;
  input->is_temporary = TRUE;
  ok = copy_fd (from, to, error);
  close (to);
  return ok;
}

static gboolean
open_path (Input *input, const char *path, GError **error)
{
  struct stat st;
  int fd;
  gboolean ok = TRUE;

  if (stat (path, &st) != 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 errno == ENOENT ? "there is no such file; check the name and the folder."
                                 : "it cannot be opened (%s).",
                 g_strerror (errno));
    return FALSE;
  }
  if (S_ISDIR (st.st_mode)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "this is a folder; name the files in it, for example %s/*.wav.", path);
    return FALSE;
  }
  if (S_ISCHR (st.st_mode) || S_ISBLK (st.st_mode)) /* not even opened: that may rewind a tape */
    return refuse_device (error);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "it cannot be opened (%s).",
                 g_strerror (errno));
    return FALSE;
  }
  if (S_ISREG (st.st_mode))
    input->path = g_strdup (path);
  else
    ok = spool (input, fd, error);
  close (fd);
  return ok;
}

static char *
cut_short (guint64 declared, guint64 available)
{
  return g_strdup_printf ("the file is cut short: its header promises %" G_GUINT64_FORMAT
                          " bytes of sound, %" G_GUINT64_FORMAT " are there",
                          declared, available);
}

/* RF64, because wavparse before 1.26 does not read the 64-bit size. AIFF, because aiffparse 1.22 begins to push
 * before decodebin has linked it, which in most runs ends in silence; and what only libsndfile reads: Sony
 * Wave64 and Apple's CAF. */
static gboolean
is_for_sndfile (const Input *input)
{
  return input->riff.is_64 || input->aiff.is_aiff || input->chunks64.is_wave64 ||
         input->chunks64.is_caf;
}

/* What the container says about its own end; NULL when it is whole or cannot be told. */
static char *
damage_of (const Input *input)
{
  const RiffInfo *riff = &input->riff;
  const Chunks64Info *c = &input->chunks64;

  if (riff->is_riff && !riff->has_data)
    return g_strdup ("the WAV file has no sound in it (no data chunk)");
  if (riff->is_riff && riff->data_available < riff->data_declared)
    return cut_short (riff->data_declared, riff->data_available);
  if (input->aiff.is_aiff && !input->aiff.has_sound)
    return g_strdup ("the AIFF file has no sound in it (no SSND chunk)");
  if (input->aiff.is_aiff && input->aiff.sound_available < input->aiff.sound_declared)
    return cut_short (input->aiff.sound_declared, input->aiff.sound_available);
  if ((c->is_wave64 || c->is_caf) && !c->has_sound)
    return g_strdup_printf ("the %s file has no sound in it (no data chunk)",
                            c->is_caf ? "CAF" : "Wave64");
  if (c->sound_available < c->sound_declared)
    return cut_short (c->sound_declared, c->sound_available);
  if (ogg_is_cut_short (input->path))
    return g_strdup ("the file is cut short: an Ogg stream in it has no end");
  return NULL;
}

static gboolean
has_some_sound (const Input *input)
{
  if (input->riff.is_riff)
    return input->riff.data_available > 0;
  if (input->chunks64.is_wave64 || input->chunks64.is_caf)
    return input->chunks64.sound_available > 0;
  return !input->aiff.is_aiff || input->aiff.sound_available > 0;
}

/* oggdemux takes links of one serial number for one stream, whose end is that of the first, and shows links of
 * different ones as streams that come later: either way a part of the sound would be lost. */
static gboolean
check_chain (const Input *input, GError **error)
{
  const guint n_links = ogg_count_links (input->path);

  if (n_links <= 1)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "%u recordings stand one behind the other in this file (a chained Ogg). Split it, "
               "or decode all "
               "of it into one WAV file (ffmpeg can), and master that.",
               n_links);
  return FALSE;
}

static gboolean
check_content (Input *input, gboolean accept_damaged, char **warning, GError **error)
{
  struct stat st;
  g_autofree char *damage = NULL;

  if (stat (input->path, &st) == 0)
    input->size = st.st_size;
  if (input->size == 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "the file is empty; export it again.");
    return FALSE;
  }
  if (!check_chain (input, error))
    return FALSE;
  riff_probe (input->path, &input->riff);
  aiff_probe (input->path, &input->aiff);
  chunks64_probe (input->path, &input->chunks64);
  input->by_sndfile = is_for_sndfile (input);
  damage = damage_of (input);
  if (damage && !(accept_damaged && has_some_sound (input))) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "%s. Export or copy it again; to master what is there, add --accept-damaged.",
                 damage);
    return FALSE;
  }
  input->is_damaged = damage != NULL;
  if (damage && warning)
    *warning = g_steal_pointer (&damage);
  return TRUE;
}

Input *
input_open (const char *path, gboolean accept_damaged, char **warning, GError **error)
{
  Input *input = g_new0 (Input, 1);
  gboolean ok;

  if (!strcmp (path, "-")) {
    input->name = g_strdup ("standard input");
    ok = spool (input, STDIN_FILENO, error);
  } else {
    input->name = g_strdup (path);
    ok = open_path (input, path, error);
  }
  if (ok && check_content (input, accept_damaged, warning, error))
    return input;
  input_free (input);
  return NULL;
}

char *
input_hash (const Input *input, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (1 << 16);
  int fd = open (input->path, O_RDONLY | O_CLOEXEC);
  gssize n = -1;

  while (fd >= 0 && (n = read (fd, block, 1 << 16)) > 0)
    g_checksum_update (checksum, block, n);
  if (fd >= 0)
    close (fd);
  if (n == 0)
    return g_strdup (g_checksum_get_string (checksum));
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT, "it cannot be read again (%s).",
               g_strerror (errno));
  return NULL;
}

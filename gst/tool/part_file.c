/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#define _GNU_SOURCE
#include "part_file.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _PartFile {
  char *final_path;
  char *path;
  char *dir;
  gboolean force;
  int fd; /* holds the lock; -1 when closed */
};

static void
part_file_free (PartFile *part)
{
  if (part->fd >= 0)
    close (part->fd);
  g_free (part->final_path);
  g_free (part->path);
  g_free (part->dir);
  g_free (part);
}

/* ".NAME.part-", which mkostemp's six characters follow. Where the name itself is nearly as long as
 * names can be, its end is left out, whole characters of it. */
#define NAME_MAX_BYTES 255

static char *
part_prefix (const char *name)
{
  gsize most = NAME_MAX_BYTES - strlen (".") - strlen (".part-") - 6, length = strlen (name);

  while (length > most || (length < strlen (name) && (name[length] & 0xc0) == 0x80))
    length--;
  return g_strdup_printf (".%.*s.part-", (int) length, name);
}

static void
remove_if_stale (const char *path)
{
  int fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

  if (fd < 0)
    return;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    unlink (path); /* its run is dead: a living one holds the lock */
  close (fd);
}

static void
remove_stale_parts (const char *dir, const char *prefix)
{
  g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
  const char *name;

  while (d && (name = g_dir_read_name (d))) {
    /* exactly mkostemp's six characters: other files that begin alike are not ours */
    if (g_str_has_prefix (name, prefix) && strlen (name) == strlen (prefix) + 6) {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      remove_if_stale (path);
    }
  }
}

/* A link is followed, so that it stays one: the file that it names is written in its own folder.
 * NULL with an error when it leads nowhere. */
static char *
follow_link (const char *path, GError **error)
{
  struct stat st;
  char *real, *result;

  if (lstat (path, &st) != 0 || !S_ISLNK (st.st_mode))
    return g_strdup (path);
  real = realpath (path, NULL);
  if (!real) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "%s is a link that leads nowhere (%s); remove it or give another name.", path,
                 g_strerror (errno));
    return NULL;
  }
  result = g_strdup (real);
  free (real);
  return result;
}

static gboolean
check_target (const char *final_path, const char *dir, gboolean force, GError **error)
{
  struct stat st;

  if (stat (dir, &st) != 0 || !S_ISDIR (st.st_mode)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "the folder %s does not exist; create it first or give another place with -o.",
                 dir);
    return FALSE;
  }
  if (stat (final_path, &st) != 0 && errno == ENOENT)
    return TRUE;
  if (stat (final_path, &st) != 0) { /* a name that is too long, for example */
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "%s cannot be written (%s); give another name.", final_path, g_strerror (errno));
    return FALSE;
  }
  if (S_ISDIR (st.st_mode)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "%s is a folder; write %s/ to put the master into it.", final_path, final_path);
    return FALSE;
  }
  if (!S_ISREG (st.st_mode)) { /* a rename would put a file in the place of a device */
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "%s is no ordinary file but a device, pipe or socket, and was left alone; give "
                 "another name.",
                 final_path);
    return FALSE;
  }
  if (!force) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "%s exists already and was left alone; give another name, or --force to replace "
                 "it.",
                 final_path);
    return FALSE;
  }
  return TRUE;
}

gboolean
part_file_check (const char *path, gboolean force, GError **error)
{
  g_autofree char *final_path = follow_link (path, error);
  g_autofree char *dir = final_path ? g_path_get_dirname (final_path) : NULL;

  if (!final_path)
    return FALSE;
  if (!g_file_test (dir, G_FILE_TEST_EXISTS)) { /* one new folder can be made, its parent cannot */
    g_autofree char *folder = g_steal_pointer (&dir);

    dir = g_path_get_dirname (folder);
    if (g_file_test (dir, G_FILE_TEST_IS_DIR) && access (dir, W_OK | X_OK) == 0)
      return TRUE;
  }
  if (!check_target (final_path, dir, force, error))
    return FALSE;
  if (access (dir, W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
               "cannot write into the folder %s (%s); choose another place with -o.", dir,
               g_strerror (errno));
  return FALSE;
}

PartFile *
part_file_new (const char *asked_path, gboolean force, GError **error)
{
  g_autofree char *final_path = follow_link (asked_path, error);
  g_autofree char *dir = g_path_get_dirname (final_path ? final_path : asked_path);
  g_autofree char *base = g_path_get_basename (final_path ? final_path : asked_path);
  g_autofree char *prefix = part_prefix (base);
  g_autofree char *name = g_strconcat (prefix, "XXXXXX", NULL);
  PartFile *part;
  mode_t mask;

  if (!final_path || !check_target (final_path, dir, force, error))
    return NULL;
  remove_stale_parts (dir, prefix);

  part = g_new0 (PartFile, 1);
  part->final_path = g_strdup (final_path);
  part->dir = g_strdup (dir);
  part->force = force;
  part->path = g_build_filename (dir, name, NULL);
  part->fd = mkostemp (part->path, O_CLOEXEC);
  if (part->fd < 0) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "cannot write into the folder %s (%s); choose another place with -o.", dir,
                 g_strerror (errno));
    part_file_free (part);
    return NULL;
  }
  flock (part->fd, LOCK_EX | LOCK_NB);
  /* mkostemp makes a private file; a master should be as readable as any other new file. */
  mask = umask (0);
  umask (mask);
  (void) !fchmod (part->fd, 0666 & ~mask);
  return part;
}

const char *
part_file_path (const PartFile *part)
{
  return part->path;
}

const char *
part_file_final_path (const PartFile *part)
{
  return part->final_path;
}

static void
sync_dir (const char *dir)
{
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0) {
    fsync (fd); /* the rename itself; a folder that cannot be synced is no reason to fail */
    close (fd);
  }
}

static int
rename_part (const PartFile *part)
{
  struct stat st;

  if (part->force && lstat (part->final_path, &st) == 0 && !S_ISREG (st.st_mode)) {
    errno = EEXIST; /* it became something else meanwhile */
    return -1;
  }
  if (part->force)
    return rename (part->path, part->final_path);
  if (renameat2 (AT_FDCWD, part->path, AT_FDCWD, part->final_path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  /* A file system without NOREPLACE: link() refuses an existing name as well. */
  if (link (part->path, part->final_path) == 0)
    return unlink (part->path);
  if (errno == EEXIST)
    return -1;
  return rename (part->path, part->final_path);
}

gboolean
part_file_commit (PartFile *part, GError **error)
{
  int failed = fsync (part->fd) != 0 || rename_part (part) != 0 ? errno : 0;

  if (failed) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_OUTPUT,
                 "cannot finish %s (%s); nothing was written.", part->final_path,
                 failed == EEXIST ? "a file of that name appeared meanwhile" : g_strerror (failed));
    part_file_discard (part);
    return FALSE;
  }
  sync_dir (part->dir);
  part_file_free (part);
  return TRUE;
}

void
part_file_discard (PartFile *part)
{
  if (!part)
    return;
  unlink (part->path);
  part_file_free (part);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The file layer: an output is written under a temporary name in its own folder, synced to the disk
 * and renamed, so that at no time a half file carries the final name.
 *
 * The part file `.NAME.part-XXXXXX` is locked (flock) as long as its run lives. A later run takes
 * away what a killed run left: a part file of the same NAME that nobody has locked.
 */
#pragma once

#include <glib.h>

typedef struct _PartFile PartFile;

/* A final_path that is a symbolic link is followed: its target is replaced, the link stays. What
 * exists and is no regular file is refused, `force` or not. */

/* Could it be written? The same sentences as part_file_new, before any work is done. */
gboolean part_file_check (const char *final_path, gboolean force, GError **error);

/* Opens the part file beside `final_path` and removes stale ones. Fails with a sentence when the
 * folder is missing or not writable, or, without `force`, when final_path exists. */
PartFile *part_file_new (const char *final_path, gboolean force, GError **error);

/* The temporary name, to be opened by the writer (which may truncate it). */
const char *part_file_path (const PartFile *part);
const char *part_file_final_path (const PartFile *part);

/* Syncs, renames, syncs the folder, and frees; on failure the part file is removed. Without
 * `force` a file that appeared meanwhile is kept, and this is an error. */
gboolean part_file_commit (PartFile *part, GError **error);

/* Removes the part file and frees; NULL is fine. */
void part_file_discard (PartFile *part);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PartFile, part_file_discard)

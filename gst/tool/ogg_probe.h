/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Is an Ogg file whole, and one piece? (RFC 3533: the last page of every logical stream has the EOS flag. Streams
 * side by side all begin in front of the first page of content; a chain has others behind it.)
 */
#pragma once

#include <glib.h>

/* TRUE for an Ogg file whose last page lacks the end-of-stream flag or is incomplete. */
gboolean ogg_is_cut_short (const char *path);

/* How many pieces one behind the other the file is chained of: 1 for an ordinary Ogg file, whatever number of
 * streams it has side by side; 0 for a file that is no Ogg. Reads the whole file. */
guint ogg_count_links (const char *path);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Is an Ogg file whole? (RFC 3533: the last page of every logical stream has the EOS flag.)
 */
#pragma once

#include <glib.h>

/* TRUE for an Ogg file whose last page lacks the end-of-stream flag or is incomplete. */
gboolean ogg_is_cut_short (const char *path);

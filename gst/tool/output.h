/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Where a master goes: a file beside its part file, or standard output by way of a temporary one
 * (it must be verified before the first byte is handed on).
 */
#pragma once

#include <glib.h>

typedef struct _Output Output;

/* final_path "-" is standard output. */
Output *output_new (const char *final_path, gboolean force, GError **error);
const char *output_path (const Output *output); /* to be written */
/* Consumes the output. */
gboolean output_commit (Output *output, GError **error);
void output_discard (Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_discard)

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Making and saving settings; settings_file.h has what they are, and reads them.
 */
#pragma once

#include "settings_file.h"

/* Every writable property of the stages that are in every chain at its default, and loudnorm in
 * linear mode. */
Settings *settings_new (GError **error);

/* Puts a stage into the chain: adds its group with every property at its default. */
gboolean settings_add_stage (Settings *settings, const char *group, GError **error);

/* Through a part file; refuses to overwrite without force. */
gboolean settings_save (Settings *settings, const char *path, gboolean force, GError **error);

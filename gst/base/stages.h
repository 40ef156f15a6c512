/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The elements of the chain in the order in which the audio goes through them. A stage is in the
 * pipeline when its group is in the settings.
 */
#pragma once

#include <glib.h>

typedef struct {
  const char *group; /* in the settings; also the element's name in the pipeline */
  const char *factory;
  gboolean always; /* in every chain */
} Stage;

/* Ends with a group of NULL. */
extern const Stage stages[];

/* NULL when there is no such group. */
const Stage *stage_find (const char *group);

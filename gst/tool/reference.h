/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Songs that a master shall sound like: --reference and --reference-weights.
 */
#pragma once

#include "measure/spectrum.h"

#include <glib.h>

typedef struct {
  MdspSpectrumReading *spectra;
  double *weights;
  guint n;
} References;

/* "2,1": one weight above 0 per reference, in their order; NULL: all alike. NULL with a
 * TOOL_ERROR_USAGE. */
double *reference_weights (const char *text, guint n, GError **error);

/* Listens to each of them. NULL with an error that names the file. */
References *references_measure (char *const *paths, const char *weights, GError **error);
void references_free (References *references);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (References, references_free)

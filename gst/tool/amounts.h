/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How much of what a stage would like to do is done: the option --amount.
 */
#pragma once

#include <glib.h>

/* Shares from 0 (nothing) to 1 (all of it). */
typedef struct {
  double tone, dynamics, stereo;
} Amounts;

/* Of a tonal difference what the profile of its target says (NAN here; half, as a good master does
 * not sound equalised); all of the rest, which is capped and does nothing without a reason. */
#define AMOUNTS_DEFAULT                                                                            \
  {                                                                                                \
    NAN, 1.0, 1.0                                                                                  \
  }

/* "50" (per cent, of every stage) or "tone=50,dynamics=80" (the others stay as they are in
 * *amounts). FALSE with a TOOL_ERROR_USAGE that names what is wrong. */
gboolean amounts_parse (const char *text, Amounts *amounts, GError **error);

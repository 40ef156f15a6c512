/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * SIGINT and SIGTERM: noticed between bus messages, so that the part file is removed on the way
 * out.
 */
#pragma once

#include <glib.h>

/* Catches SIGINT, SIGTERM and SIGHUP; ignores SIGPIPE and SIGXFSZ so that a failing write is an
 * error that can be named instead of a death that leaves a half file. */
void interrupt_install (void);

/* FALSE with TOOL_ERROR_INTERRUPTED once a signal came. */
gboolean interrupt_check (GError **error);

/* After cleaning up: dies of the signal that came, as a shell expects; returns when none came. */
void interrupt_reraise (void);

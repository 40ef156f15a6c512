/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Work side by side on the cores, with a progress bar; the first failure, or Ctrl-C, ends it.
 */
#pragma once

#include <glib.h>

typedef struct HeadroomJobs HeadroomJobs;

/* On a thread of its own; `data` is a copy of what was added. FALSE with an error. */
typedef gboolean (*HeadroomJob) (gpointer data, GError **error);

HeadroomJobs *headroom_jobs_new (HeadroomJob job, gsize data_size);
void headroom_jobs_add (HeadroomJobs *jobs, gconstpointer data, gsize cost);
/* Until all are done; progress is *n_done (counted by the jobs, atomically) of the costs. No bar
 * without a label. */
gboolean headroom_jobs_run (HeadroomJobs *jobs, const char *label, gsize *n_done, GError **error);
void headroom_jobs_free (HeadroomJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HeadroomJobs, headroom_jobs_free)

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "headroom_jobs.h"

#include "interrupt.h"
#include "progress.h"

#define POLL_US (100 * G_TIME_SPAN_MILLISECOND)

struct HeadroomJobs {
  HeadroomJob job;
  gsize data_size;
  GPtrArray *list; /* copies of the data */
  gsize cost;
  GMutex lock;
  GCond changed;
  guint n_left;
  GError *failure; /* the first */
};

HeadroomJobs *
headroom_jobs_new (HeadroomJob job, gsize data_size)
{
  HeadroomJobs *jobs = g_new0 (HeadroomJobs, 1);

  jobs->job = job;
  jobs->data_size = data_size;
  jobs->list = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&jobs->lock);
  g_cond_init (&jobs->changed);
  return jobs;
}

void
headroom_jobs_free (HeadroomJobs *jobs)
{
  if (!jobs)
    return;
  g_ptr_array_unref (jobs->list);
  g_mutex_clear (&jobs->lock);
  g_cond_clear (&jobs->changed);
  g_free (jobs);
}

void
headroom_jobs_add (HeadroomJobs *jobs, gconstpointer data, gsize cost)
{
  g_ptr_array_add (jobs->list, g_memdup2 (data, jobs->data_size));
  jobs->cost += cost;
}

static void
work (gpointer data, gpointer user_data)
{
  HeadroomJobs *jobs = user_data;
  GError *error = NULL;
  gboolean over;

  g_mutex_lock (&jobs->lock);
  over = jobs->failure != NULL;
  g_mutex_unlock (&jobs->lock);
  if (!over)
    jobs->job (data, &error);
  g_mutex_lock (&jobs->lock);
  if (error && !jobs->failure)
    jobs->failure = error;
  else
    g_clear_error (&error);
  jobs->n_left--;
  g_cond_signal (&jobs->changed);
  g_mutex_unlock (&jobs->lock);
}

/* The jobs themselves notice Ctrl-C. */
static void
wait_for_all (HeadroomJobs *jobs, const char *label, gsize *n_done)
{
  g_mutex_lock (&jobs->lock);
  while (jobs->n_left > 0) {
    g_cond_wait_until (&jobs->changed, &jobs->lock, g_get_monotonic_time () + POLL_US);
    if (label && jobs->cost > 0)
      progress_show (label, (double) (gsize) g_atomic_pointer_get (n_done) / (double) jobs->cost);
  }
  g_mutex_unlock (&jobs->lock);
}

gboolean
headroom_jobs_run (HeadroomJobs *jobs, const char *label, gsize *n_done, GError **error)
{
  GThreadPool *pool;

  if (!interrupt_check (error))
    return FALSE;
  pool = g_thread_pool_new (work, jobs, (gint) g_get_num_processors (), FALSE, NULL);
  jobs->n_left = jobs->list->len;
  for (guint i = 0; i < jobs->list->len; i++)
    g_thread_pool_push (pool, jobs->list->pdata[i], NULL);
  wait_for_all (jobs, label, n_done);
  g_thread_pool_free (pool, FALSE, TRUE);
  if (label)
    progress_clear ();
  if (!jobs->failure)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&jobs->failure));
  return FALSE;
}

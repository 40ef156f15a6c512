/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stall.h"

#include "error.h"

/* Without a running task nothing can come; a second is for the change of state between two tasks. */
#define DEAD_ROUNDS (1000 / STALL_POLL_MS)
/* The last resort; a disk that spins up and a network that comes back are faster. */
#define STALLED_S      60
#define STALLED_ROUNDS (STALLED_S * 1000 / STALL_POLL_MS)

static GstPadProbeReturn
on_flow (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Stall *stall = user_data;

  g_atomic_int_inc (&stall->n_passed);
  if ((info->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM) &&
      GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    g_atomic_int_set (&stall->at_end, TRUE);
  return GST_PAD_PROBE_OK;
}

void
stall_watch (Stall *stall, GstElement *pipeline)
{
  *stall = (Stall){ .source = gst_bin_get_by_name (GST_BIN (pipeline), "source") };
  if (!stall->source)
    return;
  stall->pad = gst_element_get_static_pad (stall->source, "src");
  stall->probe = gst_pad_add_probe (stall->pad,
                                    GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                                    on_flow, stall, NULL);
}

void
stall_unwatch (Stall *stall)
{
  if (!stall->source)
    return;
  gst_pad_remove_probe (stall->pad, stall->probe);
  gst_object_unref (stall->pad);
  gst_object_unref (stall->source);
}

/* A fold over pads: *result becomes TRUE when a task runs, which ends the fold. */
static gboolean
pad_rests (const GValue *item, GValue *result, gpointer user_data)
{
  GstPad *pad = g_value_get_object (item);

  if (gst_pad_get_task_state (pad) != GST_TASK_STARTED)
    return TRUE;
  g_value_set_boolean (result, TRUE);
  return FALSE;
}

static gboolean
element_rests (const GValue *item, GValue *result, gpointer user_data)
{
  GstIterator *pads = gst_element_iterate_pads (g_value_get_object (item));

  while (gst_iterator_fold (pads, pad_rests, result, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (pads);
  gst_iterator_free (pads);
  return !g_value_get_boolean (result);
}

static gboolean
any_task_runs (GstElement *source)
{
  GstIterator *elements = gst_bin_iterate_recurse (GST_BIN (source));
  GValue runs = G_VALUE_INIT;
  gboolean any;

  g_value_init (&runs, G_TYPE_BOOLEAN);
  while (gst_iterator_fold (elements, element_rests, &runs, NULL) == GST_ITERATOR_RESYNC)
    gst_iterator_resync (elements);
  gst_iterator_free (elements);
  any = g_value_get_boolean (&runs);
  g_value_unset (&runs);
  return any;
}

gboolean
stall_check (Stall *stall, const char *input_name, GError **error)
{
  gint n_passed = g_atomic_int_get (&stall->n_passed);

  if (!stall->source || g_atomic_int_get (&stall->at_end))
    return TRUE;
  if (n_passed != stall->last_seen)
    stall->n_rounds = 0;
  stall->last_seen = n_passed;
  stall->n_rounds++;
  if (stall->n_rounds >= DEAD_ROUNDS && !any_task_runs (stall->source)) {
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "the file is damaged or not what its name says (no sound comes out of it); export "
                 "or copy it again.");
    return FALSE;
  }
  if (stall->n_rounds < STALLED_ROUNDS)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
               "nothing came out of %s for %d seconds: the file is damaged, or its disk does not "
               "answer. Copy it to another place and try again.",
               input_name ? input_name : "the input", STALLED_S);
  return FALSE;
}

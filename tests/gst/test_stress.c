/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Everything at once from several threads: buffers, events, flushes, properties, action signals,
 * latency queries, state changes. Nothing may crash, hang, warn, or leave the element unusable.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#define RATE    48000
#define SECONDS 2

static const gchar *elements[] = { "loudnessmeter", "truepeaklimit", "loudnorm",
                                   "masterdyn",     "mastereq",      "masterstereo" };

typedef struct {
  GstHarness *h;
  GRand *rand;
  guint64 frame;
  GMutex *streaming; /* held by the one that sends buffers, as a demuxer does */
} Poker;

/* A legal value for any of our properties. */
static void
set_random (GObject *object, GParamSpec *pspec, GRand *rand)
{
  if (!(pspec->flags & G_PARAM_WRITABLE) || pspec->owner_type == GST_TYPE_OBJECT)
    return;
  if (G_IS_PARAM_SPEC_DOUBLE (pspec)) {
    GParamSpecDouble *p = G_PARAM_SPEC_DOUBLE (pspec);
    gdouble low = isfinite (p->minimum) ? p->minimum : -60.0;
    gdouble value = p->maximum;

    if (low < p->maximum && g_rand_int (rand) % 4)
      value = g_rand_double_range (rand, low, p->maximum);
    g_object_set (object, pspec->name, value, NULL);
  } else if (G_IS_PARAM_SPEC_BOOLEAN (pspec)) {
    g_object_set (object, pspec->name, (gboolean) (g_rand_int (rand) % 2), NULL);
  } else if (G_IS_PARAM_SPEC_UINT64 (pspec)) {
    g_object_set (object, pspec->name, (guint64) (GST_MSECOND << g_rand_int_range (rand, 0, 12)),
                  NULL);
  } else if (G_IS_PARAM_SPEC_UINT (pspec)) {
    g_object_set (object, pspec->name,
                  g_rand_int_range (rand, (gint) G_PARAM_SPEC_UINT (pspec)->minimum,
                                    (gint) G_PARAM_SPEC_UINT (pspec)->maximum + 1),
                  NULL);
  } else if (G_IS_PARAM_SPEC_ENUM (pspec)) {
    GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;

    g_object_set (object, pspec->name,
                  klass->values[g_rand_int_range (rand, 0, klass->n_values)].value, NULL);
  }
}

/* The element, or one of its bands; with a reference. */
static GObject *
choose_object (GstElement *element, GRand *rand)
{
  guint n = GST_IS_CHILD_PROXY (element)
                ? gst_child_proxy_get_children_count (GST_CHILD_PROXY (element))
                : 0;
  gint i = g_rand_int_range (rand, -1, (gint) n);

  return i < 0 ? g_object_ref (G_OBJECT (element))
               : gst_child_proxy_get_child_by_index (GST_CHILD_PROXY (element), i);
}

static void
poke_properties (gpointer thread, gpointer user_data)
{
  GstHarness *h = ((Poker *) user_data)->h;
  GRand *rand = ((Poker *) user_data)->rand;
  GObject *object = choose_object (h->element, rand);
  guint n;
  GParamSpec **list = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);
  GParamSpec *pspec = list[g_rand_int_range (rand, 0, n)];
  GValue value = G_VALUE_INIT;

  set_random (object, pspec, rand);
  g_object_get_property (object, pspec->name, &value);
  g_value_unset (&value);
  g_object_unref (object);
  if (strcmp (GST_OBJECT_NAME (gst_element_get_factory (h->element)), "loudnessmeter") == 0) {
    static const gchar *actions[] = { "start", "pause", "reset" };

    g_signal_emit_by_name (h->element, actions[g_rand_int_range (rand, 0, 3)]);
  }
  g_free (list);
}

static void
poke_latency (gpointer thread, gpointer user_data)
{
  GstHarness *h = ((Poker *) user_data)->h;
  gst_harness_query_latency (h);
}

/* Serialized events between the buffers; a flush now and then, its segment before any buffer. */
static void
poke_events (gpointer thread, gpointer user_data)
{
  GstHarness *h = ((Poker *) user_data)->h;
  GRand *rand = ((Poker *) user_data)->rand;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  switch (g_rand_int_range (rand, 0, 5)) {
    case 0:
      gst_pad_push_event (h->srcpad, gst_event_new_gap (0, GST_SECOND));
      break;
    case 1:
      segment.start = segment.time = g_rand_int_range (rand, 0, 100) * GST_SECOND;
      gst_pad_push_event (h->srcpad, gst_event_new_segment (&segment));
      break;
    case 2:
      gst_pad_push_event (h->srcpad, gst_event_new_segment_done (GST_FORMAT_TIME, 0));
      break;
    case 3:
      gst_pad_push_event (h->srcpad, gst_event_new_tag (gst_tag_list_new_empty ()));
      break;
    default:
      gst_pad_push_event (h->srcpad, gst_event_new_flush_start ()); /* into the middle of a push */
      g_mutex_lock (((Poker *) user_data)->streaming);
      gst_pad_push_event (h->srcpad, gst_event_new_flush_stop (TRUE));
      gst_pad_push_event (h->srcpad, gst_event_new_segment (&segment));
      g_mutex_unlock (((Poker *) user_data)->streaming);
      break;
  }
}

static void
push_buffer (gpointer thread, gpointer user_data)
{
  Poker *p = user_data;
  guint n = g_rand_int_range (p->rand, 0, 1500);
  float *x = signal_noise (g_rand_int (p->rand), n, 2, 2.0f);
  GstBuffer *buffer = gst_buffer_new_wrapped (x, n * 2 * sizeof (float));

  GST_BUFFER_PTS (buffer) = frame_time (0, p->frame, RATE);
  p->frame += n + (g_rand_int (p->rand) % 50 == 0 ? RATE : 0); /* a jump now and then */
  g_mutex_lock (p->streaming);
  gst_pad_push (p->h->srcpad, buffer);
  g_mutex_unlock (p->streaming);
}

/* Down in the middle of a push; up between two, as a new link that asks for the sticky events
 * again. */
static void
poke_state (gpointer thread, gpointer user_data)
{
  Poker *p = user_data;
  GstPad *sink = gst_element_get_static_pad (p->h->element, "sink");

  gst_element_set_state (p->h->element,
                         g_rand_int (p->rand) % 2 ? GST_STATE_NULL : GST_STATE_READY);
  g_mutex_lock (p->streaming);
  gst_pad_unlink (p->h->srcpad, sink);
  gst_pad_link (p->h->srcpad, sink);
  gst_element_set_state (p->h->element, GST_STATE_PLAYING);
  g_mutex_unlock (p->streaming);
  gst_object_unref (sink);
}

static GstCaps *
some_caps (void)
{
  return gst_caps_from_string (
      "audio/x-raw,format=" GST_AUDIO_NE (F32) ",layout=interleaved,rate=48000,channels=2");
}

/* The element takes a new stream and gives it back whole. */
static gchar *
check_still_works (GstHarness *h)
{
  GstSegment segment;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 8000 * 2 * sizeof (float), NULL);
  gsize bytes = 0;

  gst_buffer_memset (buffer, 0, 0, 8000 * 2 * sizeof (float));
  GST_BUFFER_PTS (buffer) = 0;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_element_set_state (h->element, GST_STATE_NULL);
  gst_element_set_state (h->element, GST_STATE_PLAYING);
  while ((gst_harness_buffers_in_queue (h)) > 0)
    gst_buffer_unref (gst_harness_pull (h));
  gst_pad_push_event (h->srcpad, gst_event_new_flush_start ());
  gst_pad_push_event (h->srcpad, gst_event_new_flush_stop (TRUE));
  gst_pad_push_event (h->srcpad, gst_event_new_stream_start ("after"));
  gst_harness_set_src_caps (h, some_caps ());
  gst_pad_push_event (h->srcpad, gst_event_new_segment (&segment));
  gst_harness_set_drop_buffers (h, FALSE);
  if (gst_harness_push (h, buffer) != GST_FLOW_OK)
    return g_strdup ("no more buffers taken");
  gst_harness_push_event (h, gst_event_new_eos ());
  while ((buffer = gst_harness_try_pull (h)) != NULL) {
    bytes += gst_buffer_get_size (buffer);
    gst_buffer_unref (buffer);
  }
  if (bytes == 8000 * 2 * sizeof (float))
    return NULL;
  return g_strdup_printf ("%" G_GSIZE_FORMAT " bytes came back", bytes);
}

static void
stress (const gchar *element, gboolean states, guint seed)
{
  GstHarness *h = gst_harness_new (element);
  GstHarnessThread *threads[4];
  Poker pokers[4];
  GMutex streaming;
  guint worked = 0;

  g_mutex_init (&streaming);
  for (guint i = 0; i < 4; i++)
    pokers[i] = (Poker){ h, g_rand_new_with_seed (seed + i), 0, &streaming };
  gst_harness_set_drop_buffers (h, TRUE);
  gst_harness_set_src_caps (h, some_caps ());
  threads[0] = gst_harness_stress_custom_start (h, NULL, push_buffer, &pokers[0], 0);
  threads[1] = gst_harness_stress_custom_start (h, NULL, poke_properties, &pokers[1], 50);
  threads[2] = gst_harness_stress_custom_start (h, NULL, poke_latency, &pokers[2], 100);
  threads[3] = states ? gst_harness_stress_custom_start (h, NULL, poke_state, &pokers[3], 5000)
                      : gst_harness_stress_custom_start (h, NULL, poke_events, &pokers[3], 300);
  g_usleep (SECONDS * G_USEC_PER_SEC);
  for (gint i = 3; i >= 0; i--)
    worked += gst_harness_stress_thread_stop (threads[i]) > 10;
  fail_unless_equals_int (worked, 4);
  /* this stream is live, and mode=file refuses one */
  if (g_str_equal (element, "loudnorm"))
    gst_util_set_object_arg (G_OBJECT (h->element), "mode", "live");
  assert_ok (check_still_works (h));
  g_mutex_clear (&streaming);
  for (guint i = 0; i < 4; i++)
    g_rand_free (pokers[i].rand);
  gst_harness_teardown (h);
}

GST_START_TEST (threads_of_events_properties_and_flushes)
{
  stress (elements[__i__], FALSE, 100 + __i__);
}
GST_END_TEST;

GST_START_TEST (threads_of_state_changes_and_properties)
{
  stress (elements[__i__], TRUE, 200 + __i__);
}
GST_END_TEST;

/* Planted: an element that swallows everything does not "still work". */
GST_START_TEST (checker_catches_planted_faults)
{
  GstHarness *h = gst_harness_new_parse ("identity drop-probability=1");

  assert_caught (check_still_works (h));
  gst_harness_teardown (h);
  h = gst_harness_new_parse ("identity");
  assert_ok (check_still_works (h));
  gst_harness_teardown (h);
}
GST_END_TEST;

static Suite *
stress_suite (void)
{
  Suite *s = suite_create ("stress");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_loop_test (tc, threads_of_events_properties_and_flushes, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tc, threads_of_state_changes_and_properties, 0, G_N_ELEMENTS (elements));
  return s;
}

GST_CHECK_MAIN (stress)

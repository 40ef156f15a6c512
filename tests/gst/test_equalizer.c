/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * mastereq through its public interface: bands as children, control curves on them, what the layout
 * allows, what its messages say.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#define RATE 48000
#define N    (2 * RATE)
#define NONE GST_CLOCK_TIME_NONE

static void
add_curve (GstElement *element, const gchar *property, gdouble from, gdouble to)
{
  const gdouble points[][2] = { { 0.0, from }, { 0.5, from }, { 1.0, to } };
  const gchar *name;
  GObject *band = rig_owner (element, property, &name);

  rig_curve (band, name, points, G_N_ELEMENTS (points), GST_INTERPOLATION_MODE_LINEAR);
}

static gdouble
peak (Rig *rig, guint channel, gsize from, gsize to)
{
  const float *x = (const float *) (gpointer) rig->samples->data;
  gdouble largest = 0.0;

  for (gsize i = from; i < to; i++)
    largest = MAX (largest, fabs (x[i * rig->channels + channel]));
  return largest;
}

static Rig *
run (const gchar *launch, guint channels, const float *x, gsize n)
{
  Rig *rig = rig_new (launch, RATE, channels);

  rig_push_run (rig, x, n, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), n);
  return rig;
}

GST_START_TEST (bands_are_children)
{
  GstElement *eq = gst_element_factory_make ("mastereq", NULL);
  GstChildProxy *proxy = GST_CHILD_PROXY (eq);

  fail_unless_equals_int (gst_child_proxy_get_children_count (proxy), 8);
  for (guint b = 0; b < 8; b++) {
    gchar *name = g_strdup_printf ("band%u", b);
    GObject *by_name = gst_child_proxy_get_child_by_name (proxy, name);
    GObject *by_index = gst_child_proxy_get_child_by_index (proxy, b);

    fail_unless (by_name != NULL && by_name == by_index);
    fail_unless_equals_string (GST_OBJECT_NAME (by_name), name);
    g_object_unref (by_name);
    g_object_unref (by_index);
    g_free (name);
  }
  fail_unless (gst_child_proxy_get_child_by_index (proxy, 8) == NULL);
  fail_unless (gst_child_proxy_get_child_by_name (proxy, "band8") == NULL);
  gst_object_unref (eq);
}
GST_END_TEST;

/* NULL, or what is wrong with the way of a 1 kHz sine of 0.05 whose gain goes from `from` to `to` dB
 * between 0.5 and 1 s. Halfway the curve is 20 ms ahead of the gain: 4 % of the way. (With linear phase
 * the gain is on the curve.) */
static gchar *
check_way (Rig *rig, gdouble from, gdouble to)
{
  static const gdouble at[] = { 0.4, 0.75, 1.5 };

  for (guint i = 0; i < 3; i++) {
    gsize frame = (gsize) (at[i] * RATE);
    gdouble db = 20.0 * log10 (peak (rig, 0, frame - 96, frame + 96) / 0.05);
    gdouble wanted = from + (to - from) * (i == 0 ? 0.0 : i == 1 ? 0.5 : 1.0);
    gdouble tolerance = i == 1 ? 0.05 * fabs (to - from) : 0.01; /* 48 samples a period: 0.00 dB */

    if (fabs (db - wanted) > tolerance)
      return g_strdup_printf ("%.2f dB at %g s instead of %.2f", db, at[i], wanted);
  }
  return NULL;
}

/* An element that is all flat at first has to notice the curve (GStreamer's equalizers do not). */
GST_START_TEST (a_curve_that_starts_at_0_db_is_followed)
{
  static const gchar *launches[] = { "mastereq band3::enabled=true band3::frequency=1000",
                                     "mastereq band3::enabled=true band3::frequency=1000 "
                                     "band3::channels=left",
                                     "mastereq phase=linear band3::enabled=true "
                                     "band3::frequency=1000" };
  float *x = signal_sine (1000.0, 0.05, N, 2, RATE);

  for (guint i = 0; i < G_N_ELEMENTS (launches); i++)
    for (gint to = -12; to <= 12; to += 24) {
      Rig *rig = rig_new (launches[i], RATE, 2);

      add_curve (rig->element, "band3::gain", 0.0, to);
      rig_push_run (rig, x, N, 441, 0, NONE);
      rig_event (rig, gst_event_new_eos ());
      assert_ok (check_way (rig, 0.0, to));
      assert_caught (check_way (rig, 0.0, to + 0.5));
      assert_ok (compare_bits ((const float *) (gpointer) rig->samples->data, RATE / 2, x,
                               RATE / 2)); /* flat until then */
      rig_free (rig);
    }
  g_free (x);
}
GST_END_TEST;

/* Without two channels there is no mid: one warning, the band does nothing, others work on. */
GST_START_TEST (bands_for_some_channels_need_two)
{
  static const gchar *modes[] = { "left", "right", "mid", "side" };
  static const guint channels[] = { 1, 3, 6, 64 };

  for (guint m = 0; m < 4; m++)
    for (guint c = 0; c < 4; c++) {
      gchar *launch = g_strdup_printf (
          "mastereq band3::enabled=true band3::frequency=1000 band3::gain=6 band3::channels=%s",
          modes[m]);
      float *x = signal_sine (1000.0, 0.05, RATE / 4, channels[c], RATE);
      Rig *rig = run (launch, channels[c], x, RATE / 4);

      fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 1);
      assert_ok (compare_bits ((const float *) (gpointer) rig->samples->data, rig->samples->len, x,
                               RATE / 4 * channels[c]));
      /* Changes of settings do not warn again; a band for all channels works. */
      rig_forget (rig);
      rig_flush (rig);
      rig_segment (rig, 1.0, 0, NONE, 0, 0);
      rig_set (rig->element, "band4::gain", "6");
      rig_set (rig->element, "band4::frequency", "1000");
      rig_set (rig->element, "band4::enabled", "true");
      rig_push_run (rig, x, RATE / 4, 1000, 0, NONE);
      fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 0);
      for (guint k = 0; k < channels[c]; k++)
        fail_unless (fabs (20.0 * log10 (peak (rig, k, RATE / 8, RATE / 4) / 0.05) - 6.0) < 0.02);
      rig_free (rig);
      g_free (x);
      g_free (launch);
    }
}
GST_END_TEST;

static gdouble
gain_of (const GstStructure *s, guint band)
{
  const GValue *array = gst_structure_get_value (s, "dynamic-gain");

  return g_value_get_double (gst_value_array_get_value (array, band));
}

/* 7 kHz at -12 dBFS from 0.5 to 1 s, silence around it, a de-esser at -30 dB with 12 dB: after the
 * attack -12 * 18 / (18 + 12) = -7.2 dB in every span of the sound, in band 5 alone. */
GST_START_TEST (messages_tell_the_dynamic_gain_of_their_span)
{
  static const gchar *phases[] = { "minimum", "linear" };
  float *x = signal_sine (7000.0, pow (10.0, -12.0 / 20.0), N, 2, RATE);
  Rig *rig;
  GPtrArray *found;
  gchar *launch;

  memset (x, 0, RATE * sizeof (float));
  memset (x + 2 * RATE, 0, 2 * RATE * sizeof (float));
  launch = g_strdup_printf (
      "mastereq phase=%s interval=50000000 band5::enabled=true band5::frequency=7000 "
      "band5::range=-12 band5::threshold=-30 band5::attack=1 band5::release=5 band2::enabled=true",
      phases[__i__]);
  rig = run (launch, 2, x, N);
  found = rig_structures (rig, "mastereq");
  fail_unless_equals_int (found->len, 41); /* 40 spans and a final one */
  for (guint i = 0; i < found->len; i++) {
    const GstStructure *s = g_ptr_array_index (found, i);
    gdouble gain = gain_of (s, 5);
    guint64 start = 0;

    fail_unless (gst_structure_get_uint64 (s, "stream-time", &start));
    if (i < 10)
      fail_unless (gain == 0.0, "%g dB in span %u", gain, i);
    else if (i < 20)
      fail_unless (fabs (gain + 7.2) < 0.1, "%g dB in span %u", gain, i);
    else if (i >= 22) /* 50 ms of a release of 5: e^-10 of it, then none */
      fail_unless (fabs (gain) < 0.001, "%g dB in span %u", gain, i);
    fail_unless_equals_uint64 (start, i < 40 ? i * 50 * GST_MSECOND : 2 * GST_SECOND);
    for (guint b = 0; b < 8; b++)
      fail_unless (b == 5 || gain_of (s, b) == 0.0);
  }
  g_ptr_array_unref (found);
  rig_free (rig);
  g_free (x);
  g_free (launch);
}
GST_END_TEST;

static Suite *
equalizer_suite (void)
{
  Suite *s = suite_create ("equalizer");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 60);
  tcase_add_test (tc, bands_are_children);
  tcase_add_test (tc, a_curve_that_starts_at_0_db_is_followed);
  tcase_add_test (tc, bands_for_some_channels_need_two);
  tcase_add_loop_test (tc, messages_tell_the_dynamic_gain_of_their_span, 0, 2);
  return s;
}

GST_CHECK_MAIN (equalizer)

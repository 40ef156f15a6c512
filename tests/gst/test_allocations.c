/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Nothing is allocated per buffer while a stream flows and no messages are asked for: this program's
 * malloc stands in front of the C library's, for every library in the process, and counts what the
 * element does between taking a buffer and handing it on.
 */
#include "tone.h"

static __thread gboolean counting;
static __thread guint counted;

extern void *__libc_malloc (size_t);
extern void *__libc_calloc (size_t, size_t);
extern void *__libc_realloc (void *, size_t);

void *malloc (size_t size);
void *calloc (size_t n, size_t size);
void *realloc (void *old, size_t size);

void *
malloc (size_t size)
{
  counted += counting;
  return __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  counted += counting;
  return __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  counted += counting;
  return __libc_realloc (old, size);
}

static GstPadProbeReturn
on_input (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  counting = *(gboolean *) user_data;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_output (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  counting = FALSE;
  return GST_PAD_PROBE_OK;
}

/* Allocations while `seconds` of a loud tone go through in buffers of 1024 frames, after as long a
 * start. */
static guint
allocations (const gchar *launch, guint seconds)
{
  static const gdouble amplitude[] = { 0.9, 0.3 };
  const gsize n = 2 * seconds * RATE / 1024 * 1024;
  float *x = tones (amplitude, 2, n);
  Rig *rig = rig_new (launch, RATE, 2);
  GstPad *sink = gst_element_get_static_pad (rig->element, "sink");
  GstPad *src = gst_element_get_static_pad (rig->element, "src");
  gboolean started = FALSE;

  g_object_set (rig->element, "post-messages", FALSE, NULL);
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_BUFFER, on_input, &started, NULL);
  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER, on_output, NULL, NULL);
  counted = 0;
  for (gsize i = 0; i < n; i += 1024) {
    started = i >= n / 2;
    rig_push (rig, x + 2 * i, 1024, frame_time (0, i, RATE), i, 0);
    counting = FALSE;
  }
  gst_object_unref (src);
  gst_object_unref (sink);
  rig_free (rig);
  g_free (x);
  return counted;
}

static const gchar *elements[] = {
  "loudnessmeter",
  "loudnessmeter stereo-bands=true",
  "truepeaklimit input-gain=6",
  "truepeaklimit safe=false link=1 hold=10 auto-release=false input-gain=6",
  "loudnorm mode=linear measured-loudness=-20",
  "loudnorm lookahead=400",
  "loudnorm lookahead=400 loudness-range-target=3 limiter=false",
  "masterdyn num-bands=4 band0::threshold=-40 band0::ratio=3 clip=3 clip-level=-20 "
  "auto-makeup=true",
  "masterstereo bass-mono-frequency=120 width-high=1.5 widen=0.5 guard=0.3",
  "mastereq band0::enabled=true band0::gain=3 band1::enabled=true band1::range=-6 "
  "band1::threshold=-40",
  "truepeaklimit bypass=true",
};

GST_START_TEST (no_buffer_costs_an_allocation)
{
  const guint n = allocations (elements[__i__], 4);

  fail_unless (n == 0, "%s: %u allocations in 4 s", elements[__i__], n);
}
GST_END_TEST;

/* libebur128 allocates while it runs, which the property says; messages do. */
GST_START_TEST (checker_catches_planted_faults)
{
  static const gdouble amplitude[] = { 0.1, 0.1 };
  float *x = tones (amplitude, 2, RATE);
  Rig *rig = rig_new ("truepeaklimit", RATE, 2);

  fail_unless (allocations ("loudnessmeter engine=libebur128", 4) > 0);
  counted = 0;
  counting = TRUE;
  rig_push (rig, x, RATE, 0, 0, 0);
  counting = FALSE;
  fail_unless (counted > 10, "%u", counted);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static Suite *
allocations_suite (void)
{
  Suite *s = suite_create ("allocations");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checker_catches_planted_faults);
  tcase_add_loop_test (tc, no_buffer_costs_an_allocation, 0, G_N_ELEMENTS (elements));
  return s;
}

GST_CHECK_MAIN (allocations)

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Samples that are not numbers, or absurd: they count as silence, are counted and named once, and
 * poison nothing. The floating-point mode of the streaming thread stays its own.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#define RATE 44100
#define N    44100
#define NONE GST_CLOCK_TIME_NONE

static const struct {
  const gchar *launch, *message;
} elements[] = {
  { "truepeaklimit", "truepeaklimit" },
  { "mastereq phase=linear band0::enabled=true band0::type=low-cut band1::enabled=true "
    "band1::gain=6 band1::channels=mid band5::enabled=true band5::range=-8 band5::threshold=-40",
    "mastereq" },
  { "mastereq band0::enabled=true band0::type=low-cut band1::enabled=true band1::gain=6 "
    "band1::channels=mid band5::enabled=true band5::range=-8 band5::threshold=-40 "
    "band7::enabled=true band7::type=tilt band7::gain=6",
    "mastereq" },
  { "masterdyn num-bands=4 auto-makeup=true clip=3 clip-level=-20 band0::ratio=4 "
    "band1::auto-release=true band1::ratio=20 band2::mode=upward band2::ratio=20 "
    "band3::mode=expand band3::ratio=20",
    "masterdyn" },
  { "masterdyn mid-side=true link=0 detector=peak lookahead=5 sidechain-highpass=80 band0::ratio=4 "
    "band0::auto-release=true",
    "masterdyn" },
  { "masterstereo bass-mono-frequency=120 width-low=1.2 width-high=2 widen=1 side-highpass=100 "
    "lookahead=200",
    "masterstereo" },
  { "masterstereo guard=-1 width-low=2 width-mid=2 width-high=2 balance=3 preserve=power",
    "masterstereo" },
  { "truepeaklimit safe=false oversampling=8 link=0 input-gain=24", "truepeaklimit" },
  { "loudnorm mode=linear measured-loudness=-20", NULL },
  { "loudnorm mode=linear measured-loudness=-200 loudness-target=10 offset=99", NULL },
  { "loudnorm mode=linear measured-loudness=-20 limiter=false", NULL },
  { "loudnorm lookahead=400", NULL },
  { "loudnessmeter", "loudnessmeter" },
  { "loudnessmeter engine=libebur128", "loudnessmeter" },
};

typedef struct {
  const gchar *name;
  float value;
  gboolean counted;
} Poison;

/* 2^40 is the least that counts as absurd; below 2^-100 is silence without a word. */
static const Poison poisons[] = {
  { "NaN", NAN, TRUE },          { "-NaN", -NAN, TRUE },          { "Inf", INFINITY, TRUE },
  { "-Inf", -INFINITY, TRUE },   { "1e30", 1e30f, TRUE },         { "-2^40", -0x1p40f, TRUE },
  { "denormal", 1e-40f, FALSE }, { "-denormal", -1e-45f, FALSE },
};

/* Puts the poison at 60 places into x, and silence of its sign into `clean`. */
static guint
plant (const Poison *p, float *x, float *clean)
{
  for (guint i = 0; i < 60; i++) {
    gsize at = i < 2 ? i : i < 4 ? 2 * N - i : (gsize) i * 1201 + i % 7;

    x[at] = p->value;
    clean[at] = signbit (p->value) ? -0.0f : 0.0f;
  }
  return p->counted ? 60 : 0;
}

static Rig *
run (const gchar *launch, const float *x)
{
  Rig *rig = rig_new (launch, RATE, 2);

  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), N);
  return rig;
}

static gchar *
check_finite (const float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (x[i]))
      return g_strdup_printf ("sample %" G_GSIZE_FORMAT " is %g", i, x[i]);
  return NULL;
}

/* NULL, or the first field that differs but for nan-count. */
static gchar *
check_same_readings (const GstStructure *a, const GstStructure *b)
{
  for (gint i = 0; i < gst_structure_n_fields (a); i++) {
    const gchar *name = gst_structure_nth_field_name (a, i);
    const GValue *va = gst_structure_get_value (a, name), *vb = gst_structure_get_value (b, name);

    if (strcmp (name, "nan-count") == 0)
      continue;
    if (vb == NULL || gst_value_compare (va, vb) != GST_VALUE_EQUAL) {
      gchar *ta = gst_value_serialize (va), *tb = vb != NULL ? gst_value_serialize (vb) : NULL;
      gboolean same = g_strcmp0 (ta, tb) == 0; /* -inf and inf do not compare as equal arrays */
      gchar *error = same ? NULL : g_strdup_printf ("%s is %s instead of %s", name, tb, ta);

      g_free (ta);
      g_free (tb);
      if (error != NULL)
        return error;
    }
  }
  return NULL;
}

static guint64
final_nan_count (Rig *rig, const gchar *message)
{
  GPtrArray *found = rig_structures (rig, message);
  guint64 count = G_MAXUINT64;
  gboolean final = FALSE;
  const GstStructure *last = g_ptr_array_index (found, found->len - 1);

  fail_unless (gst_structure_get_boolean (last, "final", &final) && final);
  fail_unless (gst_structure_get_uint64 (last, "nan-count", &count));
  g_ptr_array_unref (found);
  return count;
}

static void
assert_same_messages (Rig *a, Rig *b, const gchar *message)
{
  GPtrArray *ma = rig_structures (a, message), *mb = rig_structures (b, message);

  fail_unless (ma->len > 5 && ma->len == mb->len);
  for (guint i = 0; i < ma->len; i++)
    assert_ok (check_same_readings (g_ptr_array_index (ma, i), g_ptr_array_index (mb, i)));
  g_ptr_array_unref (ma);
  g_ptr_array_unref (mb);
}

static void
assert_like_clean (guint element, const Poison *poison)
{
  const gchar *launch = elements[element].launch, *message = elements[element].message;
  gboolean meter = strstr (launch, "meter") != NULL;
  float *x = signal_hot (3, N, 2), *clean = g_memdup2 (x, 2 * N * sizeof (float));
  guint planted = plant (poison, x, clean);
  Rig *a = run (launch, clean), *b = run (launch, x);
  const float *out_a = (const float *) (gpointer) a->samples->data;
  const float *out_b = (const float *) (gpointer) b->samples->data;

  if (meter) {
    assert_ok (compare_bits (out_b, 2 * N, x, 2 * N)); /* never changes the data */
  } else {
    assert_ok (check_finite (out_b, 2 * N));
    assert_ok (compare_bits (out_b, 2 * N, out_a, 2 * N));
  }
  fail_unless_equals_int (rig_count_messages (a, GST_MESSAGE_WARNING), 0);
  fail_unless_equals_int (rig_count_messages (b, GST_MESSAGE_WARNING), planted > 0 ? 1 : 0);
  if (message != NULL) {
    fail_unless_equals_uint64 (final_nan_count (a, message), 0);
    fail_unless_equals_uint64 (final_nan_count (b, message), planted);
    assert_same_messages (a, b, message);
  }
  rig_free (a);
  rig_free (b);
  g_free (x);
  g_free (clean);
}

GST_START_TEST (poison_is_silence_counted_and_named_once)
{
  for (guint p = 0; p < G_N_ELEMENTS (poisons); p++)
    assert_like_clean (__i__, &poisons[p]);
}
GST_END_TEST;

GST_START_TEST (all_nan_is_silence)
{
  float *x = g_new (float, 2 * N);
  Rig *rig;

  for (gsize i = 0; i < 2 * N; i++)
    x[i] = NAN;
  rig = run (elements[__i__].launch, x);
  if (strstr (elements[__i__].launch, "meter") == NULL)
    for (gsize i = 0; i < 2 * N; i++)
      fail_unless (g_array_index (rig->samples, float, i) == 0.0f);
  if (elements[__i__].message != NULL)
    fail_unless_equals_uint64 (final_nan_count (rig, elements[__i__].message), 2 * N);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* The next stream counts and warns for itself. */
GST_START_TEST (count_and_warning_start_over_with_the_stream)
{
  float *x = signal_noise (3, N, 2, 0.1f);
  Rig *rig = rig_new ("truepeaklimit", RATE, 2);

  x[5] = NAN;
  rig_push_run (rig, x, N, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (final_nan_count (rig, "truepeaklimit"), 1);
  rig_flush (rig);
  rig_event (rig, gst_event_new_stream_start ("next"));
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, x + 10, N / 2, 0, 0, NONE);
  rig_event (rig, gst_event_new_stream_start ("third"));
  fail_unless_equals_uint64 (final_nan_count (rig, "truepeaklimit"), 0);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, x, N / 2, 0, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (final_nan_count (rig, "truepeaklimit"), 1);
  fail_unless_equals_int (rig_count_messages (rig, GST_MESSAGE_WARNING), 2);
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

/* Rounding, masks, flush modes; not the sticky exception flags. */
static guint64
fp_mode (void)
{
#if defined(__SSE2__)
  return _mm_getcsr () & 0xffc0u;
#elif defined(__aarch64__)
  guint64 fpcr;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  return fpcr;
#else
  return 0;
#endif
}

static void
flip_flush_mode (void)
{
#if defined(__SSE2__)
  _mm_setcsr (_mm_getcsr () ^ 0x8040u);
#elif defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(fp_mode () ^ (1u << 24)));
#endif
}

typedef struct {
  guint64 mode; /* what the streaming thread brought */
  guint calls, wrong;
} Observer;

static GstBusSyncReply
observe_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Observer *o = user_data;

  o->calls++;
  o->wrong += fp_mode () != o->mode;
  return GST_BUS_PASS;
}

static GstPadProbeReturn
observe_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  observe_message (NULL, NULL, user_data);
  return GST_PAD_PROBE_OK;
}

static void
watch_mode (const gchar *launch)
{
  float *x = signal_hot (3, N, 2);
  Rig *rig = rig_new (launch, RATE, 2);
  Observer o = { fp_mode (), 0, 0 };

  gst_bus_set_sync_handler (rig->bus, observe_message, &o, NULL);
  gst_pad_add_probe (rig->h->sinkpad, GST_PAD_PROBE_TYPE_BUFFER, observe_buffer, &o, NULL);
  rig_push_run (rig, x, N, 441, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless (o.calls > 50); /* 100 buffers less those that look-ahead keeps to the end */
  fail_unless_equals_int (o.wrong, 0);
  fail_unless (fp_mode () == o.mode);
  gst_bus_set_sync_handler (rig->bus, NULL, NULL, NULL);
  rig_free (rig);
  g_free (x);
}

/* Each in a process of its own (CK_FORK), so that the variable is seen. */
GST_START_TEST (floating_point_mode_is_the_threads_own)
{
  static const gchar *isas[] = { "c", "sse2", "avx2", "avx512" };

  g_setenv ("MDSP_CPU", isas[__i__], TRUE);
  for (guint e = 0; e < G_N_ELEMENTS (elements); e++) {
    watch_mode (elements[e].launch);
    flip_flush_mode ();
    watch_mode (elements[e].launch);
    flip_flush_mode ();
  }
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  float good[2] = { 1.0f, -0.0f }, bad[2] = { 1.0f, NAN };
  GstStructure *a = gst_structure_new ("a", "x", G_TYPE_DOUBLE, 1.0, NULL);
  GstStructure *b = gst_structure_new ("a", "x", G_TYPE_DOUBLE, 1.0 + 1e-15, NULL);
  Observer o = { fp_mode (), 0, 0 };

  assert_ok (check_finite (good, 2));
  assert_caught (check_finite (bad, 2));
  bad[1] = INFINITY;
  assert_caught (check_finite (bad, 2));
  assert_ok (check_same_readings (a, a));
  assert_caught (check_same_readings (a, b));
  flip_flush_mode ();
  observe_message (NULL, NULL, &o);
  flip_flush_mode ();
#if defined(__SSE2__) || defined(__aarch64__)
  fail_unless_equals_int (o.wrong, 1);
#endif
  gst_structure_free (a);
  gst_structure_free (b);
}
GST_END_TEST;

static Suite *
nan_suite (void)
{
  Suite *s = suite_create ("nan");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checkers_catch_planted_faults);
  tcase_add_loop_test (tc, poison_is_silence_counted_and_named_once, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tc, all_nan_is_silence, 0, G_N_ELEMENTS (elements));
  tcase_add_test (tc, count_and_warning_start_over_with_the_stream);
  tcase_add_loop_test (tc, floating_point_mode_is_the_threads_own, 0, 4);
  return s;
}

GST_CHECK_MAIN (nan)

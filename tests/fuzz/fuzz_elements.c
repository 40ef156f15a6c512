/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Random buffers, payloads, events, formats and settings; a model of the stream says what must come
 * out. Each round has a seed of its own, printed before it starts:
 *
 *   FUZZ_SEED=123 FUZZ_ELEMENT=2 FUZZ_ROUNDS=1 fuzz_elements     replays one round
 *   FUZZ_SECONDS=600 fuzz_elements                               keeps going
 */
#include "rig.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE       GST_CLOCK_TIME_NONE
#define CEILING_DB (-1.0)

static const struct {
  const gchar *launch;
  gboolean exact;         /* what goes in comes out */
  gboolean meter;         /* buffers pass untouched */
  const gchar *random[4]; /* properties that may change while playing */
} elements[] = {
  { "truepeaklimit", FALSE, FALSE, { "input-gain", "hold", "release", "link" } },
  { "truepeaklimit safe=false lookahead=0.1 link=0", FALSE, FALSE, { "input-gain", "link" } },
  { "loudnorm mode=linear measured-loudness=-24", FALSE, FALSE, { "offset", "loudness-target" } },
  { "loudnorm mode=linear measured-loudness=-14 limiter=false", TRUE, FALSE, { NULL } },
  { "loudnorm lookahead=400", FALSE, FALSE, { "offset", "loudness-target" } },
  { "loudnorm bypass=true lookahead=400", TRUE, FALSE, { NULL } },
  { "truepeaklimit bypass=true lookahead=10", TRUE, FALSE, { "input-gain" } },
  { "masterdyn lookahead=2", TRUE, FALSE, { NULL } },
  { "masterdyn bypass=true num-bands=4 clip=3 clip-level=-20",
    TRUE,
    FALSE,
    { "band0::threshold", "band3::ratio", "crossover2", "sidechain-highpass" } },
  { "mastereq", TRUE, FALSE, { NULL } },
  { "mastereq phase=linear", TRUE, FALSE, { NULL } },
  { "mastereq bypass=true band0::enabled=true band1::enabled=true band1::type=notch",
    TRUE,
    FALSE,
    { "band0::gain", "band0::frequency", "band1::q", "band1::gain" } },
  { "masterstereo", TRUE, FALSE, { NULL } },
  { "masterstereo bypass=true", TRUE, FALSE, { "balance", "width-low" } },
  { "loudnessmeter", TRUE, TRUE, { "target" } },
};

/* The part of the stream under way: one unbroken run of frames. */
typedef struct {
  Rig *rig;
  GRand *rand;
  guint element;
  guint from;     /* its first item */
  GArray *frames; /* float: what its content must be */
  GstClockTime t0;
  guint64 off0;
  gboolean open;
} Model;

static gchar *
check_level (const float *x, gsize n, gdouble ceiling_db)
{
  /* Float rounding of the product aside, no sample is over the ceiling. */
  const gdouble limit = pow (10.0, ceiling_db / 20.0) * (1.0 + 1e-6);

  for (gsize i = 0; i < n; i++)
    if (!(fabs (x[i]) <= limit))
      return g_strdup_printf ("sample %" G_GSIZE_FORMAT " is %g, the ceiling %g", i, x[i], limit);
  return NULL;
}

/* The rule of the input, by the bits: huge, NaN and Inf are zero, and so is what is tiny. */
static float
clean (float x)
{
  guint32 u;

  memcpy (&u, &x, 4);
  if ((u & 0x7fffffffu) >= 0x53800000u || (u & 0x7fffffffu) < 0x0d800000u) /* 2^40, 2^-100 */
    u &= 0x80000000u;
  memcpy (&x, &u, 4);
  return x;
}

static float
random_sample (GRand *rand, guint kind, gsize i)
{
  static const float odd[] = { NAN,     -NAN,   INFINITY, -INFINITY, 1e30f,
                               0x1p40f, 1e-40f, -0.0f,    0x1p-100f };
  guint32 bits;
  float x;

  switch (kind) {
    case 0:
      return (float) g_rand_double_range (rand, -1.0, 1.0);
    case 1:
      return (float) g_rand_double_range (rand, -8.0, 8.0);
    case 2:
      return i / 40 % 2 ? 1.0f : -1.0f;
    case 3:
      return 0.0f;
    case 4:
      return g_rand_int (rand) % 100 ? 0.01f : odd[g_rand_int (rand) % G_N_ELEMENTS (odd)];
    case 5:
      return g_rand_int (rand) % 700 ? 0.0f : 4.0f;
    default:
      bits = g_rand_int (rand);
      memcpy (&x, &bits, 4);
      return x;
  }
}

/* Items [m->from, end of the run): stops where the model's frames have come out. */
static gchar *
check_and_close (Model *m, gboolean cut)
{
  gsize expected = m->frames->len / m->rig->channels, out = 0;
  guint end = m->from;
  RunExpected e = { m->from, 0, m->t0, m->off0, NULL, expected };
  const float *samples;
  gchar *error = NULL;
  gsize first;

  while (end < m->rig->items->len && out < expected) {
    const Item *item = &g_array_index (m->rig->items, Item, end++);

    if (item->event == GST_EVENT_UNKNOWN)
      out += item->n_samples / item->channels;
  }
  if (cut) /* a flush may swallow what the delay held */
    e.n_frames = MIN (out, expected);
  e.to = end;
  if (elements[m->element].exact)
    e.content = (const float *) (gpointer) m->frames->data;
  first = m->from < m->rig->items->len ? g_array_index (m->rig->items, Item, m->from).first : 0;
  samples = (const float *) (gpointer) m->rig->samples->data + first;
  if (elements[m->element].meter) {
    if (out != expected)
      error = g_strdup_printf ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " frames", out, expected);
    else
      error = compare_bits (samples, m->frames->len, e.content, m->frames->len);
  } else {
    error = check_run (m->rig, &e);
    if (error == NULL && !elements[m->element].exact)
      error = check_level (samples, e.n_frames * m->rig->channels, CEILING_DB);
  }
  m->from = end;
  m->open = FALSE;
  g_array_set_size (m->frames, 0);
  return error;
}

static void
begin_run (Model *m)
{
  static guint64 far = 0;

  /* Each run lies at its own place, further from any other than a jump's threshold. */
  far = (far + 1 + g_rand_int_range (m->rand, 0, 50)) % 100000;
  m->t0 = g_rand_int (m->rand) % 8 ? far * 100 * GST_SECOND + g_rand_int_range (m->rand, 0, 1000000)
                                   : NONE;
  m->off0 = g_rand_int (m->rand) % 3 ? g_rand_int (m->rand) : GST_BUFFER_OFFSET_NONE;
  m->open = TRUE;
}

static void
push_some (Model *m, guint flags)
{
  Rig *rig = m->rig;
  guint kind = g_rand_int_range (m->rand, 0, 7), r = g_rand_int (m->rand) % 5;
  gsize n = r == 0 ? 0 : r == 1 ? 1 : g_rand_int_range (m->rand, 1, r == 2 ? 64 : 5000);
  gsize at, size = n * rig->channels;
  float *x = g_new (float, MAX (size, 1));

  if (!m->open)
    begin_run (m);
  at = m->frames->len / rig->channels;
  if (g_rand_int (m->rand) % 20 == 0)
    flags |= GST_BUFFER_FLAG_GAP;
  if (at > 0 && m->t0 != NONE && g_rand_int (m->rand) % 20 == 0)
    flags |= GST_BUFFER_FLAG_DISCONT; /* upstream says so, the timestamps do not */
  for (gsize i = 0; i < size; i++) {
    float c;

    x[i] = random_sample (m->rand, kind, i);
    c = elements[m->element].meter ? x[i] : (flags & GST_BUFFER_FLAG_GAP) ? 0.0f : clean (x[i]);
    g_array_append_val (m->frames, c);
  }
  rig_push (rig, x, n, m->t0 != NONE ? frame_time (m->t0, at, rig->rate) : NONE,
            m->off0 != GST_BUFFER_OFFSET_NONE ? m->off0 + at : GST_BUFFER_OFFSET_NONE, flags);
  g_free (x);
}

static gchar *
flush (Model *m)
{
  gchar *error;

  rig_event (m->rig, gst_event_new_flush_start ());
  rig_event (m->rig, gst_event_new_flush_stop (TRUE));
  error = check_and_close (m, TRUE);
  rig_segment (m->rig, 1.0, 0, NONE, 0, 0);
  return error;
}

/* The timestamps jump without an event; the push that does it drains the part before. */
static gchar *
jump (Model *m)
{
  Model before = *m;
  gchar *error;

  if (!m->open)
    return NULL;
  m->frames = g_array_new (FALSE, FALSE, sizeof (float));
  begin_run (m);
  push_some (m, m->t0 == NONE ? GST_BUFFER_FLAG_DISCONT : 0);
  error = check_and_close (&before, FALSE);
  g_array_unref (before.frames);
  m->from = before.from;
  return error;
}

static gchar *
change_caps (Model *m)
{
  static const guint rates[] = { 8000, 11025, 44100, 48000, 96000, 192000, 384000 };
  static const guint channels[] = { 1, 2, 2, 3, 6, 8, 64 };
  guint rate = rates[g_rand_int (m->rand) % G_N_ELEMENTS (rates)];
  guint n = channels[g_rand_int (m->rand) % G_N_ELEMENTS (channels)];
  guint old_rate = m->rig->rate, old_channels = m->rig->channels;
  gchar *error;

  if (rate == old_rate && n == old_channels)
    return NULL;
  rig_set_caps (m->rig, rate, n); /* negotiates, and drains */
  m->rig->channels = old_channels;
  error = check_and_close (m, FALSE);
  m->rig->channels = n;
  return error;
}

static void
change_setting (Model *m)
{
  const gchar *name = elements[m->element].random[g_rand_int (m->rand) % 4];
  GObject *owner;
  GParamSpecDouble *p;

  if (name == NULL)
    return;
  owner = rig_owner (m->rig->element, name, &name);
  p = G_PARAM_SPEC_DOUBLE (g_object_class_find_property (G_OBJECT_GET_CLASS (owner), name));
  g_object_set (owner, name, g_rand_double_range (m->rand, p->minimum, p->maximum), NULL);
}

/* Whether what follows a drain in a new part of the stream continues in time does not matter: the
 * part begins with DISCONT, at its own time. */
static gchar *
step (Model *m)
{
  switch (g_rand_int_range (m->rand, 0, 40)) {
    case 0:
      rig_event (m->rig, gst_event_new_gap (0, GST_SECOND));
      return check_and_close (m, FALSE);
    case 1:
      rig_segment (m->rig, 1.0, 0, NONE, g_rand_int (m->rand), 0);
      return check_and_close (m, FALSE);
    case 2:
      rig_event (m->rig, gst_event_new_segment_done (GST_FORMAT_TIME, 0));
      return check_and_close (m, FALSE);
    case 3:
      rig_event (m->rig, gst_event_new_stream_start ("next"));
      rig_segment (m->rig, 1.0, 0, NONE, 0, 0);
      return check_and_close (m, FALSE);
    case 4:
      rig_event (m->rig, gst_event_new_eos ());
      return check_and_close (m, FALSE);
    case 5:
      return change_caps (m);
    case 6:
    case 7:
      return flush (m);
    case 8:
    case 9:
      return jump (m);
    case 10:
    case 11:
      change_setting (m);
      return NULL;
    default:
      push_some (m, 0);
      return NULL;
  }
}

static gchar *
play_round (guint element, guint32 seed)
{
  Model m = { rig_new (elements[element].launch, 48000, 2), g_rand_new_with_seed (seed), element };
  guint steps;
  gchar *error = NULL;

  m.frames = g_array_new (FALSE, FALSE, sizeof (float));
  m.from = m.rig->items->len;
  steps = g_rand_int_range (m.rand, 5, 120);
  for (guint i = 0; i < steps && error == NULL; i++) {
    gboolean ended = rig_find_event (m.rig, GST_EVENT_EOS) >= 0;

    error = ended ? flush (&m) : step (&m);
    if (ended) { /* after EOS only a flush opens the pads again */
      rig_forget (m.rig);
      m.from = 0;
    }
  }
  if (error == NULL && rig_find_event (m.rig, GST_EVENT_EOS) < 0) {
    rig_event (m.rig, gst_event_new_eos ());
    error = check_and_close (&m, FALSE);
  }
  g_array_unref (m.frames);
  g_rand_free (m.rand);
  rig_free (m.rig);
  return error;
}

static gint
setting (const gchar *name, gint otherwise)
{
  return g_getenv (name) != NULL ? (gint) g_ascii_strtoll (g_getenv (name), NULL, 10) : otherwise;
}

GST_START_TEST (random_streams_keep_the_rules)
{
  const gint64 end = g_get_monotonic_time () + setting ("FUZZ_SECONDS", 1000) * G_USEC_PER_SEC;
  const guint rounds = setting ("FUZZ_ROUNDS", 60);
  guint32 seed = (guint32) setting ("FUZZ_SEED", 1);

  if (setting ("FUZZ_ELEMENT", __i__) != __i__)
    return;
  for (guint i = 0; i < rounds && g_get_monotonic_time () < end; i++, seed++) {
    gchar *error;

    printf ("FUZZ_SEED=%u FUZZ_ELEMENT=%d FUZZ_ROUNDS=1\n", seed, __i__);
    fflush (stdout);
    error = play_round (__i__, seed);
    fail_unless (error == NULL, "FUZZ_SEED=%u FUZZ_ELEMENT=%d FUZZ_ROUNDS=1: %s: %s", seed, __i__,
                 elements[__i__].launch, error);
  }
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  float x[3] = { 0.5f, -0.891f, 0.8914f };
  Model m = { rig_new ("identity", 48000, 2), g_rand_new_with_seed (1), 0 };
  gchar *error = NULL;

  assert_ok (check_level (x, 2, CEILING_DB));
  assert_caught (check_level (x, 3, CEILING_DB));
  x[0] = NAN;
  assert_caught (check_level (x, 1, CEILING_DB));
  fail_unless (clean (0x1p-100f) == 0x1p-100f && clean (0x1.fp39f) == 0x1.fp39f);
  fail_unless (clean (0x1p40f) == 0.0f && signbit (clean (-INFINITY)) && clean (-INFINITY) == 0.0f);
  /* An element that passes everything breaks the rules for flags, empty buffers and levels. */
  m.frames = g_array_new (FALSE, FALSE, sizeof (float));
  m.from = m.rig->items->len;
  for (guint i = 0; i < 30; i++)
    push_some (&m, 0);
  rig_event (m.rig, gst_event_new_eos ());
  error = check_and_close (&m, FALSE);
  assert_caught (error);
  g_array_unref (m.frames);
  g_rand_free (m.rand);
  rig_free (m.rig);
}
GST_END_TEST;

static Suite *
fuzz_suite (void)
{
  Suite *s = suite_create ("fuzz");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 3600);
  tcase_add_test (tc, checkers_catch_planted_faults);
  tcase_add_loop_test (tc, random_streams_keep_the_rules, 0, G_N_ELEMENTS (elements));
  return s;
}

GST_CHECK_MAIN (fuzz)

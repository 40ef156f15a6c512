/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What comes out when the element has nothing to do, when it is bypassed, and when its difference
 * is monitored.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#define RATE 48000
#define N    48000
#define NONE GST_CLOCK_TIME_NONE
/* Switching fades over 20 ms (design: parameters ramp). */
#define FADE (RATE / 50)

/* The samples of one run through an element; free with g_free. */
static float *
run (const gchar *launch, const float *in, gsize n_frames)
{
  Rig *rig = rig_new (launch, RATE, 2);
  float *out;

  rig_push_run (rig, in, n_frames, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig->samples->len, 2 * n_frames);
  out = g_memdup2 (rig->samples->data, 2 * n_frames * sizeof (float));
  rig_free (rig);
  return out;
}

static const gchar *neutral[] = {
  "truepeaklimit",
  "truepeaklimit link=0 oversampling=8",
  "loudnorm mode=linear measured-loudness=-14",
  "loudnorm mode=linear measured-loudness=-14 limiter=false",
  "loudnorm mode=linear",            /* no measurement: no gain */
  "loudnorm measured-threshold=100", /* nothing counts as programme: no gain */
  "loudnorm mode=live bypass=true",
  "masterdyn",
  "masterdyn mid-side=true link=0.5 lookahead=2.5 auto-makeup=true clip=3 clip-level=0",
  "masterdyn band0::threshold=-2 band0::knee=0 band0::ratio=20 sidechain-highpass=100",
  "mastereq",
  /* on, at 0 dB, with nothing to do */
  ("mastereq band0::enabled=true band3::enabled=true band3::type=tilt band6::enabled=true "
   "band6::range=-6 band6::threshold=0"),
  "mastereq band0::gain=6 band1::type=notch band2::range=-6", /* but off */
  "mastereq phase=linear",
  "mastereq phase=linear bypass=true band1::enabled=true band1::type=high-cut",
  "mastereq bypass=true band1::enabled=true band1::type=high-cut",
  "masterdyn bypass=true num-bands=4 band0::makeup=6 clip=1 clip-level=-30",
  "masterstereo",
  "masterstereo preserve=power guard=0.5 crossover-low=100 crossover-high=2000",
  "masterstereo bypass=true bass-mono-frequency=200 width-high=2 balance=6",
  "loudnessmeter",
  "truepeaklimit bypass=true input-gain=20",
  "loudnorm mode=linear bypass=true measured-loudness=-60",
};

/* Every exponent from 2^-100 to 2^-2, both signs, both zeros. */
GST_START_TEST (neutral_is_bit_exact)
{
  float *x = signal_noise (1, N, 2, 0.25f), *y;

  for (guint i = 0; i < 2 * 99; i++)
    x[5000 + i] = (i % 2 ? -1.0f : 1.0f) * ldexpf (1.0f, -2 - (gint) (i / 2));
  x[6000] = -0.0f;
  x[6001] = 0.0f;
  y = run (neutral[__i__], x, N);
  assert_ok (compare_bits (y, 2 * N, x, 2 * N));
  g_free (x);
  g_free (y);
}
GST_END_TEST;

/* Below 2^-100 is zero, the sign stays; the meter does not touch even those. */
GST_START_TEST (samples_below_two_to_the_minus_100_become_zero)
{
  float *x = signal_noise (1, N, 2, 0.25f), *y;
  gboolean meter = strstr (neutral[__i__], "meter") != NULL;

  for (guint i = 0; i < 100; i++)
    x[7000 + i] = (i % 2 ? -1.0f : 1.0f) * ldexpf (0.99f, -100 - (gint) (i / 2));
  y = run (neutral[__i__], x, N);
  for (guint i = 0; i < 100; i++)
    x[7000 + i] = meter ? x[7000 + i] : i % 2 ? -0.0f : 0.0f;
  assert_ok (compare_bits (y, 2 * N, x, 2 * N));
  g_free (x);
  g_free (y);
}
GST_END_TEST;

/* Bits of a loud signal too: the dry path is a copy. */
GST_START_TEST (bypass_from_the_start_is_bit_exact_from_the_first_frame)
{
  float *x = signal_hot (2, N, 2);
  float *y = run ("truepeaklimit bypass=true input-gain=12", x, N);

  assert_ok (compare_bits (y, 2 * N, x, 2 * N));
  g_free (y);
  y = run ("loudnorm mode=linear bypass=true measured-loudness=-30", x, N);
  assert_ok (compare_bits (y, 2 * N, x, 2 * N));
  g_free (x);
  g_free (y);
}
GST_END_TEST;

/* The largest step between neighbouring samples of a channel. */
static gdouble
largest_step (const float *x, gsize from, gsize to)
{
  gdouble step = 0.0;

  for (gsize i = 2 * from + 2; i < 2 * to; i++)
    step = MAX (step, fabs ((gdouble) x[i] - x[i - 2]));
  return step;
}

/* Runs a sine through, sets a property after half of it. */
static float *
run_switched (const gchar *launch, const float *in, const gchar *property, const gchar *value)
{
  Rig *rig = rig_new (launch, RATE, 2);
  float *out;

  rig_push_run (rig, in, N / 2, 1000, 0, NONE);
  gst_util_set_object_arg (G_OBJECT (rig->element), property, value);
  rig_push_run (rig, in + N, N / 2, 1000, frame_time (0, N / 2, RATE), NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig->samples->len, 2 * N);
  out = g_memdup2 (rig->samples->data, 2 * N * sizeof (float));
  rig_free (rig);
  return out;
}

/* NULL, or what is wrong: the signal moves from one steady state to the other within `frames`, and
 * no step is larger than the larger sine's own plus that of a straight fade. */
static gchar *
check_fade (const float *y, gdouble hz, gdouble before, gdouble after, gsize frames)
{
  gdouble own = MAX (before, after) * 2.0 * G_PI * hz / RATE;
  gdouble fade = fabs (after - before) / FADE;
  gdouble step = largest_step (y, N / 4, 3 * N / 4), peak = 0.0;

  if (step > own + fade + 1e-6)
    return g_strdup_printf ("a step of %g, the signal and the fade allow %g", step, own + fade);
  for (gsize i = 2 * (N / 2 + frames); i < 2 * (N / 2 + frames + RATE / 10); i++)
    peak = MAX (peak, fabs (y[i]));
  /* 100 ms hold whole periods; the sampled peak of hz is within cos (pi hz / RATE) of the true. */
  if (fabs (peak - after) > after * (1.0 - cos (G_PI * hz / RATE)) + 1e-4)
    return g_strdup_printf ("the peak is %g afterwards, not %g", peak, after);
  return NULL;
}

/* 480 frames of delay at most lie between the switch and the fade (look-ahead 3 ms). */
#define SETTLED (FADE + 1000)

GST_START_TEST (bypass_keeps_the_delay_and_fades)
{
  float *x = signal_sine (100.0, 0.1, N, 2, RATE), *y;

  y = run_switched ("truepeaklimit input-gain=12", x, "bypass", "true");
  assert_ok (check_fade (y, 100.0, 0.1 * pow (10.0, 12.0 / 20.0), 0.1, SETTLED));
  /* Same delay: from then on the very input, frame by frame. */
  assert_ok (
      compare_bits (y + N + 2 * SETTLED, N - 2 * SETTLED, x + N + 2 * SETTLED, N - 2 * SETTLED));
  g_free (y);
  y = run_switched ("truepeaklimit input-gain=12 bypass=true", x, "bypass", "false");
  assert_ok (check_fade (y, 100.0, 0.1, 0.1 * pow (10.0, 12.0 / 20.0), SETTLED));
  g_free (y);
  y = run_switched ("loudnorm mode=linear limiter=false measured-loudness=-26", x, "bypass",
                    "true");
  assert_ok (check_fade (y, 100.0, 0.1 * pow (10.0, 12.0 / 20.0), 0.1, SETTLED));
  g_free (y);
  g_free (x);
}
GST_END_TEST;

/* A curve switches the sound of its time, however late that sound leaves: what is before it is processed,
 * what is behind it (the grid of 64 frames and the fade) is the input. */
GST_START_TEST (a_curve_on_bypass_acts_at_its_time)
{
  static const gchar *late[] = { "truepeaklimit input-gain=6 lookahead=10",
                                 "masterdyn lookahead=10 band0::makeup=6",
                                 "mastereq phase=linear band0::enabled=true band0::gain=6",
                                 "masterstereo lookahead=200 width-mid=1.5 guard=-0.9",
                                 "loudnorm mode=linear measured-loudness=-20",
                                 "mastereq band0::enabled=true band0::gain=6" };
  const gdouble points[][2] = { { 0.0, 0.0 }, { 0.25, 1.0 }, { 0.75, 0.0 } }; /* 12000, 36000 */
  const gsize on = 12000, off = 36000;
  float *x = signal_noise (6, N, 2, 0.25f);

  for (guint i = 0; i < G_N_ELEMENTS (late); i++) {
    Rig *rig = rig_new (late[i], RATE, 2);
    float *wet = run (late[i], x, N);
    const float *y;

    rig_curve (G_OBJECT (rig->element), "bypass", points, 3, GST_INTERPOLATION_MODE_NONE);
    rig_push_run (rig, x, N, 1000, 0, NONE);
    rig_event (rig, gst_event_new_eos ());
    fail_unless_equals_uint64 (rig->samples->len, 2 * N);
    y = (const float *) (gpointer) rig->samples->data;
    assert_ok (compare_bits (y, 2 * on, wet, 2 * on));
    assert_caught (compare_bits (y, 2 * (on + 64 + 2), wet, 2 * (on + 64 + 2)));
    assert_ok (compare_bits (y + 2 * (on + 64 + FADE), 2 * (off - on - 64 - FADE),
                             x + 2 * (on + 64 + FADE), 2 * (off - on - 64 - FADE)));
    assert_caught (compare_bits (y + 2 * off, 2 * (64 + 2), x + 2 * off, 2 * (64 + 2)));
    assert_ok (compare_bits (y + 2 * (off + 64 + FADE), 2 * (N - off - 64 - FADE),
                             wet + 2 * (off + 64 + FADE), 2 * (N - off - 64 - FADE)));
    g_free (wet);
    rig_free (rig);
  }
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (monitor_difference_is_input_minus_output)
{
  float *x = signal_hot (4, N, 2);
  float *wet = run ("truepeaklimit input-gain=6", x, N);
  float *difference = run ("truepeaklimit input-gain=6 monitor=difference", x, N);
  float *expected = g_new (float, 2 * N);
  gboolean acted = FALSE;

  for (gsize i = 0; i < 2 * N; i++) {
    expected[i] = x[i] - wet[i]; /* one rounding, as -1 * wet + 1 * dry has */
    acted |= expected[i] != 0.0f;
  }
  fail_unless (acted);
  assert_ok (compare_bits (difference, 2 * N, expected, 2 * N));
  g_free (x);
  g_free (wet);
  g_free (difference);
  g_free (expected);
}
GST_END_TEST;

GST_START_TEST (monitor_difference_is_silent_while_idle_and_fades)
{
  float *x = signal_sine (100.0, 0.1, N, 2, RATE), *y;

  y = run_switched ("truepeaklimit", x, "monitor", "difference");
  assert_ok (check_fade (y, 100.0, 0.1, 0.0, SETTLED));
  for (gsize i = N + 2 * SETTLED; i < 2 * N; i++)
    fail_unless (y[i] == 0.0f, "frame %" G_GSIZE_FORMAT ": %g", i / 2, y[i]);
  g_free (x);
  g_free (y);
}
GST_END_TEST;

/* After a flush in the middle of a fade or ramp the stream starts where that was going to. */
GST_START_TEST (flush_ends_a_fade)
{
  static const struct {
    const gchar *launch, *property, *value, *fresh;
  } cases[] = {
    { "truepeaklimit", "bypass", "true", "truepeaklimit bypass=true" },
    { "truepeaklimit", "monitor", "difference", "truepeaklimit monitor=difference" },
    { "truepeaklimit", "input-gain", "12", "truepeaklimit input-gain=12" },
    { "mastereq band2::enabled=true", "band2::gain", "6",
      "mastereq band2::enabled=true band2::gain=6" },
    { "mastereq phase=linear band2::enabled=true", "band2::gain", "6",
      "mastereq phase=linear band2::enabled=true band2::gain=6" },
    { "mastereq", "band2::enabled", "true", "mastereq band2::enabled=true" },
    { "mastereq band2::enabled=true", "band2::type", "notch",
      "mastereq band2::enabled=true band2::type=notch" },
    { "masterdyn num-bands=3", "band1::makeup", "6", "masterdyn num-bands=3 band1::makeup=6" },
    { "masterdyn num-bands=3", "crossover1", "400", "masterdyn num-bands=3 crossover1=400" },
    { "masterdyn band0::ratio=4", "mix", "0.5", "masterdyn band0::ratio=4 mix=0.5" },
    { "masterstereo", "bass-mono-frequency", "200", "masterstereo bass-mono-frequency=200" },
    { "masterstereo lookahead=0", "widen", "1", "masterstereo lookahead=0 widen=1" },
    { "loudnorm mode=linear limiter=false", "offset", "-12",
      "loudnorm mode=linear limiter=false offset=-12" },
  };
  float *x = signal_hot (5, N, 2);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = rig_new (cases[i].launch, RATE, 2);
    float *expected = run (cases[i].fresh, x, N);

    rig_push_run (rig, x, N, 1000, 0, NONE);
    rig_set (rig->element, cases[i].property, cases[i].value);
    rig_push_run (rig, x, FADE / 2, 100, frame_time (0, N, RATE), NONE);
    rig_flush (rig);
    rig_forget (rig);
    rig_segment (rig, 1.0, 0, NONE, 0, 0);
    rig_push_run (rig, x, N, 1000, 0, NONE);
    rig_event (rig, gst_event_new_eos ());
    assert_ok (compare_bits ((const float *) (gpointer) rig->samples->data, rig->samples->len,
                             expected, 2 * N));
    rig_free (rig);
    g_free (expected);
  }
  g_free (x);
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  float *x = signal_sine (100.0, 0.1, N, 2, RATE), a[2] = { 0.0f, 1.0f }, b[2] = { -0.0f, 1.0f };

  assert_ok (check_fade (x, 100.0, 0.1, 0.1, SETTLED));
  assert_caught (check_fade (x, 100.0, 0.1, 0.2, SETTLED));
  x[N + 200] += 0.002f; /* a click 20 dB below the smallest that a sine step of 0.0013 hides */
  assert_caught (check_fade (x, 100.0, 0.1, 0.1, SETTLED));
  assert_caught (compare_bits (a, 2, b, 2));
  assert_caught (compare_bits (a, 2, a, 1));
  g_free (x);
}
GST_END_TEST;

static Suite *
bypass_suite (void)
{
  Suite *s = suite_create ("bypass");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checkers_catch_planted_faults);
  tcase_add_loop_test (tc, neutral_is_bit_exact, 0, G_N_ELEMENTS (neutral));
  tcase_add_loop_test (tc, samples_below_two_to_the_minus_100_become_zero, 0,
                       G_N_ELEMENTS (neutral));
  tcase_add_test (tc, bypass_from_the_start_is_bit_exact_from_the_first_frame);
  tcase_add_test (tc, bypass_keeps_the_delay_and_fades);
  tcase_add_test (tc, monitor_difference_is_input_minus_output);
  tcase_add_test (tc, a_curve_on_bypass_acts_at_its_time);
  tcase_add_test (tc, flush_ends_a_fade);
  tcase_add_test (tc, monitor_difference_is_silent_while_idle_and_fades);
  return s;
}

GST_CHECK_MAIN (bypass)

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The same bits and the same messages whatever the sizes of the buffers, the vector instructions of
 * the CPU and the variants that the C library chooses for it; with and without control curves.
 */
#include "rig.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N 60000
/* In this variable's presence the program prints a line of hashes instead of running the tests. */
#define PRINT "PRINT_HASHES"

typedef struct {
  const gchar *launch;
  guint rate, channels;
  const gchar *controlled; /* properties that follow curves, NULL = none */
} Case;

static const Case cases[] = {
  { "truepeaklimit", 44100, 2, NULL },
  { "truepeaklimit input-gain=6 link=0.5 oversampling=8 auto-release=false interval=33333333",
    96000, 3, NULL },
  { "truepeaklimit safe=false monitor=difference input-gain=3", 48000, 2, NULL },
  { "truepeaklimit", 48000, 2, "ceiling input-gain" },
  { "truepeaklimit link=0 interval=7000000", 44100, 2, "ceiling input-gain release hold link" },
  { "truepeaklimit input-gain=6", 44100, 2, "bypass" },
  { "loudnorm mode=linear measured-loudness=-20 interval=7000000", 44100, 2,
    "max-true-peak offset bypass" },
  { "loudnorm mode=linear measured-loudness=-20 limiter=false", 44100, 2, "offset" },
  { "loudnorm mode=linear measured-loudness=-20", 44100, 2, NULL },
  { "loudnorm mode=linear measured-loudness=-20 limiter=false", 44100, 1, NULL },
  { "loudnorm mode=file loudness-target=-9", 44100, 2, NULL },
  { "loudnorm lookahead=400 interval=7000000", 44100, 2, "max-true-peak offset bypass" },
  { "loudnorm lookahead=433.3 loudness-range-target=1", 48000, 3, NULL },
  { "masterstereo bass-mono-frequency=110 width-low=1.2 width-high=2 widen=0.5 side-limit=6", 44100,
    2, NULL },
  { "masterstereo interval=7000000 preserve=power", 48000, 2,
    "width-low width-mid width-high balance widen guard" },
  { "masterstereo width-low=0.5", 44100, 2, "bypass" },
  { "masterstereo width-low=0.5", 44100, 1, NULL },
  { "masterstereo", 96000, 2, "bass-mono-frequency side-highpass side-limit" },
  { "masterdyn num-bands=4 auto-makeup=true clip=2 clip-level=-3 band0::ratio=2 "
    "band1::auto-release=true band1::ratio=3 band2::mode=upward band2::ratio=2 band3::mode=expand "
    "band3::ratio=2",
    44100, 2, NULL },
  { "masterdyn num-bands=3 lookahead=3 sidechain-highpass=90 detector=peak band0::ratio=4 "
    "band1::ratio=4 interval=7000000",
    48000, 2, "crossover1 crossover2 link mix band0::threshold band1::makeup band2::ratio" },
  { "masterdyn mid-side=true link=0.3 band0::threshold=-30 band0::ratio=4", 44100, 2,
    "sidechain-highpass band0::attack band0::release" },
  { "masterdyn mid-side=true band0::ratio=4", 44100, 1, "bypass" },
  { "masterdyn num-bands=2 link=0 band1::ratio=4", 96000, 3, NULL },
  { "mastereq band0::enabled=true band0::type=low-cut band0::slope=48 band1::enabled=true "
    "band1::gain=4 band1::channels=mid band5::enabled=true band5::range=-8 band5::threshold=-40 "
    "band7::enabled=true band7::type=tilt band7::gain=3",
    44100, 2, NULL },
  { "mastereq interval=7000000 band2::type=high-shelf band3::enabled=true band3::channels=left",
    48000, 2, "band2::gain band2::enabled band3::frequency band3::gain band3::q" },
  { "mastereq band4::enabled=true band4::gain=6", 96000, 3,
    "band4::type band4::threshold band4::range band4::attack band4::release bypass" },
  { "mastereq phase=linear interval=7000000 band1::enabled=true band1::gain=4 band1::channels=mid "
    "band2::enabled=true band5::enabled=true band5::range=-8 band5::threshold=-40",
    44100, 2, "band2::gain band5::threshold band1::enabled" },
  { "mastereq phase=linear band0::enabled=true band0::type=low-cut", 48000, 3, "bypass" },
  { "loudnessmeter", 44100, 2, NULL },
  { "loudnessmeter stereo-bands=true", 44100, 2, NULL },
  { "loudnorm mode=linear measured-loudness=-22 ! truepeaklimit ceiling=-2 ! loudnessmeter "
    "interval=50000000",
    48000, 2, NULL },
};

/* Each property crosses its range, up and down, at times that are no grid points. */
static void
add_curves (GstElement *element, const gchar *properties)
{
  gchar **names = g_strsplit (properties, " ", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    const gchar *name;
    GObject *owner = rig_owner (element, names[i], &name);
    GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (owner), name);
    gdouble low = 0.0, high = 1.0;

    if (G_IS_PARAM_SPEC_DOUBLE (pspec)) {
      low = MAX (G_PARAM_SPEC_DOUBLE (pspec)->minimum, -20.0);
      high = MIN (G_PARAM_SPEC_DOUBLE (pspec)->maximum, 20.0);
    }
    const gdouble points[][2] = {
      { 0.0, low }, { 0.2 + 0.01 * i, high }, { 0.5, low }, { 1.1, high }
    };

    rig_curve (owner, name, points, G_N_ELEMENTS (points), GST_INTERPOLATION_MODE_LINEAR);
  }
  g_strfreev (names);
}

/* Of all samples and, element by element, all messages of one case; free it. */
static gchar *
hash_of (const Case *c, gsize size)
{
  static const gchar *names[] = { "loudnorm",     "masterdyn",     "mastereq",
                                  "masterstereo", "truepeaklimit", "loudnessmeter" };
  Rig *rig = rig_new (c->launch, c->rate, c->channels);
  GChecksum *sum = g_checksum_new (G_CHECKSUM_SHA256);
  float *x = signal_hot (11, N, c->channels);
  gchar *text;

  gst_harness_set_live (rig->h, FALSE);
  if (c->controlled != NULL)
    add_curves (rig->element, c->controlled);
  rig_push_run (rig, x, N, size, 0, 0);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), N);
  g_checksum_update (sum, (const guchar *) rig->samples->data, rig->samples->len * sizeof (float));
  for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
    GPtrArray *found = rig_structures (rig, names[k]);

    for (guint i = 0; i < found->len; i++) {
      text = gst_structure_to_string (g_ptr_array_index (found, i));
      g_checksum_update (sum, (const guchar *) text, -1);
      g_free (text);
    }
    g_ptr_array_unref (found);
  }
  text = g_strndup (g_checksum_get_string (sum), 16);
  g_checksum_free (sum);
  g_free (x);
  rig_free (rig);
  return text;
}

/* NULL, or what differs. */
static gchar *
check_same (const gchar *expected, const gchar *hash, const gchar *what)
{
  if (expected != NULL && hash != NULL && strcmp (expected, hash) == 0 && strlen (hash) >= 16)
    return NULL;
  return g_strdup_printf ("%s: hash %s instead of %s", what, hash, expected);
}

GST_START_TEST (buffer_sizes_give_the_same_bits_and_messages)
{
  static const gsize sizes[] = { 1, 7, 64, 441, 65536, 0 };
  gchar *expected = hash_of (&cases[__i__], 1024);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    gchar *hash = hash_of (&cases[__i__], sizes[s]);

    assert_ok (check_same (expected, hash, cases[__i__].launch));
    g_free (hash);
  }
  g_free (expected);
}
GST_END_TEST;

/* A ceiling that steps down at a grid point is in force at that very frame. The curve's times are stream
 * times: in the last round the timestamps begin at 10 s, the stream at 0. */
GST_START_TEST (controlled_ceiling_holds_from_its_frame_on)
{
  static const gsize sizes[] = { 1, 441, 65536, 1024 };
  const gdouble points[][2] = { { 0.0, -1.0 }, { 0.5, -12.0 } }; /* frame 24000 = 375 x 64 */
  float *x = signal_sine (997.0, 1.0, N, 2, 48000);

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    Rig *rig = rig_new ("truepeaklimit", 48000, 2);
    gdouble before = 0.0, after = 0.0;

    GstSegment segment;
    const GstClockTime t0 = s == 3 ? 10 * GST_SECOND : 0;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.start = t0;
    rig_event (rig, gst_event_new_segment (&segment));
    rig_curve (G_OBJECT (rig->element), "ceiling", points, 2, GST_INTERPOLATION_MODE_NONE);
    rig_push_run (rig, x, N, sizes[s], t0, 0);
    rig_event (rig, gst_event_new_eos ());
    for (gsize i = 0; i < rig->samples->len; i++) {
      gdouble v = fabs (g_array_index (rig->samples, float, i));

      if (i < 2 * 20000)
        before = MAX (before, v);
      if (i >= 2 * 24000)
        after = MAX (after, v);
    }
    /* The margin of the detector is 0.04 dB and the second stage's 0.03 dB. */
    fail_unless (before <= pow (10.0, -1.0 / 20.0) && before > pow (10.0, -1.1 / 20.0));
    fail_unless (after <= pow (10.0, -12.0 / 20.0) && after > pow (10.0, -12.1 / 20.0),
                 "%g after the step", after);
    rig_free (rig);
  }
  g_free (x);
}
GST_END_TEST;

/* The C library's own results for this CPU: they do depend on its variants. */
static guint64
libm_hash (void)
{
  guint64 hash = 14695981039346656037u;

  for (guint i = 1; i < 200000; i++) {
    volatile gdouble x = i * 0.001234567;
    gdouble y[3] = { sin (x), exp2 (-x * 0.1), log2 (x) };
    guint64 bits[3];

    memcpy (bits, y, sizeof bits);
    for (guint k = 0; k < 3; k++)
      hash = (hash ^ bits[k]) * 1099511628211u;
  }
  return hash;
}

/* "isa=... libm=... HASH HASH ..." of a child with one more environment variable; free it. */
static gchar **
child_words (const gchar *variable, const gchar *value)
{
  gchar *argv[] = { (gchar *) "/proc/self/exe", NULL }, *output = NULL, **words;
  gchar **env = g_environ_setenv (g_get_environ (), PRINT, "1", TRUE);
  GError *error = NULL;
  gint status;

  argv[0] = g_file_read_link ("/proc/self/exe", &error);
  g_assert_no_error (error);
  env = g_environ_setenv (env, "GST_DEBUG", "masterbase:4", TRUE);
  env = g_environ_setenv (env, "GST_DEBUG_NO_COLOR", "1", TRUE);
  env = g_environ_setenv (env, "GST_DEBUG_FILE", "/dev/stdout", TRUE);
  env = g_environ_setenv (env, "CK_FORK", "no", TRUE);
  if (variable != NULL)
    env = g_environ_setenv (env, variable, value, TRUE);
  fail_unless (
      g_spawn_sync (NULL, argv, env, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, &status, &error));
  fail_unless_equals_int (status, 0);
  words = g_strsplit_set (output, " \n", -1);
  g_strfreev (env);
  g_free (output);
  g_free (argv[0]);
  return words;
}

/* What follows `key` among the words, or NULL; n-th occurrence from 0. */
static const gchar *
word_after (gchar **words, const gchar *key, guint n)
{
  for (; *words != NULL; words++)
    if (g_str_has_prefix (*words, key) && n-- == 0)
      return *words + strlen (key);
  return NULL;
}

static void
assert_same_hashes (gchar **expected, gchar **words, const gchar *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_ok (
        check_same (word_after (expected, "hash=", i), word_after (words, "hash=", i), what));
}

GST_START_TEST (instruction_sets_give_the_same_bits_and_messages)
{
  static const gchar *isas[] = { "c", "sse2", "avx2", "avx512", "neon" };
  gchar **expected = child_words ("MDSP_CPU", "c");
  guint compared = 0;

  for (guint i = 0; i < G_N_ELEMENTS (isas); i++) {
    gchar **words = child_words ("MDSP_CPU", isas[i]);

    fail_unless (word_after (words, "kernels=", 0) != NULL);
    if (g_strcmp0 (word_after (words, "kernels=", 0), isas[i]) == 0) {
      assert_same_hashes (expected, words, isas[i]);
      compared++;
    }
    g_strfreev (words);
  }
  fail_unless (compared >= 2, "only %u instruction sets here", compared);
  g_strfreev (expected);
}
GST_END_TEST;

/* sin, exp2 and log2 of glibc round differently with and without FMA; our results must not know. */
GST_START_TEST (c_library_variants_give_the_same_bits_and_messages)
{
#if defined(__x86_64__) && defined(__GLIBC__)
  gchar **expected = child_words (NULL, NULL);
  gchar **words = child_words ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2,-AVX,-FMA,-FMA4,-AVX512F,"
                                                 "-AVX512VL,-AVX512BW,-AVX512DQ,-ERMS,-BMI2");

  if (__builtin_cpu_supports ("fma"))
    fail_unless (g_strcmp0 (word_after (words, "libm=", 0), word_after (expected, "libm=", 0)) != 0,
                 "the C library did not change its variants: nothing was tested");
  assert_same_hashes (expected, words, "GLIBC_TUNABLES");
  g_strfreev (expected);
  g_strfreev (words);
#endif
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  Case fault = cases[3];
  gchar *expected = hash_of (&cases[3], 1024), *hash;

  fault.controlled = NULL; /* the curves matter */
  hash = hash_of (&fault, 1024);
  assert_caught (check_same (expected, hash, ""));
  g_free (hash);
  fault = cases[0];
  fault.launch = "truepeaklimit release=61"; /* one bit of one sample or message is enough */
  hash = hash_of (&fault, 1024);
  g_free (expected);
  expected = hash_of (&cases[0], 1024);
  assert_caught (check_same (expected, hash, ""));
  g_free (hash);
  fault.launch = "truepeaklimit interval=99000000"; /* the same samples, other messages */
  hash = hash_of (&fault, 1024);
  assert_caught (check_same (expected, hash, ""));
  assert_caught (check_same (NULL, NULL, ""));
  g_free (hash);
  g_free (expected);
}
GST_END_TEST;

GST_START_TEST (print_hashes)
{
  g_print ("libm=%" G_GINT64_MODIFIER "x\n", libm_hash ());
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gchar *hash = hash_of (&cases[i], 1024);

    g_print ("hash=%s\n", hash);
    g_free (hash);
  }
}
GST_END_TEST;

static Suite *
buffer_sizes_suite (void)
{
  Suite *s = suite_create ("buffer-sizes");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  if (g_getenv (PRINT) != NULL) {
    tcase_add_test (tc, print_hashes);
    return s;
  }
  tcase_add_test (tc, checkers_catch_planted_faults);
  tcase_add_loop_test (tc, buffer_sizes_give_the_same_bits_and_messages, 0, G_N_ELEMENTS (cases));
  tcase_add_test (tc, controlled_ceiling_holds_from_its_frame_on);
  tcase_add_test (tc, instruction_sets_give_the_same_bits_and_messages);
  tcase_add_test (tc, c_library_variants_give_the_same_bits_and_messages);
  return s;
}

GST_CHECK_MAIN (buffer_sizes)

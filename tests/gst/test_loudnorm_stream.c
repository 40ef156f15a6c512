/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * loudnorm mode=live over the course of streams: what tags and the user say to expect, and what a new
 * stream forgets. How the gain moves is the leveller's matter (dsp-leveller).
 */
#include "tone.h"

#include <math.h>

#define TARGET -14.0

static const GstStructure *
last (Rig *rig)
{
  GPtrArray *found = rig_structures (rig, "loudnorm");
  const GstStructure *s = g_ptr_array_index (found, found->len - 1);

  g_ptr_array_unref (found);
  return s;
}

/* A second of silence: the gain is what is expected of the programme. */
static gdouble
expected_gain (Rig *rig)
{
  static const float silence[2 * RATE];

  rig_push_run (rig, silence, RATE, 1000, rig->pushed * GST_SECOND / RATE, NONE);
  fail_unless_equals_string (gst_structure_get_string (last (rig), "limited-by"), "no-measurement");
  return get (last (rig), "gain");
}

static void
push_comment (Rig *rig, const gchar *comment)
{
  rig_event (rig, gst_event_new_tag (gst_tag_list_new (GST_TAG_EXTENDED_COMMENT, comment, NULL)));
}

/* R128_TRACK_GAIN: dB to -23 LUFS in 256ths (RFC 7845, 5.2.1). ReplayGain 2.0: to -18 LUFS, 89 dB. */
GST_START_TEST (tags_say_what_to_expect)
{
  static const struct {
    const gchar *comment;
    gdouble gain, reference; /* of ReplayGain; NAN: no such tag */
    gdouble lufs;            /* NAN: the tags say nothing */
  } cases[] = {
    { "R128_TRACK_GAIN=256", NAN, NAN, -24.0 },
    { "r128_track_gain=-1408", NAN, NAN, -17.5 },
    { "R128_TRACK_GAIN=512", -3.0, NAN, -25.0 }, /* the more exact one */
    { NULL, -6.5, NAN, -11.5 },
    { NULL, 2.0, 89.0, -20.0 },
    { NULL, -4.0, 83.0, -20.0 },
    { "R128_TRACK_GAIN=loud", NAN, NAN, NAN },
    { "R128_TRACK_GAIN=40000", NAN, NAN, NAN }, /* more than 16 bits hold */
    { "R128_ALBUM_GAIN=256", NAN, NAN, NAN },
    { NULL, 60.0, NAN, NAN },  /* -78 LUFS */
    { NULL, -51.0, NAN, NAN }, /* +33 LUFS */
    { NULL, NAN, 83.0, NAN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *rig = rig_new ("loudnorm lookahead=400", RATE, 2);
    GstTagList *tags = gst_tag_list_new_empty ();
    const gdouble expected = isnan (cases[i].lufs) ? 0.0 : TARGET - cases[i].lufs;

    if (cases[i].comment != NULL)
      gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_EXTENDED_COMMENT, "MOOD=blue",
                        GST_TAG_EXTENDED_COMMENT, cases[i].comment, NULL);
    if (!isnan (cases[i].gain))
      gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_TRACK_GAIN, cases[i].gain, NULL);
    if (!isnan (cases[i].reference))
      gst_tag_list_add (tags, GST_TAG_MERGE_APPEND, GST_TAG_REFERENCE_LEVEL, cases[i].reference,
                        NULL);
    rig_event (rig, gst_event_new_tag (tags));
    assert_ok (check_near ("gain", expected_gain (rig), expected, 1e-9));
    rig_free (rig);
  }
}
GST_END_TEST;

GST_START_TEST (the_users_word_is_worth_more_than_a_tag)
{
  Rig *rig = rig_new ("loudnorm lookahead=400 measured-loudness=-21", RATE, 2);

  push_comment (rig, "R128_TRACK_GAIN=256");
  assert_ok (check_near ("gain", expected_gain (rig), TARGET + 21.0, 1e-9));
  rig_free (rig);
}
GST_END_TEST;

GST_START_TEST (a_new_stream_has_tags_of_its_own)
{
  Rig *rig = rig_new ("loudnorm lookahead=400", RATE, 2);

  push_comment (rig, "R128_TRACK_GAIN=256");
  assert_ok (check_near ("gain", expected_gain (rig), TARGET + 24.0, 1e-9));
  rig_event (rig, gst_event_new_stream_start ("next"));
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  assert_ok (check_near ("gain", expected_gain (rig), 0.0, 1e-9));
  rig_event (rig, gst_event_new_stream_start ("and next"));
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  push_comment (rig, "R128_TRACK_GAIN=-256");
  assert_ok (check_near ("gain", expected_gain (rig), TARGET + 22.0, 1e-9));
  rig_free (rig);
}
GST_END_TEST;

/* A stream at -20 LUFS, then one at -30: it starts at its own gain at once, for which what was known counts
 * like 50 blocks beside the 26 that a look-ahead of 3 s sees (30 less those that hold the start), in LU. */
GST_START_TEST (a_new_stream_is_a_new_item)
{
  static const gdouble before[] = { 0.1, 0.1 }, now[] = { 0.0316227766, 0.0316227766 };
  float *a = tones (before, 2, 20 * RATE), *b = tones (now, 2, 10 * RATE);
  const gdouble old = 50.0 * (1.0 - 26.0 / 300.0); /* faded by what is heard */
  const gdouble known = (old * -20.0 + 26.0 * -30.0) / (old + 26.0);
  Rig *rig = rig_new ("loudnorm", RATE, 2);
  gdouble peak = 0.0;
  gsize from;

  rig_push_run (rig, a, 20 * RATE, 4800, 0, NONE);
  rig_event (rig, gst_event_new_stream_start ("next"));
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  from = rig->samples->len;
  fail_unless_equals_uint64 (from, 2 * 20 * RATE);
  rig_push_run (rig, b, 10 * RATE, 4800, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  for (gsize i = from; i < from + 2 * RATE / 100; i++)
    peak = MAX (peak, fabs (g_array_index (rig->samples, float, i)));
  assert_ok (check_near ("gain", 20.0 * log10 (peak / now[0]), TARGET - known, 0.1));
  rig_free (rig);
  g_free (a);
  g_free (b);
}
GST_END_TEST;

/* Nothing counts as programme, so the gain is 0: -10 LUFS, then a stream at -20. */
GST_START_TEST (output_loudness_is_of_this_stream)
{
  static const gdouble loud[] = { 0.316227766, 0.316227766 }, soft[] = { 0.1, 0.1 };
  float *a = tones (loud, 2, 5 * RATE), *b = tones (soft, 2, 5 * RATE);
  Rig *rig = rig_new ("loudnorm measured-threshold=100", RATE, 2);

  rig_push_run (rig, a, 5 * RATE, 4800, 0, NONE);
  rig_event (rig, gst_event_new_stream_start ("next"));
  assert_near (last (rig), "output-loudness", tone_in_all (loud[0], 2), LU);
  rig_segment (rig, 1.0, 0, NONE, 0, 0);
  rig_push_run (rig, b, 5 * RATE, 4800, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  assert_near (last (rig), "output-loudness", tone_in_all (soft[0], 2), LU);
  rig_free (rig);
  g_free (a);
  g_free (b);
}
GST_END_TEST;

static Suite *
loudnorm_stream_suite (void)
{
  Suite *s = suite_create ("loudnorm-stream");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, tags_say_what_to_expect);
  tcase_add_test (tc, the_users_word_is_worth_more_than_a_tag);
  tcase_add_test (tc, a_new_stream_has_tags_of_its_own);
  tcase_add_test (tc, a_new_stream_is_a_new_item);
  tcase_add_test (tc, output_loudness_is_of_this_stream);
  return s;
}

GST_CHECK_MAIN (loudnorm_stream)

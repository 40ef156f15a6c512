/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Properties as the public contract says; none clicks when it is set while playing; presets.
 */
#include "rig.h"

#include <math.h>
#include <string.h>

#define RATE 48000
#define N    48000
#define NONE GST_CLOCK_TIME_NONE

typedef enum { READY, PLAYING, CONTROLLABLE } When;

typedef struct {
  const gchar *element, *name, *type;
  const gchar *initial; /* as text; NULL: the element's choice */
  gdouble min, max;     /* of numbers */
  When when;
} Property;

static const Property properties[] = {
  { "*", "bypass", "gboolean", "false", 0, 0, CONTROLLABLE },
  { "*", "post-messages", "gboolean", "true", 0, 0, PLAYING },
  { "*", "interval", "guint64", "100000000", 1e6, 3600e9, PLAYING },
  { "loudnessmeter", "engine", "GstLoudnessMeterEngine", "native", 0, 0, READY },
  { "loudnessmeter", "dual-mono", "gboolean", "false", 0, 0, READY },
  { "loudnessmeter", "target", "gdouble", NULL, -70, 10, PLAYING },
  { "loudnessmeter", "tags", "gboolean", "false", 0, 0, PLAYING },
  { "loudnessmeter", "stereo-bands", "gboolean", "false", 0, 0, READY },
  { "truepeaklimit", "ceiling", "gdouble", "-1", -24, 0, CONTROLLABLE },
  { "truepeaklimit", "input-gain", "gdouble", "0", 0, 24, CONTROLLABLE },
  { "truepeaklimit", "lookahead", "gdouble", NULL, 0.1, 10, READY },
  { "truepeaklimit", "hold", "gdouble", NULL, 0, 30, CONTROLLABLE },
  { "truepeaklimit", "release", "gdouble", NULL, 1, 2000, CONTROLLABLE },
  { "truepeaklimit", "auto-release", "gboolean", "true", 0, 0, PLAYING },
  { "truepeaklimit", "link", "gdouble", NULL, 0, 1, CONTROLLABLE },
  { "truepeaklimit", "oversampling", "GstTruePeakLimitOversampling", "auto", 0, 0, READY },
  { "truepeaklimit", "safe", "gboolean", "true", 0, 0, READY },
  { "truepeaklimit", "monitor", "GstMasterMonitor", "output", 0, 0, PLAYING },
  { "masterdyn", "num-bands", "guint", "1", 1, 4, READY },
  { "masterdyn", "crossover1", "gdouble", "120", 20, 20000, CONTROLLABLE },
  { "masterdyn", "crossover2", "gdouble", "1000", 20, 20000, CONTROLLABLE },
  { "masterdyn", "crossover3", "gdouble", "5000", 20, 20000, CONTROLLABLE },
  { "masterdyn", "detector", "GstMasterDynDetector", "rms", 0, 0, PLAYING },
  { "masterdyn", "link", "gdouble", "1", 0, 1, CONTROLLABLE },
  { "masterdyn", "mid-side", "gboolean", "false", 0, 0, READY },
  { "masterdyn", "sidechain-highpass", "gdouble", "0", 0, 500, CONTROLLABLE },
  { "masterdyn", "lookahead", "gdouble", "0", 0, 10, READY },
  { "masterdyn", "mix", "gdouble", "1", 0, 1, CONTROLLABLE },
  { "masterdyn", "auto-makeup", "gboolean", "false", 0, 0, PLAYING },
  { "masterdyn", "clip", "gdouble", "0", 0, 3, READY },
  { "masterdyn", "clip-level", "gdouble", "0", -60, 24, READY },
  { "masterdyn", "monitor", "GstMasterMonitor", "output", 0, 0, PLAYING },
  { "masterdyn", "band0::mode", "GstMasterDynBandMode", "downward", 0, 0, CONTROLLABLE },
  { "masterdyn", "band0::threshold", "gdouble", "-18", -80, 0, CONTROLLABLE },
  { "masterdyn", "band0::ratio", "gdouble", "1", 1, 20, CONTROLLABLE },
  { "masterdyn", "band0::knee", "gdouble", "6", 0, 24, CONTROLLABLE },
  { "masterdyn", "band0::attack", "gdouble", "20", 0.1, 500, CONTROLLABLE },
  { "masterdyn", "band0::release", "gdouble", "250", 5, 5000, CONTROLLABLE },
  { "masterdyn", "band0::auto-release", "gboolean", "false", 0, 0, PLAYING },
  { "masterdyn", "band0::range", "gdouble", "12", 0, 24, CONTROLLABLE },
  { "masterdyn", "band3::makeup", "gdouble", "0", -24, 24, CONTROLLABLE },
  { "mastereq", "phase", "GstMasterEqPhase", "minimum", 0, 0, READY },
  { "mastereq", "monitor", "GstMasterMonitor", "output", 0, 0, PLAYING },
  { "mastereq", "band0::enabled", "gboolean", "false", 0, 0, CONTROLLABLE },
  { "mastereq", "band0::type", "GstMasterEqBandType", "bell", 0, 0, CONTROLLABLE },
  { "mastereq", "band4::frequency", "gdouble", "1000", 10, 40000, CONTROLLABLE },
  { "mastereq", "band0::gain", "gdouble", "0", -24, 24, CONTROLLABLE },
  { "mastereq", "band0::q", "gdouble", NULL, 0.1, 40, CONTROLLABLE },
  { "mastereq", "band0::slope", "GstMasterEqBandSlope", "12", 0, 0, CONTROLLABLE },
  { "mastereq", "band0::channels", "GstMasterEqBandChannels", "stereo", 0, 0, CONTROLLABLE },
  { "mastereq", "band7::threshold", "gdouble", NULL, -100, 0, CONTROLLABLE },
  { "mastereq", "band7::range", "gdouble", "0", -24, 24, CONTROLLABLE },
  { "mastereq", "band7::attack", "gdouble", NULL, 0.1, 1000, CONTROLLABLE },
  { "mastereq", "band7::release", "gdouble", NULL, 1, 5000, CONTROLLABLE },
  { "masterstereo", "bass-mono-frequency", "gdouble", "0", 0, 500, CONTROLLABLE },
  { "masterstereo", "width-low", "gdouble", "1", 0, 2, CONTROLLABLE },
  { "masterstereo", "width-mid", "gdouble", "1", 0, 2, CONTROLLABLE },
  { "masterstereo", "width-high", "gdouble", "1", 0, 2, CONTROLLABLE },
  { "masterstereo", "crossover-low", "gdouble", "250", 40, 2000, CONTROLLABLE },
  { "masterstereo", "crossover-high", "gdouble", "4000", 500, 20000, CONTROLLABLE },
  { "masterstereo", "balance", "gdouble", "0", -6, 6, CONTROLLABLE },
  { "masterstereo", "side-highpass", "gdouble", "0", 0, 500, CONTROLLABLE },
  { "masterstereo", "side-limit", "gdouble", "0", 0, 24, CONTROLLABLE },
  { "masterstereo", "guard", "gdouble", "0", -1, 0.9, CONTROLLABLE },
  { "masterstereo", "lookahead", "gdouble", "1000", 0, 3000, READY },
  { "masterstereo", "widen", "gdouble", "0", 0, 1, CONTROLLABLE },
  { "masterstereo", "preserve", "GstMasterStereoPreserve", "mid", 0, 0, PLAYING },
  { "masterstereo", "monitor", "GstMasterMonitor", "output", 0, 0, PLAYING },
  { "loudnorm", "loudness-target", "gdouble", "-14", -70, 10, PLAYING },
  { "loudnorm", "max-true-peak", "gdouble", "-1", -24, 0, CONTROLLABLE },
  { "loudnorm", "offset", "gdouble", "0", -99, 99, CONTROLLABLE },
  { "loudnorm", "measured-loudness", "gdouble", "-inf", -INFINITY, 100, PLAYING },
  { "loudnorm", "measured-true-peak", "gdouble", "-inf", -INFINITY, 100, PLAYING },
  { "loudnorm", "measured-range", "gdouble", "-inf", -INFINITY, 1000, PLAYING },
  { "loudnorm", "measured-threshold", "gdouble", "-inf", -INFINITY, 100, PLAYING },
  { "loudnorm", "loudness-range-target", "gdouble", "0", 0, 20, PLAYING },
  { "loudnorm", "lookahead", "gdouble", "3000", 400, 10000, READY },
  { "loudnorm", "limiter", "gboolean", "true", 0, 0, READY },
  { "loudnorm", "mode", "GstLoudNormMode", "live", 0, 0, READY },
  { "loudnorm", "dual-mono", "gboolean", "false", 0, 0, READY },
};

static const gchar *elements[] = { "loudnessmeter", "truepeaklimit", "loudnorm",
                                   "masterdyn",     "mastereq",      "masterstereo" };

static gchar *
check_range (GParamSpec *pspec, const Property *p)
{
  gdouble min = 0.0, max = 0.0;

  if (G_IS_PARAM_SPEC_DOUBLE (pspec)) {
    min = G_PARAM_SPEC_DOUBLE (pspec)->minimum;
    max = G_PARAM_SPEC_DOUBLE (pspec)->maximum;
  } else if (G_IS_PARAM_SPEC_UINT64 (pspec)) {
    min = (gdouble) G_PARAM_SPEC_UINT64 (pspec)->minimum;
    max = (gdouble) G_PARAM_SPEC_UINT64 (pspec)->maximum;
  } else if (G_IS_PARAM_SPEC_UINT (pspec)) {
    min = G_PARAM_SPEC_UINT (pspec)->minimum;
    max = G_PARAM_SPEC_UINT (pspec)->maximum;
  }
  if (min == p->min && max == p->max)
    return NULL;
  return g_strdup_printf ("%s: range %g .. %g instead of %g .. %g", p->name, min, max, p->min,
                          p->max);
}

/* NULL, or what differs from the contract. */
static gchar *
check_property (GstElement *element, const Property *p)
{
  const gchar *name;
  GObject *object = rig_owner (element, p->name, &name);
  const GParamFlags controllable = GST_PARAM_CONTROLLABLE, playing = GST_PARAM_MUTABLE_PLAYING,
                    ready = GST_PARAM_MUTABLE_READY, both = G_PARAM_READWRITE;
  GParamFlags wanted =
      both | (p->when == READY ? ready : playing) | (p->when == CONTROLLABLE ? controllable : 0);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);
  GValue value = G_VALUE_INIT;
  gchar *text;

  if (pspec == NULL)
    return g_strdup_printf ("no property %s", p->name);
  if (strcmp (g_type_name (pspec->value_type), p->type) != 0)
    return g_strdup_printf ("%s: type %s", p->name, g_type_name (pspec->value_type));
  if ((pspec->flags & (both | controllable | playing | ready | GST_PARAM_MUTABLE_PAUSED)) != wanted)
    return g_strdup_printf ("%s: flags %x", p->name, pspec->flags);
  if (strlen (g_param_spec_get_blurb (pspec)) < 10)
    return g_strdup_printf ("%s: no description", p->name);
  g_value_init (&value, pspec->value_type);
  g_object_get_property (object, name, &value);
  if (!g_param_value_defaults (pspec, &value)) {
    g_value_unset (&value);
    return g_strdup_printf ("%s: a new element does not hold the default", p->name);
  }
  text = gst_value_serialize (&value);
  g_value_unset (&value);
  if (p->initial != NULL && strcmp (text, p->initial) != 0)
    return g_strdup_printf ("%s: default %s", p->name, text);
  g_free (text);
  return check_range (pspec, p);
}

static gboolean
is_of (const Property *p, const gchar *element)
{
  return p->element[0] == '*' || strcmp (p->element, element) == 0;
}

GST_START_TEST (properties_are_as_the_contract_says)
{
  GstElement *element = gst_element_factory_make (elements[__i__], NULL);
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (is_of (&properties[i], elements[__i__])) {
      assert_ok (check_property (element, &properties[i]));
      count++;
    }
  fail_unless (count > 5);
  gst_object_unref (element);
}
GST_END_TEST;

/* Every value comes back as it was set. */
GST_START_TEST (numbers_keep_their_limits_and_refuse_more)
{
  GstElement *element = gst_element_factory_make (elements[__i__], NULL);

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    const Property *p = &properties[i];
    const gchar *name;
    GObject *object;
    gdouble value = 0.0, before;

    if (!is_of (p, elements[__i__]) || strcmp (p->type, "gdouble") != 0)
      continue;
    object = rig_owner (element, p->name, &name);
    g_object_set (object, name, p->min, NULL);
    g_object_get (object, name, &value, NULL);
    fail_unless (value == p->min);
    g_object_set (object, name, p->max, NULL);
    g_object_get (object, name, &before, NULL);
    fail_unless (before == p->max);
    /* GLib lets 3e-8 of the limit pass. */
    ASSERT_WARNING (g_object_set (object, name, p->max + 0.001 + 1e-6 * fabs (p->max), NULL));
    if (isfinite (p->min))
      ASSERT_WARNING (g_object_set (object, name, p->min - 0.001, NULL));
    ASSERT_WARNING (g_object_set (object, name, (gdouble) NAN, NULL));
    g_object_get (object, name, &value, NULL);
    fail_unless (value == before, "%s took a value out of its range", p->name);
  }
  gst_object_unref (element);
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

static gdouble
largest (const float *x, gsize from, gsize to)
{
  gdouble peak = 0.0;

  for (gsize i = 2 * from; i < 2 * to; i++)
    peak = MAX (peak, fabs (x[i]));
  return peak;
}

/* NULL, or a click: around the change at frame N the signal steps further than in the steady parts
 * on either side plus what a gain that takes 1 ms for all its way adds. (The limiter's attack has
 * 2 ms, ramps have 20.) */
static gchar *
check_no_click (const float *y)
{
  gdouble steady = MAX (largest_step (y, N / 2, N - 2000), largest_step (y, 3 * N / 2, 2 * N));
  gdouble step = largest_step (y, N - 2000, 3 * N / 2);
  gdouble allowed = steady + largest (y, N / 2, 2 * N) * 1000.0 / RATE;

  if (step <= allowed)
    return NULL;
  return g_strdup_printf ("a step of %g, steady %g, allowed %g", step, steady, allowed);
}

static const struct {
  const gchar *launch, *property, *value;
} changes[] = {
  { "truepeaklimit", "ceiling", "-18" },
  { "truepeaklimit ceiling=-18", "ceiling", "0" },
  { "truepeaklimit", "input-gain", "24" },
  { "truepeaklimit input-gain=24", "input-gain", "0" },
  { "truepeaklimit ceiling=-6", "hold", "30" },
  { "truepeaklimit ceiling=-6 hold=30", "hold", "0" },
  { "truepeaklimit ceiling=-6", "release", "2000" },
  { "truepeaklimit ceiling=-6 release=2000", "release", "1" },
  { "truepeaklimit ceiling=-6", "auto-release", "false" },
  { "truepeaklimit ceiling=-6 auto-release=false", "auto-release", "true" },
  { "truepeaklimit ceiling=-6 link=1", "link", "0" },
  { "truepeaklimit ceiling=-6 link=0", "link", "1" },
  { "truepeaklimit ceiling=-6 link=1", "link", "0.3" },
  { "truepeaklimit ceiling=-6", "bypass", "true" },
  { "masterstereo", "bass-mono-frequency", "120" },
  { "masterstereo bass-mono-frequency=120", "bass-mono-frequency", "0" },
  { "masterstereo bass-mono-frequency=120", "bass-mono-frequency", "300" },
  { "masterstereo", "width-low", "0" },
  { "masterstereo guard=-1", "width-high", "2" },
  { "masterstereo width-mid=0.5", "crossover-low", "900" },
  { "masterstereo", "balance", "-6" },
  { "masterstereo", "side-highpass", "300" },
  { "masterstereo side-highpass=300", "side-highpass", "0" },
  { "masterstereo crossover-high=500", "side-limit", "12" },
  { "masterstereo guard=-1", "widen", "1" },
  { "masterstereo widen=1 guard=-1", "widen", "0" },
  { "masterstereo width-low=2 width-mid=2 width-high=2", "guard", "0.9" },
  { "masterstereo width-low=2 width-mid=2 width-high=2", "preserve", "power" },
  { "masterstereo width-low=0", "bypass", "true" },
  { "masterstereo width-low=0", "monitor", "difference" },
  { "truepeaklimit ceiling=-6", "monitor", "difference" },
  { "truepeaklimit ceiling=-6 monitor=difference", "bypass", "true" },
  { "truepeaklimit ceiling=-6", "interval", "7000000" },
  { "truepeaklimit ceiling=-6", "post-messages", "false" },
  { "loudnorm mode=linear measured-loudness=-14", "loudness-target", "-30" },
  { "loudnorm mode=linear measured-loudness=-14", "max-true-peak", "-20" },
  { "loudnorm mode=linear measured-loudness=-14", "offset", "20" },
  { "loudnorm mode=linear measured-loudness=-14", "measured-loudness", "-40" },
  { "loudnorm mode=linear measured-loudness=-14", "measured-loudness", "-inf" },
  { "loudnorm mode=linear measured-loudness=-14", "bypass", "true" },
  { "loudnorm mode=linear measured-loudness=-14 limiter=false", "loudness-target", "-40" },
  { "loudnorm mode=linear measured-loudness=-14 limiter=false", "offset", "20" },
  { "loudnorm mode=linear measured-loudness=-30 limiter=false", "bypass", "true" },
  { "loudnorm lookahead=400", "loudness-target", "-30" },
  { "loudnorm lookahead=400", "measured-loudness", "-30" },
  { "loudnorm lookahead=400", "max-true-peak", "-20" },
  { "loudnorm lookahead=400", "offset", "20" },
  { "loudnorm lookahead=400", "bypass", "true" },
  { "mastereq band0::frequency=100", "band0::enabled", "true" },
  { "mastereq band0::enabled=true band0::frequency=100", "band0::gain", "24" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "band0::gain", "-12" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "band0::enabled", "false" },
  { "mastereq band0::enabled=true band0::frequency=20 band0::gain=12", "band0::frequency",
    "20000" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "band0::q", "40" },
  { "mastereq band0::enabled=true band0::frequency=200 band0::gain=12", "band0::type", "notch" },
  { "mastereq band0::enabled=true band0::frequency=200 band0::gain=-12", "band0::type", "tilt" },
  { "mastereq band0::enabled=true band0::type=low-cut band0::frequency=90", "band0::slope", "48" },
  { "mastereq band0::enabled=true band0::type=high-cut band0::frequency=90", "band0::frequency",
    "9000" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "band0::channels", "mid" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::range=-24", "band0::threshold",
    "-60" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::threshold=-60", "band0::range",
    "-24" },
  { "mastereq phase=linear band0::frequency=100 band0::gain=12", "band0::enabled", "true" },
  { "mastereq phase=linear band0::frequency=100 band0::gain=12 band0::enabled=true", "band0::type",
    "low-cut" },
  { "mastereq phase=linear band0::frequency=100 band0::gain=12 band0::enabled=true", "bypass",
    "true" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "bypass", "true" },
  { "mastereq band0::enabled=true band0::frequency=100 band0::gain=12", "monitor", "difference" },
  { "masterdyn band0::threshold=-30", "band0::ratio", "20" },
  { "masterdyn band0::threshold=-30 band0::ratio=20", "band0::ratio", "1" },
  { "masterdyn band0::ratio=4", "band0::threshold", "-60" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "band0::mode", "expand" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "band0::mode", "upward" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "band0::range", "0" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "band0::auto-release", "true" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "detector", "peak" },
  { "masterdyn num-bands=4", "band0::makeup", "-24" },
  { "masterdyn num-bands=2 band0::makeup=-24", "crossover1", "60" },
  { "masterdyn num-bands=2 band0::makeup=-24", "crossover1", "1000" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "mix", "0" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "link", "0" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "sidechain-highpass", "300" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "auto-makeup", "true" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "bypass", "true" },
  { "masterdyn band0::ratio=4 band0::threshold=-30", "monitor", "difference" },
};

/* 100 Hz, the right channel 10 dB softer so that `link` matters. */
static float *
bass (void)
{
  float *x = signal_sine (100.0, 0.9, 2 * N, 2, RATE);

  for (gsize i = 1; i < 4 * N; i += 2)
    x[i] *= 0.316f;
  return x;
}

GST_START_TEST (setting_while_playing_does_not_click)
{
  float *x = bass ();
  Rig *rig = rig_new (changes[__i__].launch, RATE, 2);

  rig_push_run (rig, x, N, 1000, 0, NONE);
  rig_set (rig->element, changes[__i__].property, changes[__i__].value);
  rig_push_run (rig, x + 2 * N, N, 1000, GST_SECOND, NONE);
  rig_event (rig, gst_event_new_eos ());
  fail_unless_equals_uint64 (rig_frames (rig), 2 * N);
  assert_ok (check_no_click ((const float *) (gpointer) rig->samples->data));
  rig_free (rig);
  g_free (x);
}
GST_END_TEST;

static GValue *
value_init (Rig *rig, const gchar *property, GValue *value)
{
  return g_value_init (
      value,
      g_object_class_find_property (G_OBJECT_GET_CLASS (rig->element), property)->value_type);
}

/* They wait for the next format; the stream under way does not change, and that is said. */
GST_START_TEST (ready_properties_wait)
{
  static const struct {
    const gchar *launch, *property, *value;
  } cases[] = {
    { "truepeaklimit ceiling=-6", "lookahead", "10" },
    { "truepeaklimit ceiling=-6", "safe", "false" },
    { "truepeaklimit ceiling=-6", "oversampling", "8" },
    { "loudnorm mode=linear measured-loudness=-20", "limiter", "false" },
    { "loudnorm lookahead=400", "lookahead", "3000" },
    { "loudnorm lookahead=400", "mode", "linear" },
    { "mastereq phase=linear band0::enabled=true band0::gain=6", "phase", "minimum" },
    { "masterdyn band0::ratio=4 lookahead=1", "num-bands", "4" },
    { "masterdyn band0::ratio=4 lookahead=1", "mid-side", "true" },
    { "masterdyn band0::ratio=4 lookahead=1", "lookahead", "3" },
    { "masterdyn band0::ratio=4 clip=1 clip-level=-6", "clip", "3" },
    { "masterdyn band0::ratio=4 clip=1 clip-level=-6", "clip-level", "-30" },
  };
  float *x = bass ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Rig *a = rig_new (cases[i].launch, RATE, 2), *b = rig_new (cases[i].launch, RATE, 2);
    GValue old = G_VALUE_INIT;
    guint64 before;

    rig_push_run (a, x, 2 * N, 1000, 0, NONE);
    rig_event (a, gst_event_new_eos ());
    rig_push_run (b, x, N, 1000, 0, NONE);
    before = rig_frames (b);
    g_object_get_property (G_OBJECT (b->element), cases[i].property,
                           value_init (b, cases[i].property, &old));
    gst_util_set_object_arg (G_OBJECT (b->element), cases[i].property, cases[i].value);
    rig_push_run (b, x + 2 * N, N, 1000, GST_SECOND, NONE);
    fail_unless_equals_int (rig_count_messages (b, GST_MESSAGE_WARNING), 1);
    g_object_set_property (G_OBJECT (b->element), cases[i].property, &old); /* what is at work */
    g_value_unset (&old);
    fail_unless_equals_int (rig_count_messages (b, GST_MESSAGE_WARNING), 1);
    fail_unless_equals_int (rig_count_messages (a, GST_MESSAGE_WARNING), 0);
    rig_event (b, gst_event_new_eos ());
    assert_ok (compare_bits ((const float *) (gpointer) b->samples->data, b->samples->len,
                             (const float *) (gpointer) a->samples->data, a->samples->len));
    fail_unless (before < N);
    rig_free (a);
    rig_free (b);
  }
  g_free (x);
}
GST_END_TEST;

/* NULL, or what is wrong with a preset: it must name every property of the contract, so that
 * loading it leaves nothing from before, and loading it must give what it says. The measurement of
 * a song is no choice of settings and may be missing. */
static gchar *
check_preset (GstElement *element, GKeyFile *file, const gchar *name)
{
  if (!gst_preset_load_preset (GST_PRESET (element), name))
    return g_strdup_printf ("[%s] does not load", name);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    const gchar *key = properties[i].name, *property;
    GObject *owner;
    GValue value = G_VALUE_INIT, wanted = G_VALUE_INIT;
    gboolean same;
    gchar *text;

    if (!is_of (&properties[i], GST_OBJECT_NAME (gst_element_get_factory (element))) ||
        g_str_has_prefix (key, "measured-"))
      continue;
    text = g_key_file_get_value (file, name, key, NULL);
    owner = rig_owner (element, key, &property);
    g_object_get_property (owner, property, &value);
    g_value_init (&wanted, G_VALUE_TYPE (&value));
    same = text != NULL && gst_value_deserialize (&wanted, text) &&
           gst_value_compare (&wanted, &value) == GST_VALUE_EQUAL;
    g_value_unset (&value);
    g_value_unset (&wanted);
    g_free (text);
    if (!same)
      return g_strdup_printf ("[%s] lacks %s, or it does not load", name, key);
  }
  return NULL;
}

GST_START_TEST (presets_load_and_are_complete)
{
  GstElement *element = gst_element_factory_make (elements[__i__], NULL);
  gchar **names = gst_preset_get_preset_names (GST_PRESET (element));
  gchar *path =
      g_strdup_printf ("%s/%s.prs", g_getenv ("GST_PRESET_PATH"), G_OBJECT_TYPE_NAME (element));
  GKeyFile *file = g_key_file_new ();
  gboolean found = g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL);

  fail_unless (found == (names != NULL), "%s is not what GStreamer finds", path);
  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    gchar *comment = NULL;

    assert_ok (check_preset (element, file, names[i]));
    fail_unless (gst_preset_get_meta (GST_PRESET (element), names[i], "comment", &comment));
    g_free (comment);
  }
  if (names != NULL) { /* planted: a key is missing */
    g_key_file_remove_key (file, names[0], "interval", NULL);
    assert_caught (check_preset (element, file, names[0]));
  }
  g_key_file_free (file);
  g_strfreev (names);
  g_free (path);
  gst_object_unref (element);
}
GST_END_TEST;

GST_START_TEST (checkers_catch_planted_faults)
{
  GstElement *element = gst_element_factory_make ("truepeaklimit", NULL);
  float *x = bass ();
  Property p = { "", "ceiling", "gdouble", "-1", -24, 0, CONTROLLABLE };

#define PLANT(field, fault, good)                                                                  \
  p.field = fault;                                                                                 \
  assert_caught (check_property (element, &p));                                                    \
  p.field = good;                                                                                  \
  assert_ok (check_property (element, &p))

  PLANT (name, "celing", "ceiling");
  PLANT (type, "gfloat", "gdouble");
  PLANT (initial, "-2", "-1");
  PLANT (min, -25, -24);
  PLANT (max, 1, 0);
  PLANT (when, PLAYING, CONTROLLABLE);
  PLANT (when, READY, CONTROLLABLE);
  g_object_set (element, "ceiling", -2.0, NULL);
  assert_caught (check_property (element, &p));
  assert_ok (check_no_click (x));
  x[2 * (N + 500)] += 0.06f; /* -24 dBFS */
  assert_caught (check_no_click (x));
  g_free (x);
  gst_object_unref (element);
}
GST_END_TEST;

static Suite *
properties_suite (void)
{
  Suite *s = suite_create ("properties");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_set_timeout (tc, 120);
  tcase_add_test (tc, checkers_catch_planted_faults);
  tcase_add_loop_test (tc, properties_are_as_the_contract_says, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tc, numbers_keep_their_limits_and_refuse_more, 0, G_N_ELEMENTS (elements));
  tcase_add_loop_test (tc, setting_while_playing_does_not_click, 0, G_N_ELEMENTS (changes));
  tcase_add_test (tc, ready_properties_wait);
  tcase_add_loop_test (tc, presets_load_and_are_complete, 0, G_N_ELEMENTS (elements));
  return s;
}

GST_CHECK_MAIN (properties)

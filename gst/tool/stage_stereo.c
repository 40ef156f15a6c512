/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stage_stereo.h"

#include "stereo_words.h"

#include "decide/stereo_problems.h"

#include <math.h>
#include <string.h>

#define STAGE "stereo"
/* What unrelated channels lose in mono, and a bit: up to here nothing cancels. */
#define USUAL_MONO_CHANGE_LU -3.3
/* A change that one has to listen for. */
#define ONLY_LU -1.5

gboolean
stereo_mode_parse (const char *text, StereoMode *mode)
{
  static const char *const names[] = { "off", "safe", "wide" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!strcmp (names[i], text)) {
      *mode = (StereoMode) i;
      return TRUE;
    }
  return FALSE;
}

static void
write_settings (Settings *settings, const MdspImagerParams *p)
{
  const struct {
    const char *key;
    double value;
  } map[] = { { "bass-mono-frequency", p->bass_mono_hz },
              { "width-mid", p->width_mid },
              { "width-high", p->width_high },
              { "crossover-low", p->crossover_low_hz },
              { "crossover-high", p->crossover_high_hz },
              { "side-highpass", p->side_highpass_hz },
              { "side-limit", p->side_limit_db } };

  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    settings_set_double (settings, SETTINGS_STEREO, map[i].key, map[i].value);
}

gboolean
stage_stereo_decide (Master *m, const MasterOptions *options, GError **error)
{
  const MdspStereo *s = stereo_field_measured (m->before->stereo);
  const Target *t = m->target;
  MdspStereoWish wish = { .wide = options->stereo == STEREO_WIDE,
                          .share = options->stereo == STEREO_OFF ? 0.0 : options->amounts.stereo,
                          .bass_mono_hz = t->bass_mono_hz,
                          .side_highpass_hz = t->side_highpass_hz,
                          .side_limit_db = t->side_limit_db };

  mdsp_imager_params_init (&m->stereo_plan.params, m->rate);
  if (s)
    mdsp_stereo_plan (s, &wish, m->rate, &m->stereo_plan);
  if (mdsp_imager_params_neutral (&m->stereo_plan.params))
    return TRUE;
  if (!settings_add_stage (m->settings, SETTINGS_STEREO, error))
    return FALSE;
  write_settings (m->settings, &m->stereo_plan.params);
  return TRUE;
}

Listener
stage_stereo_listener (Master *m)
{
  stereo_field_free (m->stereo_after);
  m->stereo_after = stereo_field_new ();
  return stereo_field_listener (m->stereo_after);
}

/* --- what was done ---------------------------------------------------------------------------- */

static void
add (Master *m, char *move, char *reason)
{
  decisions_add (&m->decisions, STAGE, move, reason);
}

static void
tell_bass (Master *m, const MdspStereo *before, const MdspStereo *after)
{
  MdspStereoReading low = mdsp_stereo_programme (before, MDSP_STEREO_LOW);

  add (m, g_strdup_printf ("bass to mono below %g Hz", m->stereo_plan.params.bass_mono_hz),
       g_strdup_printf ("for %s the bass is to be in the middle: its correlation was %.2f and is "
                        "%.2f now, which takes %.1f dB of it away",
                        m->target->why_stereo, low.correlation,
                        mdsp_stereo_programme (after, MDSP_STEREO_LOW).correlation,
                        -low.mono_change_lu));
}

static void
tell_elliptic (Master *m, const MdspStereo *before, const MdspStereo *after)
{
  const unsigned octave = 3; /* of 250 Hz */

  add (m,
       g_strdup_printf ("less side below %g Hz, 6 dB per octave",
                        m->stereo_plan.params.side_highpass_hz),
       g_strdup_printf (
           "for %s left and right are to be in phase there: the correlation around 250 Hz was "
           "%.2f and is %.2f now",
           m->target->why_stereo, mdsp_stereo_programme (before, octave).correlation,
           mdsp_stereo_programme (after, octave).correlation));
}

static void
tell_top (Master *m, const MdspStereo *before, const MdspStereo *after)
{
  add (m,
       g_strdup_printf ("side above 10 kHz held %g dB under the middle",
                        m->stereo_plan.params.side_limit_db),
       g_strdup_printf (
           "for %s it is to be calm: it was %+.1f dB against the middle and is %+.1f dB now",
           m->target->why_stereo, mdsp_stereo_programme (before, MDSP_STEREO_HIGH).side_mid_db,
           mdsp_stereo_programme (after, MDSP_STEREO_HIGH).side_mid_db));
}

static void
tell_width (Master *m, const MdspStereo *before, const MdspStereo *after)
{
  for (int high = 1; high >= 0; high--) {
    double db = high ? m->stereo_plan.width_high_db : m->stereo_plan.width_mid_db;

    if (db == 0.0)
      continue;
    add (m,
         g_strdup_printf ("%.1f dB more side %s", db,
                          high ? "above 5.7 kHz" : "between 350 Hz and 5.7 kHz"),
         g_strdup_printf (
             "it was narrower there than most music, %.1f dB under the middle, and is %.1f dB "
             "under it now; mono sounds as before",
             -mdsp_stereo_side_mid_db (before, high), -mdsp_stereo_side_mid_db (after, high)));
  }
}

/* --- or why nothing --------------------------------------------------------------------------- */

static char *
bass_reason (const Master *m, const MdspStereo *s)
{
  const Target *t = m->target;
  MdspStereoReading low = mdsp_stereo_programme (s, MDSP_STEREO_LOW);

  switch (m->stereo_plan.bass) {
    case MDSP_STEREO_EMPTY:
      return g_strdup_printf ("for %s the bass is to be in the middle, and there is none",
                              t->why_stereo);
    case MDSP_STEREO_OUT_OF_PHASE:
      return g_strdup_printf (
          "for %s the bass is to be in the middle, but its left and right are out of phase: mono "
          "would take %.1f dB of it away, which is for the mix to mend",
          t->why_stereo, -low.mono_change_lu);
    case MDSP_STEREO_HAS_PROBLEM:
      return g_strdup_printf (
          "for %s the bass is to be in the middle, but what is wrong between left and right "
          "has to be mended in the mix first",
          t->why_stereo);
    default:
      return g_strdup_printf (
          "for %s the bass is to be in the middle, and it is (correlation %.2f below 150 Hz)",
          t->why_stereo, low.correlation);
  }
}

static char *
width_reason (const Master *m, const MdspStereo *s)
{
  switch (m->stereo_plan.width) {
    case MDSP_STEREO_SAME:
      return g_strdup ("left and right are the same, so there is no side to widen");
    case MDSP_STEREO_WIDE_ALREADY:
      return g_strdup_printf (
          "it is wide already (correlation %.2f, below 0 for %.0f %% of the time)",
          mdsp_stereo_steadiness (s).mean, 100.0 * mdsp_stereo_steadiness (s).negative);
    case MDSP_STEREO_HAS_PROBLEM:
      return g_strdup ("what is wrong between left and right has to be mended in the mix first");
    default:
      return g_strdup_printf ("it is as wide as most music (the side is %.1f dB under the middle)",
                              -mdsp_stereo_side_mid_db (s, FALSE));
  }
}

static char *
plain_reason (const Master *m, const MdspStereo *s)
{
  double change = m->before->meter.mono_change_gated;
  MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS];

  if (mdsp_stereo_is_dual_mono (s))
    return g_strdup ("left and right are the same");
  if (mdsp_stereo_problems (s, problems) > 0)
    return g_strdup ("what is wrong between left and right has to be mended in the mix");
  if (!(change > USUAL_MONO_CHANGE_LU))
    return g_strdup ("what cancels between left and right has to be mended in the mix");
  return g_strdup_printf (
      "for %s nothing is to be changed, and in mono it is %s%.1f dB quieter (correlation %.2f)",
      m->target->text, change > ONLY_LU ? "only " : "", fabs (change),
      mdsp_stereo_programme (s, MDSP_STEREO_BROAD).correlation);
}

static char *
why_nothing (const Master *m, const MasterOptions *options)
{
  const MdspStereo *s = stereo_field_measured (m->before->stereo);
  guint channels = GST_AUDIO_INFO_CHANNELS (&m->before->info);
  g_autofree char *bass = NULL, *width = NULL;

  if (channels == 1)
    return g_strdup ("the mix is mono");
  if (channels > 2)
    return g_strdup_printf ("the mix has %u channels", channels);
  if (options->stereo == STEREO_OFF)
    return g_strdup ("as you asked with --stereo off");
  if (options->amounts.stereo == 0.0)
    return g_strdup ("as you asked with --amount");
  if (!s)
    return g_strdup ("nothing was measured");
  if (m->stereo_plan.bass == MDSP_STEREO_NOT_ASKED)
    return m->stereo_plan.width == MDSP_STEREO_NOT_ASKED ? plain_reason (m, s)
                                                         : width_reason (m, s);
  bass = bass_reason (m, s);
  if (m->stereo_plan.width == MDSP_STEREO_NOT_ASKED)
    return g_steal_pointer (&bass);
  width = width_reason (m, s);
  return g_strdup_printf ("%s; %s", bass, width);
}

void
stage_stereo_tell (Master *m, const MasterOptions *options)
{
  const MdspStereo *before = stereo_field_measured (m->before->stereo);
  const MdspStereo *after;

  if (m->stereo_after)
    stereo_field_finish (m->stereo_after);
  after = stereo_field_measured (m->stereo_after);
  if (!after) {
    add (m, g_strdup ("nothing"), why_nothing (m, options));
    return;
  }
  if (m->stereo_plan.bass == MDSP_STEREO_MOVED)
    tell_bass (m, before, after);
  if (m->stereo_plan.elliptic == MDSP_STEREO_MOVED)
    tell_elliptic (m, before, after);
  if (m->stereo_plan.top == MDSP_STEREO_MOVED)
    tell_top (m, before, after);
  if (m->stereo_plan.width == MDSP_STEREO_MOVED)
    tell_width (m, before, after);
}

void
stage_stereo_note_problems (Master *m)
{
  g_autoptr (GPtrArray) findings = stereo_findings (m->before->stereo);

  for (guint i = 0; i < findings->len; i++) {
    const StereoFinding *f = findings->pdata[i];

    decisions_add_problem (&m->decisions, f->id, g_strdup (f->where), g_strdup (f->text));
  }
}

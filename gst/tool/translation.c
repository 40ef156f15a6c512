/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "translation.h"

#include <math.h>
#include <string.h>

Translation *
translation_new (GPtrArray *devices)
{
  Translation *t = g_new0 (Translation, 1);

  t->devices = devices;
  t->state = g_new0 (MdspTranslation, 1);
  return t;
}

void
translation_free (Translation *t)
{
  if (!t)
    return;
  if (t->running)
    mdsp_translation_clear (t->state);
  g_free (t->state);
  g_free (t->results);
  g_ptr_array_unref (t->devices);
  g_free (t);
}

/* More than two channels have no device here; that is no reason to fail. */
static gboolean
begin (gpointer self, const GstAudioInfo *info)
{
  Translation *t = self;
  MdspPlaybackParams params[MDSP_TRANSLATION_MAX_DEVICES];
  guint n = MIN (t->devices->len, MDSP_TRANSLATION_MAX_DEVICES);

  if (GST_AUDIO_INFO_CHANNELS (info) > 2)
    return TRUE;
  for (guint i = 0; i < n; i++)
    params[i] = ((Device *) t->devices->pdata[i])->params;
  t->running =
      mdsp_translation_init (t->state, GST_AUDIO_INFO_RATE (info), GST_AUDIO_INFO_CHANNELS (info),
                             params, n, mdsp_kernels_get ()) == MDSP_OK;
  return TRUE;
}

static void
take (gpointer self, const float *const planes[], guint n_frames)
{
  Translation *t = self;

  if (t->running)
    mdsp_translation_process (t->state, planes, n_frames);
}

Listener
translation_listener (Translation *t)
{
  return (Listener){ begin, take, t };
}

static Verdict
tonal_verdict (const Device *d, double off_lu)
{
  gboolean lifts = d->params.shelf_db > 0.0;

  if (off_lu > d->tolerance_lu)
    return lifts ? TRANSLATES_BOOMY : TRANSLATES_THIN;
  if (off_lu < -d->tolerance_lu)
    return lifts ? TRANSLATES_WEAK : TRANSLATES_HEAVY;
  return TRANSLATES_WELL;
}

static Verdict
judge (const Device *d, const MdspTranslationReading *r)
{
  Verdict tonal;

  if (r->mono_change_lu < d->mono_change_min_lu)
    return TRANSLATES_CANCELS;
  if (!isfinite (r->tonal_change_lu))
    return TRANSLATES_UNKNOWN;
  tonal = tonal_verdict (d, r->tonal_change_lu - d->expected_change_lu);
  if (tonal == TRANSLATES_WELL && r->drowned > d->drowned_max)
    return TRANSLATES_DROWNED;
  return tonal;
}

void
translation_finish (Translation *t)
{
  gboolean has_loudness;

  if (!t->running)
    return;
  has_loudness = isfinite (mdsp_translation_original_lufs (t->state));
  t->n_results = t->state->n_devices;
  t->results = g_new0 (DeviceResult, t->n_results);
  for (guint i = 0; i < t->n_results; i++) {
    DeviceResult *r = &t->results[i];

    r->device = t->devices->pdata[i];
    mdsp_translation_read (t->state, i, &r->reading);
    r->verdict = has_loudness ? judge (r->device, &r->reading) : TRANSLATES_UNKNOWN;
  }
  mdsp_translation_clear (t->state);
  t->running = FALSE;
}

gboolean
translation_is_measured (const Translation *t)
{
  for (guint i = 0; t && i < t->n_results; i++)
    if (t->results[i].verdict != TRANSLATES_UNKNOWN)
      return TRUE;
  return FALSE;
}

static gboolean
is_failed (Verdict v)
{
  return v != TRANSLATES_WELL && v != TRANSLATES_UNKNOWN;
}

guint
translation_n_failed (const Translation *t)
{
  guint n = 0;

  for (guint i = 0; t && i < t->n_results; i++)
    n += is_failed (t->results[i].verdict);
  return n;
}

static const struct {
  const char *id, *text;
} verdicts[] = {
  [TRANSLATES_WELL] = { "well", "as released music" },
  [TRANSLATES_HEAVY] = { "heavy", "its weight is in bass that is not played" },
  [TRANSLATES_THIN] = { "thin", "too little bass" },
  [TRANSLATES_BOOMY] = { "boomy", "the bass booms" },
  [TRANSLATES_WEAK] = { "weak", "too little bass" },
  [TRANSLATES_CANCELS] = { "cancels", "left and right cancel" },
  [TRANSLATES_DROWNED] = { "drowned", "quiet parts drown" },
  [TRANSLATES_UNKNOWN] = { "unknown", "not measured" },
};

const char *
verdict_id (Verdict verdict)
{
  return verdicts[verdict].id;
}

const char *
verdict_text (Verdict verdict)
{
  return verdicts[verdict].text;
}

/* Each says what it is and then what to do; without the last full stop. */
static char *
cancel_sentence (const DeviceResult *result)
{
  const Device *d = result->device;
  double lost = -result->reading.mono_change_lu;
  g_autofree char *loss = isfinite (lost) ? g_strdup_printf ("%.1f dB", lost) : g_strdup ("all");

  if (d->params.mono_below_hz > 0.0)
    return g_strdup_printf (
        "%s the bass below %g Hz is played in mono: left and right cancel, and "
        "%s of it is lost; keep bass and kick in the middle of the mix, or turn "
        "the polarity of one side over",
        d->place, d->params.mono_below_hz, loss);
  return g_strdup_printf (
      "%s left and right become one and cancel: %s is lost, where unrelated "
      "sides lose 3.0; look in the mix for wide effects and for sounds with one "
      "side turned over",
      d->place, loss);
}

static char *
tonal_sentence (const DeviceResult *result)
{
  const Device *d = result->device;
  double change = result->reading.tonal_change_lu, usual = d->expected_change_lu;
  g_autofree char *gets =
      fabs (change) < 0.05
          ? g_strdup ("keeps its loudness")
          : g_strdup_printf ("gets %.1f dB %s", fabs (change), change < 0.0 ? "quieter" : "louder");

  switch (result->verdict) {
    case TRANSLATES_HEAVY:
      return g_strdup_printf (
          "%s it gets %.1f dB quieter, released music %.1f: much of its loudness is bass that is "
          "not heard there; give the bass harmonics above %g Hz in the mix, or turn it down",
          d->place, -change, -usual, MAX (d->params.highpass_hz, 100.0));
    case TRANSLATES_THIN:
      return g_strdup_printf (
          "%s it %s, released music %.1f dB quieter: it has little bass to lose, and on larger "
          "loudspeakers it may sound thin; unless it is meant to have no bass, look in the mix for "
          "bass that was cut away",
          d->place, gets, -usual);
    case TRANSLATES_BOOMY:
      return g_strdup_printf ("%s it gets %.1f dB louder, released music %.1f: the bass will boom; "
                              "turn the bass below %g Hz down in the mix",
                              d->place, change, usual, d->params.shelf_hz);
    case TRANSLATES_WEAK:
    default:
      return g_strdup_printf ("%s it %s, released music %.1f dB louder: it has too little bass for "
                              "that place to lift; look in the mix for bass that was cut away",
                              d->place, gets, usual);
  }
}

static char *
sentence (const DeviceResult *result)
{
  if (result->verdict == TRANSLATES_CANCELS)
    return cancel_sentence (result);
  if (result->verdict == TRANSLATES_DROWNED)
    return g_strdup_printf ("%s %.0f %% of it are quieter than the noise; lift the quiet parts if "
                            "they shall be heard there",
                            result->device->place, 100.0 * result->reading.drowned);
  return tonal_sentence (result);
}

static char *
where (const DeviceResult *result)
{
  const MdspPlaybackParams *p = &result->device->params;

  switch (result->verdict) {
    case TRANSLATES_CANCELS:
      return p->mono_below_hz > 0.0 ? g_strdup_printf ("below %g Hz", p->mono_below_hz)
                                    : g_strdup ("left against right");
    case TRANSLATES_DROWNED:
      return g_strdup ("quiet parts");
    default:
      return g_strdup_printf ("below %g Hz",
                              p->shelf_hz > 0.0 ? p->shelf_hz : MAX (p->highpass_hz, 100.0));
  }
}

static void
finding_free (gpointer data)
{
  Finding *finding = data;

  g_free (finding->where);
  g_free (finding->text);
  g_free (finding);
}

/* "; the same on a laptop and in a car" */
static void
append_others (GString *text, const Translation *t, guint first)
{
  guint n = 0, i, last = first;

  for (i = first + 1; i < t->n_results; i++)
    if (t->results[i].verdict == t->results[first].verdict)
      last = i;
  for (i = first + 1; i <= last; i++) {
    if (t->results[i].verdict != t->results[first].verdict)
      continue;
    g_string_append_printf (text, "%s%s",
                            n == 0      ? "; the same "
                            : i == last ? " and "
                                        : ", ",
                            t->results[i].device->place);
    n++;
  }
}

static Finding *
finding_new (const Translation *t, guint i)
{
  Finding *finding = g_new0 (Finding, 1);
  GString *text;
  char *first = sentence (&t->results[i]);

  first[0] = g_ascii_toupper (first[0]);
  text = g_string_new (first);
  g_free (first);
  append_others (text, t, i);
  finding->verdict = t->results[i].verdict;
  finding->where = where (&t->results[i]);
  finding->text = g_string_free (text, FALSE);
  return finding;
}

GPtrArray *
translation_findings (const Translation *t)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (finding_free);
  guint told = 0; /* a bit per verdict */

  for (guint i = 0; t && i < t->n_results; i++) {
    guint bit = 1u << t->results[i].verdict;

    if (is_failed (t->results[i].verdict) && !(told & bit))
      g_ptr_array_add (findings, finding_new (t, i));
    told |= bit;
  }
  return findings;
}

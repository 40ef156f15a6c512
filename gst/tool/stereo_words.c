/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "stereo_words.h"

#include "decide/stereo_problems.h"

#include <math.h>

#define NOTHING_DB 99.0 /* what the measurement says for -inf */
#define AUDIBLE_HZ 30.0

static const char *const ids[] = {
  [MDSP_STEREO_PROBLEM_SILENT] = "silent-channel",
  [MDSP_STEREO_PROBLEM_POLARITY] = "polarity",
  [MDSP_STEREO_PROBLEM_DELAY] = "late-channel",
  [MDSP_STEREO_PROBLEM_DELAY_INVERTED] = "late-inverted-channel",
  [MDSP_STEREO_PROBLEM_BASS] = "bass-phase",
  [MDSP_STEREO_PROBLEM_CANCEL] = "phase-cancellation",
  [MDSP_STEREO_PROBLEM_BALANCE] = "balance",
};

static char *
clock_text (guint64 frames, double rate_hz)
{
  guint seconds = (guint) ((double) frames / rate_hz + 0.5);

  return g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
}

/* "0:10 to 0:20"; in pieces, how often and how long. */
static char *
time_text (const MdspStereo *s, const MdspStereoSpans *spans)
{
  g_autofree char *first = clock_text (spans->first, s->rate_hz);
  g_autofree char *last = clock_text (spans->last, s->rate_hz);
  g_autofree char *total = clock_text (spans->total, s->rate_hz);

  if (spans->n_spans == 0 || spans->total == s->n_frames)
    return g_strdup ("from start to end");
  if (spans->n_spans == 1)
    return g_strdup_printf ("%s to %s", first, last);
  return g_strdup_printf ("%u times between %s and %s, %s in all", spans->n_spans, first, last,
                          total);
}

/* Two digits are enough to find a band. */
static double
round_hz (double hz)
{
  double step = pow (10.0, floor (log10 (hz)) - 1.0);

  return rint (hz / step) * step;
}

static char *
band_text (const MdspStereoProblem *p)
{
  if (p->kind == MDSP_STEREO_PROBLEM_DELAY)
    return g_strdup_printf ("from %.0f Hz up", round_hz (p->low_hz));
  if (p->high_hz > 0.0)
    return g_strdup_printf ("%.0f-%.0f Hz", round_hz (p->low_hz), round_hz (p->high_hz));
  return g_strdup ("all frequencies");
}

static char *
cancel_text (const MdspStereoProblem *p)
{
  if (p->value <= -NOTHING_DB)
    return g_strdup ("all");
  return g_strdup_printf ("%.0f dB", -p->value);
}

/* Of a piece that plays on both sides for most of its time, it drops out. */
static char *
silent_sentence (const MdspStereo *s, const MdspStereoProblem *p)
{
  const char *side = p->value < 0.0 ? "right" : "left";
  gboolean drops = 2 * p->spans.total < s->n_frames;
  g_autofree char *how =
      fabs (p->value) >= NOTHING_DB
          ? g_strdup ("silent")
          : g_strdup_printf ("all but silent, %.0f dB under the other", fabs (p->value));

  if (drops)
    return g_strdup_printf (
        "the %s channel drops out: it is %s while the other one plays; look for a "
        "muted track, an edit or a fault of the recording in the mix",
        side, how);
  return g_strdup_printf (
      "the %s channel is %s; check the cables, the panorama and the export of the mix", side, how);
}

static char *
late_sentence (const MdspStereoProblem *p)
{
  const char *side = p->value > 0.0 ? "right" : "left";
  double ms = fabs (p->value);

  return g_strdup_printf (
      "the %s channel is a copy of the other one that comes %.*f ms late (a delay, as of "
      "a Haas or doubling effect): in mono it sounds hollow, as it cancels at %.0f Hz and "
      "every %.0f Hz above; take the delay out of the mix, and place the sound by its "
      "level instead",
      side, ms < 2.0 ? 2 : 1, ms, round_hz (p->low_hz), round_hz (2.0 * p->low_hz));
}

/* Of L (t) - L (t - d), in mono, |sin (pi f d)| is left: nothing at 0 and at multiples of 1 / d, and
 * 6 dB less up to 1 / (6 d). */
static char *
late_inverted_sentence (const MdspStereoProblem *p)
{
  const char *side = p->value > 0.0 ? "right" : "left";
  double ms = fabs (p->value), null_hz = round_hz (1000.0 / ms), edge_hz = 1000.0 / (6.0 * ms);
  g_autofree char *bass =
      edge_hz < AUDIBLE_HZ
          ? g_strdup ("hollow, as it")
          : g_strdup_printf ("thin and hollow, as it loses more than 6 dB up to %.0f Hz and",
                             round_hz (edge_hz));

  return g_strdup_printf (
      "the %s channel is a copy of the other one that comes %.*f ms late and upside down (a delay "
      "with inverted polarity): in mono it sounds %s cancels at %.0f Hz and every %.0f Hz above; "
      "turn the polarity of that channel over and take the delay out of the mix, and place the "
      "sound by its level instead",
      side, ms < 2.0 ? 2 : 1, ms, bass, null_hz, null_hz);
}

static char *
sentence (const MdspStereo *s, const MdspStereoProblem *p)
{
  g_autofree char *lost = cancel_text (p);

  switch (p->kind) {
    case MDSP_STEREO_PROBLEM_SILENT:
      return silent_sentence (s, p);
    case MDSP_STEREO_PROBLEM_POLARITY:
      return g_strdup ("one channel is upside down against the other (inverted polarity): in mono, "
                       "and on a phone, most "
                       "of the music cancels; turn the polarity of one channel over in the mix, or "
                       "look for swapped "
                       "wires and for a plug-in that inverts one side");
    case MDSP_STEREO_PROBLEM_DELAY:
      return late_sentence (p);
    case MDSP_STEREO_PROBLEM_DELAY_INVERTED:
      return late_inverted_sentence (p);
    case MDSP_STEREO_PROBLEM_BASS:
      return g_strdup_printf (
          "the bass of left and right cancels: in mono, and on a single subwoofer, up to %s of it "
          "is lost; in "
          "the mix, turn the polarity of one side of the bass or kick drum over, or use a mono one",
          lost);
    case MDSP_STEREO_PROBLEM_CANCEL:
      return g_strdup_printf ("left and right cancel: in mono up to %s is lost there; look in the "
                              "mix for a widening effect, a "
                              "doubled part or a pair of microphones with one side upside down",
                              lost);
    case MDSP_STEREO_PROBLEM_BALANCE:
    default:
      return g_strdup_printf ("the %s side is %.1f dB louder than the other; check the panorama "
                              "and the level of both sides in "
                              "the mix",
                              p->value > 0.0 ? "right" : "left", fabs (p->value));
  }
}

static void
finding_free (gpointer data)
{
  StereoFinding *finding = data;

  g_free (finding->where);
  g_free (finding->text);
  g_free (finding);
}

static StereoFinding *
finding_new (const MdspStereo *s, const MdspStereoProblem *p)
{
  StereoFinding *finding = g_new0 (StereoFinding, 1);
  g_autofree char *band = band_text (p);
  g_autofree char *when = time_text (s, &p->spans);

  finding->id = ids[p->kind];
  finding->where = g_strdup_printf ("%s, %s", band, when);
  finding->text = sentence (s, p);
  finding->text[0] = g_ascii_toupper (finding->text[0]);
  return finding;
}

GPtrArray *
stereo_findings (const StereoField *field)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func (finding_free);
  const MdspStereo *s = stereo_field_measured (field);
  MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS];
  guint n = s ? mdsp_stereo_problems (s, problems) : 0;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (findings, finding_new (s, &problems[i]));
  return findings;
}

gboolean
stereo_findings_cancel (const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const char *id = ((StereoFinding *) findings->pdata[i])->id;

    if (id != ids[MDSP_STEREO_PROBLEM_SILENT] && id != ids[MDSP_STEREO_PROBLEM_BALANCE])
      return TRUE;
  }
  return FALSE;
}

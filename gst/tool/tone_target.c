/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "tone_target.h"

#include "error.h"

#include <math.h>

#define MUSIC        "music" /* the profile of released music */
#define TARGET       "tone-target"
#define MODIFIER     "tone-modifier"
#define MAX_POINTS   64
#define REFERENCE_HZ 40.0 /* a reference says more about the bass than a target of many can */

static gboolean
refuse (const Profile *p, const char *group, GError **error)
{
  g_set_error (
      error, TOOL_ERROR, TOOL_ERROR_USAGE,
      "the profile %s makes no tonal target: [%s] needs the lists frequency (Hz, ascending) "
      "and level (dB), and a target also tolerance (0 dB or more), all of one length.",
      p->path, group);
  return FALSE;
}

/* A curve of a profile; n is 0 when it has none of that name. */
typedef struct {
  double hz[MAX_POINTS], level_db[MAX_POINTS], tolerance_db[MAX_POINTS];
  guint n;
} Curve;

static gboolean
read_curve (const Profile *p, const char *group, gboolean with_tolerance, Curve *c, GError **error)
{
  gboolean good;

  c->n = 0;
  if (!g_key_file_has_group (p->file, group))
    return TRUE;
  c->n = profile_numbers (p, group, "frequency", c->hz, MAX_POINTS);
  good = c->n > 0 && profile_numbers (p, group, "level", c->level_db, MAX_POINTS) == c->n;
  if (with_tolerance)
    good = good && profile_numbers (p, group, "tolerance", c->tolerance_db, MAX_POINTS) == c->n;
  for (guint i = 0; good && i < c->n; i++)
    good =
        c->hz[i] > (i > 0 ? c->hz[i - 1] : 0.0) && (!with_tolerance || c->tolerance_db[i] >= 0.0);
  return good || refuse (p, group, error);
}

static guint
edge_band (const Profile *p, const char *key, guint otherwise)
{
  double hz = profile_key_number (p, TARGET, key);

  return hz > 0.0 ? mdsp_tone_band_of (hz) : otherwise;
}

static gboolean
read_target (const Profile *p, MdspToneTarget *t, GError **error)
{
  Curve curve;

  if (!read_curve (p, TARGET, TRUE, &curve, error))
    return FALSE;
  if (curve.n == 0)
    return refuse (p, TARGET, error);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++) {
    t->level_db[b] = NAN;
    t->tolerance_db[b] = 0.0;
  }
  for (guint i = 0; i < curve.n; i++) {
    guint b = mdsp_tone_band_of (curve.hz[i]);

    t->level_db[b] = curve.level_db[i];
    t->tolerance_db[b] = curve.tolerance_db[i];
  }
  t->first = edge_band (p, "judged-from", mdsp_tone_band_of (curve.hz[0]));
  t->last = edge_band (p, "judged-to", mdsp_tone_band_of (curve.hz[curve.n - 1]));
  return t->first <= t->last || refuse (p, TARGET, error);
}

/* What the genre adds, and how much wider its range is. */
static gboolean
modify (const Profile *genre, MdspToneTarget *t, GError **error)
{
  double wider = profile_number (genre, "tone-tolerance"), added[MDSP_TONE_BANDS];
  Curve curve;

  if (!read_curve (genre, MODIFIER, FALSE, &curve, error))
    return FALSE;
  if (curve.n > 0)
    mdsp_tone_interpolate (curve.hz, curve.level_db, curve.n, added);
  for (guint b = 0; b < MDSP_TONE_BANDS; b++) {
    if (curve.n > 0)
      t->level_db[b] += added[b];
    if (wider > 0.0)
      t->tolerance_db[b] *= wider;
  }
  return TRUE;
}

/* The genre's number, or that of released music. */
static double
number (const Profile *genre, const Profile *music, const char *group)
{
  double own = genre ? profile_number (genre, group) : NAN;

  return isnan (own) ? profile_number (music, group) : own;
}

static char *
describe (const Profile *p, const char *group)
{
  g_autofree char *source = profile_string (p, group, "source");
  g_autofree char *confidence = profile_string (p, group, "confidence");

  return g_strdup_printf ("%s (%s)", source ? source : "no source given",
                          confidence ? confidence : "unknown confidence");
}

static double
legal_move (double db)
{
  return db >= 0.0 && db <= MDSP_TONE_MAX_CAP_DB ? db : 0.0;
}

static void
take_numbers (ToneTarget *t, const Profile *genre, const Profile *music)
{
  double amount = number (genre, music, "tone-amount") / 100.0;

  t->limits =
      (MdspToneLimits){ number (genre, music, "mud"), number (genre, music, "harsh"),
                        number (genre, music, "treble"), number (genre, music, "mix-problem") };
  t->amount = amount >= 0.0 && amount <= 1.0 ? amount : 0.0;
  t->max_move_db = legal_move (number (genre, music, "max-move"));
  t->max_move_reference_db = legal_move (number (genre, music, "max-move-reference"));
}

ToneTarget *
tone_target_new (const Profile *genre, GError **error)
{
  g_autoptr (ToneTarget) t = g_new0 (ToneTarget, 1);
  g_autoptr (Profile) music = profile_load (MUSIC, PROFILE_TONE, error);
  g_autofree char *name = NULL;
  gboolean own = genre && g_key_file_has_group (genre->file, TARGET);

  if (!music || !read_target (music, &t->released, error))
    return NULL;
  t->target = t->released;
  if (own ? !read_target (genre, &t->target, error) : genre && !modify (genre, &t->target, error))
    return NULL;
  t->judgment = t->target;
  take_numbers (t, genre, music);
  name = profile_name (genre ? genre : music);
  t->text = own     ? g_strdup_printf ("what is usual (%s)", name)
            : genre ? g_strdup_printf ("released music of its genre (%s)", name)
                    : g_strdup (name);
  t->why = own                                                     ? describe (genre, TARGET)
           : genre && g_key_file_has_group (genre->file, MODIFIER) ? describe (genre, MODIFIER)
                                                                   : describe (music, TARGET);
  return g_steal_pointer (&t);
}

void
tone_target_set_references (ToneTarget *t, const MdspSpectrumReading *spectra,
                            const double *weights, guint n)
{
  guint first = mdsp_tone_band_of (REFERENCE_HZ), last = t->released.last;
  g_autofree MdspToneReference *references = g_new (MdspToneReference, n);

  for (guint b = 0; b < MDSP_TONE_BANDS; b++)
    t->reference_empty[b] = TRUE;
  for (guint i = 0; i < n; i++) {
    references[i].spectrum = spectra[i];
    references[i].weight = weights[i];
    mdsp_tone_find_empty (&spectra[i], &t->released, references[i].empty);
    for (guint b = 0; b < MDSP_TONE_BANDS; b++)
      t->reference_empty[b] = t->reference_empty[b] && references[i].empty[b];
  }
  mdsp_tone_mean (references, n, t->released.first, last, t->target.level_db);
  t->target.first = first;
  t->target.last = last;
  t->judgment = t->target;
  for (guint b = 0; b < MDSP_TONE_BANDS; b++) {
    t->target.tolerance_db[b] = 0.0;
    t->judgment.tolerance_db[b] = t->released.tolerance_db[b];
  }
  t->is_reference = true;
  t->max_move_db = t->max_move_reference_db;
  g_free (t->text);
  g_free (t->why);
  t->text = g_strdup (n > 1 ? "your references" : "your reference");
  t->why = g_strdup ("as you asked with --reference");
}

void
tone_target_free (ToneTarget *t)
{
  if (!t)
    return;
  g_free (t->text);
  g_free (t->why);
  g_free (t);
}

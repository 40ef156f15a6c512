/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/tone.h"
#include "decide/tone_fit.h"
#include "decide/tone_response.h"
#include "kernels/dmath.h"
#include "measure/loudness.h"

#include <math.h> /* fabs, rint, sqrt; NAN */
#include <string.h>

#define BANDS  MDSP_TONE_BANDS
#define OCTAVE 3 /* bands */

/* Weights of what is not judged but would be moved along. */
#define EDGE_WEIGHT  0.02
#define EMPTY_WEIGHT 0.5
/* What is inside the tolerance may be moved a little by a neighbour's band: holding it still would
 * take further bands that only work against the first. */
#define INSIDE_WEIGHT 0.25

#define BROAD_BANDS  5
#define NARROW_BANDS 7
#define BROAD_Q      1.2
#define NARROW_Q     6.0

/* What hears nothing of itself: the way to set a level with a band of the equaliser. */
#define LEVEL_SHELF_HZ 10.0
#define LEVEL_STEP_DB  0.01
#define LEVEL_LEAST_DB 0.05 /* less is nobody's business */

static double
median (const double *values, unsigned n)
{
  double sorted[BANDS];
  for (unsigned i = 0; i < n; i++) {
    unsigned k = i;
    for (; k > 0 && sorted[k - 1] > values[i]; k--)
      sorted[k] = sorted[k - 1];
    sorted[k] = values[i];
  }
  return n == 0 ? 0.0 : 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
}

/* The median of difference over the bands of `use`. */
static double
median_of (const double difference[BANDS], const bool use[BANDS])
{
  double values[BANDS];
  unsigned n = 0;
  for (unsigned b = 0; b < BANDS; b++)
    if (use[b])
      values[n++] = difference[b];
  return median (values, n);
}

static bool
in_range (const MdspToneTarget *t, unsigned b)
{
  return b >= t->first && b <= t->last && isfinite (t->level_db[b]);
}

void
mdsp_tone_find_empty (const MdspSpectrumReading *s, const MdspToneTarget *released,
                      bool empty[BANDS])
{
  double difference[BANDS];
  bool use[BANDS];
  for (unsigned b = 0; b < BANDS; b++) {
    difference[b] = s->level_db[b] - released->level_db[b];
    use[b] = in_range (released, b) && isfinite (s->level_db[b]);
    empty[b] = false;
  }
  /* Silence is -inf and falls out by itself. Twice: what is empty must not pull the level down. */
  for (int round = 0; round < 2; round++) {
    const double level = median_of (difference, use);
    for (unsigned b = 0; b < s->n_bands; b++)
      if (difference[b] - level < -MDSP_TONE_EMPTY_DB) {
        empty[b] = true;
        use[b] = false;
      }
  }
}

/* A triangle of an octave between its halves. */
static double
broad (const double curve[BANDS], unsigned at)
{
  static const double share[] = { 1.0, 2.0, 3.0, 2.0, 1.0 };
  double sum = 0.0, weight = 0.0;
  for (int i = -2; i <= 2; i++) {
    const int b = (int) at + i;
    if (b < 0 || b >= BANDS || !isfinite (curve[b]))
      continue;
    sum += share[i + 2] * curve[b];
    weight += share[i + 2];
  }
  return sum / weight;
}

static double
beyond (double x, double tolerance)
{
  return x > tolerance ? x - tolerance : x < -tolerance ? x + tolerance : 0.0;
}

static void
take_rms (MdspToneReading *r)
{
  double mean = 0.0, square = 0.0, outside = 0.0;
  r->distance_rms_db = r->outside_rms_db = 0.0;
  if (r->n_judged == 0)
    return;
  for (unsigned b = 0; b < BANDS; b++)
    if (r->judged[b])
      mean += r->deviation_db[b] / r->n_judged;
  for (unsigned b = 0; b < BANDS; b++)
    if (r->judged[b]) {
      square += (r->deviation_db[b] - mean) * (r->deviation_db[b] - mean);
      outside += r->outside_db[b] * r->outside_db[b];
    }
  r->distance_rms_db = sqrt (square / r->n_judged);
  r->outside_rms_db = sqrt (outside / r->n_judged);
}

void
mdsp_tone_compare (const double level_db[BANDS], const MdspToneTarget *target,
                   const bool empty[BANDS], MdspToneReading *r)
{
  memset (r, 0, sizeof *r);
  for (unsigned b = 0; b < BANDS; b++) {
    const bool known = !empty[b] && isfinite (level_db[b]) && isfinite (target->level_db[b]);
    r->empty[b] = empty[b];
    r->deviation_db[b] = known ? level_db[b] - target->level_db[b] : NAN;
    r->judged[b] = known && in_range (target, b);
    r->n_judged += r->judged[b];
    for (int i = -OCTAVE; i <= OCTAVE; i++)
      if ((int) b + i >= 0 && (int) b + i < BANDS && empty[(int) b + i])
        r->beside_empty[b] = true;
  }
  const double level = median_of (r->deviation_db, r->judged);
  for (unsigned b = 0; b < BANDS; b++)
    r->deviation_db[b] -= level;
  for (unsigned b = 0; b < BANDS; b++) {
    r->broad_db[b] = isfinite (r->deviation_db[b]) ? broad (r->deviation_db, b) : NAN;
    r->outside_db[b] = r->judged[b] ? beyond (r->broad_db[b], target->tolerance_db[b]) : 0.0;
  }
  take_rms (r);
}

double
mdsp_tone_cap_db (double wanted_cap_db, double gated_s, bool mastered)
{
  const double sure = gated_s < 10.0 ? 0.0 : gated_s < 20.0 ? (gated_s - 10.0) / 10.0 : 1.0;
  if (!(gated_s >= MDSP_TONE_LEAST_S))
    return 0.0;
  if (!(wanted_cap_db > 1.0))
    return wanted_cap_db;
  return mastered ? 1.0 : 1.0 + sure * (wanted_cap_db - 1.0);
}

bool
mdsp_tone_is_mastered (double loudness_lufs, double true_peak_dbtp)
{
  return loudness_lufs > -14.5 && true_peak_dbtp > -2.5;
}

/* Ten times what a mix has, and more than a bar that repeats itself exactly. */
#define LEAST_PLATEAU 0.3
/* dB; the mixes of the tests have 12.6 or more, exact loops with a kick 14. */
#define MOST_LIMITED_PLR 12.0

bool
mdsp_tone_is_limited (double plateau_share, double peak_to_loudness_db)
{
  return plateau_share >= LEAST_PLATEAU && peak_to_loudness_db <= MOST_LIMITED_PLR;
}

double
mdsp_tone_loudness_change_lu (const MdspSpectrumReading *s, const double response_db[BANDS],
                              double rate_hz)
{
  MdspKWeightCoef k;
  double before = 0.0, after = 0.0;
  mdsp_kweight_design (&k, rate_hz);
  for (unsigned b = 0; b < s->n_bands; b++) {
    const double weight = mdsp_kweight_response_db (&k, rate_hz, mdsp_spectrum_centre_hz (b));
    before += mdsp_power_from_db (s->level_db[b] + weight);
    after += mdsp_power_from_db (s->level_db[b] + weight + response_db[b]);
  }
  return before > 0.0 ? mdsp_db_from_power (after) - mdsp_db_from_power (before) : 0.0;
}

/* The judged band that is nearest. */
static unsigned
nearest_judged (const MdspToneReading *r, unsigned at)
{
  for (unsigned i = 1; i < BANDS; i++) {
    if (at + i < BANDS && r->judged[at + i])
      return at + i;
    if (at >= i && r->judged[at - i])
      return at - i;
  }
  return at;
}

static double
wanted_at (const MdspToneReading *r, const MdspToneParams *p, unsigned b)
{
  const double away = p->match ? r->deviation_db[b] : r->outside_db[b];
  double wanted = -p->amount * away;
  if (!p->match && wanted > 0.0 && r->beside_empty[b])
    wanted = 0.0;
  const double most = p->match ? 2.0 * p->max_move_db : p->max_move_db;
  return wanted > most ? most : wanted < -most ? -most : wanted;
}

/* What is only looked at may be taken along by a shelf, unless that makes it worse. */
static void
want_at_edge (const MdspToneReading *r, const MdspToneTarget *t, const MdspToneParams *p,
              MdspToneFitParams *fit, unsigned b)
{
  const double along = wanted_at (r, p, nearest_judged (r, b));
  const double deviation = r->deviation_db[b];
  const bool worse = isfinite (deviation) && along * deviation > 0.0 &&
                     (p->match || fabs (deviation) > t->tolerance_db[b]);
  fit->wanted_db[b] = worse                     ? 0.0
                      : along > p->max_move_db  ? p->max_move_db
                      : along < -p->max_move_db ? -p->max_move_db
                                                : along;
  fit->weight[b] = p->match ? EDGE_WEIGHT : INSIDE_WEIGHT;
}

static void
want (const MdspToneReading *r, const MdspToneTarget *t, const MdspSpectrumReading *s,
      const MdspToneParams *p, MdspToneFitParams *fit)
{
  for (unsigned b = 0; b < BANDS; b++) {
    fit->wanted_db[b] = fit->weight[b] = 0.0;
    if (b >= s->n_bands)
      continue;
    if (r->judged[b]) {
      fit->wanted_db[b] = wanted_at (r, p, b);
      fit->weight[b] = p->match || fabs (fit->wanted_db[b]) > 0.1 ? 1.0 : INSIDE_WEIGHT;
    } else if (r->empty[b]) {
      fit->weight[b] = p->match ? EDGE_WEIGHT : EMPTY_WEIGHT;
    } else {
      want_at_edge (r, t, p, fit, b);
    }
  }
}

/* Louder is not better: what the bands do to the loudness is made up for. Twice, as the shelf of the
 * level reaches its gain only above 20 Hz. */
static void
keep_loudness (MdspTonePlan *plan, const MdspSpectrumReading *s, double rate_hz)
{
  MdspEqBandParams *level = &plan->band[plan->n_bands];
  double gain = 0.0;
  for (int round = 0; round < 2; round++) {
    gain -= mdsp_tone_loudness_change_lu (s, plan->response_db, rate_hz);
    gain = rint (gain / LEVEL_STEP_DB) * LEVEL_STEP_DB;
    if (round == 0 && fabs (gain) < LEVEL_LEAST_DB)
      return;
    level->enabled = true;
    level->type = MDSP_EQ_HIGH_SHELF;
    level->frequency_hz = LEVEL_SHELF_HZ;
    level->gain_db = gain;
    plan->n_bands += round == 0;
    plan->has_level = true;
    mdsp_tone_response (plan->band, plan->n_bands, s, rate_hz, plan->response_db);
  }
}

static void
predict (MdspTonePlan *plan, const MdspSpectrumReading *s, const MdspToneTarget *target,
         const bool empty[BANDS])
{
  double level[BANDS];
  for (unsigned b = 0; b < BANDS; b++)
    level[b] = s->level_db[b] + plan->response_db[b];
  mdsp_tone_compare (level, target, empty, &plan->predicted);
}

static bool
is_better (const MdspTonePlan *plan, bool match)
{
  const MdspToneReading *a = &plan->before, *b = &plan->predicted;
  return match ? b->distance_rms_db < a->distance_rms_db : b->outside_rms_db < a->outside_rms_db;
}

static bool
params_valid (const MdspToneTarget *t, const MdspToneParams *p)
{
  return p->amount >= 0.0 && p->amount <= 1.0 && p->max_move_db >= 0.0 &&
         p->max_move_db <= MDSP_TONE_MAX_CAP_DB && p->rate_hz >= MDSP_RATE_MIN &&
         p->rate_hz <= MDSP_RATE_MAX && t->first <= t->last && t->last < BANDS;
}

MdspStatus
mdsp_tone_plan (const MdspSpectrumReading *s, const MdspToneTarget *target, const bool empty[BANDS],
                const MdspToneParams *params, MdspTonePlan *plan)
{
  const bool narrow = params->max_move_db > MDSP_TONE_BROAD_CAP_DB;
  MdspToneFitParams fit = { .free_level = params->match,
                            .one_way = !narrow,
                            .least_saving = narrow          ? 0.001
                                            : params->match ? 0.05
                                                            : 0.2,
                            .max_gain_db = params->max_move_db,
                            .max_q = narrow ? NARROW_Q : BROAD_Q,
                            .max_bands = params->match ? NARROW_BANDS : BROAD_BANDS,
                            .rate_hz = params->rate_hz };
  memset (plan, 0, sizeof *plan);
  if (!params_valid (target, params))
    return MDSP_ERROR_PARAM;
  mdsp_tone_compare (s->level_db, target, empty, &plan->before);
  plan->predicted = plan->before;
  if (plan->before.n_judged < MDSP_TONE_LEAST_BANDS || !(params->max_move_db > 0.0))
    return MDSP_OK;
  want (&plan->before, target, s, params, &fit);
  plan->n_bands = mdsp_tone_fit (&fit, plan->band);
  if (plan->n_bands == 0)
    return MDSP_OK;
  mdsp_tone_response (plan->band, plan->n_bands, s, params->rate_hz, plan->response_db);
  keep_loudness (plan, s, params->rate_hz);
  predict (plan, s, target, empty);
  if (is_better (plan, params->match))
    return MDSP_OK;
  /* Never worse than before: then nothing. */
  const MdspToneReading before = plan->before;
  memset (plan, 0, sizeof *plan);
  plan->before = plan->predicted = before;
  return MDSP_OK;
}

unsigned
mdsp_tone_band_of (double frequency_hz)
{
  const double at = rint (mdsp_db_from_power (frequency_hz / mdsp_spectrum_centre_hz (0)));
  return at > 0.0 ? at < BANDS - 1 ? (unsigned) at : BANDS - 1 : 0;
}

void
mdsp_tone_interpolate (const double *frequency_hz, const double *value_db, unsigned n,
                       double at_band_db[BANDS])
{
  for (unsigned b = 0; b < BANDS; b++) {
    const double hz = mdsp_spectrum_centre_hz (b);
    unsigned i = 0;
    while (i < n && frequency_hz[i] < hz)
      i++;
    at_band_db[b] = value_db[i == 0 ? 0 : n - 1];
    if (i > 0 && i < n) {
      const double whole = mdsp_log2 (frequency_hz[i] / frequency_hz[i - 1]);
      const double part = mdsp_log2 (hz / frequency_hz[i - 1]);
      at_band_db[b] = value_db[i - 1] + (value_db[i] - value_db[i - 1]) * (part / whole);
    }
  }
}

/* 0 dB of a reference. */
static double
level_of (const MdspToneReference *r, unsigned first, unsigned last)
{
  bool use[BANDS];
  for (unsigned b = 0; b < BANDS; b++)
    use[b] = b >= first && b <= last && !r->empty[b] && isfinite (r->spectrum.level_db[b]);
  return median_of (r->spectrum.level_db, use);
}

void
mdsp_tone_mean (const MdspToneReference *references, unsigned n, unsigned first, unsigned last,
                double level_db[BANDS])
{
  double power[2][BANDS] = { { 0.0 } }, weight[2][BANDS] = { { 0.0 } };
  for (unsigned i = 0; i < n; i++) {
    const MdspToneReference *r = &references[i];
    const double zero = level_of (r, first, last);
    for (unsigned b = 0; b < BANDS; b++) {
      power[r->empty[b]][b] += r->weight * mdsp_power_from_db (r->spectrum.level_db[b] - zero);
      weight[r->empty[b]][b] += r->weight;
    }
  }
  for (unsigned b = 0; b < BANDS; b++) {
    const bool empty = !(power[0][b] > 0.0);
    level_db[b] =
        power[empty][b] > 0.0 ? mdsp_db_from_power (power[empty][b] / weight[empty][b]) : NAN;
  }
}

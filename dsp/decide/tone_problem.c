/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/tone_problem.h"

#include <math.h> /* NAN */

enum { HZ_63 = 5, HZ_160 = 9, HZ_200 = 10, HZ_250 = 11, HZ_315 = 12, HZ_500 = 14, HZ_630 = 15 };
enum { HZ_1600 = 19, HZ_2000 = 20, HZ_5000 = 24, HZ_6300 = 25, HZ_12500 = 28 };

/* On the whole it may be over its limit because of what it is compared with: a part of it must be
 * outside by itself. */
#define LEAST_OUTSIDE_DB 0.5

typedef enum { TOLERANCE, MUD, HARSH, TREBLE, OUTSIDE_ONLY } Limit;

static const struct Rule {
  MdspToneProblemKind kind;
  double sign;
  MdspToneRange range, against; /* against: 0, 0 for the target alone */
  Limit limit;
} rules[] = {
  { MDSP_TONE_BOOMY, +1.0, { HZ_63, HZ_160 }, { 0, 0 }, TOLERANCE },
  { MDSP_TONE_THIN, -1.0, { HZ_63, HZ_250 }, { 0, 0 }, TOLERANCE },
  { MDSP_TONE_MUDDY, +1.0, { HZ_200, HZ_500 }, { HZ_630, HZ_2000 }, MUD },
  { MDSP_TONE_HOLLOW, -1.0, { HZ_200, HZ_1600 }, { 0, 0 }, OUTSIDE_ONLY },
  { MDSP_TONE_NASAL, +1.0, { HZ_630, HZ_1600 }, { 0, 0 }, OUTSIDE_ONLY },
  { MDSP_TONE_HARSH, +1.0, { HZ_2000, HZ_5000 }, { HZ_500, HZ_1600 }, HARSH },
  { MDSP_TONE_VEILED, -1.0, { HZ_2000, HZ_5000 }, { 0, 0 }, OUTSIDE_ONLY },
  { MDSP_TONE_BRIGHT, +1.0, { HZ_6300, HZ_12500 }, { 0, 0 }, TREBLE },
  { MDSP_TONE_DULL, -1.0, { HZ_6300, HZ_12500 }, { 0, 0 }, TREBLE },
};

/* A lack beside an edge is the edge: what is not there is no fault of the balance. */
static bool
counts (const MdspToneReading *r, unsigned b, double sign)
{
  return r->judged[b] && (sign > 0.0 || !r->beside_empty[b]);
}

/* Mean of curve over the bands that count; NAN when they are fewer than half. */
static double
mean (const MdspToneReading *r, MdspToneRange range, double sign, const double *curve)
{
  double sum = 0.0;
  unsigned n = 0;
  for (unsigned b = range.first; b <= range.last; b++)
    if (counts (r, b, sign)) {
      sum += curve[b];
      n++;
    }
  return 2 * n > range.last - range.first ? sum / n : NAN;
}

/* The band that is furthest outside in the rule's direction, and how far. */
static unsigned
furthest (const MdspToneReading *r, const struct Rule *rule, double *outside_db)
{
  unsigned at = rule->range.first;
  *outside_db = 0.0;
  for (unsigned b = rule->range.first; b <= rule->range.last; b++)
    if (counts (r, b, rule->sign) && rule->sign * r->outside_db[b] > *outside_db) {
      *outside_db = rule->sign * r->outside_db[b];
      at = b;
    }
  return at;
}

/* Only the part around the worst band is meant. */
static void
narrow (const MdspToneReading *r, const struct Rule *rule, unsigned worst, MdspToneProblem *problem)
{
  MdspToneRange range = { worst, worst };
  while (range.first > rule->range.first && rule->sign * r->outside_db[range.first - 1] > 0.0)
    range.first--;
  while (range.last < rule->range.last && rule->sign * r->outside_db[range.last + 1] > 0.0)
    range.last++;
  problem->range = range;
  problem->deviation_db = mean (r, range, rule->sign, r->deviation_db);
  problem->against_mids = false;
}

static double
limit_db (const struct Rule *rule, const MdspToneReading *r, const MdspToneTarget *target,
          const MdspToneLimits *limits)
{
  switch (rule->limit) {
    case TOLERANCE:
      return mean (r, rule->range, rule->sign, target->tolerance_db);
    case MUD:
      return limits->mud_db;
    case HARSH:
      return limits->harsh_db;
    case TREBLE:
      return limits->treble_db;
    default:
      return NAN;
  }
}

unsigned
mdsp_tone_find_problems (const MdspToneReading *r, const MdspToneTarget *target,
                         const MdspToneLimits *limits,
                         MdspToneProblem found[MDSP_TONE_PROBLEM_KINDS])
{
  unsigned n = 0;
  for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++) {
    const struct Rule *rule = &rules[i];
    const double limit = limit_db (rule, r, target, limits);
    double deviation = mean (r, rule->range, rule->sign, r->deviation_db), outside;
    const unsigned worst = furthest (r, rule, &outside);
    if (rule->against.last > 0)
      deviation -= mean (r, rule->against, rule->sign, r->deviation_db);
    /* comparisons with NAN are false */
    const bool on_the_whole = rule->sign * deviation >= limit && outside >= LEAST_OUTSIDE_DB;
    if (!on_the_whole && !(outside > limits->outside_db))
      continue;
    found[n] = (MdspToneProblem){ rule->kind, rule->range, deviation, rule->against.last > 0 };
    if (!on_the_whole)
      narrow (r, rule, worst, &found[n]);
    if (rule->kind == MDSP_TONE_MUDDY && worst > HZ_315)
      found[n].kind = MDSP_TONE_BOXY;
    n++;
  }
  return n;
}

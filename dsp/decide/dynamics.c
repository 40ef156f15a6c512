/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/dynamics.h"
#include "dynamics/ballistics.h"
#include "kernels/dmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIMITER_ALONE_DB 3.0
#define CLIP_FROM_DB     5.0
#define CLIP_MAX_DB      1.5
#define GLUE_MIN_DB      1.0
#define GLUE_MAX_DB      2.0
#define GLUE_RATIO       1.5
#define GLUE_KNEE_DB     6.0
#define GLUE_RANGE_DB    3.0
#define GLUE_ATTACK_MS   30.0
#define GLUE_RELEASE_MS  250.0
#define GLUE_HIGHPASS_HZ 80.0
/* A full-scale sine reads 0 dB with the RMS detector (AES17). */
#define AES17_DB 3.0102999566398120
/* What counts as a difference between two landings. */
#define LOUDER_LU 0.2
#define EASIER_DB 0.2
#define PUNCH_DB  0.1
#define EQUAL_LU  0.1

static double
clamp (double x, double low, double high)
{
  return x < low ? low : x > high ? high : x;
}

MdspDynamicsWish
mdsp_dynamics_wish (const MdspDynamicsParams *p)
{
  MdspDynamicsWish w = { 0.0, 0.0, 0.0 };
  const bool clips =
      p->style == MDSP_DYNAMICS_DENSE || (p->style == MDSP_DYNAMICS_NORMAL && p->dense_genre);
  const double clip_from = p->style == MDSP_DYNAMICS_DENSE ? LIMITER_ALONE_DB : CLIP_FROM_DB;
  w.need_db = (p->true_peak_in_dbtp - p->loudness_in_lufs) - (p->ceiling_dbtp - p->target_lufs);
  if (p->style == MDSP_DYNAMICS_OFF || !(w.need_db > LIMITER_ALONE_DB))
    return w;
  w.glue_db = p->share *
              clamp (GLUE_MIN_DB + 0.5 * (w.need_db - LIMITER_ALONE_DB), GLUE_MIN_DB, GLUE_MAX_DB);
  if (p->style == MDSP_DYNAMICS_GENTLE)
    w.glue_db *= 0.5;
  if (clips)
    w.clip_db = p->share * clamp (0.75 * (w.need_db - clip_from), 0.0, CLIP_MAX_DB);
  return w;
}

void
mdsp_dynamics_glue (MdspMultibandParams *p, double threshold_db)
{
  p->n_bands = 1;
  p->detector = MDSP_DETECTOR_RMS;
  p->link = 1.0;
  p->sidechain_highpass_hz = GLUE_HIGHPASS_HZ;
  p->band[0] = (MdspBandParams){
    .mode = MDSP_CURVE_DOWNWARD,
    .threshold_db = threshold_db,
    .ratio = GLUE_RATIO,
    .knee_db = GLUE_KNEE_DB,
    .attack_ms = GLUE_ATTACK_MS,
    .release_ms = GLUE_RELEASE_MS,
    .range_db = GLUE_RANGE_DB,
  };
}

/* The level that the glue's detector reads: all that is above the lowest crossover. */
static double
glue_level_db (const MdspLevelStep *s)
{
  double power = 1e-20;
  for (unsigned b = 1; b < MDSP_LEVELS_BANDS; b++)
    power += s->band[b];
  return mdsp_db_from_power (power) + AES17_DB;
}

double
mdsp_dynamics_glue_reduction_db (const MdspLevelStep *steps, size_t n, double threshold_db)
{
  MdspReduction reduction;
  double attack, release, hold = 0.0, smooth = 0.0, sum = 0.0;
  const MdspGainCurveParams curve = { MDSP_CURVE_DOWNWARD, threshold_db,
                                      mdsp_gain_curve_slope (MDSP_CURVE_DOWNWARD, GLUE_RATIO),
                                      GLUE_KNEE_DB, GLUE_RANGE_DB };
  mdsp_ballistics_weights (GLUE_ATTACK_MS, GLUE_RELEASE_MS, MDSP_LEVELS_PER_S, &attack, &release);
  mdsp_reduction_reset (&reduction);
  for (size_t i = 0; i < n; i++) {
    const double wanted = -mdsp_gain_curve_db (&curve, glue_level_db (&steps[i]));
    const double falling = hold + release * (wanted - hold);
    hold = wanted > falling ? wanted : falling;
    smooth += attack * (hold - smooth);
    sum += smooth;
    if (i % 10 == 9) {
      mdsp_reduction_add (&reduction, 0.1 * sum);
      sum = 0.0;
    }
  }
  return mdsp_reduction_mean_above (&reduction, MDSP_DYNAMICS_LOUDER_HALF);
}

double
mdsp_dynamics_glue_threshold_db (const MdspLevelStep *steps, size_t n, double reduction_db)
{
  double low = -80.0, high = 0.0; /* more threshold is less reduction */
  for (unsigned i = 0; i < 16; i++) {
    const double middle = 0.5 * (low + high);
    if (mdsp_dynamics_glue_reduction_db (steps, n, middle) > reduction_db)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

double
mdsp_dynamics_clip_level_db (double clip_db, double gain_db, double ceiling_dbtp)
{
  const double level = ceiling_dbtp - gain_db + 1.5 * clip_db;
  return clamp (level, -60.0, 24.0);
}

MdspDynamicsVerdict
mdsp_dynamics_verdict (const MdspDynamicsOutcome *without, const MdspDynamicsOutcome *with)
{
  const double louder = with->loudness_lufs - without->loudness_lufs;
  if (!without->on_target && louder >= LOUDER_LU)
    return MDSP_DYNAMICS_LOUDER;
  if (louder > -EQUAL_LU && with->reduction_db <= without->reduction_db - EASIER_DB &&
      with->psr_min_db >= without->psr_min_db - PUNCH_DB)
    return MDSP_DYNAMICS_EASIER;
  return MDSP_DYNAMICS_NO_USE;
}

/* --- stability -------------------------------------------------------------------------------- */

#define WINDOW_STEPS     40 /* 400 ms */
#define HOP_STEPS        10
#define LOUD_SHARE       0.95
#define PART_OF_SOUND_DB 15.0
#define LEAST_COUNTED_S  10.0
#define HOLD_RATIO       2.0
#define HOLD_OVER_DB     2.0
#define HOLD_RANGE_DB    4.0

static int
ascending (const void *a, const void *b)
{
  const float x = *(const float *) a, y = *(const float *) b;
  return (x > y) - (x < y);
}

static double
percentile (const float *sorted, size_t n, double share)
{
  return sorted[(size_t) (share * (double) (n - 1) + 0.5)];
}

/* What of the sound: a band, all but one, everything, or everything K-weighted. */
enum { BAND = 0, REST = MDSP_LEVELS_BANDS, WHOLE = 2 * MDSP_LEVELS_BANDS, WEIGHTED };

/* Mean power from step `at` on. */
static double
window_power (const MdspLevelStep *steps, size_t at, unsigned what)
{
  double sum = 0.0;
  for (size_t i = at; i < at + WINDOW_STEPS; i++)
    for (unsigned b = 0; b < MDSP_LEVELS_BANDS; b++) {
      const bool in = what == WHOLE || (what < REST ? b == what : b != what - REST);
      if (what == WEIGHTED)
        sum += b == 0 ? steps[i].weighted : 0.0f;
      else
        sum += in ? steps[i].band[b] : 0.0f;
    }
  return sum / WINDOW_STEPS;
}

/* The gate of BS.1770-5: 10 LU under the mean of what is above -70 LUFS. */
static double
gate_power (const MdspLevelStep *steps, size_t n_windows)
{
  const double absolute = mdsp_power_from_db (-70.0 + 0.691);
  double sum = 0.0, count = 0.0;
  for (size_t w = 0; w < n_windows; w++) {
    const double power = window_power (steps, w * HOP_STEPS, WEIGHTED);
    sum += power >= absolute ? power : 0.0;
    count += power >= absolute ? 1.0 : 0.0;
  }
  const double relative = count > 0.0 ? 0.1 * sum / count : absolute;
  return relative > absolute ? relative : absolute;
}

static void
find_unstable (MdspDynamicsStability *r)
{
  static const unsigned judged[] = { 0, 2 };
  for (unsigned i = 0; r->counted_s >= LEAST_COUNTED_S && i < 2; i++) {
    const unsigned b = judged[i];
    const double excess = r->spread_db[b] - r->rest_spread_db[b];
    if (r->median_db[b] >= r->whole_median_db - PART_OF_SOUND_DB &&
        excess > MDSP_DYNAMICS_UNSTABLE_DB && (!r->unstable || excess > r->excess_db)) {
      r->unstable = true;
      r->band = b;
      r->excess_db = excess;
    }
  }
}

/* Levels of the windows that count, ascending; their number. */
static size_t
sorted_levels (const MdspLevelStep *steps, size_t n_windows, double gate, unsigned what,
               float *level)
{
  size_t count = 0;
  for (size_t w = 0; w < n_windows; w++)
    if (window_power (steps, w * HOP_STEPS, WEIGHTED) >= gate) {
      const double power = window_power (steps, w * HOP_STEPS, what) + 1e-20;
      level[count++] = (float) (mdsp_db_from_power (power) + AES17_DB);
    }
  qsort (level, count, sizeof *level, ascending);
  return count;
}

bool
mdsp_dynamics_stability (const MdspLevelStep *steps, size_t n, MdspDynamicsStability *r)
{
  memset (r, 0, sizeof *r);
  const size_t n_windows = n >= WINDOW_STEPS ? (n - WINDOW_STEPS) / HOP_STEPS + 1 : 0;
  float *level = calloc (n_windows + 1, sizeof *level);
  if (level == NULL)
    return false;
  const double gate = gate_power (steps, n_windows);
  for (unsigned what = BAND; what <= WHOLE; what++) {
    const size_t count = sorted_levels (steps, n_windows, gate, what, level);
    if (count == 0)
      break;
    const double median = percentile (level, count, 0.5);
    const double spread = percentile (level, count, LOUD_SHARE) - median;
    if (what < REST) {
      r->median_db[what] = median;
      r->spread_db[what] = spread;
    } else if (what < WHOLE) {
      r->rest_spread_db[what - REST] = spread;
    } else {
      r->whole_median_db = median;
      r->counted_s = (double) (count * HOP_STEPS) / MDSP_LEVELS_PER_S;
    }
  }
  free (level);
  find_unstable (r);
  return true;
}

void
mdsp_dynamics_hold_band (MdspMultibandParams *p, const MdspDynamicsStability *s, double share)
{
  const bool bass = s->band == 0;
  p->n_bands = bass ? 2 : 3;
  p->detector = MDSP_DETECTOR_RMS;
  p->link = 1.0;
  for (unsigned i = 0; i + 1 < p->n_bands; i++)
    p->crossover_hz[i] = mdsp_levels_crossover_hz[bass ? i : i + 1];
  p->band[bass ? 0 : 1] = (MdspBandParams){
    .mode = MDSP_CURVE_DOWNWARD,
    .threshold_db = clamp (s->median_db[s->band] + HOLD_OVER_DB, -80.0, 0.0),
    .ratio = HOLD_RATIO,
    .knee_db = 4.0,
    .attack_ms = bass ? 40.0 : 20.0,
    .release_ms = bass ? 200.0 : 120.0,
    .range_db = share * HOLD_RANGE_DB,
  };
}

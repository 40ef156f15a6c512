/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/equalizer_band.h"
#include "filter/ramp.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs */
#include <string.h>

enum { LOG2_F, GAIN, LOG2_Q };

#define MIN_HZ      10.0
#define MAX_HZ      40000.0
#define MAX_GAIN_DB 24.0
#define MAX_MOVE_DB 36.0 /* gain and dynamic part together */
#define MIN_Q       0.1
#define MAX_Q       40.0

void
mdsp_eq_band_params_init (MdspEqBandParams *params)
{
  *params = (MdspEqBandParams){
    .type = MDSP_EQ_BELL,
    .frequency_hz = 1000.0,
    .q = 0.7,
    .slope = 12,
    .channels = MDSP_EQ_STEREO,
    .attack_ms = 5.0,
    .release_ms = 80.0,
  };
}

/* NaN becomes lo. */
static double
clamp (double x, double lo, double hi)
{
  return !(x > lo) ? lo : x > hi ? hi : x;
}

static bool
has_gain (MdspEqType type)
{
  return type == MDSP_EQ_BELL || type == MDSP_EQ_LOW_SHELF || type == MDSP_EQ_HIGH_SHELF ||
         type == MDSP_EQ_TILT;
}

/* 6, 12, 24 or 48; shelves end at 12. */
static unsigned
legal_slope (MdspEqType type, unsigned slope)
{
  const bool is_shelf = type == MDSP_EQ_LOW_SHELF || type == MDSP_EQ_HIGH_SHELF;
  return slope < 12 ? 6 : slope < 24 || is_shelf ? 12 : slope < 48 ? 24 : 48;
}

MdspEqBandParams
mdsp_eq_band_legal (const MdspEqBandParams *params, double rate_hz)
{
  const double top = MDSP_BIQUAD_TOP * rate_hz;
  MdspEqBandParams p = *params;
  p.frequency_hz = clamp (p.frequency_hz, MIN_HZ, top < MAX_HZ ? top : MAX_HZ);
  p.gain_db = clamp (p.gain_db, -MAX_GAIN_DB, MAX_GAIN_DB);
  p.q = clamp (p.q, MIN_Q, MAX_Q);
  p.slope = legal_slope (p.type, p.slope);
  return p;
}

bool
mdsp_eq_band_is_flat (const MdspEqBandParams *params)
{
  return !params->enabled || (has_gain (params->type) && !(fabs (params->gain_db) > 0.0));
}

static void
read_goal (const MdspEqBandParams *params, double rate_hz, double goal[3])
{
  const MdspEqBandParams p = mdsp_eq_band_legal (params, rate_hz);
  goal[LOG2_F] = mdsp_log2 (p.frequency_hz);
  goal[GAIN] = p.gain_db;
  goal[LOG2_Q] = mdsp_log2 (p.q);
}

static unsigned
design (MdspEqType type, unsigned slope, const double value[3], double dynamic_db, double rate_hz,
        MdspBiquad *b)
{
  const double f = mdsp_exp2 (value[LOG2_F]);
  const double gain = clamp (value[GAIN] + dynamic_db, -MAX_MOVE_DB, MAX_MOVE_DB);
  switch (type) {
    case MDSP_EQ_BELL:
      mdsp_biquad_bell (b, f, gain, mdsp_exp2 (value[LOG2_Q]), rate_hz);
      return 1;
    case MDSP_EQ_LOW_SHELF:
      mdsp_biquad_low_shelf (b, f, gain, slope <= 6 ? 1 : 2, rate_hz);
      return 1;
    case MDSP_EQ_HIGH_SHELF:
      mdsp_biquad_high_shelf (b, f, gain, slope <= 6 ? 1 : 2, rate_hz);
      return 1;
    case MDSP_EQ_LOW_CUT:
      return mdsp_biquad_low_cut (b, f, slope / 6, rate_hz);
    case MDSP_EQ_HIGH_CUT:
      return mdsp_biquad_high_cut (b, f, slope / 6, rate_hz);
    case MDSP_EQ_NOTCH:
      mdsp_biquad_notch (b, f, mdsp_exp2 (value[LOG2_Q]), rate_hz);
      return 1;
    case MDSP_EQ_TILT:
      mdsp_biquad_tilt (b, f, value[GAIN], rate_hz);
      return MDSP_TILT_SECTIONS;
  }
  return 0;
}

unsigned
mdsp_eq_band_design (const MdspEqBandParams *params, double rate_hz,
                     MdspBiquad sections[MDSP_EQ_MAX_SECTIONS])
{
  double goal[3];
  read_goal (params, rate_hz, goal);
  return design (params->type, legal_slope (params->type, params->slope), goal, 0.0, rate_hz,
                 sections);
}

double
mdsp_eq_band_response_db (const MdspEqBandParams *params, double frequency_hz, double rate_hz)
{
  MdspBiquad b[MDSP_EQ_MAX_SECTIONS];
  if (!params->enabled)
    return 0.0;
  unsigned n = mdsp_eq_band_design (params, rate_hz, b);
  return mdsp_biquad_response_db (b, n, frequency_hz, rate_hz);
}

/* The same poles, y = x. */
static void
make_unity (MdspBiquad *b, MdspSection *s)
{
  b->b[0] = 1.0;
  b->b[1] = b->a[0];
  b->b[2] = b->a[1];
  s->m0 = 1.0;
  s->m1 = s->m2 = 0.0;
}

/* The sections of this node, faded towards unity. */
static void
make_sections (MdspEqBand *band)
{
  const double amount = (double) band->fade / band->fade_steps;
  band->n_sections =
      design (band->type, band->slope, band->value, band->dynamic_db, band->rate_hz, band->biquad);
  band->running = band->fade > 0;
  band->unity = band->fade == 0 ||
                (has_gain (band->type) && band->value[GAIN] == 0.0 && band->dynamic_db == 0.0);
  for (unsigned i = 0; i < band->n_sections; i++) {
    MdspSection *s = &band->section[i];
    mdsp_section_from_biquad (s, &band->biquad[i]);
    if (band->unity)
      make_unity (&band->biquad[i], s);
    if (band->fade == band->fade_steps || band->unity)
      continue;
    s->m0 = 1.0 + amount * (s->m0 - 1.0);
    s->m1 *= amount;
    s->m2 *= amount;
  }
}

static bool
same_structure (const MdspEqBand *band)
{
  return band->type == band->target.type && band->channels == band->target.channels &&
         band->slope == legal_slope (band->target.type, band->target.slope);
}

static void
adopt (MdspEqBand *band)
{
  band->type = band->target.type;
  band->channels = band->target.channels;
  band->slope = legal_slope (band->target.type, band->target.slope);
  memcpy (band->value, band->goal, sizeof band->value);
  band->steps_left = 0;
}

void
mdsp_eq_band_init (MdspEqBand *band, const MdspEqBandParams *params, double rate_hz)
{
  memset (band, 0, sizeof *band);
  band->rate_hz = rate_hz;
  band->fade_steps = (unsigned) (MDSP_RAMP_MS * 0.001 * rate_hz / MDSP_EQ_SEGMENT + 0.5);
  band->target = *params;
  read_goal (params, rate_hz, band->goal);
  mdsp_eq_band_reset (band);
}

void
mdsp_eq_band_reset (MdspEqBand *band)
{
  adopt (band);
  band->fade = band->target.enabled ? band->fade_steps : 0;
  band->dynamic_db = 0.0;
  make_sections (band);
}

void
mdsp_eq_band_set (MdspEqBand *band, const MdspEqBandParams *params)
{
  double goal[3];
  band->target = *params;
  read_goal (params, band->rate_hz, goal);
  if (memcmp (goal, band->goal, sizeof goal) == 0)
    return;
  memcpy (band->goal, goal, sizeof goal);
  band->steps_left = band->fade_steps;
  for (unsigned i = 0; i < 3; i++)
    band->step[i] = (goal[i] - band->value[i]) / band->fade_steps;
}

static bool
fade_in (const MdspEqBand *band)
{
  return band->target.enabled && same_structure (band);
}

bool
mdsp_eq_band_settled (const MdspEqBand *band)
{
  if (!band->target.enabled && band->fade == 0)
    return true;
  return band->steps_left == 0 && band->fade == band->fade_steps && fade_in (band);
}

bool
mdsp_eq_band_advance (MdspEqBand *band, double dynamic_db)
{
  band->restarted = false;
  if (mdsp_eq_band_settled (band) && band->dynamic_db == dynamic_db)
    return false;
  if (band->fade == 0) { /* nobody hears it: no way to go */
    adopt (band);
    band->restarted = true;
  }
  if (fade_in (band))
    band->fade += band->fade < band->fade_steps ? 1 : 0;
  else
    band->fade -= band->fade > 0 ? 1 : 0;
  if (band->steps_left > 0) {
    band->steps_left--;
    for (unsigned i = 0; i < 3; i++)
      band->value[i] = band->steps_left == 0 ? band->goal[i] : band->value[i] + band->step[i];
  }
  band->dynamic_db = dynamic_db;
  make_sections (band);
  return true;
}

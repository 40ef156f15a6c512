/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "dynamics/equalizer.h"
#include "kernels/dmath.h"

#include <math.h> /* fabs */
#include <stdlib.h>
#include <string.h>

void
mdsp_equalizer_params_init (MdspEqualizerParams *params, double rate_hz, unsigned n_channels)
{
  static const double frequency[MDSP_EQ_BANDS] = { 30, 80, 200, 500, 1200, 3000, 7000, 12000 };
  params->rate_hz = rate_hz;
  params->n_channels = n_channels;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    mdsp_eq_band_params_init (&params->band[b]);
    params->band[b].frequency_hz = frequency[b];
  }
}

bool
mdsp_equalizer_needs_stereo (const MdspEqualizerParams *params)
{
  bool wanted = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
    wanted |= params->band[b].enabled && params->band[b].channels != MDSP_EQ_STEREO;
  return wanted && params->n_channels != 2;
}

double
mdsp_equalizer_response_db (const MdspEqualizerParams *params, MdspEqChannels of,
                            double frequency_hz)
{
  double db = 0.0;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    const MdspEqBandParams *p = &params->band[b];
    if (p->channels == MDSP_EQ_STEREO || p->channels == of)
      db += mdsp_eq_band_response_db (p, frequency_hz, params->rate_hz);
  }
  return db;
}

/* The band as it can run here. */
static MdspEqBandParams
possible (const MdspEqualizer *e, const MdspEqBandParams *params)
{
  MdspEqBandParams p = *params;
  if (p.channels != MDSP_EQ_STEREO && e->n_channels != 2)
    p.enabled = false;
  return p;
}

static void
set_bands (MdspEqualizer *e, const MdspEqualizerParams *params, bool init)
{
  e->detecting = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    MdspEqBandParams p = possible (e, &params->band[b]);
    if (init)
      mdsp_eq_band_init (&e->band[b], &p, e->rate_hz);
    else
      mdsp_eq_band_set (&e->band[b], &p);
    mdsp_dynamic_band_design (&e->dynamic_design[b], &p, e->rate_hz);
    e->detecting |= e->dynamic_design[b].range_db != 0.0 || e->dynamic[b].move != 0.0;
  }
  e->changed = true;
}

MdspStatus
mdsp_equalizer_init (MdspEqualizer *e, const MdspEqualizerParams *params,
                     const MdspKernels *kernels)
{
  memset (e, 0, sizeof *e);
  if (params->n_channels < 1 || params->n_channels > MDSP_MAX_CHANNELS ||
      !(params->rate_hz >= MDSP_RATE_MIN && params->rate_hz <= MDSP_RATE_MAX))
    return MDSP_ERROR_PARAM;
  e->kernels = kernels;
  e->rate_hz = params->rate_hz;
  e->n_channels = params->n_channels;
  e->n_pairs = (params->n_channels + 1) / 2;
  e->state = calloc (e->n_pairs, sizeof *e->state);
  e->pairs = calloc (2 * MDSP_MAX_BLOCK, sizeof *e->pairs);
  e->spare = calloc (MDSP_MAX_BLOCK, sizeof *e->spare);
  if (e->state == NULL || e->pairs == NULL || e->spare == NULL) {
    mdsp_equalizer_clear (e);
    return MDSP_ERROR_MEMORY;
  }
  e->detect = e->pairs + MDSP_MAX_BLOCK;
  set_bands (e, params, true);
  mdsp_equalizer_reset (e);
  return MDSP_OK;
}

void
mdsp_equalizer_set (MdspEqualizer *e, const MdspEqualizerParams *params)
{
  set_bands (e, params, false);
}

void
mdsp_equalizer_clear (MdspEqualizer *e)
{
  free (e->state);
  free (e->pairs);
  free (e->spare);
  memset (e, 0, sizeof *e);
}

/* --- which sections run, and with what --------------------------------------------------------- */

static const MdspSection unity_section = { .m0 = 1.0 };

static void
put_channel (MdspCascadeSection *to, unsigned c, const MdspSection *s)
{
  to->t0[c] = s->t0;
  to->t1[c] = s->t1;
  to->g[c] = s->g;
  to->m0[c] = s->m0;
  to->m1[c] = s->m1;
  to->m2[c] = s->m2;
}

/* Left and mid are the first channel of a pair, right and side the second. */
static void
put_section (MdspCascadeSection *to, const MdspEqBand *band, unsigned section)
{
  const MdspSection *s = &band->section[section];
  const bool first = band->channels != MDSP_EQ_RIGHT && band->channels != MDSP_EQ_SIDE;
  const bool second = band->channels != MDSP_EQ_LEFT && band->channels != MDSP_EQ_MID;
  put_channel (to, 0, first ? s : &unity_section);
  put_channel (to, 1, second ? s : &unity_section);
}

/* The place of a section in the list so far, or -1. */
static int
slot_of (const MdspEqualizer *e, unsigned band, unsigned section)
{
  for (unsigned i = 0; i < e->n_slots; i++)
    if (e->slot_band[i] == band && e->slot_section[i] == section)
      return (int) i;
  return -1;
}

/* A new list of slots: sections that go on keep their states, others start empty. */
static void
reorder (MdspEqualizer *e, unsigned n_slots, const uint8_t *bands, const uint8_t *sections)
{
  for (unsigned p = 0; p < e->n_pairs; p++) {
    double old[MDSP_EQ_SLOTS][2][2];
    memcpy (old, e->state[p].section, sizeof old);
    memset (e->state[p].section, 0, sizeof old);
    for (unsigned i = 0; i < n_slots; i++) {
      const int before = slot_of (e, bands[i], sections[i]);
      if (before >= 0 && !e->band[bands[i]].restarted)
        memcpy (e->state[p].section[i], old[before], sizeof old[0]);
    }
  }
  e->n_slots = n_slots;
  memcpy (e->slot_band, bands, n_slots);
  memcpy (e->slot_section, sections, n_slots);
}

/* The sections of this segment: those of bands that do something at its start or at its end. */
static void
arrange (MdspEqualizer *e, const bool runs[MDSP_EQ_BANDS])
{
  uint8_t bands[MDSP_EQ_SLOTS], sections[MDSP_EQ_SLOTS];
  unsigned n = 0;
  bool restarted = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    restarted |= e->band[b].restarted;
    for (unsigned s = 0; runs[b] && s < e->band[b].n_sections; s++, n++) {
      bands[n] = (uint8_t) b;
      sections[n] = (uint8_t) s;
    }
  }
  if (restarted || n != e->n_slots || memcmp (bands, e->slot_band, n) != 0 ||
      memcmp (sections, e->slot_section, n) != 0)
    reorder (e, n, bands, sections);
  /* A stereo band runs in whatever there is. */
  bool mid_side = false;
  for (unsigned i = 0; i < n; i++) {
    const MdspEqChannels channels = e->band[bands[i]].channels;
    if (channels != MDSP_EQ_STEREO)
      mid_side = channels == MDSP_EQ_MID || channels == MDSP_EQ_SIDE;
    e->slot_mid_side[i] = mid_side;
  }
}

/* step = (to - from) / frames, coefficient by coefficient. */
static void
make_step (MdspCascadeSection *step, const MdspCascadeSection *to, const MdspCascadeSection *from)
{
  const double *a = to->t0, *b = from->t0;
  double *d = step->t0;
  for (unsigned i = 0; i < sizeof *step / sizeof (double); i++)
    d[i] = (a[i] - b[i]) * (1.0 / MDSP_EQ_SEGMENT);
}

static double
dynamic_move (MdspEqualizer *e, unsigned b)
{
  const MdspDynamicBandDesign *d = &e->dynamic_design[b];
  if (d->range_db == 0.0 && e->dynamic[b].move == 0.0)
    return 0.0;
  double move = mdsp_dynamic_band_step (&e->dynamic[b], d, e->n_pairs * 2);
  if (fabs (move) > fabs (e->largest_move_db[b]))
    e->largest_move_db[b] = move;
  return move;
}

/* The sections at the node of now, from which the lines start. A band that restarts is unity there,
 * whatever it was before. */
static void
put_start (MdspCascadeSection start[MDSP_EQ_MAX_SECTIONS], const MdspEqBand *band)
{
  for (unsigned s = 0; s < band->n_sections; s++) {
    put_section (&start[s], band, s);
    for (unsigned c = 0; band->restarted && c < 2; c++) {
      start[s].m0[c] = 1.0;
      start[s].m1[c] = start[s].m2[c] = 0.0;
    }
  }
}

static void
set_coefficients (MdspEqualizer *e, MdspCascadeSection start[MDSP_EQ_BANDS][MDSP_EQ_MAX_SECTIONS])
{
  for (unsigned i = 0; i < e->n_slots; i++) {
    const unsigned b = e->slot_band[i], s = e->slot_section[i];
    MdspCascadeSection end;
    put_section (&end, &e->band[b], s);
    e->coef[i] = e->moving ? start[b][s] : end;
    make_step (&e->step[i], &end, &e->coef[i]);
  }
}

/* At a node: bands go on to the next one. */
static void
next_segment (MdspEqualizer *e)
{
  MdspCascadeSection start[MDSP_EQ_BANDS][MDSP_EQ_MAX_SECTIONS];
  bool runs[MDSP_EQ_BANDS];
  const bool was_moving = e->moving;
  e->moving = e->changed = e->detecting = false;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    MdspEqBand *band = &e->band[b];
    const double move = dynamic_move (e, b);
    const bool was_unity = band->unity;
    put_start (start[b], band);
    if (mdsp_eq_band_advance (band, move)) {
      e->moving = true;
      if (band->restarted)
        put_start (start[b], band);
    }
    runs[b] = !was_unity || !band->unity;
    e->changed |= !mdsp_eq_band_settled (band);
    e->detecting |= e->dynamic_design[b].range_db != 0.0 || e->dynamic[b].move != 0.0;
  }
  if (!e->moving && !was_moving)
    return;
  arrange (e, runs);
  set_coefficients (e, start);
}

void
mdsp_equalizer_reset (MdspEqualizer *e)
{
  bool runs[MDSP_EQ_BANDS];
  e->phase = 0;
  e->moving = false;
  e->changed = false;
  e->n_slots = 0;
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    mdsp_eq_band_reset (&e->band[b]);
    mdsp_dynamic_band_reset (&e->dynamic[b]);
    e->largest_move_db[b] = 0.0;
    runs[b] = !e->band[b].unity;
  }
  memset (e->state, 0, e->n_pairs * sizeof *e->state);
  arrange (e, runs);
  for (unsigned i = 0; i < e->n_slots; i++)
    put_section (&e->coef[i], &e->band[e->slot_band[i]], e->slot_section[i]);
}

/* --- audio --------------------------------------------------------------------------------------- */

/* (a + b, a - b) times k: k = 0.5 encodes mid and side, 1 decodes them. */
static void
turn (double (*pairs)[2], size_t n, double k)
{
  for (size_t i = 0; i < n; i++) {
    const double a = pairs[i][0], b = pairs[i][1];
    pairs[i][0] = k * (a + b);
    pairs[i][1] = k * (a - b);
  }
}

static void
run_sections (MdspEqualizer *e, MdspEqualizerState *state, size_t n)
{
  bool mid_side = false;
  for (unsigned i = 0, end; i < e->n_slots; i = end) {
    if (e->slot_mid_side[i] != mid_side)
      turn (e->pairs, n, mid_side ? 1.0 : 0.5);
    mid_side = e->slot_mid_side[i];
    for (end = i + 1; end < e->n_slots && e->slot_mid_side[end] == mid_side;)
      end++;
    e->kernels->cascade_f64 (e->coef + i, e->moving ? e->step + i : NULL, e->phase,
                             state->section + i, end - i, e->pairs, n);
  }
  if (mid_side)
    turn (e->pairs, n, 1.0);
}

/* What the dynamic bands hear: the input of the equaliser, of their own channels. */
static void
feed_detectors (MdspEqualizer *e, unsigned pair, size_t n)
{
  MdspEqualizerState *state = &e->state[pair];
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    const MdspEqChannels channels = e->band[b].target.channels;
    if (e->dynamic_design[b].range_db == 0.0)
      continue;
    memcpy (e->detect, e->pairs, n * sizeof e->pairs[0]);
    if (channels == MDSP_EQ_MID || channels == MDSP_EQ_SIDE)
      turn (e->detect, n, 0.5);
    for (size_t i = 0; channels != MDSP_EQ_STEREO && i < n; i++)
      e->detect[i][channels == MDSP_EQ_LEFT || channels == MDSP_EQ_MID] = 0.0;
    e->kernels->cascade_f64 (&e->dynamic_design[b].filter, NULL, 0, state->detector + b, 1,
                             e->detect, n);
    mdsp_dynamic_band_feed (&e->dynamic[b], pair, (const double (*)[2]) e->detect, n);
  }
}

/* Frames of one segment, or of several when nothing moves. */
static void
run (MdspEqualizer *e, float *const planes[], size_t from, size_t n)
{
  if (e->n_slots == 0 && !e->detecting)
    return;
  for (unsigned p = 0; p < e->n_pairs; p++) {
    float *x0 = planes[2 * p] + from;
    float *x1 = 2 * p + 1 < e->n_channels ? planes[2 * p + 1] + from : NULL;
    e->kernels->pair_f64 (e->pairs, x0, x1 != NULL ? x1 : x0, n);
    if (e->detecting)
      feed_detectors (e, p, n);
    if (e->n_slots == 0)
      continue;
    run_sections (e, &e->state[p], n);
    e->kernels->unpair_f32 (x0, x1 != NULL ? x1 : e->spare, (const double (*)[2]) e->pairs, n);
  }
}

void
mdsp_equalizer_process (MdspEqualizer *e, float *const planes[], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    if (e->phase == 0 && (e->changed || e->moving || e->detecting))
      next_segment (e);
    const bool whole = !e->changed && !e->moving && !e->detecting;
    const size_t left = n_frames - done, segment = MDSP_EQ_SEGMENT - e->phase;
    const size_t n = whole || left < segment ? left : segment;
    run (e, planes, done, n);
    e->phase = (unsigned) ((e->phase + n) % MDSP_EQ_SEGMENT);
    done += n;
  }
}

void
mdsp_equalizer_take (MdspEqualizer *e, double move_db[MDSP_EQ_BANDS])
{
  for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
    move_db[b] = e->largest_move_db[b];
    e->largest_move_db[b] = 0.0;
  }
}

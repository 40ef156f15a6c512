/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The faults of windows of 3 s, and when they begin and end; a silent channel is looked for in half a
 * second, because it may drop out for a few.
 */
#include "kernels/dmath.h"
#include "measure/gating.h"
#include "measure/stereo_internal.h"

#include <math.h> /* fabs */

/* A window in which a fault may be named: loud enough, and the band matters in it. */
#define WINDOW_GATE_LUFS  -60.0
#define BAND_RELEVANCE_DB -30.0

#define POLARITY_AGREEMENT    -0.3
#define SILENT_BALANCE_DB     40.0
#define WIDE_BASS_CORRELATION 0.7
#define CANCEL_LU             -6.0
#define GAP_SECONDS           3.0
#define SAME_DELAY_MS         0.1
#define SILENT_BLOCKS         5 /* of 100 ms */
#define SILENT_GAP_SECONDS    0.5

/* --- spans ------------------------------------------------------------------------------------ */

static void
close_span (MdspStereo *s, unsigned fault, uint64_t end)
{
  MdspStereoOpen *open = &s->open[fault];
  MdspStereoSpans *spans = &s->spans[fault];
  if (!open->open)
    return;
  open->open = false;
  if (spans->n_spans++ == 0)
    spans->first = open->start;
  spans->last = end;
  spans->total += open->held + (end - open->last);
  if (end - open->start > spans->end - spans->start) {
    spans->start = open->start;
    spans->end = end;
  }
}

void
mdsp_stereo_end_faults (MdspStereo *s)
{
  for (unsigned fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++)
    close_span (s, fault, mdsp_stereo_fault_now (s, fault) ? s->n_frames : s->open[fault].last);
}

static bool
is_delay (unsigned fault)
{
  return fault == MDSP_STEREO_DELAY || fault == MDSP_STEREO_DELAY_INVERTED;
}

/* Balance has two directions; the others are the worse the lower they are. */
static bool
is_worse (unsigned fault, double value, double than)
{
  return fault == MDSP_STEREO_SILENT ? fabs (value) > fabs (than) : value < than;
}

/* A piece may have other delays in a part of it, so the one that most windows have is told: the majority
 * vote of Boyer and Moore (1981). */
static void
vote (MdspStereoOpen *open, MdspStereoSpans *spans, double value)
{
  if (open->votes == 0)
    spans->value = value;
  open->votes += fabs (value - spans->value) < SAME_DELAY_MS ? 1 : -1;
}

static void
take_value (MdspStereoOpen *open, MdspStereoSpans *spans, unsigned fault, double value)
{
  if (is_delay (fault))
    vote (open, spans, value);
  else if ((!open->open && spans->n_spans == 0) || is_worse (fault, value, spans->value))
    spans->value = value;
}

/* A window whose middle is `at` has the fault or not. What is missing for less than a window does not
 * end it, as its middle is all that is known of a window. The first window stands for what is before it. */
static void
see (MdspStereo *s, unsigned fault, bool there, uint64_t at, double value)
{
  MdspStereoOpen *open = &s->open[fault];
  MdspStereoSpans *spans = &s->spans[fault];
  const double gap = fault == MDSP_STEREO_SILENT ? SILENT_GAP_SECONDS : GAP_SECONDS;
  const uint64_t before = open->newest;
  const bool first = !open->seen;
  open->newest = at;
  open->seen = true;
  if (!there) {
    if ((double) (at - open->last) > gap * s->rate_hz)
      close_span (s, fault, open->last);
    return;
  }
  take_value (open, spans, fault, value);
  if (!open->open) {
    open->start = first ? 0 : at;
    open->held = at - open->start;
  } else if (open->last == before) {
    open->held += at - open->last;
  }
  open->open = true;
  open->last = at;
}

/* --- windows ---------------------------------------------------------------------------------- */

/* Of the newest n blocks. */
static void
newest_products (const MdspStereo *s, unsigned band, uint64_t n, double p[3])
{
  p[0] = p[1] = p[2] = 0.0;
  for (uint64_t k = s->n_blocks - n; k < s->n_blocks; k++)
    for (unsigned i = 0; i < 3; i++)
      p[i] += s->ring[k % MDSP_STEREO_WINDOW][band][i];
}

void
mdsp_stereo_window_products (const MdspStereo *s, unsigned band, double p[3])
{
  newest_products (s, band, s->n_blocks < MDSP_STEREO_WINDOW ? s->n_blocks : MDSP_STEREO_WINDOW, p);
}

static uint64_t
window_frames (const MdspStereo *s)
{
  uint64_t frames = 0;
  for (unsigned i = 0; i < MDSP_STEREO_WINDOW; i++)
    frames += s->ring_frames[i];
  return frames;
}

/* What is worth a number in dB. */
static double
finite_db (double db)
{
  return db > 99.0 ? 99.0 : db < -99.0 ? -99.0 : db;
}

void
mdsp_stereo_judge_silence (MdspStereo *s)
{
  double p[3];
  uint64_t frames = 0;
  if (s->n_blocks < SILENT_BLOCKS)
    return;
  newest_products (s, MDSP_STEREO_BROAD, SILENT_BLOCKS, p);
  for (uint64_t k = s->n_blocks - SILENT_BLOCKS; k < s->n_blocks; k++)
    frames += s->ring_frames[k % MDSP_STEREO_WINDOW];
  const bool loud = mdsp_lufs_from_power ((p[0] + p[1]) / (double) frames) > WINDOW_GATE_LUFS;
  const double balance = finite_db (mdsp_stereo_reading (p).balance_db);
  see (s, MDSP_STEREO_SILENT, loud && fabs (balance) > SILENT_BALANCE_DB,
       s->block_start - frames / 2, balance);
}

/* What the octaves say: each that matters is one witness of how the channels agree, however loud it
 * is, so that neither a wide voice in the middle nor the bass alone decides on the polarity. */
static double
see_octaves (MdspStereo *s, bool loud, uint64_t at, double relevant)
{
  double sum = 0.0;
  unsigned n = 0;
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++) {
    double p[3];
    mdsp_stereo_window_products (s, k, p);
    const MdspStereoReading r = mdsp_stereo_reading (p);
    const bool matters = loud && p[0] + p[1] > relevant;
    /* -inf would not be a number to remember */
    const double change = r.mono_change_lu > -99.0 ? r.mono_change_lu : -99.0;
    see (s, MDSP_STEREO_CANCEL + k, matters && r.mono_change_lu < CANCEL_LU, at, change);
    sum += matters ? r.correlation : 0.0;
    n += matters;
  }
  return n > 0 ? sum / n : 0.0;
}

static void
count_window (MdspStereo *s, double correlation, uint64_t at)
{
  if (correlation < s->correlation_min || s->n_windows == 0) {
    s->correlation_min = correlation;
    s->correlation_min_at = at;
  }
  s->n_windows++;
  s->n_negative += correlation < 0.0;
  s->correlation_sum += correlation;
}

void
mdsp_stereo_judge_window (MdspStereo *s)
{
  double broad[3], low[3];
  const uint64_t frames = window_frames (s), at = s->block_start - frames / 2;
  mdsp_stereo_window_products (s, MDSP_STEREO_BROAD, broad);
  mdsp_stereo_window_products (s, MDSP_STEREO_LOW, low);
  const MdspStereoReading r = mdsp_stereo_reading (broad), bass = mdsp_stereo_reading (low);
  const double power = broad[0] + broad[1];
  const double relevant = power * mdsp_power_from_db (BAND_RELEVANCE_DB);
  const bool loud = mdsp_lufs_from_power (power / (double) frames) > WINDOW_GATE_LUFS;
  const MdspLateCopy near = mdsp_channel_delay_found (&s->delay);
  const MdspLateCopy copy = near.ms != 0.0 ? near : mdsp_haas_delay_found (&s->haas);
  const bool late = loud && copy.ms != 0.0;
  const double agreement = see_octaves (s, loud, at, relevant);
  see (s, MDSP_STEREO_POLARITY, agreement < POLARITY_AGREEMENT, at, agreement);
  see (s, MDSP_STEREO_DELAY, late && !copy.inverted, at, copy.ms);
  see (s, MDSP_STEREO_DELAY_INVERTED, late && copy.inverted, at, copy.ms);
  see (s, MDSP_STEREO_WIDE_BASS,
       loud && low[0] + low[1] > relevant && bass.correlation < WIDE_BASS_CORRELATION, at,
       bass.correlation);
  s->n_windows_seen++;
  if (loud)
    count_window (s, r.correlation, at);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which programme is it, how loud, and where does a new one begin? */
#include "dynamics/leveller_internal.h"
#include "kernels/dmath.h"

#include <string.h>

/* What is programme. */
#define BOOST_MAX_DB       36.0 /* what lies further below the target is no programme */
#define ABSOLUTE_GATE_LUFS (-70.0)
#define MEDIAN_HOPS        20
#define BLOCK_HOPS         4 /* a block is 400 ms */

/* How much of what was known an item takes along, in blocks of 100 ms; after a pause: leveller_internal.h. */
#define KEEP_JUMP 10.0 /* after a jump in level: 1 s */

/* What begins a new item. */
#define PAUSE_HOPS 20  /* a pause of 2 s */
#define JUMP_LU    5.0 /* the median this far above, or every block this far below ... */
#define PATIENCE   300 /* ... for 30 s; under the gate only what moves: noise does not */
#define MOVES_HOPS 250
#define MOVES_LU   1.0

double
mdsp_leveller_gate (const MdspLeveller *l)
{
  double low = l->params.target_lufs - BOOST_MAX_DB;
  low = low > l->params.gate_lufs ? low : l->params.gate_lufs;
  return low > ABSOLUTE_GATE_LUFS ? low : ABSOLUTE_GATE_LUFS;
}

MdspProgramme
mdsp_leveller_prior (const MdspLeveller *l)
{
  return l->params.prior_lufs > MDSP_SILENCE_DB ? mdsp_programme_expect (l->params.prior_lufs)
                                                : l->before;
}

/* Puts x among n sorted values; gives n + 1. */
static unsigned
insert (double *sorted, unsigned n, double x)
{
  unsigned at = n;
  for (; at > 0 && sorted[at - 1] > x; at--)
    sorted[at] = sorted[at - 1];
  sorted[at] = x;
  return n + 1;
}

/* Median loudness of the newest `n_newest` blocks over the absolute gate; -inf without any. */
static double
newest_median (MdspLeveller *l, unsigned n_newest)
{
  double sorted[MDSP_LEVELLER_RING];
  unsigned n = 0;
  for (unsigned i = 0; i < n_newest && i < l->n_hops; i++) {
    const double x = mdsp_leveller_hop (l, l->n_hops - i)->lufs;
    if (x > mdsp_leveller_gate (l))
      n = insert (sorted, n, x);
  }
  return n > 0 ? sorted[n / 2] : MDSP_SILENCE_DB;
}

void
mdsp_leveller_survey (MdspLeveller *l)
{
  const unsigned ahead = l->delay_hops < l->n_hops ? l->delay_hops : (unsigned) l->n_hops;
  const double usual = newest_median (l, ahead);
  /* The first blocks of a sound hold silence, too. */
  uint64_t first = l->first_hop > BLOCK_HOPS ? l->first_hop + BLOCK_HOPS - 1 : l->first_hop;
  first = first > l->n_hops ? l->first_hop : first;
  l->programme = mdsp_leveller_prior (l);
  for (unsigned i = ahead; i-- > 0;) {
    const MdspLevelledHop *hop = mdsp_leveller_hop (l, l->n_hops - i);
    if (l->n_hops - i >= first && hop->lufs > mdsp_leveller_gate (l) &&
        hop->lufs > usual - MDSP_LEVELLER_BACKGROUND_LU)
      mdsp_programme_add (&l->programme, hop->power, hop->lufs, usual);
  }
}

static void
begin_item (MdspLeveller *l, double keep)
{
  l->programme = mdsp_programme_after (&l->programme, keep);
  l->low_hops = 0;
}

/* Does what was heard for the last 25 s move as music and speech do? Noise does not: the quartiles of its
 * level over 100 ms lie 0.1 LU (white) to 0.85 LU (brown) apart, those of music 1.1 LU or more. */
static bool
moves (MdspLeveller *l)
{
  double sorted[MOVES_HOPS];
  unsigned n = 0;
  for (unsigned i = 0; i < MOVES_HOPS && i < l->n_hops; i++) {
    const MdspLevelledHop *hop = mdsp_leveller_hop (l, l->n_hops - i);
    if (hop->lufs > mdsp_leveller_gate (l))
      n = insert (sorted, n, hop->level);
  }
  return n >= MOVES_HOPS / 2 && sorted[3 * n / 4] - sorted[n / 4] > MOVES_LU;
}

/* What was low for so long is the programme now: it is known from itself. */
static void
relearn (MdspLeveller *l, double below_lufs)
{
  const double usual = newest_median (l, MOVES_HOPS);
  memset (&l->programme, 0, sizeof l->programme);
  for (unsigned i = MOVES_HOPS; i-- > 0;) {
    const MdspLevelledHop *hop = i < l->n_hops ? mdsp_leveller_hop (l, l->n_hops - i) : NULL;
    if (hop != NULL && hop->lufs > mdsp_leveller_gate (l) && hop->lufs < below_lufs)
      mdsp_programme_add (&l->programme, hop->power, hop->lufs, usual);
  }
  l->low_hops = l->item_hops = l->pause_hops = 0;
}

/* Has it been low for so long that it is something new? Within the gate the level alone says so. */
static bool
is_low_item (MdspLeveller *l, double lufs, double known)
{
  if (lufs >= known - JUMP_LU) {
    l->low_hops = l->low_hops > 10 ? l->low_hops - 10 : 0;
    return false;
  }
  l->low_hops = l->low_hops < PATIENCE ? l->low_hops + 1 : PATIENCE;
  return l->low_hops == PATIENCE &&
         (newest_median (l, MEDIAN_HOPS) > known - MDSP_LEVELLER_GATE_LU || moves (l));
}

/* Noise that is low, or anything far below the programme, does not belong to it. */
static bool
is_background (const MdspLeveller *l, double lufs, double known)
{
  return lufs <= known - MDSP_LEVELLER_BACKGROUND_LU ||
         (l->low_hops == PATIENCE && lufs <= known - MDSP_LEVELLER_GATE_LU);
}

void
mdsp_leveller_learn (MdspLeveller *l, const MdspLevelledHop *hop)
{
  const double known = mdsp_programme_own_lufs (&l->programme);
  if (!(hop->lufs > mdsp_leveller_gate (l))) {
    l->pause_hops++;
    return;
  }
  if (is_low_item (l, hop->lufs, known)) {
    relearn (l, known - JUMP_LU);
    return;
  }
  if (is_background (l, hop->lufs, known)) {
    l->pause_hops++;
    return;
  }
  const double median = newest_median (l, MEDIAN_HOPS);
  if (l->pause_hops >= PAUSE_HOPS) {
    begin_item (l, MDSP_LEVELLER_KEEP_PAUSE);
    l->item_hops = 0;
  }
  l->pause_hops = 0;
  if (median > known + JUMP_LU)
    begin_item (l, KEEP_JUMP);
  mdsp_programme_add (&l->programme, hop->power, hop->lufs, known > median ? known : median);
}

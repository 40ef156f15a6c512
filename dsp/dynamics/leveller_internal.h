/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the two halves of the streaming leveller share: leveller.c has its life, the signal and the gain,
 * leveller_items.c what the programme is that the gain is for. */
#ifndef MDSP_LEVELLER_INTERNAL_H
#define MDSP_LEVELLER_INTERNAL_H

#include "dynamics/leveller.h"

#define MDSP_LEVELLER_BACKGROUND_LU 20.0 /* below the programme: EBU Tech 3342's relative gate */
#define MDSP_LEVELLER_GATE_LU       10.0 /* BS.1770's */
#define MDSP_LEVELLER_KEEP_PAUSE    50.0 /* blocks of 100 ms that a new item takes along: 5 s */

/* What is quieter is never programme, LUFS. */
double mdsp_leveller_gate (const MdspLeveller *l);
/* What is known before the item is: the prior, or the item before. */
MdspProgramme mdsp_leveller_prior (const MdspLeveller *l);
/* Nothing is heard yet: the estimate is made anew of all that is ahead. */
void mdsp_leveller_survey (MdspLeveller *l);
/* One block more, `hop`, while programme is heard. */
void mdsp_leveller_learn (MdspLeveller *l, const MdspLevelledHop *hop);

static inline MdspLevelledHop *
mdsp_leveller_hop (MdspLeveller *l, uint64_t number)
{
  return &l->hops[number % MDSP_LEVELLER_RING];
}

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What is known about the loudness of a programme of which only the past is: a gated mean of block powers
 * as in BS.1770, over at most three minutes, with what was known before it, which fades as it goes on. The
 * two are mixed in LU, so that a prior that is far too loud does not drown what is heard.
 */
#ifndef MDSP_PROGRAMME_H
#define MDSP_PROGRAMME_H

#include <stdbool.h>

typedef struct {
  double power, n;         /* gated mean power of this item's blocks, and their number */
  double all_power, all_n; /* of all its blocks: the relative gate hangs from it */
  double old_lufs, old_n;  /* what was known before it */
} MdspProgramme;

bool mdsp_programme_is_known (const MdspProgramme *programme);
/* LUFS; -inf when nothing is known. */
double mdsp_programme_lufs (const MdspProgramme *programme);
/* Of this item's own blocks; before it has any, of all that is known. */
double mdsp_programme_own_lufs (const MdspProgramme *programme);

/* What a tag or the user says: counts like 10 s. -inf: nothing is known. */
MdspProgramme mdsp_programme_expect (double lufs);
/* A new item begins: what is known is what was known before, and counts like `n_blocks` blocks. */
MdspProgramme mdsp_programme_after (const MdspProgramme *programme, double n_blocks);

/* One block of 400 ms, every 100 ms. What is more than 6 LU over `usual_lufs` is a spike, and counts as
 * that. */
void mdsp_programme_add (MdspProgramme *programme, double power, double lufs, double usual_lufs);

#endif

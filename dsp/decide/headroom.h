/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * How much room a codec needs above the peaks of a master.
 *
 * An encoder cuts time into frames. Where they fall, and what its rate control did before, decides
 * how the noise that it adds meets the peaks: one encode is one draw of many that are possible. What
 * hardly depends on it is how much noise there is. So one or two encodes tell for every moment (cell
 * of time, measure/peak_map.h) how far the master's own peak is from the limit, in multiples of the
 * noise there; and that distance tells how likely it is that an encode goes over the limit at that
 * moment: the law is the same for all codecs (docs/headroom.md).
 */
#ifndef MDSP_DECIDE_HEADROOM_H
#define MDSP_DECIDE_HEADROOM_H

#include "mdsp.h"

/* One codec's view of a master. Channels of a cell are together; levels are linear. */
typedef struct {
  const float *dry;   /* true peak of the master */
  const float *noise; /* rms of what the codec adds, widened (mdsp_headroom_widen), in the encode of
                         some 24 in which that is most */
  size_t n_cells;
  unsigned n_channels;
  double gain;  /* what the codec does to the level */
  double limit; /* what the decoded peaks must not exceed */
} MdspHeadroom;

/* Alignments move a burst of noise by up to a codec frame: each cell takes the largest of itself and
 * its neighbours. */
void mdsp_headroom_widen (float *noise, size_t n_cells, unsigned n_channels);

/* How many times the noise fits between the peak and the limit, for the channel with the least room;
 * may be negative; inf in silence. */
double mdsp_headroom_distance (const MdspHeadroom *h, size_t cell);

/* How likely it is that one encode goes over the limit in a cell at this distance. */
double mdsp_headroom_chance (double distance);

/* How many cells of one encode go over the limit, on average. */
double mdsp_headroom_expected (const MdspHeadroom *h);

/* The limit, linear, over which `expected` cells go on average (h->limit is not read). */
double mdsp_headroom_reach (const MdspHeadroom *h, double expected);

/* The ceiling, linear, under which all peaks of the master have to come so that no more than `expected`
 * cells go over; its highest peak where that is enough, 0 where the noise alone is too much. */
double mdsp_headroom_ceiling (const MdspHeadroom *h, double expected);

/* The distance that every cell must keep at least so that no more than `expected` cells go over,
 * 0 .. MDSP_HEADROOM_MAX_DISTANCE. */
double mdsp_headroom_safe_distance (const MdspHeadroom *h, double expected);
#define MDSP_HEADROOM_MAX_DISTANCE 6.0

/* How far the ceiling of each cell comes down, in steps of this. */
#define MDSP_CUT_STEP_DB 0.05
#define MDSP_CUT_MAX_DB  12.0

/* Lowers ceilings where peaks are too close to the limit: to what keeps the distance, and where an
 * encode came within guard_db of the limit, to what the master itself reached there less the excess
 * (over the neighbours too, as a peak may lie at the edge of its cell). highest[n_cells] are the
 * highest decoded peaks, linear. cut_db[i] >= 0 is how far the ceiling of cell i is below ceiling_dbtp;
 * it only grows. Gives the number of cells that came down further. */
size_t mdsp_headroom_cut (const MdspHeadroom *h, const float *highest, double ceiling_dbtp,
                          double distance, double guard_db, double *cut_db);

/* --- where to look closer ------------------------------------------------------------------------ */

/* Cells [first, first + n). */
typedef struct {
  size_t first, n;
} MdspWindow;

/* A cell and its score, for ranking. */
typedef struct {
  double score;
  size_t cell;
} MdspRankedCell;

typedef struct {
  double floor;           /* cells at or below it are never taken */
  size_t budget;          /* cells to encode at most, run-in and run-out included */
  size_t run_in, run_out; /* cells to encode in front of a window and behind it, unjudged */
} MdspWindowParams;

/* The windows around the highest of score[n_cells]: as many cells as the budget allows, the highest
 * first (of equals the earlier); cells whose run-in and run-out would touch share a window. Fills
 * windows[max_windows] in the order of time and gives their number; `scratch` has room for n_cells.
 */
size_t mdsp_headroom_windows (const double *score, size_t n_cells, const MdspWindowParams *params,
                              MdspWindow *windows, size_t max_windows, MdspRankedCell *scratch);

#endif

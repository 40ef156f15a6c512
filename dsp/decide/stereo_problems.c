/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/stereo_problems.h"

#include <math.h> /* fabs */
#include <string.h>

#define LASTING_SHARE   0.05 /* of the piece */
#define CANCEL_SHARE    0.1 /* the same for an octave above the bass: music has those now and then */
#define LASTING_SECONDS 8.0
/* Sound in which the fault holds before its share of the piece counts. Where the music of the tests has
 * octaves that cancel, they do for 2.0 s in the bass and for 5.1 s above it, at most. */
#define EVIDENCE_SECONDS        4.0
#define CANCEL_EVIDENCE_SECONDS 6.0
#define DROPOUT_SECONDS         2.0 /* of a channel in one go */
#define BALANCE_DB              3.0
/* Inverted bass alone turns the vote of the octaves where little else plays; an inverted channel is
 * seen for most of the time for which its octaves cancel. */
#define POLARITY_SHARE 0.5
/* Of the time for which the octaves vote for an inverted channel, one that is late as well was seen. */
#define LATE_SHARE   0.5
#define BASS_OCTAVES 3 /* to 177 Hz */

typedef struct {
  const MdspStereo *s;
  MdspStereoProblem *list;
  unsigned n;
} Found;

static bool
lasts (const MdspStereo *s, unsigned fault)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, fault);
  const bool above_bass = fault >= MDSP_STEREO_CANCEL + BASS_OCTAVES;
  const double whole = (double) s->n_frames, total = (double) spans->total;
  const double share = (above_bass ? CANCEL_SHARE : LASTING_SHARE) * whole;
  const double evidence = (above_bass ? CANCEL_EVIDENCE_SECONDS : EVIDENCE_SECONDS) * s->rate_hz;
  return spans->n_spans > 0 &&
         ((total >= share && total >= (evidence < whole / 2.0 ? evidence : whole / 2.0)) ||
          (double) (spans->end - spans->start) >= LASTING_SECONDS * s->rate_hz);
}

static MdspStereoProblem *
add (Found *found, MdspStereoProblemKind kind, double value)
{
  MdspStereoProblem *p = &found->list[found->n++];
  memset (p, 0, sizeof *p);
  p->kind = kind;
  p->value = value;
  return p;
}

static MdspStereoProblem *
add_fault (Found *found, MdspStereoProblemKind kind, unsigned fault)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (found->s, fault);
  MdspStereoProblem *p = add (found, kind, spans->value);
  p->spans = *spans;
  return p;
}

static bool
is_inverted (const MdspStereo *s)
{
  uint64_t cancelling = 0;
  for (unsigned k = 0; k < MDSP_STEREO_OCTAVES; k++) {
    const uint64_t total = mdsp_stereo_fault (s, MDSP_STEREO_CANCEL + k)->total;
    cancelling = total > cancelling ? total : cancelling;
  }
  const double total = (double) mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->total;
  return lasts (s, MDSP_STEREO_POLARITY) && total >= POLARITY_SHARE * (double) cancelling &&
         (double) mdsp_stereo_fault (s, MDSP_STEREO_DELAY_INVERTED)->total < LATE_SHARE * total;
}

/* Octaves first .. last, neighbours of which each cancels lastingly. */
static void
add_cancelling (Found *found, unsigned first, unsigned last)
{
  unsigned longest = first;
  double worst = 0.0;
  for (unsigned k = first; k <= last; k++) {
    const MdspStereoSpans *spans = mdsp_stereo_fault (found->s, MDSP_STEREO_CANCEL + k);
    if (spans->total > mdsp_stereo_fault (found->s, MDSP_STEREO_CANCEL + longest)->total)
      longest = k;
    worst = spans->value < worst ? spans->value : worst;
  }
  MdspStereoProblem *p =
      add_fault (found, last < BASS_OCTAVES ? MDSP_STEREO_PROBLEM_BASS : MDSP_STEREO_PROBLEM_CANCEL,
                 MDSP_STEREO_CANCEL + longest);
  p->value = worst;
  p->low_hz = mdsp_stereo_octave_hz (first) / 1.4142135623730951;
  p->high_hz = mdsp_stereo_octave_hz (last) * 1.4142135623730951;
}

/* The octaves from `from` to below `end`; neighbours together. */
static void
find_cancelling (Found *found, unsigned from, unsigned end)
{
  for (unsigned k = from; k < end; k++) {
    unsigned last = k;
    if (!lasts (found->s, MDSP_STEREO_CANCEL + k))
      continue;
    while (last + 1 < end && lasts (found->s, MDSP_STEREO_CANCEL + last + 1))
      last++;
    add_cancelling (found, k, last);
    k = last;
  }
}

/* Cancels at odd halves of 1 / delay; says whether one of them is in the bass. */
static bool
add_late (Found *found)
{
  MdspStereoProblem *p = add_fault (found, MDSP_STEREO_PROBLEM_DELAY, MDSP_STEREO_DELAY);
  p->low_hz = 500.0 / fabs (p->value);
  p->high_hz = found->s->rate_hz / 2.0;
  return p->low_hz < mdsp_stereo_octave_hz (BASS_OCTAVES - 1) * 1.4142135623730951;
}

static void
find_balance (Found *found)
{
  const double db = mdsp_stereo_programme (found->s, MDSP_STEREO_BROAD).balance_db;
  if (fabs (db) > BALANCE_DB)
    add (found, MDSP_STEREO_PROBLEM_BALANCE, db);
}

static bool
drops_out (const MdspStereo *s)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, MDSP_STEREO_SILENT);
  return spans->n_spans > 0 && (double) (spans->end - spans->start) >= DROPOUT_SECONDS * s->rate_hz;
}

unsigned
mdsp_stereo_problems (const MdspStereo *s, MdspStereoProblem problems[MDSP_STEREO_MAX_PROBLEMS])
{
  Found found = { s, problems, 0 };
  if (lasts (s, MDSP_STEREO_SILENT)) {
    add_fault (&found, MDSP_STEREO_PROBLEM_SILENT, MDSP_STEREO_SILENT);
    return found.n;
  }
  if (drops_out (s))
    add_fault (&found, MDSP_STEREO_PROBLEM_SILENT, MDSP_STEREO_SILENT);
  const bool inverted = is_inverted (s), late = lasts (s, MDSP_STEREO_DELAY);
  const bool late_inverted = lasts (s, MDSP_STEREO_DELAY_INVERTED);
  bool cancels_bass = inverted || late_inverted;
  if (inverted)
    add_fault (&found, MDSP_STEREO_PROBLEM_POLARITY, MDSP_STEREO_POLARITY);
  if (late_inverted)
    add_fault (&found, MDSP_STEREO_PROBLEM_DELAY_INVERTED, MDSP_STEREO_DELAY_INVERTED);
  if (late)
    cancels_bass |= add_late (&found);
  if (!cancels_bass)
    find_cancelling (&found, 0, BASS_OCTAVES);
  if (!inverted && !late_inverted && !late)
    find_cancelling (&found, BASS_OCTAVES, MDSP_STEREO_OCTAVES);
  find_balance (&found);
  return found.n;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "decide/stereo_problems.h"

#include <math.h> /* fabs */
#include <string.h>

#define LASTING_SHARE   0.05 /* of the piece */
#define CANCEL_SHARE    0.1 /* the same for an octave above the bass: music has those now and then */
#define LASTING_SECONDS 8.0
#define DROPOUT_SECONDS 2.0 /* of a channel in one go */
#define BALANCE_DB      3.0
/* Inverted bass alone turns the vote of the octaves where little else plays; an inverted channel is
 * seen for most of the time for which its octaves cancel. */
#define POLARITY_SHARE 0.5
#define BASS_OCTAVES   3 /* to 177 Hz */

typedef struct {
  const MdspStereo *s;
  MdspStereoProblem *list;
  unsigned n;
} Found;

static bool
lasts (const MdspStereo *s, unsigned fault)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, fault);
  const double share = fault >= MDSP_STEREO_CANCEL + BASS_OCTAVES ? CANCEL_SHARE : LASTING_SHARE;
  return spans->n_spans > 0 &&
         ((double) spans->total >= share * (double) s->n_frames ||
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
  return lasts (s, MDSP_STEREO_POLARITY) &&
         (double) mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->total >=
             POLARITY_SHARE * (double) cancelling;
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
  if (inverted)
    add_fault (&found, MDSP_STEREO_PROBLEM_POLARITY, MDSP_STEREO_POLARITY);
  bool cancels_bass = false;
  if (late) {
    MdspStereoProblem *p = add_fault (&found, MDSP_STEREO_PROBLEM_DELAY, MDSP_STEREO_DELAY);
    p->low_hz = 500.0 / fabs (p->value); /* half a period late */
    p->high_hz = s->rate_hz / 2.0;
    cancels_bass = p->low_hz < mdsp_stereo_octave_hz (BASS_OCTAVES - 1) * 1.4142135623730951;
  }
  if (!inverted && !cancels_bass)
    find_cancelling (&found, 0, BASS_OCTAVES);
  if (!inverted && !late)
    find_cancelling (&found, BASS_OCTAVES, MDSP_STEREO_OCTAVES);
  find_balance (&found);
  return found.n;
}

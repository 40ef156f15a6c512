/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/second_opinion.h"

#include <ebur128.h>
#include <stdlib.h>

struct MdspSecondOpinion {
  ebur128_state *state;
  unsigned n_channels;
  float *interleaved; /* MDSP_MAX_BLOCK frames */
};

/* libebur128 weighs 60, 90 and 110 degrees by 1.41; CENTER stands for every weight of 1. */
static int
channel_of (MdspSpeaker speaker, bool has_side)
{
  switch (speaker) {
    case MDSP_SPEAKER_LFE:
      return EBUR128_UNUSED;
    case MDSP_SPEAKER_SIDE:
      return EBUR128_Mp090;
    case MDSP_SPEAKER_SURROUND:
      return EBUR128_Mp110;
    case MDSP_SPEAKER_REAR:
      return has_side ? EBUR128_Mp135 : EBUR128_Mp110;
    case MDSP_SPEAKER_WIDE:
      return EBUR128_Mp060;
    case MDSP_SPEAKER_PAIR:
      return EBUR128_DUAL_MONO;
    default:
      return EBUR128_CENTER;
  }
}

MdspSecondOpinion *
mdsp_second_opinion_new (double rate_hz, const MdspSpeaker *speakers, unsigned n_channels)
{
  MdspSecondOpinion *s = calloc (1, sizeof *s);
  if (s == NULL)
    return NULL;
  s->n_channels = n_channels;
  s->interleaved = malloc (n_channels * MDSP_MAX_BLOCK * sizeof (float));
  s->state = ebur128_init (n_channels, (unsigned long) rate_hz,
                           EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA);
  if (s->state == NULL || s->interleaved == NULL) {
    mdsp_second_opinion_free (s);
    return NULL;
  }
  bool has_side = false;
  for (unsigned c = 0; c < n_channels; c++)
    has_side |= speakers[c] == MDSP_SPEAKER_SIDE || speakers[c] == MDSP_SPEAKER_SURROUND;
  for (unsigned c = 0; c < n_channels; c++)
    ebur128_set_channel (s->state, c, channel_of (speakers[c], has_side));
  return s;
}

void
mdsp_second_opinion_free (MdspSecondOpinion *s)
{
  if (s == NULL)
    return;
  if (s->state != NULL)
    ebur128_destroy (&s->state);
  free (s->interleaved);
  free (s);
}

MdspStatus
mdsp_second_opinion_process (MdspSecondOpinion *s, const float *const planes[], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    size_t n = n_frames - done < MDSP_MAX_BLOCK ? n_frames - done : MDSP_MAX_BLOCK;
    for (unsigned c = 0; c < s->n_channels; c++)
      for (size_t i = 0; i < n; i++)
        s->interleaved[i * s->n_channels + c] = planes[c][done + i];
    if (ebur128_add_frames_float (s->state, s->interleaved, n) != EBUR128_SUCCESS)
      return MDSP_ERROR_MEMORY;
    done += n;
  }
  return MDSP_OK;
}

void
mdsp_second_opinion_read (MdspSecondOpinion *s, MdspSecondOpinionReading *r)
{
  const double none = -__builtin_inf ();
  if (ebur128_loudness_momentary (s->state, &r->momentary) != EBUR128_SUCCESS)
    r->momentary = none;
  if (ebur128_loudness_shortterm (s->state, &r->shortterm) != EBUR128_SUCCESS)
    r->shortterm = none;
  if (ebur128_loudness_global (s->state, &r->integrated) != EBUR128_SUCCESS)
    r->integrated = none;
  if (ebur128_relative_threshold (s->state, &r->relative_threshold) != EBUR128_SUCCESS)
    r->relative_threshold = none;
  if (ebur128_loudness_range (s->state, &r->range) != EBUR128_SUCCESS)
    r->range = 0.0;
}

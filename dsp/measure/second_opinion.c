/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "measure/second_opinion.h"

#include "kernels/dmath.h"

#include <ebur128.h>
#include <stdlib.h>
#include <string.h>

/* libebur128's K-weighting is a bilinear transform, which bends at low rates (loudness.c): it gets as
 * many samples for one as bring the rate near to 48 kHz, by a sinc of 2 HALF taps under Hann's window. */
#define BEST_HZ    48000.0
#define MAX_FACTOR 6
#define HALF       32
#define N_TAPS     (2 * HALF)

struct MdspSecondOpinion {
  ebur128_state *state;
  unsigned n_channels;
  unsigned factor;                /* 1 .. MAX_FACTOR */
  float taps[MAX_FACTOR][N_TAPS]; /* by phase */
  float *interleaved;             /* factor MDSP_MAX_BLOCK frames */
  float *history;                 /* per channel N_TAPS - 1 samples, and room for a block */
};

static void
design_taps (MdspSecondOpinion *s)
{
  for (unsigned p = 0; p < s->factor; p++)
    for (unsigned i = 0; i < N_TAPS; i++) {
      const double d = (double) p / s->factor + HALF - 1.0 - i;
      double sine = 0.0, window = 0.0, unused;
      mdsp_sincos (MDSP_PI * d, &sine, &unused);
      mdsp_sincos (MDSP_PI * d / HALF, &unused, &window);
      s->taps[p][i] = d == 0.0 ? 1.0f : (float) (sine / (MDSP_PI * d) * (0.5 + 0.5 * window));
    }
}

/* One channel of a block into the interleaved frames, HALF samples late. */
static void
upsample (MdspSecondOpinion *s, unsigned channel, const float *x, size_t n)
{
  float *buffer = s->history + channel * (size_t) (N_TAPS - 1 + MDSP_MAX_BLOCK);
  memcpy (buffer + N_TAPS - 1, x, n * sizeof (float));
  for (size_t i = 0; i < n; i++)
    for (unsigned p = 0; p < s->factor; p++) {
      float sum = 0.0f;
      for (unsigned k = 0; k < N_TAPS; k++)
        sum += s->taps[p][k] * buffer[i + k];
      s->interleaved[(i * s->factor + p) * s->n_channels + channel] = sum;
    }
  memmove (buffer, buffer + n, (N_TAPS - 1) * sizeof (float));
}

static void
interleave (MdspSecondOpinion *s, unsigned channel, const float *x, size_t n)
{
  if (s->factor > 1) {
    upsample (s, channel, x, n);
    return;
  }
  for (size_t i = 0; i < n; i++)
    s->interleaved[i * s->n_channels + channel] = x[i];
}

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
  s->factor = rate_hz < BEST_HZ ? (unsigned) (BEST_HZ / rate_hz + 0.5) : 1;
  design_taps (s);
  s->interleaved = malloc (s->factor * n_channels * MDSP_MAX_BLOCK * sizeof (float));
  s->history = calloc (n_channels * (size_t) (N_TAPS - 1 + MDSP_MAX_BLOCK), sizeof (float));
  s->state = ebur128_init (n_channels, (unsigned long) rate_hz * s->factor,
                           EBUR128_MODE_M | EBUR128_MODE_S | EBUR128_MODE_I | EBUR128_MODE_LRA);
  if (s->state == NULL || s->interleaved == NULL || s->history == NULL) {
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
  free (s->history);
  free (s);
}

MdspStatus
mdsp_second_opinion_process (MdspSecondOpinion *s, const float *const planes[], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    size_t n = n_frames - done < MDSP_MAX_BLOCK ? n_frames - done : MDSP_MAX_BLOCK;
    for (unsigned c = 0; c < s->n_channels; c++)
      interleave (s, c, planes[c] + done, n);
    if (ebur128_add_frames_float (s->state, s->interleaved, s->factor * n) != EBUR128_SUCCESS)
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

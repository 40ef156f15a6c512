/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/delay.h"

#include <stdlib.h>
#include <string.h>

MdspStatus
mdsp_delay_init (MdspDelay *d, unsigned n_channels, size_t length)
{
  d->data = calloc (n_channels * length, sizeof (float));
  if (d->data == NULL)
    return MDSP_ERROR_MEMORY;
  d->length = length;
  d->at = 0;
  d->n_channels = n_channels;
  return MDSP_OK;
}

void
mdsp_delay_reset (MdspDelay *d)
{
  memset (d->data, 0, d->n_channels * d->length * sizeof (float));
  d->at = 0;
}

void
mdsp_delay_clear (MdspDelay *d)
{
  free (d->data);
  memset (d, 0, sizeof *d);
}

/* In pieces that fit the registers: what the compiler makes of copies of a fixed length is as wide as they
 * are. */
#define PIECE 64

static void
exchange (float *restrict a, float *restrict b, size_t n)
{
  float x[PIECE];
  for (; n >= PIECE; n -= PIECE, a += PIECE, b += PIECE) {
    memcpy (x, a, sizeof x);
    memcpy (a, b, sizeof x);
    memcpy (b, x, sizeof x);
  }
  memcpy (x, a, n * sizeof (float));
  memcpy (a, b, n * sizeof (float));
  memcpy (b, x, n * sizeof (float));
}

void
mdsp_delay_process (MdspDelay *d, float *const planes[], size_t n_frames)
{
  for (size_t done = 0; done < n_frames;) {
    size_t left = d->length - d->at;
    size_t n = n_frames - done < left ? n_frames - done : left;
    for (unsigned c = 0; c < d->n_channels; c++)
      exchange (planes[c] + done, d->data + c * d->length + d->at, n);
    d->at = d->at + n == d->length ? 0 : d->at + n;
    done += n;
  }
}

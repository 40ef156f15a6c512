/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "filter/history.h"
#include "kernels/kernels.h"

#include <stdlib.h>
#include <string.h>

MdspStatus
mdsp_history_init (MdspHistory *h, unsigned n_channels, size_t keep, size_t block, float initial)
{
  /* Room for several blocks, so that the move to the front is rare. */
  size_t room = keep + block > 2048 ? keep + block : 2048;
  h->stride = keep + block + room + MDSP_PAD;
  h->keep = keep;
  h->n_channels = n_channels;
  h->initial = initial;
  h->data = malloc (n_channels * h->stride * sizeof (float));
  if (h->data == NULL)
    return MDSP_ERROR_MEMORY;
  mdsp_history_reset (h);
  return MDSP_OK;
}

void
mdsp_history_reset (MdspHistory *h)
{
  for (size_t i = 0; i < h->n_channels * h->stride; i++)
    h->data[i] = h->initial;
  h->first = -(int64_t) h->keep;
  h->end = 0;
}

void
mdsp_history_clear (MdspHistory *h)
{
  free (h->data);
  memset (h, 0, sizeof *h);
}

void
mdsp_history_extend (MdspHistory *h, size_t n)
{
  if ((size_t) (h->end - h->first) + n > h->stride - MDSP_PAD) {
    int64_t first = h->end - (int64_t) h->keep;
    for (unsigned c = 0; c < h->n_channels; c++)
      memmove (h->data + c * h->stride, mdsp_history_at (h, c, first), h->keep * sizeof (float));
    h->first = first;
  }
  h->end += (int64_t) n;
}

void
mdsp_history_append (MdspHistory *h, const float *const *src, size_t n)
{
  mdsp_history_extend (h, n);
  for (unsigned c = 0; c < h->n_channels; c++) {
    float *dst = mdsp_history_at (h, c, h->end - (int64_t) n);
    if (src != NULL)
      memcpy (dst, src[c], n * sizeof (float));
    else
      memset (dst, 0, n * sizeof (float));
  }
}

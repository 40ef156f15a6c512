/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "reference.h"

#include "analysis.h"
#include "error.h"

#include <math.h>

#define MIN_SECONDS 3.0 /* that count for its loudness */

double *
reference_weights (const char *text, guint n, GError **error)
{
  g_autofree double *weights = g_new (double, n);
  g_auto (GStrv) words = text ? g_strsplit (text, ",", -1) : NULL;
  gboolean good = !words || g_strv_length (words) == n;

  for (guint i = 0; good && i < n; i++) {
    char *end = NULL;

    weights[i] = words ? g_ascii_strtod (words[i], &end) : 1.0;
    good = !words || (end != words[i] && !*end && weights[i] > 0.0 && weights[i] <= 1e6);
  }
  if (good)
    return g_steal_pointer (&weights);
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "--reference-weights is one number above 0 for each --reference, in their order and "
               "separated by commas, as in 2,1; not '%s' for %u.",
               text, n);
  return NULL;
}

static gboolean
measure (const char *path, MdspSpectrumReading *spectrum, GError **error)
{
  g_autoptr (Input) input = input_open (path, FALSE, NULL, error);
  AnalysisOptions options = { .label = "Reference", .spectrum = TRUE };
  g_autoptr (Analysis) analysis = input ? analysis_run (input, &options, error) : NULL;

  if (!analysis)
    return FALSE;
  *spectrum = analysis->spectrum;
  if (spectrum->n_bands > 0 && spectrum->gated_s >= MIN_SECONDS)
    return TRUE;
  if (spectrum->n_bands == 0)
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "it has %d channels; a reference is mono or stereo.",
                 GST_AUDIO_INFO_CHANNELS (&analysis->info));
  else
    g_set_error (error, TOOL_ERROR, TOOL_ERROR_INPUT,
                 "only %.1f seconds of it are loud enough to be heard; a reference needs %.0f.",
                 spectrum->gated_s, MIN_SECONDS);
  return FALSE;
}

References *
references_measure (char *const *paths, const char *weights, GError **error)
{
  g_autoptr (References) r = g_new0 (References, 1);

  for (r->n = 0; paths[r->n]; r->n++)
    ;
  r->spectra = g_new0 (MdspSpectrumReading, r->n);
  r->weights = reference_weights (weights, r->n, error);
  if (!r->weights)
    return NULL;
  for (guint i = 0; i < r->n; i++)
    if (!measure (paths[i], &r->spectra[i], error)) {
      g_prefix_error (error, "the reference %s: ", paths[i]);
      return NULL;
    }
  return g_steal_pointer (&r);
}

void
references_free (References *r)
{
  if (!r)
    return;
  g_free (r->spectra);
  g_free (r->weights);
  g_free (r);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "amounts.h"

#include "error.h"

#include <string.h>

static gboolean
refuse (const char *word, GError **error)
{
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "--amount is a number from 0 to 100, or one per stage as in "
               "tone=50,dynamics=80,stereo=30; not '%s'.",
               word);
  return FALSE;
}

static gboolean
parse_share (const char *text, double *share)
{
  char *end;
  double percent = g_ascii_strtod (text, &end);

  if (end == text || *end || !(percent >= 0.0 && percent <= 100.0)) /* NaN is refused as well */
    return FALSE;
  *share = percent / 100.0;
  return TRUE;
}

static double *
stage_named (Amounts *amounts, const char *name, gsize length)
{
  const struct {
    const char *name;
    double *share;
  } map[] = { { "tone", &amounts->tone },
              { "dynamics", &amounts->dynamics },
              { "stereo", &amounts->stereo } };

  for (gsize i = 0; i < G_N_ELEMENTS (map); i++)
    if (strlen (map[i].name) == length && !strncmp (map[i].name, name, length))
      return map[i].share;
  return NULL;
}

gboolean
amounts_parse (const char *text, Amounts *amounts, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  double all;

  if (parse_share (text, &all)) {
    *amounts = (Amounts){ all, all, all };
    return TRUE;
  }
  for (gsize i = 0; words[i]; i++) {
    const char *value = strchr (words[i], '=');
    double *share = value ? stage_named (amounts, words[i], value - words[i]) : NULL;

    if (!share || !parse_share (value + 1, share))
      return refuse (words[i], error);
    for (gsize k = 0; k < i; k++)
      if (!strncmp (words[k], words[i], (gsize) (value + 1 - words[i]))) {
        g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
                     "--amount names %.*s twice (%s and %s); say it once.",
                     (int) (value - words[i]), words[i], words[k], words[i]);
        return FALSE;
      }
  }
  return words[0] ? TRUE : refuse (text, error);
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "dynamics.h"

#include <string.h>

gboolean
dynamics_style_parse (const char *text, MdspDynamicsStyle *style)
{
  static const char *const names[] = { "off", "gentle", "normal", "dense" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (!strcmp (names[i], text)) {
      *style = (MdspDynamicsStyle) i;
      return TRUE;
    }
  return FALSE;
}

gboolean
help_is_kept (const Help *help)
{
  return help->result == HELP_LOUDER || help->result == HELP_EASIER;
}

gboolean
dynamics_act (const Dynamics *d)
{
  return d->holds || help_is_kept (&d->glue) || help_is_kept (&d->clip);
}

double
dynamics_excess_db (const Dynamics *d)
{
  return d->after.spread_db[d->before.band] - d->after.rest_spread_db[d->before.band];
}

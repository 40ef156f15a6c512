/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Registration only. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "elements/gstmasterelements.h"
#include "kernels/kernels.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gboolean ok = FALSE;

  /* Chooses and compiles the kernels here, never first on a streaming thread. */
  mdsp_kernels_get ();
  ok |= GST_ELEMENT_REGISTER (loudnessmeter, plugin);
  ok |= GST_ELEMENT_REGISTER (loudnorm, plugin);
  ok |= GST_ELEMENT_REGISTER (truepeaklimit, plugin);
  ok |= GST_ELEMENT_REGISTER (masterstereo, plugin);
  ok |= GST_ELEMENT_REGISTER (masterchain, plugin);
  ok |= GST_ELEMENT_REGISTER (mastereq, plugin);
  ok |= GST_ELEMENT_REGISTER (masterdyn, plugin);
  return ok;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, mastering,
                   "Mastering: loudness, true peak, and the way to the finished master",
                   plugin_init, PACKAGE_VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)

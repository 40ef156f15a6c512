/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The elements of the plugin, for plugin.c. */
#ifndef GST_MASTER_ELEMENTS_H
#define GST_MASTER_ELEMENTS_H

#include <gst/gst.h>

GST_ELEMENT_REGISTER_DECLARE (loudnessmeter);
GST_ELEMENT_REGISTER_DECLARE (loudnorm);
GST_ELEMENT_REGISTER_DECLARE (masterchain);
GST_ELEMENT_REGISTER_DECLARE (masterdyn);
GST_ELEMENT_REGISTER_DECLARE (mastereq);
GST_ELEMENT_REGISTER_DECLARE (masterstereo);
GST_ELEMENT_REGISTER_DECLARE (truepeaklimit);

#endif

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which version of its library an encoder's element has: the library that is in this process is asked.
 */
#pragma once

/* Of "lamemp3enc", ...: "3.100", as the library says it; NULL: it has no way to say. The element is
 * loaded for it. */
const char *encoder_version (const char *factory);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Which promises a finished master does not keep, in sentences.
 */
#pragma once

#include "master.h"

/* Fills master->problems. */
void problems_find (Master *master);

/* Which service cannot take it, what was odd in the input: nothing that makes the exit code 1. */
GPtrArray *notes_find (const Master *master);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The rule of check about decoded peaks: does the file hold behind what the platform's service sends?
 */
#pragma once

#include "check.h"

/* Does this platform ask for it by itself? */
gboolean check_codecs_asked (const char *platform);

/* Adds the result to the report; nothing when the profile does not know what is sent, when the file has
 * more than two channels or when its sound was not kept. Over the limit is a failure where the platform
 * asks for the rule and a note elsewhere. FALSE with an error. */
gboolean check_codecs (const CheckSubject *subject, const Profile *profile, double ceiling_dbtp,
                       CheckReport *report, GError **error);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The rules of check that look at the file as it is: one function for each, from loudness to tags. The
 * rule about decoded peaks is check_codecs.c.
 */
#pragma once

#include "check.h"

typedef struct {
  const CheckSubject *subject;
  const Profile *profile;  /* of the platform */
  const Profile *fallback; /* what holds where that says nothing */
  CheckReport *report;
} CheckRules;

/* Adds a result for each rule. */
void check_rules_apply (const CheckRules *rules);

/* The number of the profile that has the group: the platform's own or the fallback; NAN when neither has. */
double check_rules_number (const CheckRules *rules, const char *group);

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decisions.h"

static void
decision_free (gpointer data)
{
  Decision *decision = data;

  g_free (decision->move);
  g_free (decision->reason);
  g_free (decision->rest);
  g_free (decision);
}

static void
problem_free (gpointer data)
{
  MixProblem *problem = data;

  g_free (problem->where);
  g_free (problem->text);
  g_free (problem);
}

void
decisions_init (Decisions *decisions)
{
  decisions->moves = g_ptr_array_new_with_free_func (decision_free);
  decisions->problems = g_ptr_array_new_with_free_func (problem_free);
}

void
decisions_clear (Decisions *decisions)
{
  g_clear_pointer (&decisions->moves, g_ptr_array_unref);
  g_clear_pointer (&decisions->problems, g_ptr_array_unref);
}

void
decisions_add (Decisions *decisions, const char *stage, char *move, char *reason)
{
  Decision *decision = g_new0 (Decision, 1);

  *decision = (Decision){ stage, move, reason, NULL };
  g_ptr_array_add (decisions->moves, decision);
}

void
decisions_add_problem (Decisions *decisions, const char *id, char *where, char *text)
{
  MixProblem *problem = g_new0 (MixProblem, 1);

  *problem = (MixProblem){ id, where, text, FALSE };
  g_ptr_array_add (decisions->problems, problem);
}

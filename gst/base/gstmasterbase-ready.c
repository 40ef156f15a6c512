/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Properties that are changeable up to READY: what is built for a format is built with their values of
 * that moment. One that gets another value while sound flows reads back what was set and does nothing
 * yet, so a warning says that.
 */
#include "gstmasterbase-private.h"

#define GST_CAT_DEFAULT gst_master_base_debug

static gboolean
counts_from_ready (const GParamSpec *pspec)
{
  return (pspec->flags & GST_PARAM_MUTABLE_READY) != 0 &&
         (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE;
}

static void
free_value (gpointer data)
{
  g_value_unset (data);
  g_free (data);
}

void
gst_master_base_ready_note (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GHashTable *built = g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, free_value), *old;
  guint n;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);

  for (guint i = 0; i < n; i++)
    if (counts_from_ready (specs[i])) {
      GValue *value = g_new0 (GValue, 1);

      g_value_init (value, specs[i]->value_type);
      g_object_get_property (G_OBJECT (self), specs[i]->name, value);
      g_hash_table_insert (built, specs[i], value);
    }
  g_free (specs);
  GST_OBJECT_LOCK (self);
  old = p->built_with;
  p->built_with = built;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&old, g_hash_table_unref);
}

void
gst_master_base_ready_forget (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);
  GHashTable *old;

  GST_OBJECT_LOCK (self);
  old = p->built_with;
  p->built_with = NULL;
  GST_OBJECT_UNLOCK (self);
  g_clear_pointer (&old, g_hash_table_unref);
}

void
gst_master_base_ready_notify (GObject *object, GParamSpec *pspec)
{
  GstMasterBasePrivate *p = gst_master_base_priv (GST_MASTER_BASE (object));
  GValue now = G_VALUE_INIT;
  const GValue *built = NULL;
  gboolean other;

  if (!counts_from_ready (pspec))
    return;
  g_value_init (&now, pspec->value_type);
  g_object_get_property (object, pspec->name, &now);
  GST_OBJECT_LOCK (object);
  if (p->built_with != NULL)
    built = g_hash_table_lookup (p->built_with, pspec);
  other = built != NULL && g_param_values_cmp (pspec, &now, built) != 0;
  GST_OBJECT_UNLOCK (object);
  g_value_unset (&now);
  if (other)
    GST_ELEMENT_WARNING (
        object, RESOURCE, SETTINGS,
        ("%s was set while sound flows: it counts from the state READY on, or when "
         "the stream changes its format. Until then the old value is at work.",
         pspec->name),
        (NULL));
}

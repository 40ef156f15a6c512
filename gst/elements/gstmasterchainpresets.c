/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The presets of masterchain: what the children have, to any depth (`eq::band0::gain`), and which are bypassed.
 */
#include "gstmasterchain.h"

#include "gstmasterbase.h"

/* Which stages are bypassed, as names with spaces between: a preset must not undo the bypass of the whole chain. */
#define META_BYPASSED "bypassed"

static gboolean (*load_by_names) (GstPreset *preset, const gchar *name);
static gboolean (*save_by_names) (GstPreset *preset, const gchar *name);

static gboolean
belongs_in_preset (const GParamSpec *pspec)
{
  return (pspec->flags & G_PARAM_READWRITE) == G_PARAM_READWRITE &&
         pspec->owner_type != GST_TYPE_OBJECT && pspec->owner_type != GST_TYPE_BASE_TRANSFORM &&
         pspec->owner_type != GST_TYPE_MASTER_BASE;
}

static void
add_names (GPtrArray *names, const gchar *prefix, GObject *object)
{
  guint n;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), &n);

  for (guint i = 0; i < n; i++)
    if (belongs_in_preset (specs[i]))
      g_ptr_array_add (names, g_strconcat (prefix, specs[i]->name, NULL));
  g_free (specs);
  if (!GST_IS_CHILD_PROXY (object))
    return;
  for (guint i = 0; i < gst_child_proxy_get_children_count (GST_CHILD_PROXY (object)); i++) {
    GObject *child = gst_child_proxy_get_child_by_index (GST_CHILD_PROXY (object), i);
    gchar *below = g_strconcat (prefix, GST_OBJECT_NAME (child), "::", NULL);

    add_names (names, below, child);
    g_free (below);
    g_object_unref (child);
  }
}

static gchar **
gst_master_chain_get_property_names (GstPreset *preset)
{
  GstMasterChain *self = GST_MASTER_CHAIN (preset);
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < self->n_children; i++) {
    gchar *prefix = g_strconcat (GST_OBJECT_NAME (self->children[i]), "::", NULL);

    add_names (names, prefix, G_OBJECT (self->children[i]));
    g_free (prefix);
  }
  g_ptr_array_add (names, NULL);
  return (gchar **) g_ptr_array_free (names, FALSE);
}

static gboolean
gst_master_chain_load_preset (GstPreset *preset, const gchar *name)
{
  GstMasterChain *self = GST_MASTER_CHAIN (preset);
  gchar *text = NULL, **bypassed;

  if (!load_by_names (preset, name))
    return FALSE;
  gst_preset_get_meta (preset, name, META_BYPASSED, &text);
  bypassed = g_strsplit (text != NULL ? text : "", " ", -1);
  for (guint i = 0; i + 1 < self->n_children; i++) {
    const gchar *child = GST_OBJECT_NAME (self->children[i]);

    gst_master_chain_set_child_bypass (self, i,
                                       g_strv_contains ((const gchar *const *) bypassed, child));
  }
  g_strfreev (bypassed);
  g_free (text);
  return TRUE;
}

static gboolean
gst_master_chain_save_preset (GstPreset *preset, const gchar *name)
{
  GstMasterChain *self = GST_MASTER_CHAIN (preset);
  GString *bypassed = g_string_new (NULL);
  gboolean ok = save_by_names (preset, name);

  for (guint i = 0; i + 1 < self->n_children; i++)
    if (gst_master_chain_child_bypass (self, i))
      g_string_append_printf (bypassed, "%s%s", bypassed->len > 0 ? " " : "",
                              GST_OBJECT_NAME (self->children[i]));
  ok = ok && gst_preset_set_meta (preset, name, META_BYPASSED, bypassed->str);
  g_string_free (bypassed, TRUE);
  return ok;
}

void
gst_master_chain_preset_init (GstPresetInterface *iface)
{
  load_by_names = iface->load_preset;
  save_by_names = iface->save_preset;
  iface->get_property_names = gst_master_chain_get_property_names;
  iface->load_preset = gst_master_chain_load_preset;
  iface->save_preset = gst_master_chain_save_preset;
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * Objects with settings of their own below an element: its bands. They come in the element's init and
 * stay for its life, so no lock guards the list.
 */
#include "gstmasterbase-private.h"

void
gst_master_base_add_child (GstMasterBase *self, GstObject *child)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  g_return_if_fail (p->n_children < G_N_ELEMENTS (p->children));
  gst_object_set_parent (child, GST_OBJECT (self));
  p->children[p->n_children++] = child;
}

GstObject *
gst_master_base_child (GstMasterBase *self, guint index)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  return index < p->n_children ? p->children[index] : NULL;
}

void
gst_master_base_drop_children (GstMasterBase *self)
{
  GstMasterBasePrivate *p = gst_master_base_priv (self);

  while (p->n_children > 0)
    gst_object_unparent (p->children[--p->n_children]);
}

void
gst_master_base_child_changed (GstObject *child)
{
  GstObject *parent = gst_object_get_parent (child);

  if (parent == NULL)
    return;
  gst_master_base_settings_changed (GST_MASTER_BASE (parent));
  gst_object_unref (parent);
}

static GObject *
get_child_by_index (GstChildProxy *proxy, guint index)
{
  GstObject *child = gst_master_base_child (GST_MASTER_BASE (proxy), index);

  return child != NULL ? g_object_ref (G_OBJECT (child)) : NULL;
}

static guint
get_children_count (GstChildProxy *proxy)
{
  return gst_master_base_priv (GST_MASTER_BASE (proxy))->n_children;
}

void
gst_master_base_child_proxy_init (gpointer iface, gpointer data)
{
  GstChildProxyInterface *proxy = iface;

  proxy->get_child_by_index = get_child_by_index;
  proxy->get_children_count = get_children_count;
}

void
gst_master_base_install_double (GObjectClass *klass, guint id, const gchar *name, const gchar *nick,
                                const gchar *blurb, gdouble min, gdouble max, gdouble value)
{
  const GParamFlags flags = G_PARAM_READWRITE | GST_PARAM_MUTABLE_PLAYING | GST_PARAM_CONTROLLABLE |
                            G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (klass, id,
                                   g_param_spec_double (name, nick, blurb, min, max, value, flags));
}

/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What masterchain takes from files: a platform's profile, the settings that the tool saved for a song.
 */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstmasterchain.h"

#include "profile.h"
#include "settings_file.h"
#include "stages.h"

#define GST_CAT_DEFAULT masterchain_debug

static gboolean
load_profile (GstMasterChain *self, const gchar *id, GError **error)
{
  g_autoptr (Profile) profile = profile_load (id, PROFILE_PLATFORM, error);

  if (profile == NULL)
    return FALSE;
  gst_master_chain_set_target (self, profile_number (profile, "loudness-target"));
  gst_master_chain_set_ceiling (self, profile_number (profile, "ceiling"));
  return TRUE;
}

/* The format that the sound of the song has when it comes to the chain of the tool. */
static void
note_format (GstMasterChain *self, Settings *settings)
{
  gint rate = g_key_file_get_integer (settings, SETTINGS_DECISIONS, "rate", NULL);
  gint channels = g_key_file_get_integer (settings, SETTINGS_SOURCE, "channels", NULL);

  GST_OBJECT_LOCK (self);
  self->settings_rate = rate;
  self->settings_channels = channels;
  GST_OBJECT_UNLOCK (self);
}

/* As the tool builds its chain: every stage that has a group, fresh from its defaults; the others
 * are not there, which here is a bypass. NULL: all fresh. */
static gboolean
replay (GstMasterChain *self, Settings *settings, GError **error)
{
  for (guint i = 0; i < self->n_children; i++) {
    GstElement *child = self->children[i];
    const gchar *group = GST_OBJECT_NAME (child);

    if (stage_find (group) == NULL) /* the meter */
      continue;
    settings_reset_element (child);
    gst_master_chain_set_child_bypass (self, i,
                                       settings != NULL && !settings_has_stage (settings, group));
    if (settings != NULL && !settings_apply (settings, group, child, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
load_settings (GstMasterChain *self, const gchar *path, GError **error)
{
  g_autoptr (GKeyFile) settings = settings_load (path, error);

  if (settings == NULL)
    return FALSE;
  note_format (self, settings);
  return replay (self, settings, error);
}

gboolean
gst_master_chain_check_loaded (GstMasterChain *self)
{
  GError *profile, *settings;
  gchar *path;

  GST_OBJECT_LOCK (self);
  profile = self->profile_error != NULL ? g_error_copy (self->profile_error) : NULL;
  settings = self->settings_error != NULL ? g_error_copy (self->settings_error) : NULL;
  path = g_strdup (self->settings);
  GST_OBJECT_UNLOCK (self);
  if (settings != NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS,
                       ("settings=%s: %s%s Correct the file, or write it again with gst-master-1.0 "
                        "master --save-settings.",
                        path, settings->message,
                        g_str_has_suffix (settings->message, ".") ? "" : "."),
                       (NULL));
  else if (profile != NULL)
    GST_ELEMENT_ERROR (self, RESOURCE, SETTINGS, ("profile: %s", profile->message), (NULL));
  g_free (path);
  if (profile == NULL && settings == NULL)
    return TRUE;
  g_clear_error (&profile);
  g_clear_error (&settings);
  return FALSE;
}

static gboolean
is_running (GstMasterChain *self)
{
  return GST_STATE (self) >= GST_STATE_PAUSED;
}

static gboolean
is_empty (const gchar *text)
{
  return text == NULL || *text == '\0';
}

/* A mistake is told at the latest when the element is to become READY. */
static void
note (GstMasterChain *self, gchar **field, GError **problem, const gchar *text, GError *error)
{
  gchar *old, *copy = g_strdup (text);

  GST_OBJECT_LOCK (self);
  old = *field;
  *field = copy;
  g_clear_error (problem);
  *problem = error;
  GST_OBJECT_UNLOCK (self);
  g_free (old);
  if (error != NULL && GST_STATE (self) > GST_STATE_NULL)
    gst_master_chain_check_loaded (self);
}

void
gst_master_chain_take_profile (GstMasterChain *self, const gchar *id)
{
  GError *error = NULL;

  if (!is_empty (id) && !load_profile (self, id, &error) && is_running (self)) {
    GST_ELEMENT_WARNING (
        self, RESOURCE, SETTINGS,
        ("profile: %s The target and the ceiling stay as they are.", error->message), (NULL));
    g_clear_error (&error);
    return;
  }
  note (self, &self->profile, &self->profile_error, id, error);
}

void
gst_master_chain_take_settings (GstMasterChain *self, const gchar *path)
{
  GError *error = NULL;
  gboolean had_settings;

  if (is_running (self)) {
    GST_ELEMENT_WARNING (self, RESOURCE, SETTINGS,
                         ("settings=%s: settings replay a song from its beginning, so they are not "
                          "taken while sound flows. Set them in the state READY or NULL.",
                          path != NULL ? path : ""),
                         (NULL));
    return;
  }
  GST_OBJECT_LOCK (self);
  had_settings = !is_empty (self->settings);
  self->settings_rate = self->settings_channels = 0;
  GST_OBJECT_UNLOCK (self);
  if (!is_empty (path))
    load_settings (self, path, &error);
  else if (had_settings)
    replay (self, NULL, NULL);
  note (self, &self->settings, &self->settings_error, path, error);
}

void
gst_master_chain_check_format (GstMasterChain *self, const GstCaps *caps)
{
  const GstStructure *s = gst_caps_get_structure (caps, 0);
  gint rate = 0, channels = 0, rate_wanted, channels_wanted;
  gboolean tell;
  gchar *path;

  gst_structure_get_int (s, "rate", &rate);
  gst_structure_get_int (s, "channels", &channels);
  GST_OBJECT_LOCK (self);
  rate_wanted = self->settings_rate > 0 ? self->settings_rate : rate;
  channels_wanted = self->settings_channels > 0 ? self->settings_channels : channels;
  tell = (rate != rate_wanted || channels != channels_wanted) && !self->told_format;
  self->told_format |= tell;
  path = g_strdup (self->settings);
  GST_OBJECT_UNLOCK (self);
  if (tell)
    GST_ELEMENT_WARNING (
        self, STREAM, FORMAT,
        ("settings=%s is for sound of %d Hz in %d channels, and sound of %d Hz in %d channels "
         "comes: what goes out is not the master that the settings are of. Give it that song, "
         "behind audioresample quality=10 ! audio/x-raw,rate=%d when its rate is another one.",
         path, rate_wanted, channels_wanted, rate, channels, rate_wanted),
        (NULL));
  g_free (path);
}

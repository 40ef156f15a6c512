/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "device.h"

#include "error.h"

#include "kernels/dmath.h"

#include <math.h>
#include <string.h>

static void
device_free (gpointer data)
{
  Device *d = data;

  g_free (d->id);
  g_free (d->name);
  g_free (d->place);
  g_free (d);
}

static double
number_or (const Profile *profile, const char *group, double otherwise)
{
  double value = profile_number (profile, group);

  return isnan (value) ? otherwise : value;
}

/* An order that is no whole number, or too large for one, is as wrong as one that is out of range. */
static unsigned
order (const Profile *profile, const char *group)
{
  double value = number_or (profile, group, 0.0);

  return value >= 1.0 && value <= MDSP_PLAYBACK_MAX_ORDER && value == floor (value)
             ? (unsigned) value
             : 0;
}

static Device *
device_new (const Profile *p)
{
  Device *d = g_new0 (Device, 1);

  d->id = g_strdup (p->id);
  d->name = profile_name (p);
  d->place = profile_string (p, "profile", "place");
  if (!d->place)
    d->place = g_strdup_printf ("on %s", d->name);
  d->params = (MdspPlaybackParams){
    .mono = profile_number (p, "channels") == 1.0,
    .mono_below_hz = number_or (p, "mono-below", 0.0),
    .highpass_hz = number_or (p, "highpass-frequency", 0.0),
    .highpass_order = order (p, "highpass-order"),
    .lowpass_hz = number_or (p, "lowpass-frequency", 0.0),
    .lowpass_order = order (p, "lowpass-order"),
    .shelf_hz = number_or (p, "shelf-frequency", 0.0),
    .shelf_db = number_or (p, "shelf-gain", 0.0),
    .noise_lufs = number_or (p, "noise-level", MDSP_SILENCE_DB),
    .noise_lowpass_hz = number_or (p, "noise-lowpass", 0.0),
  };
  d->expected_change_lu = number_or (p, "expected-change", 0.0);
  d->tolerance_lu = number_or (p, "tolerance", 2.0);
  d->mono_change_min_lu = number_or (p, "mono-change-min", -3.0);
  d->drowned_max = profile_number (p, "drowned-max") / 100.0;
  return d;
}

/* Are these the numbers of a device? The rate is that of any file: only ranges are looked at. */
static gboolean
check (const Profile *profile, const Device *d, GError **error)
{
  MdspPlaybackDesign design;

  if (mdsp_playback_design (&design, &d->params, 48000.0) == MDSP_OK)
    return TRUE;
  g_set_error (error, TOOL_ERROR, TOOL_ERROR_USAGE,
               "the playback profile %s has a number that is out of range (frequencies 10 to 40000 "
               "Hz, orders 1 to %d, shelf-gain -24 to 24 dB, mono-below 20 to 1000 Hz and not with "
               "channels=1, noise-level up to 0 LU).",
               profile->path, MDSP_PLAYBACK_MAX_ORDER);
  return FALSE;
}

static int
compare_devices (gconstpointer a, gconstpointer b)
{
  const Device *x = *(Device *const *) a, *y = *(Device *const *) b;

  if (x->params.highpass_hz != y->params.highpass_hz)
    return x->params.highpass_hz > y->params.highpass_hz ? -1 : 1;
  return strcmp (x->id, y->id);
}

static GPtrArray *
all_devices (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (device_free);
  g_autoptr (GPtrArray) profiles = profile_list (PROFILE_PLAYBACK);

  for (guint i = 0; i < profiles->len; i++) {
    g_autoptr (GError) error = NULL;
    Device *device = device_new (profiles->pdata[i]);

    if (check (profiles->pdata[i], device, &error)) {
      g_ptr_array_add (list, device);
    } else {
      g_printerr ("gst-master-1.0: warning: %s\n", error->message);
      device_free (device);
    }
  }
  g_ptr_array_sort (list, compare_devices);
  return list;
}

static gboolean
has_device (const GPtrArray *list, const char *id)
{
  for (guint i = 0; i < list->len; i++)
    if (!strcmp (((Device *) list->pdata[i])->id, id))
      return TRUE;
  return FALSE;
}

static gboolean
add_named (GPtrArray *list, const char *id, GError **error)
{
  GError *cause = NULL;
  g_autoptr (Profile) profile = profile_load (id, PROFILE_PLAYBACK, &cause);
  Device *device;

  if (!profile) {
    g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, cause->message);
    g_error_free (cause);
    return FALSE;
  }
  if (has_device (list, profile->id))
    return TRUE;
  device = device_new (profile);
  g_ptr_array_add (list, device);
  return check (profile, device, error);
}

GPtrArray *
device_list (const char *ids, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_auto (GStrv) parts = NULL;

  if (!ids)
    return all_devices ();
  list = g_ptr_array_new_with_free_func (device_free);
  parts = g_strsplit (ids, ",", -1);
  for (gsize i = 0; parts[i]; i++)
    if (!add_named (list, g_strstrip (parts[i]), error))
      return NULL;
  if (list->len == 0) {
    g_set_error_literal (error, TOOL_ERROR, TOOL_ERROR_USAGE, "no device was named.");
    return NULL;
  }
  g_ptr_array_sort (list, compare_devices);
  return g_steal_pointer (&list);
}

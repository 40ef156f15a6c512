/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors */
#include "tone.h"

#include <complex.h>
#include <math.h>

/* |H|^2 of the two sections, Tables 1 and 2. */
static gdouble
k_weighting_power (gdouble hz)
{
  double complex z = cexp (-I * 2.0 * G_PI * hz / 48000.0);
  double complex h1 = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z * z) /
                      (1.0 - 1.69065929318241 * z + 0.73248077421585 * z * z);
  double complex h2 =
      (1.0 - 2.0 * z + z * z) / (1.0 - 1.99004745483398 * z + 0.99007225036621 * z * z);
  gdouble gain = cabs (h1 * h2);

  return gain * gain;
}

gdouble
tone_lufs (const gdouble *amplitude, const gdouble *weight, guint channels)
{
  gdouble power = 0.0;

  for (guint c = 0; c < channels; c++)
    power += weight[c] * 0.5 * amplitude[c] * amplitude[c] * k_weighting_power (HZ);
  return -0.691 + 10.0 * log10 (power);
}

gdouble
tone_in_all (gdouble amplitude, guint channels)
{
  gdouble a[8], w[8];

  for (guint c = 0; c < channels; c++) {
    a[c] = amplitude;
    w[c] = 1.0;
  }
  return tone_lufs (a, w, channels);
}

float *
tones (const gdouble *amplitude, guint channels, gsize n)
{
  float *x = signal_sine (HZ, 1.0, n, channels, RATE);

  for (gsize i = 0; i < n * channels; i++)
    x[i] *= (float) amplitude[i % channels];
  return x;
}

Rig *
run_meter (const gchar *launch, guint channels, guint64 mask, const float *x, gsize n)
{
  Rig *rig = rig_new (launch, 0, 0);

  rig_set_caps_mask (rig, RATE, channels, mask);
  rig_push_run (rig, x, n, 1000, 0, NONE);
  rig_event (rig, gst_event_new_eos ());
  return rig;
}

const GstStructure *
newest (Rig *rig)
{
  GPtrArray *found = rig_structures (rig, "loudnessmeter");
  const GstStructure *s;

  fail_unless (found->len > 0);
  s = g_ptr_array_index (found, found->len - 1);
  g_ptr_array_unref (found);
  return s;
}

gdouble
get (const GstStructure *s, const gchar *field)
{
  gdouble v = 0.0;

  fail_unless (gst_structure_get_double (s, field, &v), "no %s", field);
  return v;
}

gdouble
array_value (const GstStructure *s, const gchar *field, guint i)
{
  return g_value_get_double (gst_value_array_get_value (gst_structure_get_value (s, field), i));
}

gchar *
check_near (const gchar *what, gdouble value, gdouble expected, gdouble tolerance)
{
  if (value == expected || fabs (value - expected) <= tolerance)
    return NULL;
  return g_strdup_printf ("%s is %.6f instead of %.6f", what, value, expected);
}

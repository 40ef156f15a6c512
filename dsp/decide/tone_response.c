/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "decide/tone_response.h"
#include "kernels/dmath.h"

#define BANDS            MDSP_SPECTRUM_BANDS
#define PARTS            MDSP_SPECTRUM_PARTS
#define THIRD_OF_BAND_HZ 1.0797751623277096 /* 10^(1/30) */

void
mdsp_tone_band_response (const MdspEqBandParams *eq, double rate_hz, double response_db[BANDS])
{
  static const double part[] = { 1.0 / THIRD_OF_BAND_HZ, 1.0, THIRD_OF_BAND_HZ };
  MdspBiquad sections[MDSP_EQ_MAX_SECTIONS];
  const unsigned n = eq->enabled ? mdsp_eq_band_design (eq, rate_hz, sections) : 0;
  for (unsigned b = 0; b < BANDS; b++) {
    response_db[b] = 0.0;
    for (unsigned i = 0; n > 0 && i < 3; i++) {
      const double hz = mdsp_spectrum_centre_hz (b) * part[i];
      if (hz < 0.5 * rate_hz)
        response_db[b] += mdsp_biquad_response_db (sections, n, hz, rate_hz) / 3.0;
    }
  }
}

typedef struct {
  MdspBiquad sections[MDSP_EQ_BANDS * MDSP_EQ_MAX_SECTIONS];
  unsigned n_sections;
  double rate_hz;
  double density[BANDS][PARTS]; /* power per Hz of the spectrum; 0 where it is not known */
} Music;

static void
set_density (Music *m, const MdspSpectrumReading *s)
{
  for (unsigned b = 0; b < BANDS; b++) {
    const double power = mdsp_power_from_db (s->level_db[b]);
    for (unsigned i = 0; i < PARTS; i++) /* a part is as wide as its frequency says */
      m->density[b][i] = power > 0.0 ? power * s->share[b][i] / mdsp_spectrum_part_hz (b, i) : 0.0;
  }
}

static double
density_at (const Music *m, double hz)
{
  const double lowest = mdsp_spectrum_upper_hz (-1);
  const double part = hz > lowest ? PARTS * mdsp_db_from_power (hz / lowest) : 0.0;
  const unsigned at = part < BANDS * PARTS ? (unsigned) part : BANDS * PARTS - 1;
  return m->density[at / PARTS][at % PARTS];
}

/* |H|^2 of all sections. */
static double
power_at (const Music *m, double hz)
{
  double power = 1.0;
  for (unsigned i = 0; i < m->n_sections && hz > 0.0 && hz < 0.5 * m->rate_hz; i++)
    power *= mdsp_biquad_power (&m->sections[i], hz, m->rate_hz);
  return power;
}

/* What is measured at hz comes in part from the bins beside it, through the Hann window's main lobe
 * (amplitudes 1/2, 1, 1/2), and what is there is filtered as it is there. At a step of the response
 * beside loud tones that is 2 dB at 40 Hz. */
static double
power_around (const Music *m, double hz, double bin_hz)
{
  static const double lobe[3] = { 1.0 / 6.0, 4.0 / 6.0, 1.0 / 6.0 };
  double after = 0.0, before = 0.0;
  for (int i = 0; i < 3; i++) {
    const double from = hz + (i - 1) * bin_hz, power = lobe[i] * density_at (m, from);
    after += power * power_at (m, from);
    before += power;
  }
  return before > 0.0 ? after / before : power_at (m, hz);
}

void
mdsp_tone_response (const MdspEqBandParams *band, unsigned n, const MdspSpectrumReading *s,
                    double rate_hz, double response_db[BANDS])
{
  Music m = { .rate_hz = rate_hz };
  for (unsigned i = 0; i < n; i++)
    if (band[i].enabled)
      m.n_sections += mdsp_eq_band_design (&band[i], rate_hz, &m.sections[m.n_sections]);
  set_density (&m, s);
  for (unsigned b = 0; b < BANDS; b++) {
    double power = 0.0, whole = 0.0;
    for (unsigned i = 0; i < PARTS; i++)
      whole += s->share[b][i];
    for (unsigned i = 0; i < PARTS; i++) { /* nothing there: as if it were filled evenly */
      const double share = whole > 0.0 ? s->share[b][i] : 1.0 / PARTS;
      power += share * power_around (&m, mdsp_spectrum_part_hz (b, i), s->bin_hz);
    }
    response_db[b] = mdsp_db_from_power (power);
  }
}

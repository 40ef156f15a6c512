/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * What the bands of the equaliser work on, and what the dynamic ones do: against an independent
 * equaliser (eq_reference.h) and closed forms. */
#include "check.h"
#include "dynamics/equalizer.h"
#include "eq_reference.h"

#include <math.h>
#include <string.h>

#define RATE   48000
#define FRAMES 96000
#define LENGTH 9600 /* where the reference is slow */

static const MdspKernels *kernels;
static float input[2][FRAMES], output[2][FRAMES];
static double reference[2][FRAMES];

static double
residual_db (size_t end)
{
  double error = 0.0, power = 0.0;
  for (unsigned c = 0; c < 2; c++)
    for (size_t i = 0; i < end; i++) {
      error += (output[c][i] - reference[c][i]) * (output[c][i] - reference[c][i]);
      power += reference[c][i] * reference[c][i];
    }
  return 10.0 * log10 (error / power);
}

/* One frame through a settled band for some channels, in the plainest way. */
static void
channel_tick (const MdspEqBandParams *p, RefState state[2][4], double *left, double *right)
{
  const RefBand band = ref_band_of (p);
  double both[2] = { *left, *right };
  if (p->channels == MDSP_EQ_STEREO) {
    ref_band_tick (&band, RATE, state, both, 2);
  } else if (p->channels == MDSP_EQ_LEFT || p->channels == MDSP_EQ_RIGHT) {
    ref_band_tick (&band, RATE, state, &both[p->channels == MDSP_EQ_RIGHT], 1);
  } else {
    double turned[2] = { (*left + *right) / 2.0, (*left - *right) / 2.0 };
    ref_band_tick (&band, RATE, state, &turned[p->channels == MDSP_EQ_SIDE], 1);
    both[0] = turned[0] + turned[1];
    both[1] = turned[0] - turned[1];
  }
  *left = both[0];
  *right = both[1];
}

/* Eight bands of random types for random channels, in their order. */
static void
channels_are_as_named (void)
{
  uint64_t seed = 77;
  for (unsigned trial = 0; trial < 12; trial++) {
    static RefState state[MDSP_EQ_BANDS][2][4];
    MdspEqualizerParams params;
    MdspEqualizer eq;
    mdsp_equalizer_params_init (&params, RATE, 2);
    memset (state, 0, sizeof state);
    for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
      MdspEqBandParams *p = &params.band[b];
      p->enabled = true;
      p->type = (MdspEqType) (7 * check_random (&seed));
      p->channels = (MdspEqChannels) (5 * check_random (&seed));
      p->slope = p->type == MDSP_EQ_LOW_CUT ? 24 : 12;
      p->gain_db = 12.0 * check_random (&seed) - 6.0;
      p->q = 0.5 + 3.0 * check_random (&seed);
    }
    CHECK (mdsp_equalizer_init (&eq, &params, kernels) == MDSP_OK, "init");
    for (size_t i = 0; i < LENGTH; i += 480) {
      float *planes[2] = { output[0] + i, output[1] + i };
      for (unsigned c = 0; c < 2; c++)
        memcpy (planes[c], input[c] + i, 480 * sizeof (float));
      mdsp_equalizer_process (&eq, planes, 480);
    }
    for (size_t i = 0; i < LENGTH; i++) {
      reference[0][i] = input[0][i];
      reference[1][i] = input[1][i];
      for (unsigned b = 0; b < MDSP_EQ_BANDS; b++)
        channel_tick (&params.band[b], state[b], &reference[0][i], &reference[1][i]);
    }
    CHECK (residual_db (LENGTH) < -130.0, "trial %u: %g dB", trial, residual_db (LENGTH));
    mdsp_equalizer_clear (&eq);
  }
}

/* Off, or on at 0 dB, with dynamic parts that have nothing to do: the very bits, -0 too. */
static void
flat_is_bit_exact (void)
{
  for (unsigned kind = 0; kind < 3; kind++) {
    MdspEqualizerParams params;
    MdspEqualizer eq;
    float planes[2][512], *p[2] = { planes[0], planes[1] };
    mdsp_equalizer_params_init (&params, RATE, 2);
    for (unsigned b = 0; b < MDSP_EQ_BANDS; b++) {
      params.band[b].enabled = kind > 0;
      params.band[b].channels = (MdspEqChannels) (b % 5);
      params.band[b].type = b == 7 ? MDSP_EQ_TILT : (MdspEqType) (b % 3);
      params.band[b].range_db = kind == 2 ? -6.0 : 0.0;
    }
    CHECK (mdsp_equalizer_init (&eq, &params, kernels) == MDSP_OK, "init");
    memcpy (planes[0], input[0], sizeof planes[0]);
    memcpy (planes[1], input[1], sizeof planes[1]);
    planes[0][9] = planes[1][300] = -0.0f;
    float before[2][512];
    memcpy (before, planes, sizeof before);
    mdsp_equalizer_process (&eq, p, 512);
    CHECK (memcmp (before, planes, sizeof before) == 0, "kind %u", kind);
    params.band[3].gain_db = 0.1; /* and the check sees it when there is something to do */
    params.band[3].enabled = true;
    mdsp_equalizer_set (&eq, &params);
    memcpy (planes, before, sizeof planes);
    mdsp_equalizer_process (&eq, p, 512);
    CHECK (memcmp (before, planes, sizeof before) != 0, "kind %u", kind);
    mdsp_equalizer_clear (&eq);
  }
}

/* --- dynamic bands ------------------------------------------------------------------------------- */

/* Settings of one dynamic band over time: a change per entry, in frames. */
typedef struct {
  size_t at;
  double threshold_db, range_db, attack_ms, release_ms;
} Change;

static MdspEqBandParams
dynamic_band (MdspEqType type, double hz, double gain_db)
{
  MdspEqBandParams p;
  mdsp_eq_band_params_init (&p);
  p.enabled = true;
  p.type = type;
  p.frequency_hz = hz;
  p.gain_db = gain_db;
  p.q = 1.2;
  return p;
}

static void
apply (MdspEqBandParams *p, const Change *c)
{
  p->threshold_db = c->threshold_db;
  p->range_db = c->range_db;
  p->attack_ms = c->attack_ms;
  p->release_ms = c->release_ms;
}

/* The whole dynamic band once more: level of the louder channel per 16 frames, smoothed over a period or
 * a millisecond; the move runs along straight lines, a segment behind. Returns the largest move. */
static double
run_reference (MdspEqBandParams p, const Change *changes, unsigned n_changes)
{
  RefDetector ear[2];
  RefState state[2][4];
  double power = 0.0, move = 0.0, before = 0.0, heard = 0.0, largest = 0.0;
  const double smooth = exp (-16.0 / (RATE * fmax (0.001, 1.0 / p.frequency_hz)));
  memset (state, 0, sizeof state);
  for (unsigned c = 0; c < 2; c++)
    ref_detector_init (&ear[c], p.type, p.frequency_hz, p.q, RATE);
  for (size_t i = 0; i < FRAMES; i += 16) {
    double sums[2] = { 0.0, 0.0 };
    for (unsigned k = 0; k < n_changes; k++)
      if (changes[k].at == i)
        apply (&p, &changes[k]);
    power = smooth * power + (1.0 - smooth) * heard / 8.0;
    const double over = power > 0.0 ? 10.0 * log10 (power) - p.threshold_db : 0.0;
    const double wanted = over > 0.0 ? p.range_db * over / (over + fabs (p.range_db)) : 0.0;
    const double ms = fabs (wanted) > fabs (move) ? p.attack_ms : p.release_ms;
    before = move;
    move += (1.0 - exp (-16.0 / (RATE * 0.001 * ms))) * (wanted - move);
    largest = fabs (move) > fabs (largest) ? move : largest;
    for (size_t k = i; k < i + 16; k++) {
      RefBand band = ref_band_of (&p);
      double both[2] = { input[0][k], input[1][k] };
      band.gain_db += before + (move - before) * (double) (k - i) / 16.0;
      for (unsigned c = 0; c < 2; c++) {
        const double y = ref_detector_tick (&ear[c], both[c]);
        sums[c] += y * y;
      }
      ref_band_tick (&band, RATE, state, both, 2);
      reference[0][k] = both[0];
      reference[1][k] = both[1];
    }
    heard = fmax (sums[0], sums[1]);
  }
  return largest;
}

static double
run_equalizer (MdspEqBandParams p, const Change *changes, unsigned n_changes)
{
  MdspEqualizerParams params;
  MdspEqualizer eq;
  double move[MDSP_EQ_BANDS];
  mdsp_equalizer_params_init (&params, RATE, 2);
  params.band[4] = p;
  CHECK (mdsp_equalizer_init (&eq, &params, kernels) == MDSP_OK, "init");
  for (size_t i = 0; i < FRAMES; i += 240) {
    float *planes[2] = { output[0] + i, output[1] + i };
    for (unsigned k = 0; k < n_changes; k++)
      if (changes[k].at == i) {
        apply (&params.band[4], &changes[k]);
        mdsp_equalizer_set (&eq, &params);
      }
    for (unsigned c = 0; c < 2; c++)
      memcpy (planes[c], input[c] + i, 240 * sizeof (float));
    mdsp_equalizer_process (&eq, planes, 240);
  }
  mdsp_equalizer_take (&eq, move);
  mdsp_equalizer_clear (&eq);
  return move[4];
}

/* Bursts of noise: 100 ms loud, 150 ms quiet, the channels at other times. */
static void
make_bursts (void)
{
  for (unsigned c = 0; c < 2; c++) {
    ref_pink_noise (input[c], FRAMES, c + 5);
    for (size_t i = 0; i < FRAMES; i++)
      input[c][i] *= (i + c * 1700) % 12000 < 4800 ? 1.0f : 0.03f;
  }
}

static void
dynamic_bands_follow_the_reference (void)
{
  static const struct {
    MdspEqType type;
    double hz, gain_db;
  } bands[] = { { MDSP_EQ_BELL, 7000, 0 },
                { MDSP_EQ_BELL, 120, 3 },
                { MDSP_EQ_HIGH_SHELF, 6000, 0 },
                { MDSP_EQ_LOW_SHELF, 150, -2 } };
  static const Change changes[] = {
    { 0, -40, -8, 5, 80 },      { 24000, -30, -8, 5, 80 },    { 36000, -45, 6, 5, 80 },
    { 48000, -45, -12, 8, 80 }, { 60000, -45, -12, 30, 400 }, { 76800, -45, -12, 8, 20 },
  };
  make_bursts ();
  for (unsigned b = 0; b < sizeof bands / sizeof bands[0]; b++) {
    const unsigned n = sizeof changes / sizeof changes[0];
    MdspEqBandParams p = dynamic_band (bands[b].type, bands[b].hz, bands[b].gain_db);
    apply (&p, &changes[0]);
    const double wanted = run_reference (p, changes, n), got = run_equalizer (p, changes, n);
    const double residual = residual_db (FRAMES);
    printf ("dynamic band %u: largest move %.2f dB, residual %.0f dB\n", b, got, residual);
    CHECK (residual < -80.0, "band %u: %g dB", b, residual);
    CHECK (fabs (got - wanted) < 1e-6 && fabs (wanted) > 2.0, "band %u: %g, not %g", b, got,
           wanted);
    p.attack_ms *= 1.02; /* and a slightly wrong attack is noticed */
    run_equalizer (p, changes + 1, 0);
    CHECK (residual_db (24000) > -80.0, "band %u: %g dB", b, residual_db (24000));
  }
}

/* A sine of level L over the threshold T moves the band by range over / (over + |range|), over = L - T:
 * the de-esser's reading is the level of what it hears, of full scale sines 0 dB. A period or a
 * millisecond of smoothing leaves 2 % of ripple in the power, 0.1 dB. */
static void
levels_are_those_of_a_sine (void)
{
  static const double levels[] = { -3, -12, -20, -28 };
  for (unsigned l = 0; l < 4; l++)
    for (unsigned what = 0; what < 5; what++) {
      const double a = pow (10.0, levels[l] / 20.0), over = levels[l] + 30.0;
      MdspEqBandParams p = dynamic_band (MDSP_EQ_BELL, 7000, 0);
      apply (&p, &(Change){ 0, -30, -6, 2, 60 });
      p.channels = (MdspEqChannels) what;
      for (size_t i = 0; i < FRAMES; i++) {
        const float x = (float) (a * sin (2.0 * M_PI * 7000.0 / RATE * (double) i));
        input[0][i] = what == MDSP_EQ_RIGHT ? 0.0f : x;
        input[1][i] = what == MDSP_EQ_LEFT || what == MDSP_EQ_STEREO ? 0.0f
                      : what == MDSP_EQ_SIDE                         ? -x
                                                                     : x;
      }
      const double move = run_equalizer (p, NULL, 0), wanted = -6.0 * over / (over + 6.0);
      double peak = 0.0;
      for (size_t i = FRAMES - 4800; i < FRAMES; i++)
        peak = fmax (peak, fabs (output[what == MDSP_EQ_RIGHT][i]));
      CHECK (fabs (move - wanted) < 0.1, "%g dB, channels %u: %g, not %g", levels[l], what, move,
             wanted);
      /* the sampled peak of 48 / 7 samples a period is up to 0.9 dB low, but the same for input */
      CHECK (fabs (20.0 * log10 (peak / a) - wanted) < 0.15,
             "%g dB, channels %u: %g dB out, not %g", levels[l], what, 20.0 * log10 (peak / a),
             wanted);
    }
}

/* What is not in the band's range, or not in its channels, does not move it. */
static void
other_sounds_do_not_move_it (void)
{
  MdspEqBandParams p = dynamic_band (MDSP_EQ_BELL, 7000, 0);
  apply (&p, &(Change){ 0, -30, -6, 2, 60 });
  for (size_t i = 0; i < FRAMES; i++)
    input[0][i] = input[1][i] = (float) (0.7 * sin (2.0 * M_PI * 200.0 / RATE * (double) i));
  CHECK (run_equalizer (p, NULL, 0) == 0.0, "bass moves a de-esser");
  CHECK (memcmp (input, output, sizeof input) == 0, "an idle dynamic band touches the samples");
  p.frequency_hz = 200.0;
  p.channels = MDSP_EQ_SIDE;
  CHECK (run_equalizer (p, NULL, 0) == 0.0, "mid moves a band for side");
  p.channels = MDSP_EQ_MID;
  CHECK (run_equalizer (p, NULL, 0) < -4.5, "mid does not move a band for mid");
}

int
main (void)
{
  kernels = mdsp_kernels_get ();
  for (unsigned c = 0; c < 2; c++)
    ref_pink_noise (input[c], FRAMES, c + 1);
  channels_are_as_named ();
  flat_is_bit_exact ();
  dynamic_bands_follow_the_reference ();
  levels_are_those_of_a_sine ();
  other_sounds_do_not_move_it ();
  return check_failures == 0 ? 0 : 1;
}

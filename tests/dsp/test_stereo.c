/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The stereo field against closed forms: filters, products of noise that is mixed to a known
 * correlation, mono measured on the folded signal itself; planted faults with band and time, and
 * none where there is none; the same bits for every block size and table of kernels. */
#include "check.h"
#include "kernels/dmath.h"
#include "measure/meter.h"
#include "measure/stereo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE    48000
#define SECONDS 30
#define FRAMES  ((size_t) SECONDS * RATE)

static float left[FRAMES], right[FRAMES];

static double
white (uint64_t *state)
{
  return 2.0 * check_random (state) - 1.0;
}

/* Two voices of about -4 dB an octave, left a + b, right a - b: correlation (1 - k^2)/(1 + k^2)
 * for b at k times the level of a, in every band. */
static void
make_mix (double k)
{
  uint64_t seed = 5;
  double low[2][2] = { { 0 } };
  for (size_t i = 0; i < FRAMES; i++) {
    double voice[2];
    for (unsigned v = 0; v < 2; v++) {
      const double x = white (&seed);
      low[v][0] += 0.02 * (x - low[v][0]);
      low[v][1] += 0.3 * (x - low[v][1]);
      voice[v] = 0.5 * low[v][0] + 0.2 * low[v][1] + 0.02 * x;
    }
    left[i] = (float) (voice[0] + k * voice[1]);
    right[i] = (float) (voice[0] - k * voice[1]);
  }
}

static MdspStereo *
measure (const MdspKernels *kernels, size_t n_frames, size_t block)
{
  const MdspStereoParams params = { RATE };
  MdspStereo *s = calloc (1, sizeof *s);
  CHECK (mdsp_stereo_init (s, &params, kernels) == MDSP_OK, "init");
  for (size_t done = 0; done < n_frames; done += block) {
    const float *const planes[2] = { left + done, right + done };
    mdsp_stereo_process (s, planes, n_frames - done < block ? n_frames - done : block);
  }
  mdsp_stereo_finish (s);
  return s;
}

static void
drop (MdspStereo *s)
{
  mdsp_stereo_clear (s);
  free (s);
}

static double
seconds (uint64_t frames)
{
  return (double) frames / RATE;
}

/* A Butterworth band-pass of order 4 through the bilinear transform, t = tan (w/2):
 * |H|^2 = 1 / (1 + ((t^2 - t0^2) / (B t))^4). */
static double
bandpass_db (double c, double f, double rate)
{
  const double t = tan (M_PI * f / rate), lo = tan (M_PI * c / M_SQRT2 / rate);
  const double hi = tan (M_PI * c * M_SQRT2 / rate), q = (t * t - lo * hi) / ((hi - lo) * t);
  return -10.0 * log10 (1.0 + q * q * q * q);
}

/* The octaves to 250 Hz are such band-passes at a lower rate: as far as what comes before is flat they are
 * alike, beyond they let no more through than those of the sound's own rate. */
static void
check_low_octave (double got, double c, double f, double rate, double low_rate)
{
  CHECK (low_rate >= 11000.0 && low_rate < 22050.0, "%g Hz", low_rate);
  if (f < MDSP_DECIMATOR_FLAT * low_rate)
    CHECK (fabs (got - bandpass_db (c, f, low_rate)) < 0.001, "%g Hz in the octave of %g Hz: %g", f,
           c, got);
  else
    CHECK (got < fmax (bandpass_db (c, f, rate), -80.0), "%g Hz in the octave of %g Hz: %g", f, c,
           got);
}

/* Flat in front, 90 dB down where it would fold into that; and what it says of itself is what it does. */
static void
the_lower_rate_is_clean (void)
{
  static MdspDecimator d;
  for (unsigned step = 2; step <= MDSP_DECIMATOR_MAX_STEP; step *= 2) {
    mdsp_decimator_init (&d, step, mdsp_kernels_get ());
    for (double f = 0.0; f <= MDSP_DECIMATOR_FLAT; f += 0.00635) {
      const double flat = 10.0 * log10 (mdsp_decimator_power (&d, f / step));
      CHECK (fabs (flat) < 0.001, "step %u at %g: %g dB", step, f, flat);
      for (unsigned k = 1; k <= step / 2; k++) {
        const double folds = 10.0 * log10 (mdsp_decimator_power (&d, (k - f) / step));
        CHECK (folds < -90.0, "step %u at %g: %g dB", step, k - f, folds);
      }
    }
    for (double f = 0.05; f < 0.9; f += 0.23) { /* times the lower rate */
      float x[2][MDSP_MAX_BLOCK],
          y[2][MDSP_MAX_BLOCK + 1 + MDSP_PAD], *const out[2] = { y[0], y[1] };
      const float *const in[2] = { x[0], x[1] };
      double power[2] = { 0.0 };
      size_t n = 0;
      mdsp_decimator_reset (&d);
      for (unsigned block = 0; block < 40; block++) {
        for (unsigned i = 0; i < MDSP_MAX_BLOCK; i++)
          for (unsigned c = 0; c < 2; c++)
            x[c][i] =
                (float) cos (2.0 * M_PI * f / step * (block * MDSP_MAX_BLOCK + i) - M_PI / 2 * c);
        const size_t got = mdsp_decimator_process (&d, in, MDSP_MAX_BLOCK, out);
        for (size_t i = 0; i < got; i++, n++)
          for (unsigned c = 0; c < 2 && n >= MDSP_DECIMATOR_TAPS; c++)
            power[c] += (double) y[c][i] * y[c][i];
      }
      /* the squares of a cosine and a sine add up to 1 at every sample */
      const double db = 10.0 * log10 ((power[0] + power[1]) / (double) (n - MDSP_DECIMATOR_TAPS));
      const double want = 10.0 * log10 (mdsp_decimator_power (&d, f / step));
      CHECK (n == 40 * MDSP_MAX_BLOCK / step && fabs (db - want) < 0.01,
             "step %u at %g: %g, not %g dB", step, f, db, want);
    }
  }
}

static void
filters_are_what_they_are_called (void)
{
  for (unsigned rate = 44100; rate <= 192000; rate += 147900) {
    const MdspStereoParams params = { rate };
    MdspStereo *s = calloc (1, sizeof *s);
    CHECK (mdsp_stereo_init (s, &params, mdsp_kernels_get ()) == MDSP_OK, "init");
    for (unsigned band = 0; band < MDSP_STEREO_OCTAVES - 1; band++)
      for (double f = 20.0; f < 20000.0; f *= 1.31) {
        const double c = mdsp_stereo_octave_hz (band);
        const double want = bandpass_db (c, f, rate), got = mdsp_stereo_response_db (s, band, f);
        if (c < 354.0) {
          check_low_octave (got, c, f, rate, (double) rate / s->lower.step);
          continue;
        }
        CHECK (fabs (got - want) < 1e-6, "%g Hz in the octave of %g Hz: %g dB, not %g", f, c, got,
               want);
      }
    const double edge = mdsp_stereo_response_db (s, MDSP_STEREO_LOW, MDSP_STEREO_LOW_HZ);
    CHECK (fabs (edge + 6.0206) < 1e-3, "low edge %g dB", edge);
    CHECK (fabs (mdsp_stereo_response_db (s, MDSP_STEREO_HIGH, 10000.0) + 6.0206) < 1e-4, "high");
    drop (s);
  }
}

static void
readings_follow_from_the_products (void)
{
  const struct {
    double p[3];
    MdspStereoReading want;
  } table[] = {
    { { 1, 1, 1 }, { 1.0, 0.0, -INFINITY, 0.0 } },
    { { 1, 1, -1 }, { -1.0, 0.0, INFINITY, -INFINITY } },
    { { 1, 1, 0 }, { 0.0, 0.0, 0.0, -3.0102999566398120 } },
    { { 1, 0, 0 }, { 0.0, -INFINITY, 0.0, -3.0102999566398120 } },
    { { 4, 1, 1 }, { 0.5, -6.0205999132796240, -3.6797678529459436, -1.5490195998574319 } },
    { { 0, 0, 0 }, { 0.0, 0.0, 0.0, 0.0 } },
  };
  for (unsigned i = 0; i < sizeof table / sizeof table[0]; i++) {
    const MdspStereoReading r = mdsp_stereo_reading (table[i].p);
    const double *got = &r.correlation, *want = &table[i].want.correlation;
    for (unsigned k = 0; k < 4; k++)
      CHECK (got[k] == want[k] || fabs (got[k] - want[k]) < 1e-12, "row %u, value %u: %.15g", i, k,
             got[k]);
  }
}

/* The fault between 10 and 20 s; edges within the hop of 0.1 s and the half second in which a
 * window of 3 s goes over the limit. */
static void
check_span (const MdspStereo *s, unsigned fault, double from, double to, double tolerance,
            const char *what)
{
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, fault);
  CHECK (spans->n_spans == 1, "%s: %u spans", what, spans->n_spans);
  CHECK (fabs (seconds (spans->start) - from) < tolerance &&
             fabs (seconds (spans->end) - to) < tolerance,
         "%s: %.2f to %.2f s", what, seconds (spans->start), seconds (spans->end));
}

/* A tone in the middle of an octave has its level in that octave, next to its K-weighted one: at whatever
 * rate the band runs. Its first and last cycles are 0.01 dB of 4 s. */
static void
octaves_have_the_level_of_tones (void)
{
  for (unsigned band = 0; band < MDSP_STEREO_OCTAVES; band++) {
    const double f = mdsp_stereo_octave_hz (band);
    for (size_t i = 0; i < 4 * RATE; i++)
      left[i] = right[i] = (float) (0.5 * sin (2.0 * M_PI * f * (double) i / RATE));
    MdspStereo *s = measure (mdsp_kernels_get (), 4 * RATE, 441);
    const double want =
        mdsp_stereo_response_db (s, band, f) - mdsp_stereo_response_db (s, MDSP_STEREO_BROAD, f);
    const double got = mdsp_stereo_level_db (s, band);
    CHECK (fabs (got - want) < 0.05, "%g Hz: %g dB, not %g", f, got, want);
    drop (s);
  }
}

/* Noise of known correlation reads so in every octave; with n = 30 s B independent values the
 * estimate spreads by (1 - rho^2) / sqrt (n): 0.028 at 31.5 Hz (B = 22 Hz), four of them. */
static void
octaves_of_known_correlation (void)
{
  make_mix (0.5);
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 480);
  const double rho = 0.75 / 1.25;
  const MdspStereoReading range = mdsp_stereo_programme_range (s, 4, 8);
  CHECK (fabs (range.correlation - rho) < 0.02, "354 Hz to 11.3 kHz: %g", range.correlation);
  for (unsigned band = 0; band < MDSP_STEREO_N_BANDS; band++) {
    const double hz = band < MDSP_STEREO_OCTAVES ? mdsp_stereo_octave_hz (band) / M_SQRT2 : 100.0;
    const double spread = (1.0 - rho * rho) / sqrt (2.0 * SECONDS * hz);
    const MdspStereoReading r = mdsp_stereo_programme (s, band);
    CHECK (fabs (r.correlation - rho) < 4.0 * spread, "band %u: %g", band, r.correlation);
    CHECK (fabs (r.side_mid_db + 6.02) < 40.0 * spread, "band %u: side %g", band, r.side_mid_db);
  }
  const MdspStereoSteadiness steady = mdsp_stereo_steadiness (s);
  CHECK (fabs (steady.mean - rho) < 0.05 && steady.negative == 0.0, "%g %g", steady.mean,
         steady.negative);
  for (unsigned fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++)
    if (fault != MDSP_STEREO_WIDE_BASS) /* 0.6 is wide for a bass */
      CHECK (mdsp_stereo_fault (s, fault)->n_spans == 0, "fault %u where there is none", fault);
  check_span (s, MDSP_STEREO_WIDE_BASS, 0.0, SECONDS, 0.001, "wide bass");
  drop (s);
}

/* What the products say about mono against a measurement of the folded signal. */
static void
mono_is_what_the_fold_measures (void)
{
  static const MdspSpeaker stereo[2] = { MDSP_SPEAKER_OTHER, MDSP_SPEAKER_OTHER };
  static float folded[FRAMES];
  const MdspMeterParams params = { RATE, 2, stereo, false };
  MdspMeter *m = calloc (2, sizeof *m);
  MdspMeterReading r[2];
  make_mix (0.9);
  for (size_t i = 0; i < FRAMES; i++) { /* quiet and wide parts, so that the gates differ */
    const float gain = i / (RATE * 3) % 3 == 0 ? 0.2f : 1.0f;
    right[i] *= i > FRAMES / 2 ? -gain : gain;
    left[i] *= gain;
    folded[i] = 0.5f * (left[i] + right[i]);
  }
  for (unsigned k = 0; k < 2; k++) {
    const float *const planes[2] = { k ? folded : left, k ? folded : right };
    CHECK (mdsp_meter_init (&m[k], &params, mdsp_kernels_get ()) == MDSP_OK, "init");
    mdsp_meter_process (&m[k], planes, FRAMES);
    mdsp_meter_read (&m[k], true, &r[k]);
    mdsp_meter_clear (&m[k]);
  }
  /* the fold is rounded to f32: 2^-24 of it */
  CHECK (fabs (r[1].integrated - r[0].integrated - r[0].folded_change_lu) < 1e-4,
         "%g in mono, %g in stereo, %g said", r[1].integrated, r[0].integrated,
         r[0].folded_change_lu);
  CHECK (r[1].folded_change_lu == 0.0 || fabs (r[1].folded_change_lu) < 1e-6, "dual mono %g",
         r[1].folded_change_lu);
  free (m);
}

static void
an_inverted_channel (void)
{
  make_mix (0.3);
  for (size_t i = 10 * RATE; i < 20 * RATE; i++)
    right[i] = -right[i];
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  check_span (s, MDSP_STEREO_POLARITY, 10.0, 20.0, 1.0, "polarity");
  for (unsigned k = 1; k < MDSP_STEREO_OCTAVES; k++)
    check_span (s, MDSP_STEREO_CANCEL + k, 10.0, 20.0, 1.3, "cancel");
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->value < -0.7, "value");
  drop (s);
  for (size_t i = 0; i < FRAMES; i++) /* from start to end */
    right[i] = -left[i];
  s = measure (mdsp_kernels_get (), FRAMES, 512);
  check_span (s, MDSP_STEREO_POLARITY, 0.0, SECONDS, 0.001, "anti-phase");
  drop (s);
}

/* Under wide noise that hides it in the loudness: the octaves of the bass still say it. */
static void
an_inverted_channel_under_a_wide_noise (void)
{
  uint64_t seed = 9;
  make_mix (0.1);
  for (size_t i = 0; i < FRAMES; i++) {
    left[i] += (float) (0.2 * white (&seed));
    right[i] += (float) (0.2 * white (&seed));
  }
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->n_spans == 0, "polarity where it is right");
  drop (s);
  for (size_t i = 0; i < FRAMES; i++)
    right[i] = -right[i];
  s = measure (mdsp_kernels_get (), FRAMES, 512);
  CHECK (mdsp_stereo_programme (s, MDSP_STEREO_BROAD).correlation > -0.4,
         "the noise is too quiet: %g", mdsp_stereo_programme (s, MDSP_STEREO_BROAD).correlation);
  check_span (s, MDSP_STEREO_POLARITY, 0.0, SECONDS, 0.001, "polarity under noise");
  drop (s);
}

/* From 5 to 10 and from 20 to 28 s. With a correlation of 0.83 a window is below -0.3 when 68 % of
 * it are inverted, so each end of a span comes 0.18 x 3 s late or early. */
static void
two_spans (void)
{
  make_mix (0.3);
  for (size_t i = 0; i < FRAMES; i++)
    if ((i >= 5 * RATE && i < 10 * RATE) || (i >= 20 * RATE && i < 28 * RATE))
      right[i] = -right[i];
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, MDSP_STEREO_POLARITY);
  CHECK (spans->n_spans == 2, "%u spans", spans->n_spans);
  CHECK (fabs (seconds (spans->first) - 5.0) < 1.0 && fabs (seconds (spans->last) - 28.0) < 1.0,
         "%g to %g s", seconds (spans->first), seconds (spans->last));
  CHECK (fabs (seconds (spans->start) - 20.0) < 1.0 && spans->end == spans->last, "the longest");
  CHECK (fabs (seconds (spans->total) - (13.0 - 4 * 0.54)) < 0.5, "%g s in all",
         seconds (spans->total));
  drop (s);
}

/* A second that is right does not end it, and is not counted; when it ends three seconds before the
 * programme does, it ended there. */
static void
short_gaps_are_bridged (void)
{
  make_mix (0.3);
  for (size_t i = 5 * RATE; i < FRAMES - 3 * RATE; i++)
    if (i < 12 * RATE || i >= 13 * RATE)
      right[i] = -right[i];
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  const MdspStereoSpans *spans = mdsp_stereo_fault (s, MDSP_STEREO_POLARITY);
  CHECK (spans->n_spans == 1, "%u spans", spans->n_spans);
  CHECK (fabs (seconds (spans->end) - (SECONDS - 3.0 - 0.54)) < 0.3, "ends at %g s",
         seconds (spans->end));
  /* a window with the whole second in it is not inverted by two thirds: 2.1 s of them */
  CHECK (fabs (seconds (spans->total) - (SECONDS - 8.0 - 2 * 0.54 - 2.1)) < 0.4, "%g s in all",
         seconds (spans->total));
  drop (s);
}

/* x through a zero-phase low-pass, -6 dB at 120 Hz: two poles forward, two backward. */
static void
lowpass_120 (float *y, const float *x)
{
  const double k = 1.0 - exp (-2.0 * M_PI * 186.0 / RATE);
  memcpy (y, x, FRAMES * sizeof (float));
  for (unsigned pass = 0; pass < 4; pass++) {
    double z = 0.0;
    for (size_t i = 0; i < FRAMES; i++) {
      float *at = &y[pass < 2 ? i : FRAMES - 1 - i];
      z += k * (*at - z);
      *at = (float) z;
    }
  }
}

/* Below 120 Hz only: the lower octaves are named, the others are not. */
static void
bass_out_of_phase (void)
{
  static float low[FRAMES];
  make_mix (0.1);
  lowpass_120 (low, right);
  for (size_t i = 10 * RATE; i < 20 * RATE; i++)
    right[i] -= 2.0f * low[i];
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  check_span (s, MDSP_STEREO_CANCEL + 0, 10.0, 20.0, 1.3, "31 Hz");
  check_span (s, MDSP_STEREO_CANCEL + 1, 10.0, 20.0, 1.3, "63 Hz");
  check_span (s, MDSP_STEREO_WIDE_BASS, 10.0, 20.0, 1.5, "wide bass");
  for (unsigned octave = 3; octave < MDSP_STEREO_OCTAVES; octave++)
    CHECK (mdsp_stereo_fault (s, MDSP_STEREO_CANCEL + octave)->n_spans == 0, "octave %u", octave);
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->n_spans == 0, "only the bass is inverted");
  drop (s);
}

/* From 10 to 20 s; below 0: the left one. */
static void
plant_delay (int lag, float gain)
{
  for (size_t i = 20 * RATE; i-- > 10 * RATE;)
    if (lag > 0)
      right[i] = gain * right[i - (size_t) lag];
    else
      left[i] = gain * left[i - (size_t) -lag];
}

static void
check_delay (int lag, bool inverted)
{
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  const unsigned fault = inverted ? MDSP_STEREO_DELAY_INVERTED : MDSP_STEREO_DELAY;
  const unsigned other = inverted ? MDSP_STEREO_DELAY : MDSP_STEREO_DELAY_INVERTED;
  const double value = mdsp_stereo_fault (s, fault)->value, want = lag * 1000.0 / RATE;
  /* the products forget within a second, the window of 3 s is looked at from its middle */
  check_span (s, fault, 10.0, 20.0, 2.1, "delay");
  CHECK (fabs (value - want) < 0.02, "%g ms, not %g", value, want);
  CHECK (mdsp_stereo_fault (s, other)->n_spans == 0, "%g ms: upside down or not", want);
  drop (s);
}

static void
a_late_channel (void)
{
  /* 0.1 to 2 ms, and what a Haas effect has */
  static const int lags[] = { 5, 22, 39, 56, 73, 90, 144, 384, 720, 1200, 1403 };
  for (int sign = -1; sign <= 1; sign += 2)
    for (unsigned k = 0; k < sizeof lags / sizeof lags[0]; k++) {
      const bool inverted = (sign > 0) == (k % 2 == 0);
      make_mix (0.1);
      plant_delay (sign * lags[k], inverted ? -1.0f : 1.0f);
      check_delay (sign * lags[k], inverted);
    }
}

/* Where the treble is alike and the bass is not, a delay that ends between two samples has neighbours of
 * the other sign that are larger than what is left of it at the samples: sin^2 of the whole is alike, cos^2
 * each channel's own. */
static void
a_late_treble (void)
{
  for (int sign = -1; sign <= 1; sign += 2) {
    uint64_t seed = 9;
    double z[3][2] = { { 0 } };
    for (size_t i = 0; i < FRAMES; i++) {
      double x[3];
      for (unsigned v = 0; v < 3; v++) {
        const double now = 0.2 * white (&seed), before = z[v][i % 2];
        z[v][i % 2] = now;
        x[v] = v == 0 ? now - before : now + before;
      }
      left[i] = (float) (x[0] + x[1]);
      right[i] = (float) (x[0] + x[2]);
    }
    plant_delay (145, (float) sign); /* half a sample at half the rate */
    check_delay (145, sign < 0);
  }
}

/* Twelve seconds at 15 ms, of which four are 9 ms more. */
static void
the_delay_that_is_seen_most (void)
{
  make_mix (0.1);
  for (size_t i = 22 * RATE; i-- > 10 * RATE;)
    left[i] = left[i - (i > 16 * RATE && i < 20 * RATE ? 1152 : 720)];
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  const double value = mdsp_stereo_fault (s, MDSP_STEREO_DELAY)->value;
  CHECK (fabs (value + 15.0) < 0.02, "%g ms, not -15", value);
  drop (s);
}

/* Four seconds without the right channel are named with their time; so are two of them, and the whole. */
static void
a_channel_drops_out (void)
{
  make_mix (0.3);
  for (unsigned n = 1; n < 3; n++) {
    memset (right + (5 + 10 * n) * RATE, 0, 4 * RATE * sizeof (float));
    MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
    const MdspStereoSpans *spans = mdsp_stereo_fault (s, MDSP_STEREO_SILENT);
    /* half a second is silent when all of it is: its middle is 0.25 s inside, and blocks are 0.1 s */
    CHECK (spans->n_spans == n && fabs (seconds (spans->start) - 15.0) < 0.4 &&
               fabs (seconds (spans->end) - 19.0) < 0.4 && spans->value == -99.0,
           "%u: %u spans, %g to %g s, %g dB", n, spans->n_spans, seconds (spans->start),
           seconds (spans->end), spans->value);
    drop (s);
  }
}

static void
a_silent_channel_and_silence (void)
{
  make_mix (0.3);
  memset (right, 0, sizeof right);
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  check_span (s, MDSP_STEREO_SILENT, 0.0, SECONDS, 0.001, "silent");
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_SILENT)->value == -99.0, "balance");
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->n_spans == 0, "polarity");
  drop (s);
  memset (left, 0, sizeof left);
  s = measure (mdsp_kernels_get (), FRAMES, 512);
  for (unsigned fault = 0; fault < MDSP_STEREO_N_FAULTS; fault++)
    CHECK (mdsp_stereo_fault (s, fault)->n_spans == 0, "fault %u in silence", fault);
  CHECK (!mdsp_stereo_is_dual_mono (s), "silence is no dual mono");
  drop (s);
}

static void
dual_mono_and_short_files (void)
{
  make_mix (0.0);
  MdspStereo *s = measure (mdsp_kernels_get (), FRAMES, 512);
  CHECK (mdsp_stereo_is_dual_mono (s), "dual mono");
  drop (s);
  make_mix (0.002); /* the side 54 dB below */
  s = measure (mdsp_kernels_get (), FRAMES, 512);
  CHECK (!mdsp_stereo_is_dual_mono (s), "not quite dual mono");
  drop (s);
  make_mix (3.0);
  s = measure (mdsp_kernels_get (), RATE, 512); /* 1 s */
  check_span (s, MDSP_STEREO_POLARITY, 0.0, 1.0, 0.001, "short");
  drop (s);
  s = measure (mdsp_kernels_get (), RATE / 4, 512); /* too short for a word */
  CHECK (mdsp_stereo_fault (s, MDSP_STEREO_POLARITY)->n_spans == 0, "0.25 s");
  drop (s);
}

/* Everything that was measured, in one piece of memory to compare. */
static bool
same_bits (const MdspStereo *a, const MdspStereo *b)
{
  return !memcmp (a->bank, b->bank, sizeof a->bank) && !memcmp (a->ring, b->ring, sizeof a->ring) &&
         !memcmp (a->total, b->total, sizeof a->total) &&
         !memcmp (a->delay.window, b->delay.window, (2 * a->delay.max_lag + 1) * sizeof (double)) &&
         !memcmp (a->haas.power[0], b->haas.power[0],
                  4 * mdsp_fft_bins (&a->haas.fft) * sizeof (double)) &&
         a->haas.found.ms == b->haas.found.ms && a->spans[0].value == b->spans[0].value &&
         a->spans[0].end == b->spans[0].end && a->correlation_sum == b->correlation_sum;
}

static void
bits_are_those_of_any_block_and_table (void)
{
  static const size_t blocks[] = { 1, 7, 64, 441, 512, 9000 };
  const MdspKernels *tables[8];
  const unsigned n_tables = mdsp_kernels_list (tables, 8);
  make_mix (1.8);
  MdspStereo *want = measure (mdsp_kernels_by_name ("c"), 4 * RATE, 512);
  for (unsigned t = 0; t < n_tables; t++)
    for (unsigned b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
      MdspStereo *got = measure (tables[t], 4 * RATE, blocks[b]);
      CHECK (same_bits (got, want), "%s in blocks of %zu", tables[t]->isa, blocks[b]);
      drop (got);
    }
  left[RATE] += 0x1p-20f;
  MdspStereo *other = measure (tables[0], 4 * RATE, 512);
  CHECK (!same_bits (other, want), "a changed sample was not noticed");
  drop (other);
  drop (want);
}

int
main (void)
{
  the_lower_rate_is_clean ();
  filters_are_what_they_are_called ();
  readings_follow_from_the_products ();
  octaves_have_the_level_of_tones ();
  octaves_of_known_correlation ();
  mono_is_what_the_fold_measures ();
  an_inverted_channel ();
  an_inverted_channel_under_a_wide_noise ();
  two_spans ();
  short_gaps_are_bridged ();
  bass_out_of_phase ();
  a_late_channel ();
  a_late_treble ();
  the_delay_that_is_seen_most ();
  a_channel_drops_out ();
  a_silent_channel_and_silence ();
  dual_mono_and_short_files ();
  bits_are_those_of_any_block_and_table ();
  printf ("%d failed\n", check_failures);
  return check_failures > 0;
}

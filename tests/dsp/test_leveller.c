/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 *
 * The leveller against what its header promises. The signal is a 997 Hz tone in both channels, whose
 * loudness in LUFS is its peak level in dBFS (BS.1770-5, Annex 1: the K-weighting of 997 Hz is the
 * 0.691 dB that the formula takes off), so every expected gain is a difference of two levels. */
#include "check.h"
#include "dynamics/leveller.h"
#include "kernels/dmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RATE   48000
#define TARGET -14.0
#define HOP    (RATE / 10)

/* A stretch of programme. */
typedef struct {
  double seconds, level_db; /* -inf: silence */
  bool
      moves; /* as music does: four times a second 2 dB over its level, which it has on the whole, and under */
} Stretch;

typedef struct {
  MdspLeveller *leveller;
  float *x, *y;    /* one channel; both are the same */
  double *gain_db; /* per hop of the output, at its end */
  size_t n, n_hops;
} Take;

static MdspLevellerParams
plain_params (void)
{
  static const MdspSpeaker speakers[2];
  return (MdspLevellerParams){ .rate_hz = RATE,
                               .n_channels = 2,
                               .speakers = speakers,
                               .lookahead_ms = 3000.0,
                               .target_lufs = TARGET,
                               .prior_lufs = MDSP_SILENCE_DB,
                               .gate_lufs = MDSP_SILENCE_DB };
}

static double
movement_db (const Stretch *part, size_t frame)
{
  if (!part->moves)
    return 0.0;
  return frame / (RATE / 4) % 2 ? 2.0 : 10.0 * log10 (2.0 - pow (10.0, 0.2));
}

static void
run (Take *t, const MdspLevellerParams *params, const Stretch *parts, size_t n_parts, size_t block)
{
  t->n = 0;
  for (size_t i = 0; i < n_parts; i++)
    t->n += (size_t) (parts[i].seconds * RATE);
  t->leveller = calloc (1, sizeof *t->leveller);
  CHECK (mdsp_leveller_init (t->leveller, params, mdsp_kernels_get ()) == MDSP_OK, "init");
  const size_t delay = mdsp_leveller_latency (t->leveller);
  t->x = calloc (t->n + delay, sizeof (float));
  t->y = calloc (t->n + delay, sizeof (float));
  t->n_hops = t->n / HOP;
  t->gain_db = calloc (t->n_hops + 1, sizeof (double));
  for (size_t i = 0, at = 0; i < n_parts; i++)
    for (size_t k = 0; k < (size_t) (parts[i].seconds * RATE); k++, at++)
      t->x[at] = (float) (mdsp_lin_from_db (parts[i].level_db + movement_db (&parts[i], k)) *
                          sin (2.0 * MDSP_PI * 997.0 * (double) at / RATE));
  for (size_t at = 0; at < t->n + delay;) {
    float left[MDSP_MAX_BLOCK + MDSP_PAD], right[MDSP_MAX_BLOCK + MDSP_PAD];
    float *planes[2] = { left, right };
    size_t n = t->n + delay - at < block ? t->n + delay - at : block;
    if (n > HOP - at % HOP) /* the gain is read at the hops' ends */
      n = HOP - at % HOP;
    memcpy (left, t->x + at, n * sizeof (float));
    memcpy (right, t->x + at, n * sizeof (float));
    mdsp_leveller_process (t->leveller, planes, NULL, n);
    mdsp_leveller_hear (t->leveller, (const float *const *) planes, n);
    memcpy (t->y + at, left, n * sizeof (float));
    at += n;
    if (at % HOP == 0 && at >= delay + HOP && (at - delay) / HOP <= t->n_hops)
      t->gain_db[(at - delay) / HOP - 1] = mdsp_leveller_gain_db (t->leveller);
  }
  memmove (t->y, t->y + delay, t->n * sizeof (float));
}

static void
end (Take *t)
{
  mdsp_leveller_clear (t->leveller);
  free (t->leveller);
  free (t->x);
  free (t->y);
  free (t->gain_db);
}

static double
gain_at (const Take *t, double seconds)
{
  return t->gain_db[(size_t) (seconds * 10.0)];
}

/* Peak level of the output in a stretch of whole periods, dBFS. */
static double
level_at (const Take *t, double seconds)
{
  float peak = 0.0f;
  for (size_t i = (size_t) (seconds * RATE); i < (size_t) ((seconds + 0.05) * RATE); i++)
    peak = fabsf (t->y[i]) > peak ? fabsf (t->y[i]) : peak;
  return 20.0 * log10 (peak);
}

static double
fastest (const Take *t, double from_s, double to_s)
{
  double most = 0.0;
  for (size_t i = (size_t) (from_s * 10.0) + 1; i < (size_t) (to_s * 10.0); i++)
    most = fmax (most, fabs (t->gain_db[i] - t->gain_db[i - 1]) * 10.0);
  return most;
}

/* A steady programme is at its target from the first frame, and the gain rests. */
static void
steady_programme_starts_at_its_target_and_rests (void)
{
  static const double levels[] = { -45.0, -30.0, -14.0, -3.0, 12.0, -30.0 };
  for (unsigned i = 0; i < 6; i++) {
    const Stretch parts[] = { { 30.0, levels[i] } };
    MdspLevellerParams params = plain_params ();
    Take t;
    if (i == 5)
      params.lookahead_ms = 433.3; /* the first sample is heard in the middle of a hop */
    run (&t, &params, parts, 1, MDSP_MAX_BLOCK);
    CHECK (fabs (gain_at (&t, 0.0) - (TARGET - levels[i])) < 0.02, "%g: starts at %g", levels[i],
           gain_at (&t, 0.0));
    CHECK (fabs (level_at (&t, 0.01) - TARGET) < 0.05, "%g: %g", levels[i], level_at (&t, 0.01));
    CHECK (fastest (&t, 0.0, 29.9) == 0.0, "%g: the gain moves by %g dB/s", levels[i],
           fastest (&t, 0.0, 29.9));
    CHECK (fabs (mdsp_leveller_output_lufs (t.leveller, true) - TARGET) < 0.05, "%g: output %g",
           levels[i], mdsp_leveller_output_lufs (t.leveller, true));
    end (&t);
  }
}

/* Behind leading silence the first sound is at its level at once, and the silence stays. */
static void
first_sound_behind_silence_does_not_jump (void)
{
  const Stretch parts[] = { { 10.0, MDSP_SILENCE_DB }, { 20.0, -30.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, parts, 2, MDSP_MAX_BLOCK);
  CHECK (gain_at (&t, 9.0) == 0.0, "moved in the silence: %g", gain_at (&t, 9.0));
  CHECK (fabs (level_at (&t, 10.0) - TARGET) < 0.05, "first sound at %g", level_at (&t, 10.0));
  CHECK (fastest (&t, 10.0, 29.9) == 0.0, "moves by %g dB/s", fastest (&t, 10.0, 29.9));
  end (&t);
}

/* Pauses: silent, or with room noise 45 or 25 dB down, however long: nothing is drawn up, nothing jumps
 * afterwards. */
static void
gain_rests_in_a_pause (void)
{
  static const double noises[] = { MDSP_SILENCE_DB, -65.0, -45.0 };
  for (unsigned i = 0; i < 3; i++) {
    const Stretch parts[] = { { 30.0, -20.0 }, { 120.0, noises[i] }, { 20.0, -20.0 } };
    MdspLevellerParams params = plain_params ();
    Take t;
    run (&t, &params, parts, 3, MDSP_MAX_BLOCK);
    CHECK (fastest (&t, 0.0, 169.9) == 0.0, "pause at %g dB: moves by %g dB/s", noises[i],
           fastest (&t, 0.0, 169.9));
    CHECK (fabs (level_at (&t, 155.0) - TARGET) < 0.05, "after it %g", level_at (&t, 155.0));
    end (&t);
  }
}

/* A jump of 10 dB: at most 0.5 dB/s (what is moved while the look-ahead saw it first counts, too),
 * and there after it, upwards more slowly: 0.45 dB/s for 20 s behind a pause. */
static void
level_jumps_are_followed_slowly (void)
{
  const Stretch louder[] = { { 40.0, -25.0 }, { 60.0, -15.0 } };
  const Stretch quieter[] = { { 40.0, -15.0 }, { 3.0, MDSP_SILENCE_DB }, { 120.0, -25.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, louder, 2, MDSP_MAX_BLOCK);
  CHECK (fastest (&t, 20.0, 99.9) <= 0.5 + 1e-9, "down by %g dB/s", fastest (&t, 20.0, 99.9));
  CHECK (fabs (level_at (&t, 66.0) - TARGET) < 0.5, "26 s after a jump up %g", level_at (&t, 66.0));
  CHECK (fabs (level_at (&t, 95.0) - TARGET) < 0.5, "at last %g", level_at (&t, 95.0));
  end (&t);
  run (&t, &params, quieter, 3, MDSP_MAX_BLOCK);
  CHECK (fastest (&t, 20.0, 162.9) <= 0.5 + 1e-9, "up by %g dB/s", fastest (&t, 20.0, 162.9));
  CHECK (level_at (&t, 63.0) > TARGET - 10.0 + 4.0, "20 s after a jump down %g",
         level_at (&t, 63.0));
  CHECK (fabs (level_at (&t, 160.0) - TARGET) < 1.0, "at last %g", level_at (&t, 160.0));
  end (&t);
}

/* A fall without a pause, by less than the gate: for half a minute it is a soft part, then a new item,
 * whose gain rises by 6 dB in 19 s. (The old one would count for three minutes.) */
static void
fall_that_lasts_begins_a_new_item (void)
{
  const Stretch parts[] = { { 60.0, -15.0 }, { 70.0, -22.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, parts, 2, MDSP_MAX_BLOCK);
  CHECK (level_at (&t, 85.0) < TARGET - 4.0, "25 s after it %g", level_at (&t, 85.0));
  CHECK (fabs (level_at (&t, 125.0) - TARGET) < 1.0, "65 s after it %g", level_at (&t, 125.0));
  end (&t);
}

/* A fall by more than the gate: what moves is quiet music, a new item after half a minute, to which the gain
 * rises by 0.45 dB/s while it is far; what is steady is noise, and is never drawn up (until the look-ahead sees
 * its end). */
static void
quiet_music_is_levelled_and_noise_is_not (void)
{
  static const double falls[] = { 12.0, 18.0, 28.0 };
  for (unsigned i = 0; i < 3; i++) {
    const double there_s =
        30.0 + (falls[i] - 3.0) / 0.3 + 3.0 / 0.15; /* at the least, slower when near */
    const Stretch music[] = { { 40.0, -12.0, true },
                              { there_s, -12.0 - falls[i], true },
                              { 5.0, -12.0 - falls[i] } };
    const Stretch noise[] = { { 40.0, -12.0, true }, { 120.0, -12.0 - falls[i] }, { 20.0, -12.0 } };
    MdspLevellerParams params = plain_params ();
    Take t;
    run (&t, &params, music, 3, MDSP_MAX_BLOCK);
    CHECK (fastest (&t, 20.0, 40.0 + there_s) <= 0.5 + 1e-9, "up by %g dB/s",
           fastest (&t, 20.0, 40.0 + there_s));
    CHECK (level_at (&t, 60.0) < TARGET - falls[i] + 2.0, "%g dB lower: a part after 20 s",
           falls[i]);
    CHECK (fabs (level_at (&t, 41.0 + there_s) - TARGET) < 1.0, "%g dB lower, at last %g", falls[i],
           level_at (&t, 41.0 + there_s));
    end (&t);
    run (&t, &params, noise, 3, MDSP_MAX_BLOCK);
    CHECK (fastest (&t, 45.0, 156.0) == 0.0, "noise %g dB lower: moves by %g dB/s", falls[i],
           fastest (&t, 45.0, 156.0));
    CHECK (fabs (level_at (&t, 175.0) - TARGET) < 1.0, "after it %g", level_at (&t, 175.0));
    end (&t);
  }
}

/* A prior that is wrong by far does not keep the programme from being heard. */
static void
wrong_prior_fades (void)
{
  static const double priors[] = { 2.0, -60.0 };
  for (unsigned i = 0; i < 2; i++) {
    const Stretch parts[] = { { 70.0, -24.0, true }, { 5.0, -24.0 } };
    MdspLevellerParams params = plain_params ();
    Take t;
    params.prior_lufs = priors[i];
    run (&t, &params, parts, 2, MDSP_MAX_BLOCK);
    CHECK (fabs (level_at (&t, 72.0) - TARGET) < 1.0, "prior %g: %g", priors[i],
           level_at (&t, 72.0));
    end (&t);
  }
}

/* Soft parts of a piece stay soft: 20 s, 8 dB down, again and again. */
static void
soft_parts_stay_soft (void)
{
  const Stretch parts[] = { { 20.0, -18.0 }, { 20.0, -26.0 }, { 20.0, -18.0 },
                            { 20.0, -26.0 }, { 20.0, -18.0 }, { 20.0, -26.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, parts, 6, MDSP_MAX_BLOCK);
  CHECK (fabs ((level_at (&t, 50.0) - level_at (&t, 75.0)) - 8.0) < 1.0, "8 dB became %g",
         level_at (&t, 50.0) - level_at (&t, 75.0));
  end (&t);
}

/* One sample of +85 or +45 dBFS, which makes blocks of +43 and +3 LUFS: the estimate does not move by more
 * than the hysteresis. */
static void
spike_does_not_mute_the_programme (void)
{
  static const double at_s[] = { 1.5, 15.0, 1.5, 15.0 }, spike_db[] = { 85.0, 85.0, 45.0, 45.0 };
  for (unsigned k = 0; k < 4; k++) {
    MdspLevellerParams params = plain_params ();
    MdspLeveller *l = calloc (1, sizeof *l);
    float left[480], right[480], *planes[2] = { left, right };
    double off = 0.0;
    mdsp_leveller_init (l, &params, mdsp_kernels_get ());
    for (size_t at = 0; at < 40 * RATE; at += 480) {
      for (size_t i = 0; i < 480; i++)
        left[i] = right[i] = 0.1f * (float) sin (2.0 * MDSP_PI * 997.0 * (double) (at + i) / RATE);
      if (at == (size_t) (at_s[k] * RATE))
        left[7] = right[7] = (float) mdsp_lin_from_db (spike_db[k]);
      mdsp_leveller_process (l, planes, NULL, 480);
      mdsp_leveller_hear (l, (const float *const *) planes, 480);
      off = at > 3 * RATE ? fmax (off, fabs (mdsp_leveller_gain_db (l) - (TARGET + 20.0))) : 0.0;
    }
    CHECK (off < 0.35, "spike of %g dB at %g s: the gain is off by %g dB", spike_db[k], at_s[k],
           off);
    mdsp_leveller_clear (l);
    free (l);
  }
}

/* The prior is the start gain for what is soft at first: 10 s of prior to 3 s of intro. */
static void
prior_keeps_a_soft_start_soft (void)
{
  const Stretch parts[] = { { 8.0, -30.0 }, { 30.0, -20.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  params.prior_lufs = -20.0;
  run (&t, &params, parts, 2, MDSP_MAX_BLOCK);
  /* Mean in LU of 100 blocks at -20, faded by the 26 that were heard (3 s less the first 400 ms), and those,
   * at -30. */
  const double old = 100.0 * (1.0 - 26.0 / 300.0);
  const double expected = TARGET - (old * -20.0 + 26.0 * -30.0) / (old + 26.0);
  CHECK (fabs (gain_at (&t, 0.0) - expected) < 0.05, "starts at %g, not %g", gain_at (&t, 0.0),
         expected);
  /* The rise of 10 dB is a new item, of which alone is known by then. */
  CHECK (fabs (level_at (&t, 36.0) - TARGET) < 0.35, "then %g", level_at (&t, 36.0));
  end (&t);
  /* one that is told before the first sound is the gain at once */
  MdspLeveller *l = calloc (1, sizeof *l);
  params.prior_lufs = MDSP_SILENCE_DB;
  mdsp_leveller_init (l, &params, mdsp_kernels_get ());
  params.prior_lufs = -23.0;
  mdsp_leveller_set (l, &params);
  CHECK (fabs (mdsp_leveller_gain_db (l) - (TARGET + 23.0)) < 1e-9, "told later: %g",
         mdsp_leveller_gain_db (l));
  mdsp_leveller_clear (l);
  free (l);
}

/* What lies more than 36 dB below the target is noise, and is not drawn up. */
static void
noise_alone_is_no_programme (void)
{
  const Stretch parts[] = { { 40.0, TARGET - 38.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, parts, 1, MDSP_MAX_BLOCK);
  CHECK (gain_at (&t, 36.0) == 0.0, "%g dB", gain_at (&t, 36.0));
  CHECK (mdsp_leveller_programme_lufs (t.leveller) == MDSP_SILENCE_DB, "a programme of %g LUFS",
         mdsp_leveller_programme_lufs (t.leveller));
  end (&t);
}

/* What lies below the gate is no programme, however long it lasts; what lies above it is. */
static void
gate_keeps_out_what_is_below (void)
{
  const Stretch parts[] = { { 40.0, -33.0 }, { 20.0, -27.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  params.gate_lufs = -30.0;
  run (&t, &params, parts, 2, MDSP_MAX_BLOCK);
  CHECK (gain_at (&t, 36.0) == 0.0, "below the gate: %g dB", gain_at (&t, 36.0));
  CHECK (fabs (level_at (&t, 45.0) - TARGET) < 0.05, "above it %g", level_at (&t, 45.0));
  end (&t);
}

/* It ends in silence: its only blocks are partly silent, the gain is a little high, not absurd. */
static void
stream_shorter_than_a_block_has_a_sane_gain (void)
{
  const Stretch parts[] = { { 0.3, -30.0 } };
  MdspLevellerParams params = plain_params ();
  Take t;
  run (&t, &params, parts, 1, MDSP_MAX_BLOCK);
  double off = level_at (&t, 0.2) - TARGET;
  CHECK (off > -0.1 && off < 10.0 * log10 (400.0 / 100.0), "%g dB off", off);
  end (&t);
}

/* Delay to the frame, the same bits in any blocks. */
static void
blocks_do_not_matter (void)
{
  static const size_t sizes[] = { 1, 7, 64, 441 };
  const Stretch parts[] = {
    { 1.0, -30.0 }, { 1.3, -10.0 }, { 2.0, MDSP_SILENCE_DB }, { 2.0, -20.0 }
  };
  MdspLevellerParams params = plain_params ();
  Take a, b;
  params.lookahead_ms = 433.3;
  run (&a, &params, parts, 4, MDSP_MAX_BLOCK);
  CHECK (mdsp_leveller_latency (a.leveller) == 20798, "433.3 ms at 48 kHz: %u",
         mdsp_leveller_latency (a.leveller));
  for (unsigned i = 0; i < 4; i++) {
    run (&b, &params, parts, 4, sizes[i]);
    CHECK (memcmp (a.y, b.y, a.n * sizeof (float)) == 0, "blocks of %u", (unsigned) sizes[i]);
    end (&b);
  }
  end (&a);
}

/* What a limiter takes is given back, up to 2 dB: hear () gets less than process () gave. */
static void
loss_is_given_back (double loss_db, double given_back_db)
{
  MdspLevellerParams params = plain_params ();
  MdspLeveller *l = calloc (1, sizeof *l);
  float left[480], right[480], *planes[2] = { left, right };
  const float loss = (float) mdsp_lin_from_db (-loss_db);
  mdsp_leveller_init (l, &params, mdsp_kernels_get ());
  for (size_t at = 0; at < 60 * RATE; at += 480) {
    for (size_t i = 0; i < 480; i++)
      left[i] = right[i] = 0.1f * (float) sin (2.0 * MDSP_PI * 997.0 * (double) (at + i) / RATE);
    mdsp_leveller_process (l, planes, NULL, 480);
    for (size_t i = 0; i < 480; i++)
      left[i] = right[i] = left[i] * loss;
    mdsp_leveller_hear (l, (const float *const *) planes, 480);
  }
  CHECK (fabs (mdsp_leveller_gain_db (l) - (TARGET + 20.0 + given_back_db)) < 0.35,
         "loss %g: gain %g", loss_db, mdsp_leveller_gain_db (l));
  mdsp_leveller_clear (l);
  free (l);
}

/* A range of 12 LU drawn together to 6: half of it is left, seen from the programme's loudness. */
static void
range_target_draws_the_range_together (void)
{
  Stretch parts[12];
  MdspLevellerParams params = plain_params ();
  Take t;
  for (unsigned i = 0; i < 12; i++)
    parts[i] = (Stretch){ 12.0, i % 2 ? -30.0 : -18.0 };
  params.range_target_lu = 6.0;
  run (&t, &params, parts, 12, MDSP_MAX_BLOCK);
  double left = level_at (&t, 126.0) - level_at (&t, 138.0);
  CHECK (left > 4.5 && left < 7.5, "12 dB became %g", left);
  end (&t);
}

int
main (void)
{
  steady_programme_starts_at_its_target_and_rests ();
  first_sound_behind_silence_does_not_jump ();
  gain_rests_in_a_pause ();
  level_jumps_are_followed_slowly ();
  fall_that_lasts_begins_a_new_item ();
  quiet_music_is_levelled_and_noise_is_not ();
  wrong_prior_fades ();
  soft_parts_stay_soft ();
  spike_does_not_mute_the_programme ();
  prior_keeps_a_soft_start_soft ();
  noise_alone_is_no_programme ();
  gate_keeps_out_what_is_below ();
  stream_shorter_than_a_block_has_a_sane_gain ();
  blocks_do_not_matter ();
  loss_is_given_back (1.5, 1.5);
  loss_is_given_back (6.0, 2.0);
  range_target_draws_the_range_together ();
  printf ("%d failures\n", check_failures);
  return check_failures > 0;
}

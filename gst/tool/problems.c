/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "problems.h"

#include "codec_land.h"
#include "land.h"
#include "tags.h"

#include <math.h>

#define CEILING_TOLERANCE_DB 0.05
/* BS.1770-5 gives its filter for 48 kHz only. Below this rate libebur128's differs from the
 * bilinear transform of it by more than 0.05 LU on wide-band sound, so a disagreement is told and
 * no failure. */
#define SECOND_OPINION_MIN_RATE 22050
#define MAX_TONE_MISS_DB        0.3

static void
add (GPtrArray *list, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (list, g_strdup_vprintf (format, args));
  va_end (args);
}

/* The first sentence: what the mix supports. */
static char *
supports (const Master *m)
{
  double loudness = master_meter (m)->loudness;

  if (m->landing.gain_db < 0.0)
    return g_strdup_printf (
        "Under a ceiling of %.1f dBTP this mix has to come down to %.1f LUFS, and "
        "%.1f were asked for: its peaks are high and it is dense already.",
        m->target->ceiling_dbtp, loudness, m->target->loudness_lufs);
  return g_strdup_printf ("This mix supports %.1f LUFS, not the %.1f that were asked for.",
                          loudness, m->target->loudness_lufs);
}

/* The second: what louder would cost. */
static char *
louder_costs (const Master *m)
{
  const MdspLandingSample *louder = &m->landing.louder;
  gboolean is_louder = m->landing.has_louder &&
                       louder->loudness_lufs > master_meter (m)->loudness + LAND_VERIFIED_LU;
  double deepest = m->target->reduction_budget_db + LAND_DEEPEST_OVER_BUDGET_DB;

  if (m->landing.limited_by == LIMITED_BY_REDUCTION && is_louder &&
      louder->reduction_db <= m->landing.louder_deepest_db - LAND_DEEPEST_OVER_BUDGET_DB)
    return g_strdup_printf (
        " At %.1f LUFS the limiter would have to take away %.1f dB at once; more "
        "than %.1f dB is heard even when it is rare.",
        louder->loudness_lufs, m->landing.louder_deepest_db, deepest);
  if (m->landing.limited_by == LIMITED_BY_REDUCTION && is_louder)
    return g_strdup_printf (
        " At %.1f LUFS the limiter would have to take away %.1f dB again and again;"
        " more than %.1f dB costs the punch.",
        louder->loudness_lufs, louder->reduction_db, m->target->reduction_budget_db);
  if (m->landing.limited_by == LIMITED_BY_REDUCTION)
    return g_strdup_printf (" The limiter takes away all that it may (%.1f dB, %.1f dB at once); "
                            "more costs the punch.",
                            m->target->reduction_budget_db, deepest);
  if (is_louder)
    return g_strdup_printf (
        " At %.1f LUFS its loudest part would keep only %.1f dB between its peaks "
        "and its loudness; below %.1f dB it sounds squashed.",
        louder->loudness_lufs, louder->psr_min_db, m->landing.psr_floor_db);
  return g_strdup_printf (
      " Its loudest part has only %.1f dB between its peaks and its loudness left; "
      "less sounds squashed.",
      m->landing.psr_floor_db);
}

static void
add_stopped (Master *m, const char *advice)
{
  g_autofree char *first = supports (m);
  g_autofree char *second = louder_costs (m);

  add (m->problems, "%s%s %s", first, second, advice);
}

static void
find_constraint (Master *m)
{
  double loudness = master_meter (m)->loudness, target = m->target->loudness_lufs;

  switch (m->landing.limited_by) {
    case LIMITED_BY_REDUCTION:
      add_stopped (m, "To get louder, tame the highest peaks in the mix, or allow more with "
                      "--limiter-budget.");
      break;
    case LIMITED_BY_PSR:
      add_stopped (m, "To get louder, use less compression in the mix, or lower --psr-floor.");
      break;
    case LIMITED_BY_TOO_SHORT:
      add (m->problems, "The file is shorter than 0.4 seconds, the shortest sound that has a "
                        "loudness. Its level was "
                        "kept and only its peaks were held under the ceiling.");
      break;
    case LIMITED_BY_CEILING:
      if (m->landing.stalls) {
        add (
            m->problems,
            "Pushing this mix harder does not make it louder: its loudness is in a few high peaks, "
            "and the ceiling of %.1f dBTP holds them. It reached %.1f LUFS; %.1f were asked for.",
            m->target->ceiling_dbtp, loudness, target);
        break;
      }
      add (m->problems,
           "Under a ceiling of %.1f dBTP this mix does not get louder than %.1f LUFS, however hard "
           "it is "
           "pushed; %.1f were asked for.",
           m->target->ceiling_dbtp, loudness, target);
      break;
    case LIMITED_BY_SEARCH:
      add (m->problems,
           "The loudness is %.2f LUFS instead of %.1f: the search for the gain ended after %u "
           "tries.",
           loudness, target, m->n_renders);
      break;
    case LIMITED_BY_NOTHING:
      if (isfinite (loudness) && fabs (loudness - target) > LAND_VERIFIED_LU)
        add (m->problems, "The loudness is %.2f LUFS instead of %.1f.", loudness, target);
      break;
  }
}

static void
find_peak (Master *m)
{
  double peak = m->after.true_peak_dbtp;

  if (!m->after.analysis)
    return;
  if (!format_is_lossless (&m->target->format)) {
    if (peak > 0.0)
      add (m->problems,
           "Played back, this file peaks at %+.2f dBTP, over full scale: the encoder raised the "
           "peaks, "
           "and they can be heard as clipping. Use --ceiling %.1f or a higher bit rate.",
           peak, floor ((m->target->ceiling_dbtp - peak - 0.1) * 2.0) / 2.0);
    return;
  }
  if (peak > m->target->ceiling_dbtp + CEILING_TOLERANCE_DB)
    add (m->problems, "The highest peak is %.2f dBTP, over the ceiling of %.1f.", peak,
         m->target->ceiling_dbtp);
}

static gboolean
meters_disagree (const Master *m)
{
  const Analysis *after = m->after.analysis;

  return after && isfinite (after->meter.loudness) && isfinite (after->second_opinion) &&
         fabs (after->meter.loudness - after->second_opinion) > VERIFY_MAX_DISAGREEMENT_LU;
}

static void
find_disagreement (Master *m)
{
  const Analysis *after = m->after.analysis;

  if (meters_disagree (m) && GST_AUDIO_INFO_RATE (&after->info) >= SECOND_OPINION_MIN_RATE)
    add (m->problems,
         "The two meters disagree: %.2f LUFS and, by libebur128, %.2f. Please report this.",
         after->meter.loudness, after->second_opinion);
  if (after && isfinite (after->meter.loudness) && !isfinite (after->second_opinion))
    add (m->problems,
         "libebur128 could not measure the finished file, so its loudness has no second opinion. "
         "Please report this.");
}

void
problems_find (Master *m)
{
  g_ptr_array_set_size (m->problems, 0);
  find_constraint (m);
  find_peak (m);
  codec_land_find_problems (m);
  find_disagreement (m);
}

static void
note_input (const Master *m, GPtrArray *notes)
{
  const Analysis *before = m->before;
  guint channels = GST_AUDIO_INFO_CHANNELS (&before->info);
  guint stale = tags_count_stale (before->tags);

  if (before->is_short)
    add (notes, "The mix is cut short: it ends before its header says. What could be read was "
                "mastered (--accept-damaged).");
  if (before->meter.nan_count > 0)
    add (notes,
         "%" G_GUINT64_FORMAT " sample%s in the mix %s not a number (NaN or infinite) and "
         "became silence. Something in the mix produces them: look for a broken plug-in.",
         before->meter.nan_count, before->meter.nan_count == 1 ? "" : "s",
         before->meter.nan_count == 1 ? "is" : "are");
  if (before->meter.sample_peak_dbfs > 0.0)
    add (notes,
         "The mix goes %.1f dB over full scale; nothing was lost, it came down with the rest.",
         before->meter.sample_peak_dbfs);
  if (before->source_format == GST_AUDIO_FORMAT_S32LE)
    add (notes, "The mix has 32-bit integer samples; they were rounded to 24 bits, which is below "
                "anything audible.");
  if (before->lossy)
    add (notes, "The mix is a lossy file (such as MP3 or AAC). Master from the WAV or FLAC of your "
                "music program if you can.");
  if (channels == 1)
    add (notes,
         "Mono: measured as it plays, from both loudspeakers. A meter that counts one channel "
         "reads %.1f LUFS.",
         master_meter (m)->loudness - MONO_READING_LU);
  if (channels > 2)
    add (notes,
         "%u channels: brought to loudness and under the ceiling; tone and stereo image are "
         "left alone.",
         channels);
  if (before->n_streams > 1)
    add (notes, "The file has %u audio streams; choose another with --stream.", before->n_streams);
  if (stale)
    add (notes,
         "Old loudness tags (ReplayGain and the like) were dropped: they described the mix.");
}

/* What the encoders put in front, as measured on their decoded output. */
static guint
delay_frames (const Format *format)
{
  switch (format->kind) {
    case FORMAT_MP3:
      return 1105; /* LAME: 576 and the decoder's 529 */
    case FORMAT_AAC:
      return 1024; /* one frame of priming; mp4mux writes no edit list for it */
    default:
      return 0;
  }
}

static void
note_tone (const Master *m, GPtrArray *notes)
{
  const Tone *t = m->tone;
  double miss;

  if (!t || t->plan.n_bands == 0)
    return;
  if (t->history != TONE_OF_A_MIX)
    add (notes,
         "The mix %s already, so it counts as mastered and the "
         "equaliser moves nothing by more than %.0f dB; --max-move asks for more.",
         t->history == TONE_OF_A_RELEASE ? "is as loud as released music"
                                         : "has the held peaks of a limiter",
         t->cap_db);
  miss = tone_miss_db (t);
  if (miss > MAX_TONE_MISS_DB)
    add (notes,
         "The equaliser did something else than was computed: %.1f dB over the range that is "
         "judged. Parts of the mix that are loud at different times differ a lot in tone.",
         miss);
}

static void
note_lossy (const Master *m, GPtrArray *notes)
{
  const Analysis *after = m->after.analysis;
  guint delay = delay_frames (&m->target->format);
  guint64 frames;
  double longer;

  if (!after || format_is_lossless (&m->target->format))
    return;
  frames = gst_util_uint64_scale_round (m->before->n_frames, m->rate,
                                        GST_AUDIO_INFO_RATE (&m->before->info));
  longer = (double) after->n_frames - (double) frames;
  if (delay == 0 && fabs (longer) <= 1.0)
    add (notes, "The encoder keeps the start and the length of the mix.");
  else
    add (
        notes,
        "In this format the music starts %.1f ms (%u samples) late, and the file is %.1f ms longer "
        "than the mix. It is heard only where songs follow each other without a pause, or in a "
        "loop; "
        "WAV and FLAC keep start and length.",
        delay * 1000.0 / m->rate, delay, longer * 1000.0 / m->rate);
}

static void
note_delivery (const Master *m, GPtrArray *notes)
{
  guint from = GST_AUDIO_INFO_RATE (&m->before->info);

  if (m->rate != from)
    add (notes, "The sample rate was converted from %u to %u Hz, before everything else.", from,
         m->rate);
  if (meters_disagree (m) && m->rate < SECOND_OPINION_MIN_RATE)
    add (notes, "At %u Hz loudness meters differ; libebur128 reads %.2f LUFS.", m->rate,
         m->after.analysis->second_opinion);
  if (m->ceiling_dbtp < m->target->ceiling_dbtp)
    add (notes, "The limiter was set to %.2f dBTP, so that the finished file holds %.1f.",
         m->ceiling_dbtp, m->target->ceiling_dbtp);
  if (m->target->format.kind == FORMAT_WAV &&
      gst_tag_list_get_tag_size (m->before->tags, GST_TAG_IMAGE) > 0)
    add (notes, "WAV cannot carry the cover picture; FLAC, MP3 and M4A can.");
}

/* id3v2mux writes comments "KEY=VALUE" as frames TXXX, which GStreamer's reader does not hand on. */
static GstTagList *
tags_in_file (const Master *m, const GstTagList *wanted)
{
  GstTagList *written, *all;
  const char *comment;

  if (m->target->format.kind != FORMAT_MP3)
    return gst_tag_list_ref (m->after.analysis->tags);
  written = gst_tag_list_copy (wanted);
  tags_for_old_muxers (written);
  all = gst_tag_list_copy (m->after.analysis->tags);
  for (guint i = 0; gst_tag_list_peek_string_index (written, GST_TAG_EXTENDED_COMMENT, i, &comment);
       i++)
    gst_tag_list_add (all, GST_TAG_MERGE_APPEND, GST_TAG_EXTENDED_COMMENT, comment, NULL);
  gst_tag_list_unref (written);
  return all;
}

static void
note_tags (const Master *m, GPtrArray *notes)
{
  g_autofree char *label = format_describe (&m->target->format);
  g_autofree char *lost = NULL;
  GstTagList *wanted, *found;

  if (!m->after.analysis)
    return;
  wanted = tags_for_master (m->before->tags);
  found = tags_in_file (m, wanted);
  lost = tags_lost (wanted, found);
  gst_tag_list_unref (wanted);
  gst_tag_list_unref (found);
  if (lost)
    add (notes, "Of the mix's tags %s did not get these: %s; FLAC keeps them.", label, lost);
}

/* A louder master is no mistake, but its price is to be known. */
static void
note_platforms (const Master *m, GPtrArray *notes)
{
  for (guint i = 0; i < m->target->platforms->len; i++) {
    const Platform *p = m->target->platforms->pdata[i];
    MdspPlatformGain playback;

    if (!platform_play (p, master_meter (m), &playback) || playback.gain_db > -0.1)
      continue;
    if (playback.punch_lost_db >= 0.5)
      add (notes,
           "%s plays at %.0f LUFS: it will turn this master down by %.1f dB, and then it has %.1f "
           "dB "
           "less punch than a master made for that level.",
           p->name, p->rule.level_lufs, -playback.gain_db, playback.punch_lost_db);
    else
      add (notes, "%s plays at %.0f LUFS: it will turn this master down by %.1f dB.", p->name,
           p->rule.level_lufs, -playback.gain_db);
  }
}

GPtrArray *
notes_find (const Master *m)
{
  GPtrArray *notes = g_ptr_array_new_with_free_func (g_free);

  note_input (m, notes);
  note_tone (m, notes);
  note_delivery (m, notes);
  note_tags (m, notes);
  note_lossy (m, notes);
  note_platforms (m, notes);
  return notes;
}

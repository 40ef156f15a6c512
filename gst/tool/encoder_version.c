/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-mastering authors
 */
#include "encoder_version.h"

#include <dlfcn.h>
#include <gst/gst.h>
#include <string.h>

typedef const char *(*TellVersion) (void);

/* The encoders whose library has a function that tells, and what stands in front of the number. The
 * names are those of its ABI, which have not changed for a decade. vo-aacenc and faac have none. */
static const struct {
  const char *factory, *library, *function, *in_front;
} tellers[] = {
  { "lamemp3enc", "libmp3lame.so.0", "get_lame_version", "" },
  { "opusenc", "libopus.so.0", "opus_get_version_string", "libopus " },
  { "vorbisenc", "libvorbis.so.0", "vorbis_version_string", "Xiph.Org libVorbis " },
};

/* Only a library that is loaded already is asked: it is the one that encodes. */
static const char *
ask (const char *library, const char *function)
{
  void *loaded = dlopen (library, RTLD_LAZY | RTLD_NOLOAD);
  TellVersion tell = NULL;
  void *symbol;

  if (!loaded)
    return NULL;
  symbol = dlsym (loaded, function);
  if (symbol) /* ISO C has no cast from data to functions; POSIX has this */
    memcpy (&tell, &symbol, sizeof tell);
  dlclose (loaded); /* one reference less; the plugin keeps its own */
  return tell ? tell () : NULL;
}

const char *
encoder_version (const char *factory)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tellers); i++) {
    GstElementFactory *found;
    GstPluginFeature *loaded;
    const char *text;

    if (strcmp (tellers[i].factory, factory))
      continue;
    found = gst_element_factory_find (factory);
    loaded = found ? gst_plugin_feature_load (GST_PLUGIN_FEATURE (found)) : NULL;
    text = loaded ? ask (tellers[i].library, tellers[i].function) : NULL;
    gst_clear_object (&loaded);
    gst_clear_object (&found);
    if (text && g_str_has_prefix (text, tellers[i].in_front))
      text += strlen (tellers[i].in_front);
    return text;
  }
  return NULL;
}

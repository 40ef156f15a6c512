#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Arrows point down only (docs/architecture.md): which folder's headers a folder may include, and which libraries.

  gst/tool -> gst/base (settings, stages, profiles) -> dsp;  gst/elements -> gst/base;  gst/tool never gst/elements
  dsp/decide -> dsp/{measure,dynamics,filter} -> dsp/kernels; dsp knows neither GLib nor GStreamer
"""
import glob
import os
import re
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
INCLUDE = re.compile(r'^#include ([<"])([^>"]+)[>"]', re.M)
DSP = ("dsp/filter", "dsp/dynamics", "dsp/measure", "dsp/kernels", "dsp")
ALLOWED = {
    "dsp": ("dsp", "dsp/kernels"),
    "dsp/kernels": ("dsp/kernels", "dsp"),
    "dsp/filter": ("dsp/filter", "dsp/kernels", "dsp"),
    "dsp/measure": DSP,
    "dsp/dynamics": DSP,
    "dsp/decide": ("dsp/decide", *DSP),
    "gst": ("gst/elements", "gst/base", "dsp/kernels"),
    "gst/base": ("gst/base", *DSP),
    "gst/elements": ("gst/elements", "gst/base", "dsp/decide", *DSP),
    "gst/tool": ("gst/tool", "gst/base", "dsp/decide", *DSP),
}
# What the base class and its parts are made of is for elements.
NOT_FOR_THE_TOOL = re.compile(r"gstmaster(base|spool)")
FOREIGN = re.compile(r"^(glib|gobject|gio|gst|json-glib|sndfile|cairo)")


def headers():
    """Header name as it is written -> its folder."""
    found = {}
    for folder in ALLOWED:
        for path in glob.glob(os.path.join(ROOT, folder, "*.h")):
            name = os.path.basename(path)
            found[f"{folder[4:]}/{name}" if folder.startswith("dsp/") else name] = folder
    return found


def faults(folder, text, known):
    for bracket, name in INCLUDE.findall(text):
        if bracket == "<":
            if folder.startswith("dsp") and FOREIGN.match(name):
                yield f"{folder} includes <{name}>"
        elif name in known and known[name] not in ALLOWED[folder]:
            yield f"{folder} includes {name} of {known[name]}"
        elif folder == "gst/tool" and NOT_FOR_THE_TOOL.match(name):
            yield f"the tool includes {name}"


class Arrows(unittest.TestCase):
    def test_all_sources(self):
        known, found, n = headers(), [], 0
        for folder in ALLOWED:
            for path in glob.glob(os.path.join(ROOT, folder, "*.[ch]")):
                with open(path, encoding="utf-8") as file:
                    found += [f"{os.path.basename(path)}: {fault}" for fault in faults(folder, file.read(), known)]
                n += 1
        self.assertGreater(n, 150)
        self.assertEqual(found, [])

    def test_planted_faults(self):
        known = headers()
        for folder, line in (
            ("dsp/measure", "#include <glib.h>"),
            ("dsp/kernels", '#include "filter/ramp.h"'),
            ("dsp/dynamics", '#include "decide/landing.h"'),
            ("gst/base", '#include "gstloudnormsettings.h"'),
            ("gst/tool", '#include "gstloudnormsettings.h"'),
            ("gst/tool", '#include "gstmasterbase.h"'),
            ("gst/elements", '#include "master.h"'),
        ):
            self.assertEqual(len(list(faults(folder, line, known))), 1, (folder, line))
        self.assertEqual(list(faults("gst/tool", '#include "decide/landing.h"\n#include "stages.h"', known)), [])


if __name__ == "__main__":
    unittest.main()

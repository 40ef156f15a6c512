#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Writes GstMasterChain.prs: every property of every child of the running masterchain at its default, but for what
masterchain.ini says. A preset must name everything, or loading it would leave something of what was set before.

  generate.py           writes it
  generate.py --check   exit 1 when it is stale

Needs the plugin on GST_PLUGIN_PATH (meson devenv).
"""
import configparser
import os
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GObject, Gst  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SHORT, FULL = (os.path.join(HERE, name) for name in ("masterchain.ini", "GstMasterChain.prs"))
HEAD = "[_presets_]\nversion=0.1.0.0\nelement-name=GstMasterChain\n"

# A measurement or a place on this disk is no choice of sound.
NOT_IN_PRESETS = ("measured-loudness", "measured-true-peak", "measured-range", "measured-threshold", "temp-template")


def settable(element, prefix=""):
    """(name, object, spec) of all that a preset of the element names, children to any depth."""
    for spec in sorted(element.list_properties(), key=lambda s: s.name):
        writable = spec.flags & GObject.ParamFlags.READABLE and spec.flags & GObject.ParamFlags.WRITABLE
        if writable and spec.owner_type.name not in ("GstObject", "GstBaseTransform", "GstBin") and spec.name not in NOT_IN_PRESETS:
            yield prefix + spec.name, element, spec
    if isinstance(element, Gst.ChildProxy):
        children = [element.get_child_by_index(i) for i in range(element.get_children_count())]
        for child in sorted(children, key=lambda c: c.get_name()):
            yield from settable(child, f"{prefix}{child.get_name()}::")


def of_children(element):
    """What a preset of masterchain names: not its own properties, which only forward."""
    return [(name, obj, spec) for name, obj, spec in settable(element) if "::" in name]


def text_of(spec, value):
    if spec.value_type == GObject.TYPE_DOUBLE:
        return f"{value:.17g}"
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return "true" if value else "false"
    if spec.value_type.is_a(GObject.TYPE_ENUM):
        return value.value_nick
    return str(value)


def presets(path=SHORT):
    short = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    short.optionxform = str
    short.read(path, encoding="utf-8")
    return short


def full_text():
    properties = of_children(Gst.ElementFactory.make("masterchain"))
    known, text = {name for name, _, _ in properties}, HEAD
    for preset, said in presets().items():
        if preset == "DEFAULT":
            continue
        unknown = set(said) - known - {"comment"}
        if unknown:
            sys.exit(f"generate.py: [{preset}] names {', '.join(sorted(unknown))}, which masterchain does not have")
        text += f"\n[{preset}]\n_meta/comment={said['comment']}\n"
        text += "".join(f"{name}={said.get(name, text_of(spec, obj.get_property(spec.name)))}\n" for name, obj, spec in properties)
    return text


def main():
    Gst.init(None)
    text = full_text()
    if "--check" in sys.argv[1:]:
        with open(FULL, encoding="utf-8") as file:
            if file.read() != text:
                sys.exit("GstMasterChain.prs is stale: run gst/presets/generate.py in meson devenv")
        return
    with open(FULL, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()

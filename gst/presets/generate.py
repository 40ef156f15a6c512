#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Writes the preset files of elements with many properties: every property of the running element, and of its children,
at its default, but for what ELEMENT.ini says. A preset must name everything, or loading it would leave something of what
was set before.

  generate.py           writes them
  generate.py --check   exit 1 and the names of those that are stale

Run it as `ninja -C build pages`, or in meson devenv.
"""
import configparser
import os
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GObject, Gst  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))

# Names of the stages of masterchain that are bypassed, with spaces between.
META_BYPASSED = "_meta/bypassed"

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


def named_by_presets(element):
    """What a preset of the element names; of a bin only what its children do with the sound (which of them are bypassed is
    its META_BYPASSED): how it is listened to is its user's."""
    if not isinstance(element, Gst.Bin):
        return list(settable(element))
    return [entry for entry in settable(element) if "::" in entry[0] and entry[2].owner_type.name != "GstMasterBase"]


def text_of(spec, value):
    if spec.value_type == GObject.TYPE_DOUBLE:
        return f"{value:.17g}"
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return "true" if value else "false"
    if spec.value_type.is_a(GObject.TYPE_ENUM):
        return value.value_nick
    return str(value)


def read(path):
    short = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    short.optionxform = str
    short.read(path, encoding="utf-8")
    return short


def full(factory):
    """(path, text) of the preset file of an element with a short one."""
    element = Gst.ElementFactory.make(factory)
    if element is None:
        sys.exit(f"generate.py: there is no element {factory}; run it in meson devenv -C BUILDDIR")
    properties = named_by_presets(element)
    known, name = {entry[0] for entry in properties}, element.__gtype__.name
    text, short = f"[_presets_]\nversion=0.1.0.0\nelement-name={name}\n", read(os.path.join(HERE, factory + ".ini"))
    for preset in short.sections():
        said = short[preset]
        unknown = set(said) - known - {"comment", "bypassed"}
        if unknown:
            sys.exit(f"generate.py: {factory} [{preset}] names {', '.join(sorted(unknown))}, which it does not have")
        text += f"\n[{preset}]\n_meta/comment={said['comment']}\n"
        text += f"{META_BYPASSED}={said['bypassed']}\n" if "bypassed" in said else ""
        text += "".join(f"{key}={said.get(key, text_of(spec, obj.get_property(spec.name)))}\n" for key, obj, spec in properties)
    return os.path.join(HERE, name + ".prs"), text


def stale():
    """(path, text) of the files that are not what they should be."""
    found = []
    for file in sorted(os.listdir(HERE)):
        if file.endswith(".ini"):
            path, text = full(file[: -len(".ini")])
            if not os.path.exists(path) or open(path, encoding="utf-8").read() != text:
                found.append((path, text))
    return found


def main():
    Gst.init(None)
    found = stale()
    for path, text in found:
        print(os.path.basename(path))
        if "--check" not in sys.argv[1:]:
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
    sys.exit(1 if found and "--check" in sys.argv[1:] else 0)


if __name__ == "__main__":
    main()

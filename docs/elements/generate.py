#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""One page per element, from the running element (properties, signals, pads, children, presets) and its doc comment
(what it does, messages, example lines).

  generate.py           writes the pages
  generate.py --check   exit 1 and the names of the pages that are stale

Run it as `ninja -C build pages`, or in meson devenv.
"""
import os
import re
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, GObject, Gst  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCES = os.path.join(HERE, "..", "..", "gst", "elements")
PRESETS = os.path.join(HERE, "..", "..", "gst", "presets")
PLUGIN = "mastering"

# GstParamFlags, which introspection does not name: gstparamspecs.h.
CONTROLLABLE, READY, PAUSED, PLAYING = (1 << (8 + bit) for bit in (1, 2, 3, 4))
FRAMEWORK = ("GstObject", "GstBaseTransform", "GstBin")


def factories():
    features = Gst.Registry.get().get_feature_list_by_plugin(PLUGIN)
    return sorted((f for f in features if isinstance(f, Gst.ElementFactory)), key=lambda f: f.get_name())


def number(value):
    if value in (GLib.MAXDOUBLE, -GLib.MAXDOUBLE):
        return "any"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def kind_and_range(spec):
    """('double', '-24 .. 0') and the like."""
    if isinstance(spec, GObject.ParamSpecEnum) or spec.value_type.is_a(GObject.TYPE_ENUM):
        values = spec.enum_class.__enum_values__ if hasattr(spec, "enum_class") else {}
        return "enum", "; ".join(f"`{values[v].value_nick}` {values[v].value_name}" for v in sorted(values)) or "see gst-inspect-1.0"
    if hasattr(spec, "minimum"):
        return spec.value_type.name.removeprefix("g"), f"{number(spec.minimum)} .. {number(spec.maximum)}"
    return spec.value_type.name.removeprefix("g").replace("chararray", "string"), ""


def value_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "value_nick"):
        return value.value_nick
    return number(value)


def default_of(spec, alike):
    """Of an element the property's default; of children what each of them starts with, where they differ."""
    values = [value_text(child.get_property(spec.name)) for child in alike]
    return values[0] if len(set(values)) == 1 else ", ".join(values)


def changeable(spec):
    words = "READY" if spec.flags & READY else "PAUSED" if spec.flags & PAUSED else "PLAYING" if spec.flags & PLAYING else ""
    if not spec.flags & GObject.ParamFlags.WRITABLE:
        return "read only"
    return words + (", controllable" if spec.flags & CONTROLLABLE else "")


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def property_table(*alike):
    rows = []
    for spec in sorted(alike[0].list_properties(), key=lambda s: s.name):
        if spec.owner_type.name in FRAMEWORK:
            continue
        kind, legal = kind_and_range(spec)
        rows.append([f"`{spec.name}`", kind, legal, default_of(spec, alike), changeable(spec), spec.blurb])
    head = "| property | type | range | default | changeable up to | what it is |\n|---|---|---|---|---|---|\n"
    return head + "".join("| " + " | ".join(map(cell, row)) + " |\n" for row in rows) if rows else ""


def children_section(element):
    """Children that are alike (the bands of an equaliser) share one table; elements have pages of their own."""
    if not isinstance(element, Gst.ChildProxy) or not element.get_children_count():
        return ""
    children = [element.get_child_by_index(i) for i in range(element.get_children_count())]
    if isinstance(children[0], Gst.Element):
        pad, order = element.get_static_pad("sink").get_target(), []
        while pad is not None and pad.get_parent_element() in children:
            order.append(pad.get_parent_element())
            pad = order[-1].get_static_pad("src").get_peer()
        rows = "".join(f"| `{c.get_name()}` | [{c.get_factory().get_name()}]({c.get_factory().get_name()}.md) |\n" for c in order)
        return "## Children\nIn the order of the audio; `child::property` reaches their properties.\n\n| child | element |\n|---|---|\n" + rows + "\n"
    text, seen = "## Children\n", {}
    for child in children:
        seen.setdefault(type(child), []).append(child)
    for alike in seen.values():
        names = sorted(child.get_name() for child in alike)
        text += f"`{names[0]}`" + (f" to `{names[-1]}`" if len(names) > 1 else "") + f", set as `{names[0]}::property`:\n\n"
        text += property_table(*sorted(alike, key=lambda child: child.get_name())) + "\n"
    return text


def signal_section(element):
    actions = []
    for i in GObject.signal_list_ids(type(element)) or ():
        query = GObject.signal_query(i)
        if query and query.signal_flags & GObject.SignalFlags.ACTION:
            actions.append(f"`{query.signal_name}`")
    return "## Action signals\n" + ", ".join(sorted(actions)) + "\n\n" if actions else ""


def pad_section(factory):
    lines = []
    for template in factory.get_static_pad_templates():
        lines.append(f"- `{template.name_template}`: `{template.get_caps().to_string()}`")
    return "## Pads\n" + "\n".join(sorted(lines)) + "\n\n"


def preset_section(element):
    if not isinstance(element, Gst.Preset):
        return ""
    rows = ""
    for name in sorted(element.get_preset_names() or []):
        found, comment = element.get_meta(name, "comment")
        rows += f"| {cell(name)} | {cell(comment) if found else ''} |\n"
    return "## Presets\n| preset | what it is |\n|---|---|\n" + rows + "\n" if rows else ""


def doc_comment(name):
    """The lines of the SECTION comment, without its frame."""
    path = os.path.join(SOURCES, f"gst{name}.c")
    with open(path, encoding="utf-8") as file:
        match = re.search(r"/\*\*\n \* SECTION:element-.*?\n(.*?)\n \*/", file.read(), re.S)
    if not match:
        sys.exit(f"generate.py: {path} has no SECTION comment")
    lines = [re.sub(r"^ \* ?", "", line) for line in match[1].splitlines()]
    return [line for line in lines if not line.startswith("@title:")]


def prose(name):
    """The comment as Markdown: |[ ... ]| become code blocks, #Name becomes Name."""
    text = []
    for line in doc_comment(name):
        line = re.sub(r"#(GST_\w+|Gst\w+)", r"`\1`", line)
        if line.startswith("|["):
            text.append("```")
        elif line.startswith("]|"):
            text += ["```", line[2:].strip()]
        else:
            text.append(re.sub(r"^\* ", "- ", line))
    return "\n".join(text).strip()


def page(factory):
    element = factory.create(None)
    name = factory.get_name()
    meta = {key: factory.get_metadata(key) for key in ("long-name", "klass", "description")}
    return (f"# {name}\n\n<!-- written by docs/elements/generate.py; change the element or its doc comment -->\n\n"
            f"**{meta['long-name']}** ({meta['klass']}): {meta['description']}.\n\n{prose(name)}\n\n"
            f"## Properties\n{property_table(element)}\n{children_section(element)}{signal_section(element)}"
            f"{preset_section(element)}{pad_section(factory)}").rstrip() + "\n"


def main():
    os.environ["GST_PRESET_PATH"] = PRESETS
    Gst.init(None)
    stale = []
    found = factories()
    if not found:
        sys.exit("generate.py: the plugin is not there; run it in meson devenv -C BUILDDIR")
    for factory in found:
        path, text = os.path.join(HERE, factory.get_name() + ".md"), page(factory)
        old = open(path, encoding="utf-8").read() if os.path.exists(path) else ""
        if old != text:
            stale.append(os.path.basename(path))
            if "--check" not in sys.argv[1:]:
                with open(path, "w", encoding="utf-8") as file:
                    file.write(text)
    known = {factory.get_name() + ".md" for factory in found}
    stale += [f"{name} (no such element)" for name in sorted(os.listdir(HERE)) if name.endswith(".md") and name not in known]
    if stale:
        print(("stale: " if "--check" in sys.argv[1:] else "written: ") + ", ".join(stale))
    sys.exit(1 if stale and "--check" in sys.argv[1:] else 0)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Every preset of every element: it names all that can be set, loading it gives what it says whatever was set before, and
gst-inspect-1.0 shows it. And the pages of docs/elements say what the elements say.

Usage: PROGRAM TOP [NAME...]
"""
import configparser
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(sys.argv[1])
os.environ["GST_PRESET_PATH"] = os.path.join(TOP, "gst", "presets")
sys.path[:0] = [os.path.join(HERE, "..", "tool"), os.path.join(TOP, "gst", "presets")]

import toolkit as kit  # noqa: E402
import generate  # noqa: E402  (gst/presets/generate.py)
from gi.repository import GObject, Gst  # noqa: E402

Gst.init(None)


def elements():
    features = Gst.Registry.get().get_feature_list_by_plugin("mastering")
    return sorted(f.get_name() for f in features if isinstance(f, Gst.ElementFactory))


def preset_file(element):
    file = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    file.optionxform = str
    file.read(os.path.join(TOP, "gst", "presets", element.__gtype__.name + ".prs"), encoding="utf-8")
    return file


def other_value(spec, value):
    """A legal value that is not this one, or None."""
    if spec.value_type == GObject.TYPE_BOOLEAN:
        return not value
    if spec.value_type.is_a(GObject.TYPE_ENUM):
        others = [v for v in spec.enum_class.__enum_values__.values() if v != value]
        return others[0] if others else None
    if hasattr(spec, "minimum"):
        return spec.maximum if value != spec.maximum else spec.minimum
    return None


def check_preset(element, name, said):
    properties = generate.named_by_presets(element)
    missing = [key for key, _, _ in properties if key not in said]
    kit.check(not missing, f"[{name}] does not name {missing}")
    known = {key for key, _, _ in properties} | {"_meta/comment", generate.META_BYPASSED}
    kit.check(not set(said) - known, f"[{name}] names what does not exist: {sorted(set(said) - known)}")
    for key, obj, spec in properties:  # from a state that it must change
        other = other_value(spec, obj.get_property(spec.name))
        if other is not None:
            obj.set_property(spec.name, other)
    kit.check(element.load_preset(name), f"[{name}] does not load")
    for key, obj, spec in properties:
        got, wanted = generate.text_of(spec, obj.get_property(spec.name)), said[key]
        same = float(got) == float(wanted) if spec.value_type == GObject.TYPE_DOUBLE else got == wanted
        kit.check(same, f"[{name}] {key}: {got}, not {wanted}")


def test_every_preset_of_every_element():
    for factory in elements():
        element = Gst.ElementFactory.make(factory)
        file = preset_file(element)
        names = [name for name in file.sections() if name != "_presets_"]
        kit.check(len(names) >= 3, f"{factory} has {len(names)} presets")
        kit.check(sorted(element.get_preset_names() or []) == sorted(names), f"{factory}: GStreamer finds {element.get_preset_names()}")
        for name in names:
            try:
                check_preset(Gst.ElementFactory.make(factory), name, dict(file[name]))
            except AssertionError as error:
                raise AssertionError(f"{factory}: {error}") from None
            kit.check(element.get_meta(name, "comment")[0], f"{factory} [{name}] has no comment")


def test_gst_inspect_shows_them():
    for factory in elements():
        text = subprocess.run(["gst-inspect-1.0", factory], capture_output=True, check=True).stdout.decode()
        for name in Gst.ElementFactory.make(factory).get_preset_names() or []:
            kit.check(f'"{name}":' in text, f"{factory}: {name} is not shown")


def test_a_preset_on_a_gst_launch_line():
    pipeline = Gst.parse_launch("fakesrc ! masterchain name=c @preset=loud ! fakesink")
    c = pipeline.get_by_name("c")
    kit.check((c.get_property("loudness-target"), c.get_property("ceiling")) == (-10.0, -2.0), "@preset=loud")


def test_generated_presets_are_not_stale():
    names = [os.path.basename(path) for path, _ in generate.stale()]
    kit.check(not names, f"{names} are stale: run ninja -C build pages")


def test_pages_of_the_elements_are_not_stale():
    result = subprocess.run([sys.executable, os.path.join(TOP, "docs", "elements", "generate.py"), "--check"], capture_output=True, check=False)
    kit.check(result.returncode == 0, result.stdout.decode() + result.stderr.decode() + "run ninja -C build pages")


def test_planted_faults_are_caught():
    element = Gst.ElementFactory.make("truepeaklimit")
    said = dict(preset_file(element)["cd"])
    check_preset(element, "cd", said)
    for fault in ({k: v for k, v in said.items() if k != "link"}, {**said, "ceilling": "-1"}, {**said, "ceiling": "-2"}, {**said, "safe": "false"}):
        try:
            check_preset(element, "cd", fault)
        except AssertionError:
            continue
        raise AssertionError(f"not caught: {fault}")


if __name__ == "__main__":
    kit.main()

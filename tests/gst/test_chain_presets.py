# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""What a preset of masterchain promises is what comes out with norm::mode=file: its loudness by libebur128, its ceiling by
the 64-times reference. And what presets leave alone.

Usage: PROGRAM TOP [NAME...]
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(sys.argv[1])
os.environ["GST_PRESET_PATH"] = os.path.join(TOP, "gst", "presets")
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "tool")]

import gstrun  # noqa: E402
import toolkit as kit  # noqa: E402
from gi.repository import Gst  # noqa: E402

# Preset, channels, LUFS, dBTP, whether one channel counts as the two loudspeakers that will play it.
PROMISES = (("streaming", 2, -14, -1, False), ("apple music", 2, -16, -1, False), ("podcast", 2, -16, -1, False),
            ("podcast", 1, -16, -1, True), ("streaming", 1, -14, -1, False), ("ebu r128", 2, -23, -1, False),
            ("loud", 2, -10, -2, False))


def loudness(samples, dual_mono):
    return kit.loudness(samples, kit.RATE) if dual_mono else kit.ebur128.measure(samples, kit.RATE, peaks=False).integrated


def landed(preset, channels):
    x = kit.song(6.0, channels=channels)
    pipeline = gstrun.Pipeline("masterchain name=c", kit.RATE, channels)
    kit.check(pipeline.element("c").load_preset(preset), preset)
    pipeline.element("c").get_by_name("norm").set_property("mode", "file")
    with pipeline:
        pipeline.push(x)
        pipeline.source.end_of_stream()
        pipeline.wait_eos()
        return pipeline.pull(None)[0], pipeline.messages


def test_presets_land():
    if not kit.ebur128.available():
        raise kit.Skip("libebur128 is not there for ctypes")
    for preset, channels, lufs, dbtp, dual_mono in PROMISES:
        (samples, messages), what = landed(preset, channels), f"{preset}, {channels} channels"
        kit.near(loudness(samples, dual_mono), lufs, kit.LOUDNESS_TOLERANCE_LU, what)
        kit.check(kit.true_peak_db(samples) <= dbtp + kit.PEAK_TOLERANCE_DB, f"{what}: {kit.true_peak_db(samples)} dBTP")
        kit.near(gstrun.final_message(messages, "loudnessmeter")["global-loudness"], lufs, kit.LOUDNESS_TOLERANCE_LU, f"{what}, by its meter")
        kit.near(gstrun.final_message(messages, "loudnorm")["output-loudness"], lufs, kit.LOUDNESS_TOLERANCE_LU, f"{what}, by norm")


def test_mono_is_counted_live_too():
    x = kit.song(20.0, channels=1)
    one, two = (gstrun.run(x, kit.RATE, f"loudnorm loudness-target=-20 dual-mono={dual}").samples for dual in ("false", "true"))
    late = slice(-10 * kit.RATE, None)  # the same music, so the same path of the gain, 3.01 LU apart
    kit.near(loudness(one[late], False) - loudness(two[late], False), 3.01, 0.02, "a mono voice, live")
    same = [gstrun.run(kit.song(5.0), kit.RATE, f"loudnorm dual-mono={dual}").samples for dual in ("false", "true")]
    kit.check((same[0] == same[1]).all(), "dual-mono changes stereo")


def test_a_bypassed_stream_tells_of_nothing_it_did():
    """The leveller hears its limiter, so of a stream that is passed on it knows no loudness."""
    run = gstrun.run(kit.song(6.0), kit.RATE, "loudnorm bypass=true loudness-target=-6")
    for message in gstrun.of(run.messages, "loudnorm"):
        kit.check(message["gain"] == message["gain-reduction-max"] == 0.0 and message["limited-by"] == "none" and "output-loudness" not in message, message)
    run = gstrun.run(kit.song(6.0), kit.RATE, "loudnorm loudness-target=-6")
    kit.check(gstrun.final_message(run.messages, "loudnorm")["total-gain-reduction-max"] > 0.0, "the limiter of the same line has work")


def test_the_final_message_has_the_whole_reduction():
    run = gstrun.run(kit.song(6.0), kit.RATE, "loudnorm mode=file loudness-target=-6")
    spans = gstrun.of(run.messages, "loudnorm")
    final = gstrun.final_message(run.messages, "loudnorm")
    kit.check(final["total-gain-reduction-max"] == max(m["gain-reduction-max"] for m in spans) > 6.0, final)
    kit.check(0.0 < final["total-gain-reduction-mean"] < final["total-gain-reduction-max"], final)
    kit.check(not any("total-gain-reduction-max" in m for m in spans[:-1]), "before the end")


STAGES = ("eq", "dyn", "stereo", "norm", "limit")


def bypassed(chain):
    return [name for name in STAGES if chain.get_by_name(name).get_property("bypass")]


def test_a_preset_leaves_the_listener_alone():
    chain = Gst.ElementFactory.make("masterchain")
    for name, value in (("bypass", True), ("post-messages", False), ("interval", 300 * Gst.MSECOND)):
        chain.set_property(name, value)
    kit.check(chain.load_preset("loud") and chain.get_property("loudness-target") == -10.0, "loud is not loaded")
    kit.check(bypassed(chain) == list(STAGES), f"only {bypassed(chain)} bypassed")
    for child in (*STAGES, "meter"):
        element = chain.get_by_name(child)
        kit.check(not element.get_property("post-messages") and element.get_property("interval") == 300 * Gst.MSECOND, child)
    chain.set_property("bypass", False)
    kit.check(bypassed(chain) == [], bypassed(chain))


def test_a_preset_says_which_stages_are_bypassed():
    os.environ["XDG_DATA_HOME"] = os.getcwd()  # GLib asks for it when a preset is saved for the first time
    chain = Gst.ElementFactory.make("masterchain")
    kit.check(chain.load_preset("only protect") and bypassed(chain) == ["norm"], bypassed(chain))
    chain.set_property("bypass", True)
    kit.check(chain.load_preset("streaming"), "streaming")
    chain.set_property("bypass", False)
    kit.check(bypassed(chain) == [], f"streaming bypasses {bypassed(chain)}")
    chain.get_by_name("dyn").set_property("bypass", True)
    chain.get_by_name("stereo").set_property("bypass", True)
    kit.check(chain.save_preset("mine"), "mine is not saved")
    kit.check(chain.load_preset("loud") and bypassed(chain) == [], bypassed(chain))
    kit.check(chain.load_preset("mine") and bypassed(chain) == ["dyn", "stereo"], bypassed(chain))
    chain.delete_preset("mine")


if __name__ == "__main__":
    kit.main()

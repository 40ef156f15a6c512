# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""masterchain as an application sees it: properties, profiles, mistakes, messages, latency, and the settings of the tool
replayed to the bit. What it must give comes from the tool's own file, decoded by ffmpeg, from the profile files, or from
the same elements in a row.

Usage: PROGRAM TOOL [NAME...]
"""
import configparser
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "tool")]

import gstrun  # noqa: E402
import toolkit as kit  # noqa: E402
from gi.repository import Gst  # noqa: E402

CHILDREN = ["eq", "dyn", "stereo", "norm", "limit", "meter"]
SIZES = (1, 7, 64, 441, 1024, 65536)


def chain(**properties):
    element = Gst.ElementFactory.make("masterchain")
    for name, value in properties.items():
        element.set_property(name.replace("_", "-"), value)
    return element


def get(element, name):
    """A property of the chain or of a child, to any depth."""
    *path, name = name.split("::")
    for child in path:
        element = element.get_child_by_name(child)
    return element.get_property(name)


def put(element, name, value):
    *path, name = name.split("::")
    for child in path:
        element = element.get_child_by_name(child)
    element.set_property(name, value)


def same_bits(got, expected, what):
    got, expected = (np.ascontiguousarray(x, dtype=np.float32) for x in (got, expected))
    kit.check(got.shape == expected.shape, f"{what}: {got.shape}, not {expected.shape}")
    wrong = np.flatnonzero(got.view(np.uint32).ravel() != expected.view(np.uint32).ravel())
    kit.check(len(wrong) == 0, f"{what}: {len(wrong)} samples differ, the first at {wrong[:1] // got.shape[1]}")


def mastered(*options, seconds=5.0, rate=kit.RATE):
    """A mix, what the tool made of it before any dither, and its settings: samples of both as float32."""
    kit.write_wav("mix.wav", kit.song(seconds, rate), rate=rate)
    kit.master("mix.wav", "-o", "a.wav", "--format", "wav32f", "--dither", "none", "--save-settings", "song.ini",
               *options, code=0)
    mix, _ = kit.decode("mix.wav")
    out, out_rate = kit.decode("a.wav")
    return mix.astype(np.float32), out.astype(np.float32), out_rate


def test_children_are_reached_by_name():
    element = chain()
    present = [name for name in CHILDREN if element.get_by_name(name)]
    kit.check(present[-3:] == CHILDREN[-3:], present)
    pipeline = Gst.parse_launch("fakesrc ! masterchain name=c limit::ceiling=-3 norm::offset=1.5 meter::dual-mono=true ! fakesink")
    c = pipeline.get_by_name("c")
    kit.check((get(c, "limit::ceiling"), get(c, "norm::offset"), get(c, "meter::dual-mono")) == (-3.0, 1.5, True), "gst-launch syntax")
    linked, pad = [], element.get_static_pad("sink").get_target()
    while pad is not None and pad.get_parent_element() is not element:
        linked.append(pad.get_parent_element().get_name())
        pad = pad.get_parent_element().get_static_pad("src").get_peer()
        if pad is not None and pad.get_parent_element() is None:
            break
    kit.check(linked == present, f"order {linked}, not {present}")


def test_target_and_ceiling_go_where_they_belong():
    element = chain(loudness_target=-16.5, ceiling=-2.5)
    for name in ("norm::max-true-peak", "limit::ceiling", "ceiling"):
        kit.check(get(element, name) == -2.5, name)
    for name in ("norm::loudness-target", "loudness-target"):
        kit.check(get(element, name) == -16.5, name)


def test_every_profile():
    folder = os.environ["GST_MASTERING_PROFILE_PATH"]
    seen = 0
    for file in sorted(os.listdir(folder)):
        profile = configparser.ConfigParser(interpolation=None)
        if not file.endswith(".profile") or not profile.read(os.path.join(folder, file), encoding="utf-8"):
            continue
        if profile["profile"]["kind"] != "platform":
            continue
        element = chain(profile=file[: -len(".profile")])
        kit.check(get(element, "loudness-target") == float(profile["loudness-target"]["value"]), file)
        kit.check(get(element, "limit::ceiling") == float(profile["ceiling"]["value"]), file)
        kit.check(element.set_state(Gst.State.READY) == Gst.StateChangeReturn.SUCCESS, file)
        element.set_state(Gst.State.NULL)
        seen += 1
    kit.check(seen >= 10, f"{seen} platforms")


def test_the_last_word_wins():
    pipeline = Gst.parse_launch("fakesrc ! masterchain name=c profile=apple ceiling=-3 ! fakesink")
    c = pipeline.get_by_name("c")
    kit.check((get(c, "loudness-target"), get(c, "ceiling")) == (-16.0, -3.0), "apple, then a ceiling")


def test_bypass_interval_and_messages_reach_all():
    element = chain(interval=200 * Gst.MSECOND, post_messages=False)
    names = [name for name in CHILDREN if element.get_by_name(name)]
    for name in names:
        kit.check(get(element, f"{name}::interval") == 200 * Gst.MSECOND, name)
        kit.check(not get(element, f"{name}::post-messages"), name)
    element.get_by_name("limit").set_property("bypass", True)
    element.set_property("bypass", True)
    kit.check([get(element, f"{name}::bypass") for name in names] == [name != "meter" for name in names], "bypassed")
    element.set_property("bypass", False)
    kit.check([get(element, f"{name}::bypass") for name in names] == [name == "limit" for name in names], "as before")


def test_bypass_is_bit_exact():
    x = kit.song(2.0).astype(np.float32)
    same_bits(gstrun.run(x, kit.RATE, "masterchain bypass=true ceiling=-20").samples, x, "bypass")


def test_replay_has_the_bits_of_the_tool():
    for options, sizes in (((), SIZES), (("--target", "-12.5", "--ceiling", "-2"), (441,)), (("--for", "apple"), (4096,))):
        mix, expected, _ = mastered(*options, seconds=1.5 if sizes is SIZES else 4.0)
        for size in sizes:
            same_bits(gstrun.run(mix, kit.RATE, "masterchain settings=song.ini", block=size).samples, expected,
                      f"{options}, buffers of {size}")
        same_bits(gstrun.run(mix, kit.RATE, "masterchain settings=song.ini queue=true").samples, expected, "queue")
        for name in kit.files_here():
            os.remove(name)


def test_replay_of_one_channel_and_of_six():
    for channels, mask in ((1, None), (6, 0x3F)):
        x = kit.song(5.0, channels=channels)
        kit.write_wav("mix.wav", x)
        kit.master("mix.wav", "-o", "a.wav", "--format", "wav32f", "--dither", "none", "--save-settings", "song.ini")
        mix, expected = kit.decode("mix.wav")[0], kit.decode("a.wav")[0]
        same_bits(gstrun.run(mix, kit.RATE, "masterchain settings=song.ini", block=777, mask=mask).samples, expected,
                  f"{channels} channels")
        for name in kit.files_here():
            os.remove(name)


def test_replay_behind_a_rate_conversion():
    """audioresample ends up to out / in samples before the end of its input and the tool gets these back with silence; the
    limiter's window reaches back from there by less than 512 samples."""
    for rate, to in ((44100, 48000), (96000, 44100)):
        mix, expected, out_rate = mastered("--rate", str(to), rate=rate, seconds=5.0)
        kit.check(out_rate == to, out_rate)
        got = gstrun.run(mix, rate, f"audioresample quality=10 ! audio/x-raw,rate={to} ! masterchain settings=song.ini",
                         block=1000).samples
        kit.check(0 <= len(expected) - len(got) <= 2, f"{len(got)} frames, {len(expected)} wanted")
        n = len(got) - 512
        same_bits(got[:n], expected[:n], f"{rate} to {to}")
        for name in kit.files_here():
            os.remove(name)


CURVE = "0:-1 0.5:-7 0.62:-1 0.9:-3.25 0.92:-1"


def with_curve(curve, key="limit::ceiling", name="song.ini"):
    """The settings of mastered () with a curve; what the tool makes of them."""
    with open("song.ini", encoding="utf-8") as file:
        text = file.read()
    with open(name, "w", encoding="utf-8") as file:
        file.write(f"{text}\n[curves]\n{key}={curve}\n")


def test_a_curve_has_the_bits_of_the_tool():
    for rate in (44100, 48000, 96000):
        mix, flat, _ = mastered(seconds=1.5, rate=rate)
        with_curve(CURVE)
        result = kit.run("master", "mix.wav", "-o", "b.wav", "--format", "wav32f", "--dither", "none", "--settings", "song.ini")
        kit.check(result.code < 2, result)
        expected = kit.decode("b.wav")[0].astype(np.float32)
        for size in SIZES:
            same_bits(gstrun.run(mix, rate, "masterchain settings=song.ini", block=size).samples, expected,
                      f"{rate} Hz, buffers of {size}")
        # what the curve says, where it says it, and nothing elsewhere: 6 ms reach further than look-ahead and release
        for start, end, dbtp in ((0.5, 0.62, -7.0), (0.9, 0.92, -3.25)):
            inside = expected[int(start * rate) : int(end * rate)]
            kit.check(np.max(np.abs(inside)) <= 10 ** (dbtp / 20), f"over {dbtp} dB within {start} to {end} s")
        for start, end in ((0.0, 0.44), (0.7, 0.85)):
            a, b = int(start * rate), int(end * rate)
            same_bits(expected[a:b], flat[a:b], f"outside the curve, {start} to {end} s")
        for name in kit.files_here():
            os.remove(name)


def test_a_curve_ends_with_another_ceiling_or_other_settings():
    mix, flat, _ = mastered(seconds=1.5)
    os.rename("song.ini", "flat.ini")
    with open("flat.ini", encoding="utf-8") as file, open("song.ini", "w", encoding="utf-8") as other:
        other.write(file.read())
    with_curve(CURVE)
    for name, value in (("settings", "flat.ini"), ("ceiling", -1.0)):
        pipeline = gstrun.Pipeline("masterchain name=c settings=song.ini", kit.RATE, 2)
        put(pipeline.element("c"), name, value)
        with pipeline:
            pipeline.push(mix)
            pipeline.source.end_of_stream()
            got, _ = pipeline.pull(None)
        same_bits(got, flat, f"{name} after a curve")


def test_wrong_curves_are_named():
    mastered(seconds=1.0)
    with open("song.ini", encoding="utf-8") as file:
        good = file.read()
    for key, curve, words in (("limit::ceiling", "0:-1 0.5:3", ("limit::ceiling", "legal")), ("limit::ceiling", "0.1:-1", ("is no curve",)),
                              ("limit::ceiling", "0:-1 2:-2 1:-1", ("is no curve",)), ("limit::ceiling", "soon", ("is no curve",)),
                              ("limit::safe", "0:1", ("limit::safe", "no property that can have a curve")),
                              ("limit::celing", "0:1", ("limit::celing", "no property")), ("limiter::ceiling", "0:-1", ("limiter::ceiling", "unknown key")),
                              ("ceiling", "0:-1", ("unknown key",))):
        with open("song.ini", "w", encoding="utf-8") as file:
            file.write(good)
        with_curve(curve, key, "bad.ini")
        text = failure(settings="bad.ini")
        kit.check(text and all(word in text for word in words + ("bad.ini", "[curves]")), f"{key}={curve}: {text}")
        result = kit.run("master", "mix.wav", "-o", "c.wav", "--settings", "bad.ini")
        kit.check(result.code == 2 and words[0] in result.err and "c.wav" not in kit.files_here(), f"{key}={curve}: {result}")


def test_a_replay_forgets_what_was_set_before():
    mix, expected, _ = mastered()
    for after in (None, ("limit::ceiling", -20.0)):
        pipeline = gstrun.Pipeline("masterchain name=c", kit.RATE, 2)
        c = pipeline.element("c")  # loudnorm's mode waits for the next format, so: before there is one
        for name, value in (("limit::ceiling", -12.0), ("norm::offset", 3.0), ("limit::bypass", True),
                            ("settings", "song.ini"), after or ("profile", None)):
            put(c, name, value)
        with pipeline:
            pipeline.push(mix)
            pipeline.source.end_of_stream()
            got, _ = pipeline.pull(None)
        if after is None:
            same_bits(got, expected, "settings after properties")
        else:
            kit.check(np.max(np.abs(got)) <= 10 ** (-20 / 20), "a property after settings")


ROW = "mastereq ! masterdyn ! masterstereo ! loudnorm loudness-target=-8 max-true-peak=-2 ! truepeaklimit ceiling=-2 ! loudnessmeter"
LOUD = "masterchain name=c loudness-target=-8 ceiling=-2"


def test_the_second_limiter_leaves_what_the_first_one_held():
    """The chain does not look for peaks that loudnorm has limited; its elements in a row do, and have the same bits."""
    mix = kit.song(6.0).astype(np.float32)
    result = gstrun.run(mix, kit.RATE, ROW)
    kit.check(max(m["gain-reduction-max"] for m in gstrun.of(result.messages, "loudnorm")) > 2.0, "the limiter rests")
    for description in (LOUD, LOUD + " queue=true"):
        for size in (441, 4096):
            same_bits(gstrun.run(mix, kit.RATE, description, block=size).samples, result.samples, f"{description}, {size}")


def test_the_second_limiter_holds_a_ceiling_of_its_own():
    mix = kit.song(6.0).astype(np.float32)
    cases = (("limit::ceiling", -7.0, -7.0), ("norm::limiter", False, -2.0), ("norm::bypass", True, -2.0),
             ("norm::max-true-peak", 0.0, -2.0), ("limit::input-gain", 6.0, -2.0))
    for name, value, ceiling in cases:  # before the start, and in the middle where it may change there
        got = gstrun.run(mix if name != "norm::bypass" else 4.0 * mix, kit.RATE, f"{LOUD} {name}={value}").samples
        kit.check(kit.true_peak_db(got) <= ceiling + kit.PEAK_TOLERANCE_DB, f"{name}={value}: {kit.true_peak_db(got)}")
        if name in ("limit::ceiling", "limit::input-gain", "norm::max-true-peak"):
            with gstrun.Pipeline(LOUD, kit.RATE, 2) as pipeline:
                pipeline.push(mix[:4 * kit.RATE])  # the look-ahead takes 3 s
                pipeline.pull(1)  # it runs
                put(pipeline.element("c"), name, value)
                pipeline.push(np.concatenate((mix[4 * kit.RATE:], mix)))
                pipeline.source.end_of_stream()
                got, _ = pipeline.pull(None)
            late = got[-5 * kit.RATE:]
            kit.check(kit.true_peak_db(late) <= ceiling + kit.PEAK_TOLERANCE_DB, f"{name}={value} while playing")


def test_planted_faults_are_caught():
    mix, expected, _ = mastered()
    with open("song.ini", encoding="utf-8") as file:
        text = file.read()
    gain = [line for line in text.splitlines() if line.startswith("measured-loudness=")][0]
    with open("song.ini", "w", encoding="utf-8") as file:  # 1e-6 dB: the step of a float near 1 is 1e-6 dB too
        file.write(text.replace(gain, f"measured-loudness={float(gain.split('=')[1]) + 1e-6:.17g}"))
    got = gstrun.run(mix, kit.RATE, "masterchain settings=song.ini").samples
    try:
        same_bits(got, expected, "planted")
    except AssertionError:
        return
    raise AssertionError("another last digit of the gain was not seen")


def failure(**properties):
    """The error that the change to READY posts, or None."""
    pipeline = Gst.Pipeline()
    element = chain(**properties)
    pipeline.add(element)
    result = pipeline.set_state(Gst.State.READY)
    message = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
    pipeline.set_state(Gst.State.NULL)
    kit.check((result == Gst.StateChangeReturn.FAILURE) == (message is not None), "state and message differ")
    return message.parse_error()[0].message if message else None


def test_mistakes_are_named():
    kit.check(failure() is None and failure(profile="apple") is None, "nothing is wrong here")
    text = failure(profile="sptify")
    kit.check(text and "'sptify'" in text and "spotify" in text, text)
    text = failure(settings="none.ini")
    kit.check(text and "none.ini" in text and "--save-settings" in text, text)
    mastered()
    with open("song.ini", encoding="utf-8") as file:
        good = file.read()
    for old, new, words in (("offset=", "ofset=", ("'ofset'", "[norm]", "gst-inspect-1.0 loudnorm")), ("[limit]", "[limiter]", ("[limiter]",)),
                            ("ceiling=-1\n", "ceiling=7\n", ("'7'", "'ceiling'")), ("version=1", "version=9", ("version",)),
                            (good, "what is this", ("is not a settings file", "--save-settings"))):
        kit.check(old in good, old)
        with open("bad.ini", "w", encoding="utf-8") as file:
            file.write(good.replace(old, new, 1))
        text = failure(settings="bad.ini")
        kit.check(text and all(word in text for word in words + ("bad.ini",)), f"{new}: {text}")
    text = failure(settings="mix.wav")
    kit.check(text and "mix.wav is not a settings file" in text and text.isprintable() and len(text) < 400, repr(text))
    element = chain(settings="bad.ini")
    element.set_property("settings", "song.ini")
    kit.check(element.set_state(Gst.State.READY) == Gst.StateChangeReturn.SUCCESS, "corrected, and still an error")
    element.set_state(Gst.State.NULL)


def test_what_cannot_be_taken_while_playing_is_a_warning():
    """And the old one stays: of a wrong profile, and of settings, right or wrong."""
    mix, expected, _ = mastered()
    for name, value, words in (("profile", "nobody", ("'nobody'",)), ("settings", "other.ini", ("other.ini", "READY")), ("settings", "", ("READY",))):
        with open("other.ini", "w", encoding="utf-8") as file, open("song.ini", encoding="utf-8") as song:
            file.write(song.read().replace("ceiling=-1\n", "ceiling=-20\n"))
        with gstrun.Pipeline("masterchain name=c settings=song.ini", kit.RATE, 2) as pipeline:
            c = pipeline.element("c")
            before = [get(c, n) for n in (name, "ceiling", "norm::mode")]
            pipeline.push(mix[: kit.RATE])
            put(c, name, value)
            kit.check([get(c, n) for n in (name, "ceiling", "norm::mode")] == before, f"{name}={value} is taken")
            pipeline.drain_bus()
            texts = [m["text"] for m in gstrun.of(pipeline.messages, "WARNING")]
            kit.check(len(texts) == 1 and all(word in texts[0] for word in words), f"{name}={value}: {texts}")


def test_settings_are_taken_back():
    mastered()
    for nothing in (None, ""):
        fresh, element = chain(), chain(settings="song.ini")
        kit.check(get(element, "norm::mode").value_nick == "linear" and get(element, "dyn::bypass"), "a replay")
        element.set_property("settings", nothing)
        for name in ("norm::mode", "norm::limiter", "norm::measured-loudness", "limit::ceiling", "eq::bypass", "dyn::bypass", "stereo::bypass"):
            kit.check(get(element, name) == get(fresh, name), f"{name} after settings={nothing}")
    element = chain(ceiling=-5.0)
    element.set_property("settings", None)
    kit.check(get(element, "ceiling") == -5.0, "there were no settings to take back")


def test_a_replay_on_other_sound_is_warned_of():
    mix, _, _ = mastered(seconds=2.0)
    for rate, channels, wrong in ((kit.RATE, 2, False), (96000, 2, True), (kit.RATE, 1, True)):
        run = gstrun.run(mix[:, :channels], rate, "masterchain settings=song.ini")
        texts = [m["text"] for m in gstrun.of(run.messages, "WARNING")]
        kit.check(len(texts) == (1 if wrong else 0), f"{rate} Hz, {channels} channels: {texts}")
        if wrong:
            kit.check(all(word in texts[0] for word in ("song.ini", f"{kit.RATE} Hz in 2", f"{rate} Hz in {channels}", "audioresample quality=10")), texts)


def test_messages_of_the_children():
    run = gstrun.run(kit.song(3.0), kit.RATE, "masterchain")
    sources = {m["source"]: m["name"] for m in run.messages if "final" in m}
    for child, name in (("norm", "loudnorm"), ("limit", "truepeaklimit"), ("meter", "loudnessmeter")):
        kit.check(sources.get(child) == name, sources)
    for name in set(sources.values()):
        kit.check(len(gstrun.of(run.messages, name, final=True)) == 1, f"{name}: final messages")
    alone = gstrun.run(run.samples, kit.RATE, "loudnessmeter")
    a, b = (gstrun.final_message(r.messages, "loudnessmeter")["global-loudness"] for r in (run, alone))
    kit.check(a == b, f"the meter read {a}, the output has {b}")


def latency(pad):
    """ns at the pad, of a live stream: ghost pads do not tell it of others."""
    query = Gst.Query.new_latency()
    kit.check(pad.query(query) and query.parse_latency()[0], "no live latency")
    return query.parse_latency()[1]


def test_latency_is_the_sum_of_the_children():
    pipeline = Gst.parse_launch("audiotestsrc name=s is-live=true ! masterchain name=c ! fakesink")
    pipeline.set_state(Gst.State.PLAYING)
    try:
        kit.check(pipeline.get_state(20 * Gst.SECOND)[0] == Gst.StateChangeReturn.SUCCESS, "it does not play")
        c = pipeline.get_by_name("c")
        total = latency(pipeline.get_by_name("s").get_static_pad("src"))
        for name in CHILDREN:
            child = c.get_by_name(name)
            if child is not None:
                own = latency(child.get_static_pad("src")) - latency(child.get_static_pad("sink").get_peer())
                kit.check(own >= 0 and (own > 0 or name not in ("norm", "limit")), f"{name}: {own} ns")
                total += own
        kit.check(latency(c.get_static_pad("src")) == total, f"{latency(c.get_static_pad('src'))} ns, not {total}")
    finally:
        pipeline.set_state(Gst.State.NULL)


if __name__ == "__main__":
    kit.main()

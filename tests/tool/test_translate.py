# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Playback devices: what the tool measures and renders against scipy's filters and libebur128, and planted faults that
must be named. The devices' numbers are read from the profiles, as the tool reads them."""
import json
import os
import signal
import subprocess
import time

import numpy as np
import scipy.signal
import toolkit as kit

import music

# Both gate on block loudness with a filter of their own; on music libebur128 and the native meter differ by less than
# 0.01 LU, and a block at the gate may fall on either side.
LOUDNESS_LU = 0.05
DEVICES = ["phone", "laptop", "small-bluetooth", "earbuds", "car", "club", "mono"]


def profile(name):
    text = json.loads(kit.run("profiles", "--json", name).out)[0]
    return {group: values["value"] for group, values in text.items() if group != "profile"}


def butter(order, corner, kind, rate):
    return scipy.signal.butter(int(order), corner, kind, fs=rate, output="sos")


def low_shelf(frequency, gain_db, rate):
    """The analogue shelf (A s^2 + sqrt(2A) ... ) of slope 1 with its middle at the frequency, by the bilinear transform."""
    a, w = 10 ** (gain_db / 40), 2 * rate * np.tan(np.pi * frequency / rate)
    b = a * np.array([1 / w**2, np.sqrt(2 * a) / w, a])
    return scipy.signal.tf2sos(*scipy.signal.bilinear(b, [a / w**2, np.sqrt(2 * a) / w, 1], fs=rate))


def device(name, samples, rate):
    """What scipy makes of stereo samples on this device, without its noise."""
    p = profile(name)
    left, right = samples[:, 0], samples[:, 1]
    sos = [np.array([[1.0, 0, 0, 1, 0, 0]])]
    for kind in ("highpass", "lowpass"):
        corner = p.get(kind + "-frequency", 0)
        if 0 < corner < 0.49 * rate:
            sos.append(butter(p[kind + "-order"], corner, kind, rate))
    if "shelf-frequency" in p:
        sos.append(low_shelf(p["shelf-frequency"], p["shelf-gain"], rate))
    sos = np.concatenate(sos)
    if p.get("channels") == 1:
        left = right = (left + right) / 2
    if "mono-below" in p:
        mid, side = (left + right) / 2, (left - right) / 2
        section = butter(2, p["mono-below"], "highpass", rate)
        low = butter(2, p["mono-below"], "lowpass", rate)
        side = scipy.signal.sosfilt(np.concatenate([section, section]), side)
        # both halves of the Linkwitz-Riley pair together: the mid in the phase of the side
        mid = (scipy.signal.sosfilt(np.concatenate([section, section]), mid)
               + scipy.signal.sosfilt(np.concatenate([low, low]), mid))
        left, right = mid + side, mid - side
    return np.stack([scipy.signal.sosfilt(sos, x) for x in (left, right)], axis=1)


def translate(path, *arguments, code=None):
    result = kit.run("translate", "--json", path, *arguments)
    kit.check(result.code in ((0, 1) if code is None else (code,)), result)
    report = json.loads(result.out)
    kit.check(report["exit"] == result.code, report)
    report["by"] = {entry["device"]: entry for entry in report["translation"] or []}
    return report


def check_readings(path, samples, rate):
    report = translate(path)
    original = kit.loudness(samples, rate)
    folded = kit.loudness(np.repeat(samples.mean(axis=1, keepdims=True), 2, axis=1), rate) - original
    kit.check(list(report["by"]) == DEVICES, list(report["by"]))
    for name, reading in report["by"].items():
        change = kit.loudness(device(name, samples, rate), rate) - original
        kit.near(reading["change"], change, LOUDNESS_LU, f"{path}: {name}")
        if name in ("phone", "small-bluetooth", "mono"):
            kit.near(reading["mono-change"], folded, LOUDNESS_LU, f"{path}: fold to mono, {name}")
            kit.near(reading["tonal-change"], change - folded, 2 * LOUDNESS_LU, f"{path}: {name}, filters alone")


def test_loudness_on_the_music():
    n = 0
    for path in music.files():
        if path.lower().endswith((".mid", ".mod", ".xm", ".it", ".s3m")):
            continue
        kit.ffmpeg("-ss", "10", "-t", "20", "-i", path, "-ac", "2", "-ar", "44100" if n % 2 else "48000", "-c:a", "pcm_f32le",
                   f"{n}.wav")
        check_readings(f"{n}.wav", *kit.decode(f"{n}.wav"))
        n += 1
    if n == 0:
        raise kit.Skip("no music is installed")
    print(f"{n} pieces of music, {len(DEVICES)} devices")


def test_loudness_at_other_rates():
    for rate in (8000, 22050, 96000, 192000):
        name = kit.write_wav(f"{rate}.wav", kit.song(6.0, rate=rate), rate, "f32")
        check_readings(name, *kit.decode(name))


def test_mono_is_heard_from_two_loudspeakers():
    both = kit.song(6.0, channels=1)
    kit.write_wav("mono.wav", both, kind="f32")
    kit.write_wav("dual.wav", np.repeat(both, 2, axis=1), kind="f32")
    mono, dual = translate("mono.wav")["by"], translate("dual.wav")["by"]
    for name in DEVICES:
        kit.near(mono[name]["change"], dual[name]["change"], 1e-6, name)


def test_renders_are_what_scipy_makes():
    kit.write_wav("song.wav", kit.song(6.0), kind="f32")
    report = translate("song.wav", "-o", "out/", "--format", "wav32f")
    samples, rate = kit.decode("song.wav")
    kit.check(sorted(os.listdir("out")) == sorted(f"song.{name}.wav" for name in DEVICES + ["original"]), os.listdir("out"))
    for entry in report["previews"]:
        name = entry["device"]
        got, _ = kit.decode(entry["path"])
        kit.check(got.shape == samples.shape, f"{name}: {got.shape}")
        if name == "car":
            continue
        expected = (samples if name == "original" else device(name, samples, rate)) * 10 ** (entry["gain"] / 20)
        # two roundings to float, of the device's output and of its product with the gain, and that of the gain
        kit.check(np.max(np.abs(got - expected)) <= 2 * 2.0**-24 * np.max(np.abs(expected)) * 2, f"{name}: "
                  f"{np.max(np.abs(got - expected))}")


def test_the_car_has_its_noise():
    kit.write_wav("song.wav", kit.song(20.0), kind="f32")
    report = translate("song.wav", "-o", "out/", "--for", "car", "--format", "wav32f")
    samples, rate = kit.decode("song.wav")
    entry = report["previews"][1]
    noise = kit.decode(entry["path"])[0] / 10 ** (entry["gain"] / 20) - device("car", samples, rate)
    # 200 Hz of bandwidth, 20 s, two channels: a standard deviation of 0.05 dB
    kit.near(kit.loudness(noise, rate), kit.loudness(samples, rate) + profile("car")["noise-level"], 0.2, "noise")
    power = np.mean(np.abs(np.fft.rfft(noise, axis=0)) ** 2, axis=1)
    edge = int(200 * len(noise) / rate)
    kit.check(power[2 * edge:].sum() < 0.1 * power[:edge].sum(), "the noise is not low-passed")
    kit.check(abs(np.corrcoef(noise.T)[0, 1]) < 0.1, "the noise is mono")


def test_renders_are_matched_and_under_the_ceiling():
    for peak_db in (-12.0, 0.0):  # with room for all, and without
        path = kit.write_wav("song.wav", kit.song(8.0, peak_db=peak_db))
        report = translate(path, "-o", "out", "--force", "--format", "wav")
        original = kit.loudness(*kit.decode(path))
        for name in os.listdir("out"):
            samples, rate = kit.decode(os.path.join("out", name))
            kit.near(kit.loudness(samples, rate), report["preview-loudness"], 0.1, name)
            kit.check(kit.true_peak_db(samples) <= -1.0, f"{name}: {kit.true_peak_db(samples)} dBTP")
        expected = original if peak_db < -1 else None
        if expected is not None:
            kit.near(report["preview-loudness"], expected, 0.05, "as loud as the file")
        else:
            kit.check(report["preview-loudness"] < original - 0.5, "nothing was turned down")


def bass(frequency, level, channels=(1, 1), seconds=10):
    t = np.arange(int(seconds * kit.RATE)) / kit.RATE
    tone = level * np.sin(2 * np.pi * frequency * t)
    return np.stack([gain * tone for gain in channels], axis=1)


def test_planted_faults_are_named():
    song = kit.song(10.0)
    middle = scipy.signal.sosfilt(butter(4, [1000, 6000], "bandpass", kit.RATE), song, axis=0)
    faults = {
        "heavy": (song + bass(60, 0.9), "phone", "heavy"),
        "thin": (middle, "phone", "thin"),
        "boomy": (bass(50, 0.5) + 0.05 * song, "car", "boomy"),
        "club": (song + bass(50, 0.7, (1, -1)), "club", "cancels"),
        "turned": (song * [1, -0.9], "mono", "cancels"),
        "drowned": (np.concatenate([song * 0.006, song, song * 0.006]), "car", "drowned"),
    }
    for name, (samples, where, verdict) in faults.items():
        kit.write_wav(f"{name}.wav", samples / np.max(np.abs(samples)) * 0.5, kind="f32")
        report = translate(f"{name}.wav", code=1)
        kit.check(report["by"][where]["verdict"] == verdict, f"{name}: {report['by'][where]}")
        text = kit.run("translate", f"{name}.wav")
        kit.check(text.code == 1 and "! " in text.out and "mix" in text.out or name == "drowned", text)
        kit.check(text.out.count("nan") == 0 and "inf" not in text.out, text.out)


def test_what_released_music_does_is_passed():
    """Noise in the shape of the tonal target of released music (1/3-octave levels): every device as expected."""
    levels = {31.5: -5, 40: -1, 50: 2.5, 63: 4.5, 80: 5.2, 100: 5.0, 125: 4.0, 160: 2.7, 200: 2.1, 250: 1.9, 315: 1.7, 400: 1.1,
              500: 0.5, 630: 0, 800: -0.7, 1000: -1.5, 1250: -2.4, 1600: -3.0, 2000: -3.8, 2500: -4.4, 3150: -5.1, 4000: -6,
              5000: -6.8, 6300: -7.9, 8000: -9, 10000: -10.5, 12500: -13.4, 16000: -17.6}
    rng, n = np.random.default_rng(5), 30 * kit.RATE
    f = np.fft.rfftfreq(n, 1 / kit.RATE)
    # power per Hz: 3 dB per octave less than power per band
    shape = np.interp(np.log(np.maximum(f, 1)), np.log(list(levels)), list(levels.values()), left=-60, right=-60)
    shape -= 10 * np.log10(np.maximum(f, 1) / 1000)
    spectrum = (rng.standard_normal(len(f)) + 1j * rng.standard_normal(len(f))) * 10 ** (shape / 20)
    mono = np.fft.irfft(spectrum, n)
    kit.write_wav("target.wav", np.stack([mono, mono], axis=1) / np.max(np.abs(mono)) * 0.5, kind="f32")
    report = translate("target.wav", code=0)
    for name, reading in report["by"].items():
        # levels between the bands are interpolated here, and were constant in the computation
        kit.near(reading["tonal-change"], reading["expected-change"], 0.2, name)


def test_master_and_analyze_tell_it():
    song = kit.song(10.0) + bass(60, 0.9)
    kit.write_wav("mix.wav", song / np.max(np.abs(song)) * 0.4)
    report = json.loads(kit.run("master", "--json", "mix.wav").out)
    direct = translate("mix.wav")
    kit.check(report["translation-before"] == direct["translation"], "the mix")
    kit.check(report["translation-after"] == translate("mix.master.flac")["translation"], "the master")
    kit.check("translation-heavy" in [problem["id"] for problem in report["mix-problems"]], report["mix-problems"])
    kit.check(json.loads(kit.run("analyze", "--json", "mix.wav").out)["translation"] == direct["translation"], "analyze")
    text = kit.run("master", "--force", "mix.wav").out
    kit.check("In the mix, below 300 Hz: On a phone" in text and "loudness changes on" in text, text)
    kit.check("On a phone" in kit.run("analyze", "mix.wav").out, "analyze in words")


def test_unusual_input():
    kit.write_wav("surround.wav", kit.song(3.0, channels=6))
    result = kit.run("translate", "surround.wav")
    kit.check(result.code == 2 and "6 channels" in result.err, result)
    kit.check(json.loads(kit.run("analyze", "--json", "surround.wav").out)["translation"] is None, "six channels")
    kit.check(kit.run("analyze", "surround.wav").code == 0, "six channels")
    for name, samples in (("silent", np.zeros((kit.RATE, 2))), ("short", kit.song(0.3))):
        path = kit.write_wav(name + ".wav", samples)
        result = kit.run("translate", path)
        kit.check(result.code == 2 and not result.out and "no loudness" in result.err and "0.4 seconds" in result.err, result)
        before = kit.files_here()
        result = kit.run("translate", path, "-o", "out/")
        kit.check(result.code == 2 and "no loudness" in result.err and kit.files_here() == before, result)
    broken = kit.song(3.0)
    broken[1000:1100] = np.nan
    kit.check(translate(kit.write_wav("nan.wav", broken, kind="f32"))["by"]["phone"]["change"] is not None, "NaN")
    # nothing of a 20 Hz tone in opposite channels is left on one loudspeaker
    report = translate(kit.write_wav("opposite.wav", bass(500, 0.3, (1, -1)), kind="f32"), "-o", "out/", code=1)
    paths = {entry["device"]: entry["path"] for entry in report["previews"]}
    kit.check(paths["mono"] is None and paths["laptop"] is not None, paths)
    kit.check(not os.path.exists("out/opposite.mono.flac"), "a silent file was written")


def test_bad_usage():
    path = kit.write_wav("song.wav", kit.song(2.0))
    for arguments, words in (
            ((), "name a file"), ((path, "--for", "toaster"), "no playback device 'toaster'"), ((path, "--for", ""), "--for is empty"),
            ((path, "-o", ""), "--output is empty"), ((path, "-o", "-"), "folder"), ((path, "-o", path), "is a file"),
            ((path, "-o", "x.wav"), "is the name of a file"), ((path, "-o", "x.FLAC"), "-o previews/"),
            ((path, "-o", "out", "--format", "mp3:320"), "codec"), ((path, "--format", "wav"), "add -o"),
            ((path, "-o", "no/such/folder"), "no/such"), ((path, "--stream", "3"), "stream"), (("nowhere.wav",), "no such file"),
            ((path, "--jobs", "0"), "count from 1"), (("",), "empty"), ((path, path, "-o", "out"), "same name")):
        result = kit.run("translate", *arguments)
        kit.check(result.code == 2 and words in result.err, f"{arguments}: {result}")
        kit.check(kit.files_here() == ["song.wav"], f"{arguments}: {kit.files_here()}")


def test_nothing_is_overwritten():
    path = kit.write_wav("song.wav", kit.song(2.0))
    with open("song.car.wav", "w", encoding="ascii") as file:
        file.write("mine")
    result = kit.run("translate", path, "-o", ".", "--format", "wav")
    kit.check(result.code == 2 and "song.car.wav" in result.err and kit.files_here() == ["song.car.wav", "song.wav"], result)
    result = kit.run("translate", path, "-o", ".", "--format", "wav", "--force", "--for", "car")
    kit.check(result.code < 2 and kit.files_here() == ["song.car.wav", "song.original.wav", "song.wav"], result)
    # not even with --force when it is itself an input
    with open("song.car.wav", "rb") as file:
        before = file.read()
    result = kit.run("translate", path, "song.car.wav", "-o", ".", "--format", "wav", "--force")
    with open("song.car.wav", "rb") as file:
        kit.check(result.code == 2 and "would be replaced" in result.err and file.read() == before, result)


def test_an_interrupted_run_leaves_nothing():
    path = kit.write_wav("song.wav", kit.song(60.0))
    with subprocess.Popen([kit.TOOL, "translate", "-q", path, "-o", "out"], stdout=subprocess.DEVNULL) as process:
        for _ in range(600):
            if os.path.isdir("out") and os.listdir("out"):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        process.wait()
    kit.check(process.returncode == -signal.SIGTERM and kit.files_here() == ["song.wav"], kit.files_here())


def test_several_files_and_own_devices():
    kit.write_wav("one.wav", kit.song(3.0))
    kit.write_wav("two.wav", kit.song(3.0, seed=2))
    reports = json.loads(kit.run("translate", "--json", "one.wav", "two.wav", "-j", "2", "-o", "out", "--for", "phone").out)
    kit.check(len(reports) == 2 and sorted(os.listdir("out")) == ["one.original.flac", "one.phone.flac", "two.original.flac",
                                                                 "two.phone.flac"], os.listdir("out"))
    os.mkdir("mine")
    with open("mine/radio.profile", "w", encoding="utf-8") as file:
        file.write("[profile]\nid=radio\nkind=playback\nname=radio\n[channels]\nvalue=1\n[highpass-frequency]\nvalue=500\n"
                   "[highpass-order]\nvalue=1\n[expected-change]\nvalue=-3\n")
    with open("mine/wrong.profile", "w", encoding="utf-8") as file:
        file.write("[profile]\nid=wrong\nkind=playback\n[highpass-frequency]\nvalue=500\n[highpass-order]\nvalue=2.5\n")
    env = {"GST_MASTERING_PROFILE_PATH": "mine:" + os.environ["GST_MASTERING_PROFILE_PATH"]}
    result = kit.run("translate", "--json", "one.wav", "--for", "radio", env=env)
    kit.check(result.code < 2 and json.loads(result.out)["translation"][0]["device"] == "radio", result)
    result = kit.run("translate", "one.wav", "--for", "wrong", env=env)
    kit.check(result.code == 2 and "wrong.profile" in result.err and "out of range" in result.err, result)
    result = kit.run("translate", "--json", "one.wav", env=env)
    kit.check(result.code < 2 and "wrong.profile" in result.err and len(json.loads(result.out)["translation"]) == 8, result)


def test_the_same_bits():
    path = kit.write_wav("song.wav", kit.song(3.0))
    for folder in ("a", "b"):
        translate(path, "-o", folder)
    for name in os.listdir("a"):
        with open(os.path.join("a", name), "rb") as one, open(os.path.join("b", name), "rb") as other:
            kit.check(one.read() == other.read(), name)


if __name__ == "__main__":
    kit.main()

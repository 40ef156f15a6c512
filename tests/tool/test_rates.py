# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""A change of rate keeps the length to the sample: round (n * out / in) frames, at their own times."""
import numpy as np
import toolkit as kit

PAIRS = ((44100, 48000), (44100, 96000), (44100, 192000), (44100, 384000), (48000, 44100), (8000, 44100), (8000, 48000),
         (8000, 96000), (96000, 44100), (192000, 44100), (384000, 8000), (44100, 8000))


def converted(n, before, after, output="out.wav"):
    """A 500 Hz sine of n frames in one channel of two; gives what ffmpeg decodes of its master."""
    t = np.arange(n) / before
    x = np.stack([np.sin(2 * np.pi * 500.0 * t), 0.3 * np.sin(2 * np.pi * 700.0 * t)], axis=1) * 0.3
    kit.write_wav("mix.wav", x, before)
    kit.master("mix.wav", "-f", "-o", output, "--rate", after)
    return kit.decode(output)


def test_every_rate_change_has_the_promised_length():
    for before, after in PAIRS:
        for n in (before, before + 1, before + before // 7):
            y, rate = converted(n, before, after)
            wanted = (2 * n * after + before) // (2 * before)  # integers: round to nearest
            kit.check(rate == after and len(y) == wanted, f"{before} to {after}: {len(y)} frames, not {wanted}")


def test_what_is_in_it_stays_in_its_place():
    """The sine at its own times, to a quarter of a sample of the higher rate; beside the sine a converter of quality 10
    and 24 bits leave less than 0.1 %. The first and last 20 ms are left out (the sine is switched on and off there, and
    the converter rings)."""
    for before, after in ((44100, 96000), (8000, 48000), (96000, 44100)):
        y, _ = converted(before + 11, before, after)
        edge = after // 50
        t = np.arange(edge, len(y) - edge) / after
        basis = np.stack([np.sin(2 * np.pi * 500.0 * t), np.cos(2 * np.pi * 500.0 * t)], axis=1)
        (s, c), *_ = np.linalg.lstsq(basis, y[edge:-edge, 0], rcond=None)
        quarter = 0.25 * 2 * np.pi * 500.0 / max(before, after)
        kit.near(c / s, 0.0, quarter, f"{before} to {after}: phase")
        rest = y[edge:-edge, 0] - basis @ (s, c)
        kit.check(np.max(np.abs(rest)) < 1e-3 * s, f"{before} to {after}: {np.max(np.abs(rest)) / s}")
        # and to the end: the tail that was added is the converter's own, no gap of silence
        kit.check(np.max(np.abs(y[-after // 100:-after // 400, 0])) > 0.5 * s, "silence at the end")


def test_other_formats():
    for output in ("out.flac", "out.opus"):
        y, rate = converted(44100 + 5, 44100, 48000, output)
        wanted = (2 * 44105 * 48000 + 44100) // (2 * 44100)
        kit.check(rate == 48000 and len(y) == wanted, f"{output}: {len(y)}, not {wanted}")


if __name__ == "__main__":
    kit.main()

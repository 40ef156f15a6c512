#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""EBU Tech 3341 cases 1-6 and 9-23, Tech 3342 cases 1-4, through `... ! loudnessmeter ! ...`.

Reads the final and the running messages of the public element. --write regenerates the table of
docs/conformance.md.
"""
import sys

import numpy as np

import conformance
from conformance import Row, symmetric

conformance.need_element("loudnessmeter")

import bs1770  # noqa: E402
import gstrun  # noqa: E402
import signals  # noqa: E402
import truepeak_reference  # noqa: E402

RATE = 48000
LOUDNESS_TARGET = 0.02  # LU: our own target against the float64 reference meter
PEAK_TARGET = 0.05  # dB
RANGE_TARGET = 0.2  # LU
FAST = "loudnessmeter name=meter interval=10000000"  # a message every 10 ms


def measure(samples, rate=RATE, description="loudnessmeter", mask=None):
    """(final message, running messages); the data must come through bit-exact."""
    x = np.asarray(samples, dtype=np.float32)
    done = gstrun.run(x, rate, description, mask=mask)
    if done.samples.shape != x.shape or not np.array_equal(
        done.samples.view(np.uint32), x.view(np.uint32)
    ):
        raise AssertionError("loudnessmeter changed the data")
    return (
        gstrun.final_message(done.messages, "loudnessmeter"),
        gstrun.of(done.messages, "loudnessmeter", final=False),
    )


def end_s(message):
    """When the span of a message ends, in seconds of the stream."""
    return (message["stream-time"] + message["duration"]) / 1e9


def worst(values, expected):
    """The value farthest from what was expected; NaN and nothing are the worst of all."""
    values = np.asarray(values, dtype=float)
    if len(values) == 0 or np.any(np.isnan(values)):
        return float("nan")
    return float(values[np.argmax(np.abs(values - np.asarray(expected, dtype=float)))])


def steady_cases():
    rows = []
    for case in (1, 2):
        x = signals.tech3341_loudness(case)
        reference = bs1770.Meter(x, RATE)
        final, _ = measure(x)
        for letter, field, exact in (
            ("M", "momentary-loudness", reference.momentary()[-1]),
            ("S", "shortterm-loudness", reference.shortterm()[-1]),
            ("I", "global-loudness", reference.integrated()),
        ):
            rows.append(
                symmetric(
                    f"3341-{case}",
                    letter,
                    {1: -23, 2: -33}[case],
                    0.1,
                    exact,
                    LOUDNESS_TARGET,
                    final[field],
                )
            )
    return rows


def integrated_cases():
    rows = []
    for case in (3, 4, 5, 6):
        x = signals.tech3341_loudness(case)
        weights, mask = (
            ([1, 1, 1, 1.41, 1.41], gstrun.MASKS["5.0"][1]) if case == 6 else (None, None)
        )
        final, _ = measure(x, mask=mask)
        rows.append(
            symmetric(
                f"3341-{case}",
                "I",
                -23,
                0.1,
                bs1770.integrated(x, RATE, weights),
                LOUDNESS_TARGET,
                final["global-loudness"],
            )
        )
    return rows


def constant_cases():
    """9: S is constant after 3 s; 12: M is constant after 1 s. The worst running value of all is
    what counts."""
    rows = []
    for case, letter, field, after in (
        (9, "S", "shortterm-loudness", 3.0),
        (12, "M", "momentary-loudness", 1.0),
    ):
        x = signals.tech3341_loudness(case)
        _, running = measure(x, description=FAST)
        values = [m[field] for m in running if end_s(m) >= after - 1e-6]
        if len(values) < 100 * (len(x) / RATE - after) - 2:
            raise AssertionError(f"case {case}: only {len(values)} running messages")
        reference = bs1770.Meter(x, RATE)
        exact = reference.shortterm() if case == 9 else reference.momentary()[60:]
        rows.append(
            symmetric(
                f"3341-{case}",
                f"{letter}, worst after {after:g} s",
                -23,
                0.1,
                worst(exact, -23),
                0.05,
                worst(values, -23),
            )
        )
    return rows


def file_cases():
    rows = []
    for case, letter, field in ((10, "S", "max-shortterm"), (13, "M", "max-momentary")):
        values = [measure(x)[0][field] for x in signals.tech3341_files(case)]
        rows.append(
            symmetric(
                f"3341-{case}",
                f"max {letter}, worst of 20 files",
                -23,
                0.1,
                -22.993,
                0.05,
                worst(values, -23),
            )
        )
    return rows


def live_maxima_from_running(case, field):
    """One stream; per tone the largest running value within its own time."""
    tones = signals.tech3341_live(case)
    _, running = measure(np.concatenate([x for x, _ in tones]), description=FAST)
    borders = np.cumsum([0] + [len(x) for x, _ in tones]) / RATE
    return [
        max(m[field] for m in running if a + 1e-6 < end_s(m) <= b + 1e-6)
        for a, b in zip(borders, borders[1:])
    ]


def live_maxima_with_reset(case, field):
    """One stream; the `reset` action between the tones, the maximum from the last message before
    each."""
    maxima = []
    with gstrun.Pipeline(FAST, RATE, 2) as pipeline:
        for x, _ in signals.tech3341_live(case):
            pipeline.push(x, 480)
            pipeline.pull(len(x))
            pipeline.drain_bus()
            maxima.append(gstrun.of(pipeline.messages, "loudnessmeter")[-1][field])
            pipeline.element("meter").emit("reset")
    return maxima


def live_cases():
    rows = []
    for case, letter, running, maximum in (
        (11, "S", "shortterm-loudness", "max-shortterm"),
        (14, "M", "momentary-loudness", "max-momentary"),
    ):
        expected = np.array([e for _, e in signals.tech3341_live(case)])
        for how, values in (
            ("running", live_maxima_from_running(case, running)),
            ("with reset", live_maxima_with_reset(case, maximum)),
        ):
            rows.append(
                symmetric(
                    f"3341-{case}",
                    f"max {letter} {how}, worst error of 20",
                    0,
                    0.1,
                    0.007,
                    0.05,
                    worst(np.array(values) - expected, 0.0),
                )
            )
    return rows


def peak_cases():
    rows = []
    for case in range(15, 24):
        x = signals.tech3341_true_peak(case)
        standard = 3.0 if case == 19 else (-6.0 if case < 20 else 0.0)
        exact = {19: 20 * np.log10(1.41)}.get(case, 20 * np.log10(0.5))
        if case >= 20:
            exact = truepeak_reference.true_peak_db(x.astype(np.float32))
        final, _ = measure(x)
        channels = 20 * np.log10(final["true-peak"])
        if len(channels) != 2 or abs(channels.max() - final["true-peak-db"]) > 1e-6:
            raise AssertionError("true-peak[] and true-peak-db disagree")
        rows.append(
            Row(
                f"3341-{case}",
                "max TP",
                standard,
                -0.4,
                0.2,
                exact,
                PEAK_TARGET,
                worst(channels, standard),
            )
        )
    return rows


def range_cases():
    rows = []
    for case, expected in ((1, 10), (2, 5), (3, 20), (4, 15)):
        x = signals.tech3342(case)
        for what, y in (("LRA", x), ("LRA, repeated whole", np.concatenate([x, x]))):
            final, _ = measure(y)
            rows.append(
                symmetric(
                    f"3342-{case}",
                    what,
                    expected,
                    1.0,
                    expected,
                    RANGE_TARGET,
                    final["loudness-range"],
                )
            )
    return rows


def checker_catches_planted_faults():
    """A meter that is wrong must be called wrong: too loud, too quiet, NaN, and a document that
    says otherwise."""
    good = symmetric("x", "I", -23, 0.1, -22.993, 0.02, -22.99)
    assert conformance.verdict(good) == "ok"
    for wrong, expected in (
        (-22.89, "MISS"),
        (-23.11, "MISS"),
        (-22.95, "our target missed"),
        (float("nan"), "MISS"),
        (float("-inf"), "MISS"),
    ):
        assert conformance.verdict(good._replace(measured=wrong)) == expected, wrong
    assert np.isnan(worst([-23.0, float("nan")], -23)) and np.isnan(worst([], -23))
    # real signals one tenth too loud leave the tolerance
    assert abs(bs1770.integrated(1.013 * signals.tech3341_loudness(1), RATE) + 23) > 0.1


def main():
    checker_catches_planted_faults()
    rows = steady_cases() + integrated_cases() + constant_cases() + file_cases() + live_cases()
    rows += peak_cases() + range_cases()
    rows.sort(key=lambda row: (row.case[:4], int(row.case[5:])))
    return conformance.finish({"ebu": conformance.table(rows)}, "conformance.md")


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Run a real GStreamer pipeline on a numpy array and get back samples, buffers and element
messages.

appsrc (interleaved F32, timestamped buffers of the sizes you choose) ! the elements under test !
appsink.
"""
import itertools
import sys
from collections import namedtuple

import gi
import numpy as np

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import Gst, GstApp  # noqa: E402,F401  (GstApp gives appsrc its methods)

Gst.init(None)

SECOND = Gst.SECOND
TIMEOUT_S = 120
MODULES = (".mod", ".xm", ".it", ".s3m")
# samples float32[frames, channels], buffers [(pts, duration, offset, frames)], messages [dict],
# tags [text]
Run = namedtuple("Run", "samples buffers messages latency_ns tags")

MASKS = {
    "mono": (1, 0x4),
    "stereo": (2, 0x3),
    "5.0": (5, 0x37),
    "5.1": (6, 0x3F),
    "7.1": (8, 0xC3F),
}


class PipelineError(RuntimeError):
    """The pipeline posted an ERROR message; the text is the element's own."""


def have(element):
    """Is there an element of this name?"""
    return Gst.ElementFactory.find(element) is not None


def caps(rate, channels, mask=None):
    """Interleaved native-endian F32. mask None: 0x3 for stereo, none for mono, else
    unpositioned."""
    layout = "F32LE" if sys.byteorder == "little" else "F32BE"
    text = f"audio/x-raw,format={layout},rate={int(rate)},channels={channels},layout=interleaved"
    if channels > 1:
        mask = (0x3 if channels == 2 else 0) if mask is None else mask
        text += f",channel-mask=(bitmask)0x{mask:x}"
    return Gst.Caps.from_string(text)


def plain(value):
    """A GStreamer value as plain Python."""
    if isinstance(value, (Gst.ValueArray, Gst.ValueList)):
        return [plain(v) for v in value]
    if isinstance(value, Gst.Structure):
        return fields(value)
    return value


def fields(structure):
    """{name: value} of a GstStructure, with its own name under the key 'name'."""
    result = {"name": structure.get_name()}
    for i in range(structure.n_fields()):
        key = structure.nth_field_name(i)
        result[key] = plain(structure.get_value(key))
    return result


def timestamp(frame, rate):
    """Exactly rounded nanoseconds of a frame."""
    return (2 * frame * SECOND + rate) // (2 * rate)


def make_buffers(samples, rate, block):
    """Timestamped buffers. block: frames, or an iterable of sizes (repeated for ever)."""
    data = np.ascontiguousarray(samples, dtype=np.float32)
    sizes = itertools.repeat(block) if np.isscalar(block) else itertools.cycle(block)
    at = 0
    for size in sizes:
        if at >= len(data):
            return
        part = data[at : at + size]
        buffer = Gst.Buffer.new_wrapped(part.tobytes())
        buffer.pts = timestamp(at, rate)
        buffer.duration = timestamp(at + len(part), rate) - buffer.pts
        buffer.offset, buffer.offset_end = at, at + len(part)
        at += len(part)
        yield buffer


class Pipeline:
    """appsrc ! description ! appsink, to be fed piece by piece. Use as a context manager."""

    def __init__(self, description, rate, channels, mask=None):
        middle = f"! {description} " if description else ""
        self.pipeline = Gst.parse_launch(
            f"appsrc name=source format=time {middle}! appsink name=sink sync=false"
        )
        self.rate, self.channels, self.fed = int(rate), channels, 0
        self.source, self.sink = (self.pipeline.get_by_name(name) for name in ("source", "sink"))
        self.source.set_property("max-bytes", 0)
        self.source.set_property("caps", caps(rate, channels, mask))
        self.sink.set_property("wait-on-eos", False)
        self.messages, self.tags = [], []

    def __enter__(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        return self

    def __exit__(self, *_):
        self.pipeline.set_state(Gst.State.NULL)

    def element(self, name):
        return self.pipeline.get_by_name(name)

    def push(self, samples, block=1024):
        samples = np.asarray(samples)
        for buffer in make_buffers(samples, self.rate, block):
            end = timestamp(self.fed + buffer.offset_end, self.rate)
            buffer.pts = timestamp(self.fed + buffer.offset, self.rate)
            buffer.duration = end - buffer.pts
            buffer.offset += self.fed
            buffer.offset_end += self.fed
            if self.source.push_buffer(buffer) != Gst.FlowReturn.OK:
                break  # the reason is an ERROR on the bus
        self.fed += len(samples)

    def pull(self, frames):
        """Wait for `frames` frames at the sink (None: to the end); return them and the buffers'
        data."""
        parts, buffers, got = [], [], 0
        while frames is None or got < frames:
            sample = self.sink.try_pull_sample(TIMEOUT_S * SECOND)
            if sample is None:
                if self.sink.is_eos() or frames is None:
                    break
                self.drain_bus()
                raise TimeoutError(f"{got} of {frames} frames came")
            buffer = sample.get_buffer()
            channels = sample.get_caps().get_structure(0).get_int("channels")[1]
            ok, info = buffer.map(Gst.MapFlags.READ)
            assert ok
            part = np.frombuffer(info.data, dtype=np.float32).reshape(-1, channels).copy()
            buffer.unmap(info)
            parts.append(part)
            buffers.append((buffer.pts, buffer.duration, buffer.offset, len(part)))
            got += len(part)
        data = np.concatenate(parts) if parts else np.zeros((0, self.channels), np.float32)
        return data, buffers

    def drain_bus(self):
        """Collect what is on the bus; True once EOS was seen."""
        return self._handle_all(lambda bus: bus.pop())

    def wait_eos(self):
        def pop(bus):
            message = bus.timed_pop(TIMEOUT_S * SECOND)
            if message is None:
                raise TimeoutError("no EOS")
            return message

        self._handle_all(pop)

    def _handle_all(self, pop):
        bus = self.pipeline.get_bus()
        while True:
            message = pop(bus)
            if message is None:
                return False
            if message.type == Gst.MessageType.ERROR:
                error, detail = message.parse_error()
                raise PipelineError(f"{message.src.get_name()}: {error.message} ({detail})")
            if message.type == Gst.MessageType.EOS:
                return True
            if message.type == Gst.MessageType.TAG:
                self.tags.append(message.parse_tag().to_string())
            elif message.type == Gst.MessageType.WARNING:
                warning, detail = message.parse_warning()
                self.messages.append(
                    {
                        "name": "WARNING",
                        "source": message.src.get_name(),
                        "text": warning.message,
                        "detail": detail,
                    }
                )
            elif message.type == Gst.MessageType.ELEMENT:
                entry = fields(message.get_structure())
                entry["source"] = message.src.get_name()
                self.messages.append(entry)

    def latency(self):
        query = Gst.Query.new_latency()
        return query.parse_latency()[1] if self.pipeline.query(query) else None


def run(samples, rate, description, block=1024, mask=None):
    """The whole array through the elements, to EOS. Raises PipelineError with the element's
    text."""
    samples = np.asarray(samples)
    if samples.ndim == 1:
        samples = samples[:, None]
    with Pipeline(description, rate, samples.shape[1], mask) as pipeline:
        pipeline.push(samples, block)
        pipeline.source.end_of_stream()
        pipeline.wait_eos()
        output, buffers = pipeline.pull(None)
        return Run(output, buffers, pipeline.messages, pipeline.latency(), pipeline.tags)


def of(messages, name, final=None):
    """The messages of one element type; final=True/False selects by the field of that name."""
    found = [m for m in messages if m["name"] == name]
    return found if final is None else [m for m in found if bool(m.get("final")) == final]


def final_message(messages, name):
    """The one final message of an element; anything else is an error."""
    found = of(messages, name, final=True)
    if len(found) != 1:
        raise AssertionError(f"{len(found)} final messages of {name}, expected one")
    return found[0]


def decode(path, seconds=None, start=0.0):
    """(samples float32[frames, channels], rate) of any file that decodebin reads, as float."""
    location = str(path).replace("\\", "\\\\").replace('"', '\\"')
    sink = "appsink name=sink sync=false caps=audio/x-raw,format=F32LE,layout=interleaved"
    pipeline = Gst.parse_launch(
        f'filesrc location="{location}" ! decodebin ! audioconvert ! {sink}'
    )
    app = pipeline.get_by_name("sink")
    app.set_property("max-buffers", 64)
    parts, got, rate, channels = [], 0, None, None
    pipeline.set_state(Gst.State.PLAYING)
    try:
        while True:
            sample = app.try_pull_sample(TIMEOUT_S * SECOND)
            if sample is None:
                break
            structure = sample.get_caps().get_structure(0)
            rate, channels = structure.get_int("rate")[1], structure.get_int("channels")[1]
            buffer = sample.get_buffer()
            _, info = buffer.map(Gst.MapFlags.READ)
            part = np.frombuffer(info.data, dtype=np.float32).reshape(-1, channels).copy()
            buffer.unmap(info)
            if str(path).lower().endswith(MODULES):
                # openmptdec 1.22 pushes its last buffer whole; only its duration is sound
                part = part[: round(buffer.duration * rate / SECOND)]
            parts.append(part)
            got += len(part)
            if seconds is not None and got >= (start + seconds) * rate:
                break
        error = pipeline.get_bus().pop_filtered(Gst.MessageType.ERROR)
        if error is not None or rate is None:
            text = error.parse_error()[0].message if error is not None else "no audio"
            raise PipelineError(f"{path}: {text}")
    finally:
        pipeline.set_state(Gst.State.NULL)
    data = np.concatenate(parts)
    first = int(round(start * rate))
    return data[first : first + int(round(seconds * rate))] if seconds is not None else data, rate

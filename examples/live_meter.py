#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Plays a file or a URI through masterchain, draws a meter in the terminal from the messages on the bus, and changes the
chain while it plays. The same as live_meter.c, by GObject introspection.

  live_meter.py FILE|URI [SINK]

SINK is a gst-launch description (default: autoaudiosink). Keys:
  u d  loudness target 1 LU up, down      c C  ceiling 0.5 dB down, up
  b    bypass on, off (the same delay)    space  pause, go on      q  quit

Needs python3-gi, gir1.2-gstreamer-1.0.
"""
import os
import sys
import termios
import tty

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

METER_FROM, METER_WIDTH = -40.0, 40  # LUFS at the left end of the bar


class LiveMeter:
    def __init__(self, what, sink):
        self.loop = GLib.MainLoop()
        self.terminal = sys.stdout.isatty()
        self.failed = False
        self.norm = None  # its newest message
        self.chain = Gst.ElementFactory.make("masterchain")
        if self.chain is None:
            sys.exit("live_meter.py: masterchain is not there: set GST_PLUGIN_PATH")
        self.player = Gst.ElementFactory.make("playbin")
        self.player.set_property("uri", what if Gst.uri_is_valid(what) else Gst.filename_to_uri(what))
        self.player.set_property("audio-filter", self.chain)
        self.player.set_property("audio-sink", Gst.parse_bin_from_description(sink, True))
        self.player.set_property("video-sink", Gst.ElementFactory.make("fakesink"))
        bus = self.player.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)
        GLib.io_add_watch(GLib.IOChannel.unix_new(0), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, self.on_key)

    def on_message(self, _bus, message):
        if message.type == Gst.MessageType.ELEMENT:
            self.on_element_message(message.get_structure())
        elif message.type == Gst.MessageType.LATENCY:  # a stage has another look-ahead now
            self.player.recalculate_latency()
        elif message.type == Gst.MessageType.ERROR:
            print(f"\nlive_meter.py: {message.parse_error()[0].message}", file=sys.stderr)
            self.failed = True
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()

    def on_element_message(self, structure):
        """The messages of the children carry the name of their element."""
        name = structure.get_name()
        if name == "loudnorm":
            self.norm = structure
        elif name == "loudnessmeter":
            self.draw(structure)

    def draw(self, meter):
        def number(structure, field, fallback=0.0):
            return structure.get_double(field)[1] if structure and structure.has_field(field) else fallback

        momentary = number(meter, "momentary-loudness", METER_FROM)
        filled = int(min(max((momentary - METER_FROM) / -METER_FROM, 0.0), 1.0) * METER_WIDTH)
        line = (f"[{'#' * filled:{METER_WIDTH}}] M {momentary:6.1f}  I {number(meter, 'global-loudness'):6.1f} LUFS  "
                f"peak {number(meter, 'true-peak-db'):5.1f} dBTP  gain {number(self.norm, 'gain'):+5.1f}  "
                f"limiter {number(self.norm, 'gain-reduction-max'):4.1f} dB")
        print(f"\r{line}\033[K" if self.terminal else line, end="" if self.terminal else "\n", flush=True)

    def add_to(self, name, step, low, high):
        """Properties may be set while it plays; the elements ramp to the new value."""
        value = min(max(self.chain.get_property(name) + step, low), high)
        self.chain.set_property(name, value)
        print(f"\n{name} {value:.1f}", flush=True)

    def on_key(self, _channel, _condition):
        key = os.read(0, 1).decode(errors="replace")
        if not key:
            return GLib.SOURCE_REMOVE  # no more keys; it plays on
        if key in "ud":
            self.add_to("loudness-target", 1.0 if key == "u" else -1.0, -30.0, -6.0)
        elif key in "cC":
            self.add_to("ceiling", 0.5 if key == "C" else -0.5, -12.0, 0.0)
        elif key == "b":
            bypass = not self.chain.get_property("bypass")
            self.chain.set_property("bypass", bypass)
            print(f"\nbypass {'on' if bypass else 'off'}", flush=True)
        elif key == " ":
            playing = self.player.get_state(0)[1] == Gst.State.PLAYING
            self.player.set_state(Gst.State.PAUSED if playing else Gst.State.PLAYING)
        elif key == "q":
            self.loop.quit()
        return GLib.SOURCE_CONTINUE

    def run(self):
        before = termios.tcgetattr(0) if os.isatty(0) else None
        if before:
            tty.setcbreak(0)
        self.player.set_state(Gst.State.PLAYING)
        try:
            self.loop.run()
        finally:
            self.player.set_state(Gst.State.NULL)
            if before:
                termios.tcsetattr(0, termios.TCSANOW, before)
            print()
        return 1 if self.failed else 0


def main():
    Gst.init(None)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(LiveMeter(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "autoaudiosink").run())


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""A master over 4 GB is RF64, with its length and layout; it is read back by ffprobe. Needs 8 GB of space."""
import os
import shutil

import toolkit as kit


def test_over_4_gb():
    if shutil.disk_usage(".").free < 8 << 30:
        raise kit.Skip("needs 8 GB of free space in TMPDIR")
    seconds, rate, channels = 1900, 96000, 6  # x 4 bytes = 4.38e9
    kit.ffmpeg("-f", "lavfi", "-i", f"anoisesrc=d={seconds}:r={rate}:a=0.1:c=pink,lowpass=f=15000", "-af",
               "pan=5.1|FL=c0|FR=c0|FC=0.5*c0|LFE=0.1*c0|BL=0.3*c0|BR=0.3*c0", "-c:a", "flac", "-compression_level",
               "0", "mix.flac")
    report = kit.json.loads(kit.run("master", "--json", "mix.flac", "-o", "out.wav", "--format", "wav32f",
                                    timeout=1800).out)
    kit.near(report["verified"]["loudness"], -14.0, kit.LOUDNESS_TOLERANCE_LU, "loudness")
    with open("out.wav", "rb") as file:
        kit.check(file.read(4) == b"RF64", "the header")
    kit.check(os.path.getsize("out.wav") > seconds * rate * channels * 4, "size")
    info = kit.stream("out.wav")
    kit.check(int(info["duration_ts"]) == seconds * rate and info["channel_layout"] == "5.1", info)


if __name__ == "__main__":
    kit.main()

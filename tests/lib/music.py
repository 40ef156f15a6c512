# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Where the tests find music: small Debian packages and every file under $MASTERING_TEST_AUDIO."""
import glob
import os

AUDIO = (".flac", ".wav", ".ogg", ".opus", ".mp3", ".m4a", ".aif", ".aiff", ".wv")
PACKAGES = [
    "/usr/share/games/openttd/baseset/openmsx/boogi_marabi_redfarn.mid",
    "/usr/share/games/openttd/baseset/openmsx/tttheme2.mid",
    "/usr/share/games/csmash/danslatristesse2-48.ogg",
]


def package_files():
    heroes = sorted(glob.glob("/usr/share/games/heroes/**/*.*", recursive=True))
    modules = [f for f in heroes if f.lower().endswith((".mod", ".xm", ".it", ".s3m"))][:2]
    return [f for f in PACKAGES if os.path.isfile(f)] + modules


def folder_files():
    folder = os.environ.get("MASTERING_TEST_AUDIO", "")
    found = (
        [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
        if folder
        else []
    )
    return sorted(f for f in found if f.lower().endswith(AUDIO))


def files():
    return package_files() + folder_files()

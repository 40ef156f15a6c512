# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 the gst-mastering authors
"""Tags, cover art and the chunks of Broadcast Wave: what survives, and what must not."""
import struct
import subprocess

import toolkit as kit

TAGS = {"title": "Ä song", "artist": "Someone", "album": "First", "track": "3", "date": "2024", "genre": "Rock"}
STALE = {"REPLAYGAIN_TRACK_GAIN": "-3.00 dB", "REPLAYGAIN_TRACK_PEAK": "0.5", "REPLAYGAIN_ALBUM_GAIN": "-2.00 dB",
         "R128_TRACK_GAIN": "-256", "REPLAYGAIN_REFERENCE_LOUDNESS": "89.0 dB"}


def tagged():
    kit.write_wav("plain.wav", kit.song(5.0))
    kit.ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", "cover.png")
    words = []
    for key, value in {**TAGS, **STALE, "ISRC": "USABC2400001"}.items():
        words += ["-metadata", f"{key}={value}"]
    kit.ffmpeg("-i", "plain.wav", "-i", "cover.png", "-map", "0:a", "-map", "1:v", "-c:v", "png", "-disposition:v",
               "attached_pic", *words, "-c:a", "flac", "mix.flac")


def survives(output, *missing, cover=True):
    tagged()
    result = kit.run("master", "-q", "mix.flac", "-o", output)
    if "is not installed" in result.err:
        raise kit.Skip(result.err.strip())
    kit.check(result.code == 0, result)
    found = kit.tags(output)
    for key, value in TAGS.items():
        if key not in missing:
            kit.check(found.get(key, "").startswith(value), f"{output}: {key}: {found}")
    kit.check(not [k for k in found if "replaygain" in k or "r128" in k], f"stale tags: {found}")
    pictures = [s for s in kit.probe(output, "stream")["streams"] if s["codec_type"] == "video"]
    kit.check(len(pictures) == (1 if cover else 0), f"{output}: {len(pictures)} pictures")
    return found


def test_flac():
    kit.check(survives("out.flac").get("isrc") == "USABC2400001", "ISRC")


def test_mp3():
    kit.check(survives("out.mp3").get("isrc") == "USABC2400001", "ISRC")


def test_m4a():
    survives("out.m4a")


def test_opus():
    survives("out.opus")


def test_vorbis():
    survives("out.ogg")


def test_from_aiff():
    """The ID3 chunk, with its picture."""
    tagged()
    kit.ffmpeg("-i", "mix.flac", "-map", "0", "-c:a", "pcm_s24be", "-c:v", "copy", "-metadata", "TSRC=USABC2400001",
               "-write_id3v2", "1", "mix.aiff")
    kit.check(kit.run("master", "-q", "mix.aiff", "-o", "out.flac").code == 0, "from AIFF")
    found = kit.tags("out.flac")
    for key in ("title", "artist", "album", "genre", "isrc"):
        kit.check(found.get(key) == {**TAGS, "isrc": "USABC2400001"}[key], f"{key}: {found}")
    kit.check([s for s in kit.probe("out.flac", "stream")["streams"] if s["codec_type"] == "video"], "the picture")


def test_wav_and_its_missing_picture():
    survives("out.wav", cover=False)
    notes = kit.master("mix.flac", "-o", "b.wav")["notes"]
    kit.check(any("cover" in note for note in notes), notes)


def test_tags_without_a_place_are_told():
    """What the report says is not there is what ffprobe does not find, and nothing else is said."""
    kit.write_wav("plain.wav", kit.song(4.0))
    more = {"TITLE": "Song", "ARTIST": "Me", "ISRC": "USABC2400001", "BARCODE": "123", "COMPOSER": "Bach", "ORGANIZATION": "Org",
            "DATE": "2024-05-06", "DESCRIPTION": "Hi"}
    kit.ffmpeg("-i", "plain.wav", *[w for key, value in more.items() for w in ("-metadata", f"{key}={value}")], "mix.flac")
    names = {"ISRC": ("isrc",), "BARCODE": ("barcode",), "composer": ("composer",), "organization": ("organization", "publisher")}
    for output in ("out.flac", "out.m4a", "out.wav", "out.mp3"):
        result = kit.run("master", "--json", "mix.flac", "-o", output)
        if "is not installed" in result.err:
            continue
        notes = " ".join(n for n in kit.json.loads(result.out)["notes"] if "did not get" in n)
        found = kit.tags(output)
        for name, keys in names.items():
            kit.check((name in notes) == (not any(k in found for k in keys)), f"{output}: {name}: {notes}; {found}")
        kit.check(("the day" in notes) == (found["date"] == "2024"), f"{output}: {notes}; {found}")
        kit.check("title" not in notes and "description" not in notes, f"{output}: {notes}")


def test_dropped_tags_are_told():
    tagged()
    notes = kit.master("mix.flac", "-o", "out.flac")["notes"]
    kit.check(any("ReplayGain" in note for note in notes), notes)


def test_the_type_of_the_picture_is_kept():
    kit.write_wav("plain.wav", kit.song(3.0))
    kit.ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64:d=1", "-frames:v", "1", "cover.png")
    for kind in ("Other", "Cover (front)", "Artist/performer"):
        kit.ffmpeg("-i", "plain.wav", "-i", "cover.png", "-map", "0:a", "-map", "1:v", "-c:v", "png", "-metadata:s:v",
                   f"comment={kind}", "-c:a", "libmp3lame", "mix.mp3")
        for output in ("out.flac", "out.mp3"):
            kit.master("mix.mp3", "-o", output, "--force")
            pictures = [s for s in kit.probe(output, "stream")["streams"] if s["codec_type"] == "video"]
            kit.check([p["tags"]["comment"] for p in pictures] == [kind], f"{kind} in {output}: {pictures}")


def chunk(name, data):
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


IXML = b'<?xml version="1.0"?><BWFXML><PROJECT>Spine</PROJECT></BWFXML>'
CUES = {1: (44100, b"Verse"), 2: (88200, b"Chorus")}


def bext(version=2):
    """EBU Tech 3285: description 256, originator 32, reference 32, date 10, time 8, time reference 8, version 2, UMID 64,
    five loudness words, reserved 180."""
    text = b"A take".ljust(256, b"\0") + b"Studio".ljust(32, b"\0") + b"REF1".ljust(32, b"\0")
    text += b"2024-05-06" + b"07:08:09" + struct.pack("<QH", 1_000_000_000, version) + bytes(64)
    return text + struct.pack("<hhhhh", -2150, 430, -600, -1900, -2000) + bytes(180) + b"A=PCM,F=44100\r\n"


def chunks(path):
    with open(path, "rb") as file:
        data = file.read()
    found, at = {}, 12
    while at + 8 <= len(data):
        name, length = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        body = data[at + 8:at + 8 + length]
        found[name if name != b"LIST" else b"LIST " + body[:4]] = body
        at += 8 + length + (length & 1)
    return found


def broadcast_wave(name="mix.wav", cues=None, padded=True, region=b""):
    cues = cues or CUES
    kit.write_wav(name, kit.song(5.0))
    with open(name, "rb") as file:
        data = file.read()
    points = b"".join(struct.pack("<II4sIII", i, at, b"data", 0, 0, at) for i, (at, _) in cues.items())
    labels = [chunk(b"labl", struct.pack("<I", i) + text + b"\0") for i, (_, text) in cues.items()]
    if not padded:  # as some old programs wrote them
        labels = [one[:8 + struct.unpack("<I", one[4:8])[0]] for one in labels]
    body = (data[8:12] + chunk(b"bext", bext()) + data[12:] + chunk(b"cue ", struct.pack("<I", len(cues)) + points)
            + chunk(b"LIST", b"adtl" + b"".join(labels) + region) + chunk(b"iXML", IXML))
    with open(name, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body)


def cue_positions(body):
    n = struct.unpack("<I", body[:4])[0]
    return {struct.unpack("<I", body[4 + 24 * i:8 + 24 * i])[0]: struct.unpack("<I", body[24 + 24 * i:28 + 24 * i])[0]
            for i in range(n)}


def test_broadcast_wave_survives():
    broadcast_wave()
    kit.master("mix.wav", "-o", "out.wav")
    found = chunks("out.wav")
    before = bext()
    after = found[b"bext"]
    kit.check(after[:346] == before[:346], "description, originator, reference, date, time, time reference")
    # Loudness of the mix is untrue for the master: 0x7fff says "not used" (Tech 3285 v2).
    kit.check(struct.unpack("<hhhhh", after[412:422]) == (0x7FFF,) * 5, struct.unpack("<hhhhh", after[412:422]))
    kit.check(after[602:].startswith(b"A=PCM,F=44100"), after[602:])
    kit.check(found[b"iXML"].rstrip() == IXML, found[b"iXML"])
    kit.check(cue_positions(found[b"cue "]) == {i: at for i, (at, _) in CUES.items()}, found[b"cue "])
    for _, text in CUES.values():
        kit.check(text + b"\0" in found[b"LIST adtl"], found[b"LIST adtl"])
    kit.check(len(kit.decode("out.wav")[0]) == 5 * kit.RATE, "length")


def sub_chunks(body):
    """{number: text} of the labels; every byte must belong to one."""
    found, at = {}, 4
    while at < len(body):
        name, length = body[at:at + 4], struct.unpack("<I", body[at + 4:at + 8])[0]
        kit.check(name == b"labl" and at + 8 + length <= len(body), f"stray bytes at {at} of {body}")
        found[struct.unpack("<I", body[at + 8:at + 12])[0]] = body[at + 12:at + 8 + length].rstrip(b"\0")
        at += 8 + length + (length & 1)
    return found


def test_labels_of_every_length_open_elsewhere():
    """libsndfile's own program, which is strict with lists of labels, must open the master."""
    kit.need("sndfile-info")
    for n in range(1, 9):
        for padded in (True, False):
            cues = {1: (44100, b"Verse!"[:n]), 2: (88200, b"Chorus!!"[:n])}
            broadcast_wave(cues=cues, padded=padded)
            kit.master("mix.wav", "-o", "out.wav", "--force")
            result = subprocess.run(["sndfile-info", "out.wav"], capture_output=True, check=False)
            kit.check(result.returncode == 0 and b"Frames      : 220500" in result.stdout, f"{n}: {result}")
            found = chunks("out.wav")
            kit.check(sub_chunks(found[b"LIST adtl"]) == {i: text for i, (_, text) in cues.items()},
                      found[b"LIST adtl"])
            kit.check(b"\0" not in found[b"iXML"] and found[b"iXML"].strip() == IXML, found[b"iXML"])


def test_positions_follow_a_rate_conversion():
    region = chunk(b"ltxt", struct.pack("<II4sHHHH", 1, 22051, b"rgn ", 0, 0, 0, 0))
    broadcast_wave(region=region)
    kit.master("mix.wav", "-o", "out.wav", "--rate", "88200")
    found = chunks("out.wav")
    labels = found[b"LIST adtl"]
    kit.check(all(text + b"\0" in labels for _, text in CUES.values()), labels)
    kit.check(region[8:12] + struct.pack("<I", 2 * 22051) + region[16:] in labels, labels)
    kit.check(cue_positions(found[b"cue "]) == {i: 2 * at for i, (at, _) in CUES.items()}, found[b"cue "])
    kit.check(struct.unpack("<Q", found[b"bext"][338:346])[0] == 2_000_000_000, "time reference")
    # to a rate that is no multiple: the nearest sample
    cues = {1: (12345, b"Verse"), 2: (100001, b"Chorus")}
    broadcast_wave(cues=cues, region=region)
    kit.master("mix.wav", "-o", "out.wav", "--rate", "48000", "--force")
    found = chunks("out.wav")
    kit.check(cue_positions(found[b"cue "]) == {i: round(at * 48000 / 44100) for i, (at, _) in cues.items()}, found[b"cue "])
    kit.check(all(text + b"\0" in found[b"LIST adtl"] for _, text in cues.values()), found[b"LIST adtl"])


if __name__ == "__main__":
    kit.main()

# What is delivered where; every number with its source, date and confidence.
[profile]
id=bandcamp
kind=platform
service=true
name=Bandcamp
summary=Bandcamp; it plays files as they are

[loudness-target]
value=-14
unit=LUFS
source=judgement: no levelling, a master that fits elsewhere fits here
date=2026-11-22
confidence=judgement

[ceiling]
value=-1
unit=dBTP
source=judgement: its MP3 stream at 128 kbit/s raises peaks
date=2026-11-22
confidence=judgement

[louder-is]
value=unchanged
source=lossless upload, no levelling
date=2026-11-22
confidence=secondary

[quieter-is]
value=unchanged
source=lossless upload, no levelling
date=2026-11-22
confidence=secondary

[codecs]
value=mp3:128
unit=kbit/s
source=Bandcamp: streams are MP3 at 128 kbit/s
date=2026-11-26
confidence=secondary
note=downloads are in any format, also lossless

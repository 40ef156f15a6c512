# What is delivered where; every number with its source, date and confidence.
[profile]
id=soundcloud
kind=platform
service=true
name=SoundCloud
summary=SoundCloud; whether it levels loudness is disputed

[loudness-target]
value=-14
unit=LUFS
source=vendor pages; older ones say it does not level at all
date=2026-11-22
confidence=low

[ceiling]
value=-2
unit=dBTP
source=judgement: its MP3 at 128 and Opus at 64 kbit/s raise peaks
date=2026-11-22
confidence=judgement

[louder-is]
value=uncertain
source=sources disagree
date=2026-11-22
confidence=low

[quieter-is]
value=uncertain
source=sources disagree
date=2026-11-22
confidence=low

[codecs]
value=mp3:128,opus:64,aac:256
unit=kbit/s
source=the streams that its player is offered; AAC with Go+
date=2026-11-26
confidence=secondary

# What is delivered where; every number with its source, date and confidence.
[profile]
id=atsc-a85
kind=platform
name=ATSC A/85
summary=Broadcast in the United States

[loudness-target]
value=-24
unit=LUFS
source=ATSC A/85:2013, dialogue anchor
date=2026-11-22
confidence=standard

[ceiling]
value=-2
unit=dBTP
source=ATSC A/85:2013
date=2026-11-22
confidence=standard

[sample-rate]
value=48000
unit=Hz
source=delivery practice of broadcasters, 48 kHz 24 bit
date=2026-11-22
confidence=secondary

[louder-is]
value=rejected
source=ATSC A/85
date=2026-11-22
confidence=standard

[quieter-is]
value=rejected
source=ATSC A/85
date=2026-11-22
confidence=standard

[loudness-tolerance]
value=2
unit=LU
source=ATSC A/85
date=2026-11-22
confidence=standard
note=the uncertainty of the measurement, no range to aim in

[lossy]
value=refused
source=broadcast delivery practice: PCM WAV
date=2026-11-22
confidence=secondary

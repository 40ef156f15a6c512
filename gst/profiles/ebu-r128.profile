# What is delivered where; every number with its source, date and confidence.
[profile]
id=ebu-r128
kind=platform
name=EBU R 128
summary=Broadcast in Europe
aliases=broadcast

[loudness-target]
value=-23
unit=LUFS
source=EBU R 128 version 5
date=2023-11-01
confidence=standard
note=+-0.2 LU in quality control

[ceiling]
value=-1
unit=dBTP
source=EBU R 128 version 5
date=2023-11-01
confidence=standard
note=-2 before some lossy chains: EBU Tech 3343

[sample-rate]
value=48000
unit=Hz
source=EBU R 128 delivery practice, 48 kHz 24 bit
date=2026-11-22
confidence=secondary

[louder-is]
value=rejected
source=EBU R 128
date=2026-11-22
confidence=standard

[quieter-is]
value=rejected
source=EBU R 128
date=2026-11-22
confidence=standard

[loudness-tolerance]
value=0.2
unit=LU
source=EBU R 128 version 5
date=2023-11-01
confidence=standard
note=quality control; +-1 LU for live programmes

[bit-depth-min]
value=24
unit=bit
source=EBU R 128 delivery practice, 48 kHz 24 bit
date=2026-11-22
confidence=secondary

[lossy]
value=refused
source=broadcast delivery practice: PCM WAV
date=2026-11-22
confidence=secondary

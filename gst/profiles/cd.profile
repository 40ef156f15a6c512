# What is delivered where; every number with its source, date and confidence.
[profile]
id=cd
kind=platform
name=CD
summary=A compact disc: 44.1 kHz, 16 bit; there is no loudness rule

[loudness-target]
value=-12
unit=LUFS
source=judgement: inside the usual -14 to -9 LUFS
date=2026-11-22
confidence=judgement

[ceiling]
value=-0.5
unit=dBTP
source=practice: -0.3 dBFS at most, -0.5 to -1 dBTP better
date=2026-11-22
confidence=secondary

[sample-rate]
value=44100
unit=Hz
source=IEC 60908 (Red Book)
date=1999-02-01
confidence=standard

[bit-depth]
value=16
unit=bit
source=IEC 60908 (Red Book)
date=1999-02-01
confidence=standard

[louder-is]
value=unchanged
source=IEC 60908 knows no loudness
date=2026-11-22
confidence=standard

[quieter-is]
value=unchanged
source=IEC 60908 knows no loudness
date=2026-11-22
confidence=standard

[lossy]
value=refused
source=IEC 60908 (Red Book): linear PCM
date=1999-02-01
confidence=standard

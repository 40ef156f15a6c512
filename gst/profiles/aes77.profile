# What is delivered where; every number with its source, date and confidence.
[profile]
id=aes77
kind=platform
name=AES77 streaming
summary=AES77-2023 (AESTD1008): music levelled track by track

[loudness-target]
value=-16
unit=LUFS
source=AES77-2023 / AESTD1008.1.21-9
date=2026-11-22
confidence=standard
note=loudest track of an album: -14

[ceiling]
value=-1
unit=dBTP
source=AESTD1008, at the input of a codec of 256 kbit/s or less
date=2026-11-22
confidence=standard

[louder-is]
value=turned-down
source=AESTD1008
date=2026-11-22
confidence=standard

[quieter-is]
value=raised
source=AESTD1008
date=2026-11-22
confidence=standard

[raise-peak]
value=-1
unit=dBTP
source=AESTD1008
date=2026-11-22
confidence=standard

[album]
value=loudest-track
source=AESTD1008: the loudest track at -14 LUFS
date=2026-11-22
confidence=standard

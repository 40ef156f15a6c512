# What is delivered where; every number with its source, date and confidence.
[profile]
id=apple-digital-masters
kind=platform
name=Apple Digital Masters
summary=Apple Music, delivered so that its AAC does not clip
aliases=adm

[loudness-target]
value=-16
unit=LUFS
source=measured by MeterPlugs after the change of 2022; Apple gives no number
date=2022-03-01
confidence=vendor

[ceiling]
value=-1
unit=dBTP
source=Apple Digital Masters technology brief: 1 dB of headroom
date=2026-11-22
confidence=official

[louder-is]
value=turned-down
source=measured by users of Sound Check
date=2026-11-22
confidence=vendor

[quieter-is]
value=uncertain
source=sources disagree: down only, or up as far as peaks allow
date=2026-11-22
confidence=low

[raise-peak]
value=0
unit=dBTP
source=vendor pages: up as far as peaks allow
date=2026-11-22
confidence=low

[album]
value=whole
source=Sound Check has an album mode
date=2026-11-22
confidence=vendor

[codecs]
value=aac:256
unit=kbit/s
source=Apple Digital Masters technology brief: AAC at 256 kbit/s
date=2026-11-26
confidence=official

[codec-safe]
value=yes
source=Apple Digital Masters technology brief: encode to AAC and check it for clipping before delivery
date=2026-11-26
confidence=official

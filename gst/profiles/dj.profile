# What is delivered where; every number with its source, date and confidence.
[profile]
id=dj
kind=platform
name=Clubs and DJs
summary=A file for DJs and club systems: loud, the bass in the middle for one subwoofer
aliases=clubs

[loudness-target]
value=-9
unit=LUFS
source=judgement inside the range of practice of dance music, -10 to -8 LUFS
date=2026-11-24
confidence=judgement

[ceiling]
value=-1
unit=dBTP
source=judgement: players and mixers convert and add gain
date=2026-11-24
confidence=judgement

[bass-mono]
value=120
unit=Hz
source=judgement: subwoofers of clubs are fed in mono below about this frequency
date=2026-11-24
confidence=judgement
note=no standard says it: it is done only where the bass is not in the middle

[louder-is]
value=unchanged
source=nobody levels it
date=2026-11-24
confidence=judgement

[quieter-is]
value=unchanged
source=nobody levels it
date=2026-11-24
confidence=judgement

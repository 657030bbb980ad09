"""Made-up tariff files as text, right and wrong."""

from billing.rules import tariff_files
from billing.rules.tariff_files import TariffFile
from billing.rules.taxes import RateTable, shipped

GOOD = """\
---
netteier: 'Bjørkedal Nett AS'
gln:
  - '7080000000000'
sist_oppdatert: '2026-06-01'
kilder:
  - 'https://bjorkedal.example/nettleie'
tariffer:
  - kundegrupper: [husholdning, fritid]
    gyldig_fra: '2025-07-01'
    gyldig_til: '2026-07-01'
    fastledd:
      metode: TRE_DØGNMAX_MND
      terskel_inkludert: true
      terskler:
        - {terskel: 0, pris: 1448.64}
        - {terskel: 5, pris: 2577.72}
    energiledd:
      grunnpris: 7.61
      unntak:
        - navn: Dag
          timer: 6-21
          pris: 11.61
  - kundegrupper: [husholdning, fritid]
    gyldig_fra: '2026-07-01'
    fastledd:
      metode: TRE_DØGNMAX_MND
      terskel_inkludert: true
      terskler:
        - {terskel: 0, pris: 1500}
        - {terskel: 5, pris: 2700}
    energiledd:
      grunnpris: 8.25
      unntak:
        - navn: Dag
          timer: 6-21
          pris: 12.4
"""


def changed(old: str, new: str, *, last: bool = False) -> bytes:
    """Return the good file with one thing in it other; it must be there."""
    assert old in GOOD
    before, found, after = GOOD.rpartition(old) if last else GOOD.partition(old)
    return (before + new + after if found else GOOD).encode()


def read(content: bytes | str) -> TariffFile:
    return tariff_files.read(content.encode() if isinstance(content, str) else content, RateTable(shipped()[0]))

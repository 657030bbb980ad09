"""The notice names every package that is installed with the program, and every file of others that lies here."""

import re

from portal.runtime.place import CHECKOUT

NOTICE = (CHECKOUT / "NOTICE").read_text(encoding="utf-8")


def test_every_locked_package_has_its_licence_told() -> None:
    locked = re.findall(r"^([a-z0-9._-]+)==", (CHECKOUT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    lists = re.findall(r"^ {6}(.+)$", NOTICE, re.MULTILINE)
    named = {name for line in lists for name in re.split(r",\s*", line.strip().rstrip(","))}
    assert named == set(locked)


def test_every_file_of_others_is_there_with_its_licence() -> None:
    lines = re.findall(r"^  ((?:static|portal)/\S+) .* (\S+LICENSE\S+)$", NOTICE, re.MULTILINE)
    assert [file for file, licence in lines if not ([*CHECKOUT.glob(file)] and (CHECKOUT / licence).is_file())] == []
    vendored = {path.name for path in (CHECKOUT / "static" / "vendor").iterdir()}
    told = {path.name for file, _ in lines for path in CHECKOUT.glob(file)}
    assert {name for name in vendored if not name.startswith(("LICENSE", "README"))} <= told

"""Tariff files: what is right is read exactly, what is wrong is refused with line and reason."""

from datetime import date
from decimal import Decimal

import pytest

from billing.rules import tariff_files
from billing.rules.tariff_problems import Level, refuses
from billing.rules.tariff_words import hours_in, hours_text
from billing.rules.tariffs import DayWord, Group, Method, Tariff
from tests import samples
from tests.billing.tariff_texts import GOOD, changed, read

COLLECTION = samples.SAMPLES / "tariffs"
FILES = sorted(COLLECTION.glob("*.yml"))


def codes(content: bytes | str, level: Level = Level.ERROR) -> list[tuple[str, int]]:
    return [(problem.code, problem.line) for problem in read(content).problems if problem.level == level]


def only_tariff(exceptions: str) -> bytes:
    """The good file with other exceptions in its first list."""
    old = "        - navn: Dag\n          timer: 6-21\n          pris: 11.61\n"
    return changed(old, exceptions)


def test_a_good_file_is_read_to_the_last_digit() -> None:
    found = read(GOOD)
    assert found.problems == ()
    assert (found.company, found.updated) == ("Bjørkedal Nett AS", date(2026, 6, 1))
    first, second = found.tariffs
    assert (first.valid_from, first.valid_to, second.valid_to) == (date(2025, 7, 1), date(2026, 7, 1), None)
    assert first.groups == (Group.HOUSEHOLD, Group.HOLIDAY_HOME)
    assert [tier.nok_per_year for tier in first.capacity.tiers] == [Decimal("1448.64"), Decimal("2577.72")]
    assert [(one.code, one.ore_per_kwh) for one in first.energy.periods] == [
        ("night", Decimal("7.61")),
        ("day", Decimal("11.61")),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    gyldig_fra", "\tgyldig_fra", ("tab", 10)),
        ("grunnpris: 7.61", "grunnpris: 7,61", ("comma", 19)),
        ("grunnpris: 7.61", "grunnpris: omtrent 8", ("not_number", 19)),
        ("grunnpris: 7.61", "grunnpris: .nan", ("not_number", 19)),
        ("pris: 1448.64", "pris: -1", ("negative", 16)),
        ("      grunnpris: 7.61\n", "", ("missing_key", 18)),
        ("netteier: 'Bjørkedal Nett AS'\n", "", ("missing_key", 2)),
        ("unntak:", "untak:", ("unknown_key", 20)),
        ("metode: TRE_DØGNMAX_MND", "metode: FIRE_DØGNMAX", ("unknown_method", 13)),
        ("husholdning", "hytte", ("unknown_word", 9)),
        ("timer: 6-21", "timer: 6-24", ("bad_hours", 22)),
        ("timer: 6-21", "timer: dag", ("bad_hours", 22)),
        ("timer: 6-21", "dager: [mandager]", ("unknown_word", 22)),
        ("timer: 6-21", "dager: []", ("empty_list", 22)),
        ("gyldig_fra: '2025-07-01'", "gyldig_fra: '1. juli'", ("not_date", 10)),
        ("gyldig_til: '2026-07-01'", "gyldig_til: '2025-07-01'", ("ends_before_it_begins", 9)),
        ("    gyldig_til:", "    gyldig_til: '2026-07-01'\n    gyldig_til:", ("duplicate_key", 12)),
        ("gyldig_til: '2026-07-01'\n", "gyldig_til: null\n", ("overlap", 24)),
        ("gyldig_til: '2026-07-01'\n", "gyldig_til: '2026-07-02'\n", ("overlap", 24)),
        ("pris: 2577.72", "pris: 1000", ("falling_tiers", 9)),
        ("terskel: 5", "terskel: 0", ("same_tier_twice", 9)),
        ("terskel_inkludert: true", "terskel_inkludert: ja", ("not_yes_or_no", 14)),
        ("      terskel_inkludert: true\n", "", ("missing_key", 12)),
        ("tariffer:", "tariffer: &alle", None),
        ("  - 'https://bjorkedal.example/nettleie'", "  - *alle", ("alias", 7)),
        ("tariffer:", "tariffer: ]", ("not_yaml", 8)),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, expected: tuple[str, int] | None) -> None:
    content = changed(old, new)
    assert codes(content) == ([expected] if expected else [])
    assert all(problem.text for problem in read(content).problems)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not_text"),
        (b"\x00", "not_yaml"),
        (b"x" * 600_000, "too_large"),
        (b"[" * 5_000 + b"]" * 5_000, "too_deep"),
        (b"- bare\n- en liste\n", "not_mapping"),
        (b"&a [*a]", "alias"),
    ],
)
def test_what_is_no_tariff_file_at_all(content: bytes, code: str) -> None:
    assert [problem.code for problem in read(content).problems] == [code]


def test_a_gap_is_told_and_does_not_stop_the_file() -> None:
    content = changed("gyldig_til: '2026-07-01'", "gyldig_til: '2026-06-01'")
    found = read(content)
    assert {(problem.code, problem.level) for problem in found.problems} == {("gap", Level.NOTE)}
    assert not refuses(list(found.problems))


def test_tiers_in_any_order_are_read_in_rising_order() -> None:
    content = changed("        - {terskel: 0, pris: 1448.64}\n", "").replace(
        b"        - {terskel: 5, pris: 2577.72}\n",
        b"        - {terskel: 5, pris: 2577.72}\n        - {terskel: 0, pris: 1448.64}\n",
    )
    found = read(content)
    assert [problem.code for problem in found.problems] == ["unsorted_tiers"]
    assert [tier.lower for tier in found.tariffs[0].capacity.tiers] == [0, 5]


@pytest.mark.parametrize(
    ("night", "day"),
    # From July 2025 the tax is 16.93; 1.00 is the energy fund's, and VAT may be on it all.
    [("25.18", "29.33"), ("26.18", "30.33"), ("29.4125", "33.5625"), ("30.6625", "34.8125")],
)
def test_prices_with_the_electricity_tax_left_in_are_doubted(night: str, day: str) -> None:
    content = changed("7.61", night).replace(b"11.61", day.encode()).replace(b"7.61", night.encode())
    content = content.replace(b"grunnpris: 8.25", b"grunnpris: 8.25").replace(b"pris: 12.4", b"pris: 12.4")
    assert codes(content, Level.DOUBT) == [("taxes_left_in", 24)]
    problems = list(read(content).problems)
    assert (refuses(problems), refuses(problems, accept_doubts=True)) == (True, False)


def test_prices_that_all_rise_by_a_quarter_are_doubted() -> None:
    content = GOOD.replace("8.25", "9.5125").replace("12.4", "14.5125").replace("1500", "1810.8")
    content = content.replace("2700", "3222.15")
    assert codes(content, Level.DOUBT) == [("vat_left_in", 24)]
    assert "25 %" in read(content).problems[0].text


def test_a_negative_energy_price_is_doubted() -> None:
    """There is a company that had one, at night."""
    content = changed("grunnpris: 7.61", "grunnpris: -2")
    assert codes(content, Level.DOUBT) == [("negative_energy", 19)]
    assert read(content).tariffs[0].energy.base_ore_per_kwh == -2


def test_exceptions_that_contradict_each_other_are_refused() -> None:
    content = only_tariff(
        "        - {navn: Dag, timer: 6-21, pris: 11.61}\n"
        "        - {navn: Helligdag, dager: [helligdager], timer: 20-23, pris: 5}\n"
    )
    [problem] = read(content).problems
    assert problem.code == "conflict"
    assert "«Dag» og «Helligdag»" in problem.text
    assert "mandag (helligdag) kl. 20:00" in problem.text


def test_a_file_full_of_conflicts_is_told_of_some() -> None:
    lines = (f"        - {{navn: Unntak {number}, timer: 6-21, pris: {number}}}\n" for number in range(1, 301))
    found = read(only_tariff("".join(lines))).problems
    assert {problem.code for problem in found} == {"conflict"}
    assert len(found) == 24
    assert (found[0].params["one"], found[-1].params["other"]) == ("Unntak 1", "Unntak 25")


def test_each_pair_that_conflicts_is_told_once() -> None:
    content = only_tariff(
        "        - {navn: Dag, timer: 6-21, pris: 11}\n"
        "        - {navn: Kveld, timer: 16-23, pris: 6}\n"
        "        - {navn: Sen kveld, timer: 22-23, pris: 7}\n"
    )
    pairs = [(problem.params["one"], problem.params["other"]) for problem in read(content).problems]
    assert pairs == [("Dag", "Kveld"), ("Kveld", "Sen kveld")]


def test_two_exceptions_of_one_name_have_codes_of_their_own() -> None:
    content = only_tariff(
        "        - {navn: Vinter, måneder: [januar], pris: 11}\n"
        "        - {navn: Vinter, måneder: [februar], pris: 12}\n"
        "        - {navn: Other, måneder: [mars], pris: 13}\n"
    )
    assert [one.code for one in read(content).tariffs[0].energy.periods] == ["other", "vinter", "vinter_2", "other_2"]


def test_exceptions_that_only_touch_are_no_conflict() -> None:
    content = only_tariff(
        "        - {navn: Virkedag, dager: [virkedag], timer: 6-21, pris: 11.61}\n"
        "        - {navn: Fridag, dager: [fridag], timer: 6-21, pris: 9}\n"
        "        - {navn: Natt, timer: 22-5, pris: 6}\n"
        "        - {navn: Samme pris, dager: [søndag], timer: 0-3, pris: 6}\n"
    )
    assert read(content).problems == ()


def plan_of(exceptions: str, month: int, weekday: int, *, is_holiday: bool = False) -> tuple[int, ...]:
    return read(only_tariff(exceptions)).tariffs[0].energy.plan(month, weekday, is_holiday=is_holiday)


def test_hours_pass_midnight_and_include_their_last() -> None:
    plan = plan_of("        - {navn: Natt, timer: 22-5, pris: 6}\n", 1, 0)
    assert [hour for hour in range(24) if plan[hour]] == [0, 1, 2, 3, 4, 5, 22, 23]


def test_months_days_and_hours_must_all_hold() -> None:
    text = "        - {navn: Fredagskveld i mars, måneder: [mars], dager: [fredag], timer: 16-21, pris: 6}\n"
    held = [sum(plan_of(text, month, weekday)) for month, weekday in ((3, 4), (3, 3), (4, 4))]
    assert held == [6, 0, 0]


@pytest.mark.parametrize(
    ("word", "monday", "saturday", "holiday_monday", "holiday_sunday"),
    [
        (DayWord.MONDAY, True, False, True, False),
        (DayWord.SUNDAY, False, False, False, True),
        (DayWord.WEEKDAY, True, False, True, False),
        (DayWord.WEEKEND, False, True, False, True),
        (DayWord.HOLIDAY, False, False, True, True),
        (DayWord.FREE_DAY, False, True, True, True),
        (DayWord.WORKING_DAY, True, False, False, False),
        (DayWord.ANY, True, True, True, True),
    ],
)
def test_the_words_for_days(
    word: DayWord, monday: bool, saturday: bool, holiday_monday: bool, holiday_sunday: bool
) -> None:
    days = ((0, False), (5, False), (0, True), (6, True))
    found = [word.holds(weekday, is_holiday=is_holiday) for weekday, is_holiday in days]
    assert found == [monday, saturday, holiday_monday, holiday_sunday]


@pytest.mark.parametrize("text", ["6-21", "22-5", "7", "6-9, 16-21", "0-23"])
def test_hours_are_written_as_they_are_read(text: str) -> None:
    assert hours_text(hours_in(text) or []) == text


def round_trip(tariff: Tariff) -> None:
    again, problems = tariff_files.read_one(tariff_files.dump(tariff).encode())
    assert (again, problems) == (tariff, ())
    stored = tariff_files.tariff_from(
        tariff_files.payload_of(tariff),
        groups=tariff.groups,
        valid_from=tariff.valid_from,
        valid_to=tariff.valid_to,
        name=tariff.name,
    )
    assert stored == tariff


@pytest.mark.parametrize("tariff", read(GOOD).tariffs, ids=lambda tariff: str(tariff.valid_from))
def test_what_is_written_is_what_was_read(tariff: Tariff) -> None:
    round_trip(tariff)


@pytest.mark.skipif(not FILES, reason="the collection is not part of the repository")
def test_every_file_of_the_collection_is_read() -> None:
    read_files = {path.stem: read(path.read_bytes()) for path in FILES}
    refused = {name: found.problems for name, found in read_files.items() if refuses(list(found.problems))}
    assert refused == {}
    tariffs = [tariff for found in read_files.values() for tariff in found.tariffs]
    assert {tariff.capacity.method for tariff in tariffs} == set(Method) - {Method.UNKNOWN}
    for tariff in tariffs:
        round_trip(tariff)


@pytest.mark.parametrize(
    "price", ["0.1000000000000000055511151231257827", "1234567.0000000000000001", "0.3", "7", "8.250"]
)
def test_a_price_is_written_to_its_last_digit(price: str) -> None:
    """No float comes between: most of these it cannot hold."""
    text = f"grunnpris: {price}"
    found, problems = tariff_files.read_one(first_list(changed("grunnpris: 7.61", text)))
    assert problems == ()
    assert found
    round_trip(found)
    assert f"{text.rstrip('0') if '.' in text else text}\n" in tariff_files.dump(found)


def first_list(content: bytes) -> bytes:
    return content[content.index(b"  - kundegrupper") : content.rindex(b"  - kundegrupper")]


@pytest.mark.parametrize("escape", [r"\0", r"\uD800", r"\x07", r"\uFFFF"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("navn: Dag", 'navn: "Dag{}"'),
        ("'Bjørkedal Nett AS'", '"Bjørkedal{}"'),
        ("    gyldig_fra: '2025", '    navn: "By{}"\n    gyldig_fra: \'2025'),
        ("unntak:", '"unntak{}":'),
        ("pris: 1448.64", '"pris{}": 1448.64'),
        ("TRE_DØGNMAX_MND", '"TRE{}"'),
        ("6-21", '"6-21{}"'),
    ],
)
def test_what_no_person_writes_is_refused(old: str, new: str, escape: str) -> None:
    problems = read(changed(old, new.format(escape))).problems
    assert [problem.code for problem in problems][:1] == ["bad_character"]
    # Whatever it is, it can be told.
    assert all(problem.text.isprintable() and problem.where.isprintable() for problem in problems)


@pytest.mark.parametrize("name", [r'"\U00110000"', r'"\UFFFFFFFF"', r'"\q"'])
def test_an_escape_of_no_character_is_no_yaml(name: str) -> None:
    assert [code for code, _ in codes(changed("navn: Dag", f"navn: {name}"))] == ["not_yaml"]


def test_a_version_of_many_digits_is_no_yaml() -> None:
    assert [code for code, _ in codes(f"%YAML {'9' * 5000}.1\n{GOOD}")] == ["not_yaml"]


def test_a_name_that_is_too_long_is_refused() -> None:
    limit = 120
    for old, new in (("navn: Dag", "navn: {}"), ("    gyldig_fra: '2025", "    navn: {}\n    gyldig_fra: '2025")):
        assert codes(changed(old, new.format("å" * limit))) == []
        assert [code for code, _ in codes(changed(old, new.format("å" * (limit + 1))))] == ["too_long"]


def test_the_code_of_an_exception_is_short_and_its_own() -> None:
    item = "        - navn: {}\n          timer: {}\n          pris: 11.61\n"
    text = only_tariff(item.format("å" * 100, "6-9") + item.format("å" * 100 + " to", "16-19"))
    periods = read(text).tariffs[0].energy.periods
    assert len({one.code for one in periods}) == 3
    assert all(len(one.code) <= 40 for one in periods)


def test_the_unknown_method_is_kept_as_unknown() -> None:
    content = changed("TRE_DØGNMAX_MND", "UKJENT").replace(b"terskel_inkludert: true", b"terskel_inkludert: null", 1)
    found = read(content)
    assert [problem.code for problem in found.problems] == ["method_unknown"]
    assert (found.tariffs[0].capacity.method, found.tariffs[0].capacity.inclusive) == (Method.UNKNOWN, None)

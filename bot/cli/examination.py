"""What `sobria doctor` looks at, one sentence a finding: is it well, and if not, what to do."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.errors import SobriaError
from bot.settings import Settings

Found = tuple[bool, str]
LEAST_FREE = 500_000_000


async def examine(settings: Settings) -> list[Found]:
    """Look at every part; a part that fails does not hide the others."""
    found: list[Found] = []
    for name, look in _LOOKS:
        try:
            found += await look(settings)
        except SobriaError as fault:
            found.append((False, f"{name}: {fault}"))
    return found


async def _store(settings: Settings) -> list[Found]:
    from bot.wiring import opened

    store = await opened(settings)
    try:
        sound = await store.check()
    finally:
        await store.close()
    kind = "SQLite" if store.database.embedded else "PostgreSQL"
    return [(sound, f"store: {kind}, " + ("sound" if sound else "damaged; restore a backup"))]


async def _content(settings: Settings) -> list[Found]:
    from bot.adapters import files
    from bot.adapters.files.reading import shipped

    policy = files.policy.load(settings.policies or shipped("policies"), settings.policies_extra)
    library = files.prompts.load(settings.prompts or shipped("prompts"))
    course = files.lessons.load(settings.policies or shipped("policies"), settings.policies_extra)
    return [
        (True, f"policy: version {policy.version}, {len(policy.rules)} rules"),
        (True, f"prompts: {len(library.templates)}"),
        (True, f"lessons: {len(course.lessons)}"),
    ]


async def _models(settings: Settings) -> list[Found]:
    if not settings.models:
        return [(False, "models: none; add a [[models]] table to the settings")]
    found: list[Found] = []
    for one in settings.models:
        if one.provider == "embedded":
            there = one.name not in weightless(settings)
            found.append((there, f"model {one.name}: " + ("here" if there else "run `sobria model fetch`")))
        elif one.provider != "ollama" and one.key is None and one.base_url is None:
            found.append((False, f"model {one.name}: has no key; set key in its [[models]] table"))
        else:
            found.append((True, f"model {one.name}: configured"))
    return found


def weightless(settings: Settings) -> list[str]:
    """Return the names of the embedded models whose file is not there."""
    return [
        one.name
        for one in settings.models
        if one.provider == "embedded"
        and not (path := one.path or settings.data / "models").is_file()
        and not any(path.glob("*.gguf"))
    ]


async def _energy(settings: Settings) -> list[Found]:
    """Say how an embedded model's energy is known; none of the ways is a fault."""
    from bot.adapters.counters import EnergyCounters

    if not any(one.provider == "embedded" for one in settings.models):
        return []
    if names := EnergyCounters().names:
        return [(True, f"energy: measured ({', '.join(names)})")]
    return [(True, "energy: estimated from time and power; docs/carbon.md says how to have it measured")]


async def _room(settings: Settings) -> list[Found]:
    folder = next(
        path for path in (settings.data.absolute(), *settings.data.absolute().parents) if path.exists()
    )
    free = shutil.disk_usage(folder).free
    enough = free > LEAST_FREE
    return [(enough, f"disk: {free // 1_000_000} MB free" + ("" if enough else "; make room"))]


async def _key_file(_settings: Settings) -> list[Found]:
    return _privacy(Path("sobria.toml"))


def _privacy(path: Path) -> list[Found]:
    if not path.exists():
        return []
    private = path.stat().st_mode & 0o077 == 0
    return [(private, f"{path}: " + ("private" if private else f"others may read it; chmod 600 {path}"))]


async def _slack(settings: Settings) -> list[Found]:
    if settings.slack is None:
        return []
    from bot.adapters import slack
    from bot.adapters.clock import SystemClock
    from bot.settings_for_adapters import slack_settings

    faults = await slack.diagnose(slack_settings(settings), SystemClock(), "en")
    return [(False, sentence) for sentence in faults] or [(True, "slack: reachable, permissions complete")]


async def _mattermost(settings: Settings) -> list[Found]:
    if settings.mattermost is None:
        return []
    from bot.adapters import mattermost
    from bot.adapters.clock import SystemClock
    from bot.settings_for_adapters import mattermost_settings

    faults = await mattermost.diagnose(mattermost_settings(settings), SystemClock(), "en")
    return [(False, sentence) for sentence in faults] or [(True, "mattermost: reachable, channels seen")]


_LOOKS: tuple[tuple[str, Callable[[Settings], Awaitable[list[Found]]]], ...] = (
    ("settings", _key_file),
    ("store", _store),
    ("content", _content),
    ("models", _models),
    ("energy", _energy),
    ("disk", _room),
    ("slack", _slack),
    ("mattermost", _mattermost),
)

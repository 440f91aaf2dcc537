"""Settings: what is wrong is named, all at once, and never with its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import build, read, unknown_variables


def test_nothing_set_gives_a_working_default() -> None:
    """Expected: SQLite, French, Belgium, port 8080 on this machine only."""
    settings = build({})
    assert settings.store.url.startswith("sqlite:///")
    assert (settings.language, settings.host, settings.public_address) == (
        "fr",
        "127.0.0.1",
        "http://127.0.0.1:8080",
    )


def test_every_fault_is_named_at_once_with_its_setting() -> None:
    """Expected: the wrong port, the unknown name, the missing provider and the time zone, all four."""
    table = {
        "port": 99999,
        "colour": "green",
        "models": [{"name": "x"}],
        "organisation": {"timezone": "Brussels"},
    }
    with pytest.raises(SettingsError) as raised:
        build(table)
    text = "\n".join(raised.value.faults)
    for name in ("port", "colour", "models.0.provider", "organisation.timezone"):
        assert name in text
    assert len(raised.value.faults) == 4


def test_a_secret_never_shows_in_a_fault_or_a_repr() -> None:
    """Expected: the setting's name only."""
    table = {"models": [{"name": "m", "provider": "nobody", "key": "sk-very-secret"}]}
    with pytest.raises(SettingsError) as raised:
        build(table)
    assert "sk-very-secret" not in str(raised.value)
    good = build({"models": [{"name": "m", "provider": "mistral", "key": "sk-very-secret"}]})
    assert "sk-very-secret" not in repr(good)


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Expected: the port of the environment, the language of the file."""
    path = tmp_path / "sobria.toml"
    path.write_text('port = 9000\nlanguage = "en"\n', encoding="utf-8")
    monkeypatch.setenv("SOBRIA_PORT", "9001")
    monkeypatch.setenv("SOBRIA_STORE__RETENTION_DAYS", "30")
    settings = read(path)
    assert (settings.port, settings.language, settings.store.retention_days) == (9001, "en", 30)


@pytest.mark.parametrize(
    ("content", "expected"),
    [(None, "sobria init"), (b"port = ", "Invalid value"), (b"\xff\xfe", "cannot be read")],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, content: bytes | None, expected: str) -> None:
    """Expected: the file's name and what to do or where to look."""
    path = tmp_path / "sobria.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=expected) as raised:
        read(path)
    assert "sobria.toml" in str(raised.value)


def test_a_misspelt_variable_is_noticed() -> None:
    """Expected: the one that sets nothing."""
    assert unknown_variables({"SOBRIA_PROT": "1", "SOBRIA_PORT": "1", "HOME": "/"}) == ("SOBRIA_PROT",)


SLACK = {"bot_token": "xoxb-1", "review_channel": "C1", "admin_channel": "C2"}


def test_the_slack_app_may_have_another_command_larger_files_and_more_time() -> None:
    """Expected: what was set reaches the adapter; what was not has its default."""
    from bot.settings_for_adapters import slack_settings

    given = {"command": "/sobria", "max_file_mb": 20, "time_limit": 5.5}
    found = slack_settings(build({"slack": SLACK | given}))
    assert (found.command, found.max_file_mb, found.time_limit) == ("/sobria", 20, 5.5)
    assert slack_settings(build({"slack": SLACK})).command == "/ia"


@pytest.mark.parametrize("given", [{"command": "ia"}, {"max_file_mb": 0}, {"time_limit": 0}])
def test_a_slack_setting_that_cannot_work_is_named(given: dict[str, object]) -> None:
    """Expected: the setting's name."""
    with pytest.raises(SettingsError, match=next(iter(given))):
        build({"slack": SLACK | given})


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"url": "chat.exemple.be"}, "mattermost.url"),
        ({"callback_secret": "court"}, "mattermost.callback_secret"),
        ({"max_file_mb": 500}, "mattermost.max_file_mb"),
    ],
)
def test_a_mattermost_that_could_not_work_is_refused_before_it_runs(
    wrong: dict[str, object], named: str
) -> None:
    """Expected: the setting named; with it mended, an address without a slash at its end."""
    table: dict[str, object] = {
        "url": "https://chat.exemple.be/",
        "bot_token": "t",
        "command_tokens": ["c"],
        "callback_secret": "x" * 16,
        "review_channel": "asbl/relecture",
        "admin_channel": "asbl/admin",
    }
    with pytest.raises(SettingsError, match=named):
        build({"mattermost": {**table, **wrong}})
    right = build({"mattermost": table}).mattermost
    assert right is not None
    assert right.url == "https://chat.exemple.be"


def test_a_second_opinion_is_asked_of_a_model_that_is_offered() -> None:
    """Expected: nobody by default; a name that no model has is a fault."""
    assert build({}).second_opinion == ""
    with pytest.raises(SettingsError, match="no model is called « absent »"):
        build({"second_opinion": "absent"})
    table = {"second_opinion": "maison", "models": [{"name": "maison", "provider": "openai"}]}
    assert build(table).second_opinion == "maison"

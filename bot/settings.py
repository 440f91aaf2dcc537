"""Settings, built once from `sobria.toml` and the environment; every wrong or missing one is named at once.

A setting of the file can also come from the environment: `SOBRIA_STORE__URL` stands for `url` in `[store]`
and wins over the file. Lists of tables (`[[models]]`) come from the environment as JSON.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.core.model import Hosting, Need, ZoneBasis
from bot.core.person import Language
from bot.errors import SettingsError

Provider = Literal["embedded", "openai", "mistral", "anthropic", "ollama"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrganisationSettings(_Table):
    """The association that this installation serves; further ones are added with `sobria invite`."""

    id: str = "main"
    name: str = "Notre association"
    country: Literal["BE", "FR", "LU"] = "BE"
    timezone: str = "Europe/Brussels"
    zone: str = "BEL"

    @field_validator("timezone")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("is no IANA time zone; write one such as Europe/Brussels")
        return ZoneInfo(name).key


class StoreSettings(_Table):
    """Where everything is kept. `keys` encrypt texts: the first writes, all read."""

    url: str = "sqlite:///sobria.db"
    keys: tuple[SecretStr, ...] = ()
    retention_days: int = Field(default=90, ge=1, le=3650)

    @field_validator("url")
    @classmethod
    def _supported(cls, url: str) -> str:
        if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return url


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class DigestSettings(_Table):
    """When digests are posted, in each organisation's own zone: a month's on its first day."""

    weekday: Weekday = "monday"
    hour: int = Field(default=9, ge=0, le=23)

    @property
    def day(self) -> int:
        """Return the weekday as a number, 0 for Monday."""
        return get_args(Weekday).index(self.weekday)


class PriceSettings(_Table):
    """Euros per million tokens."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    since: date | None = None
    source: str = ""


class ModelSettings(_Table):
    """A model people may ask. `path` is a GGUF file for the embedded provider."""

    name: str
    provider: Provider
    model: str = ""
    base_url: str | None = None
    key: SecretStr | None = None
    path: Path | None = None
    strength: Literal["small", "medium", "large"] = "small"
    hosting: Hosting = "cloud"
    zone: str | None = None
    zone_basis: ZoneBasis = "assumed"
    window: int = Field(default=8192, ge=512)
    max_output: int = Field(default=1024, ge=16)
    time_limit: float = Field(default=120.0, gt=0)
    watts: float | None = Field(default=None, gt=0)
    price: PriceSettings | None = None
    impacts_as: str | None = None
    trial: bool = False

    @property
    def need(self) -> Need:
        """Return the strength as the core names it."""
        return Need[self.strength.upper()]


class SlackSettings(_Table):
    """The Slack app; see docs/slack.md. With `app_token` events come by Socket Mode, else over HTTP."""

    bot_token: SecretStr
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    base_url: str = "https://slack.com/api/"
    review_channel: str
    admin_channel: str
    mentor_group: str = ""
    admin_group: str = ""
    command: str = Field(default="/ia", pattern=r"^/[^\s/]{1,31}$")
    max_file_mb: int = Field(default=8, ge=1, le=50)
    time_limit: float = Field(default=20.0, ge=1, le=120)


class MattermostSettings(_Table):
    """The Mattermost bot; see docs/mattermost.md."""

    url: str
    bot_token: SecretStr
    command_tokens: tuple[SecretStr, ...]
    callback_secret: SecretStr = Field(min_length=16)
    review_channel: str
    admin_channel: str
    team: str = ""
    trust_emails: bool = False
    max_file_mb: int = Field(default=8, ge=1, le=50)
    time_limit: float = Field(default=20.0, ge=1, le=120)

    @field_validator("url")
    @classmethod
    def _absolute(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return url.rstrip("/")


class ApiSettings(_Table):
    """The OpenAI-compatible API. `longest_key` is how many days a program's key may last."""

    enabled: bool = True
    longest_key: int = Field(default=366, ge=1)


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix="SOBRIA_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    language: Language = "fr"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    address: str = ""
    data: Path = Path("data")
    policies: Path | None = None
    policies_extra: Path | None = None
    prompts: Path | None = None
    factors: Path | None = None
    organisation: OrganisationSettings = OrganisationSettings()
    store: StoreSettings = StoreSettings()
    digest: DigestSettings = DigestSettings()
    models: tuple[ModelSettings, ...] = ()
    second_opinion: str = ""
    slack: SlackSettings | None = None
    mattermost: MattermostSettings | None = None
    api: ApiSettings = ApiSettings()

    @field_validator("address")
    @classmethod
    def _without_slash(cls, address: str) -> str:
        return address.rstrip("/")

    @model_validator(mode="after")
    def _asked_twice(self) -> Settings:
        if self.second_opinion and self.second_opinion not in {model.name for model in self.models}:
            raise ValueError(f"second_opinion: no model is called « {self.second_opinion} » in [[models]]")
        return self

    @property
    def public_address(self) -> str:
        """Return where people reach the console."""
        return self.address or f"http://{self.host}:{self.port}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the library calls it so
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, which comes as arguments."""
        return env_settings, init_settings


def read(path: Path | None) -> Settings:
    """Read the settings. Raises SettingsError naming every fault with its setting."""
    return build(_table(path) if path is not None else {})


def build(table: Mapping[str, Any]) -> Settings:
    """Build settings from a table such as a TOML file holds, and the environment."""
    try:
        return Settings(**table)
    except ValidationError as fault:
        raise SettingsError(tuple(_sentence(error) for error in fault.errors())) from None


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError((f"{path}: no such file; `sobria init` writes one",)) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError((f"{path}: cannot be read ({type(fault).__name__})",)) from None
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError((f"{path}: {fault}",)) from None


def _sentence(error: Any) -> str:
    """Name the setting and what is wrong with it, never its value: it may be a secret."""
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{name}: no such setting; remove it or see the comments that `sobria init` writes"
    if error["type"] == "missing":
        return f"{name}: is missing"
    return f"{name}: {error['msg'].removeprefix('Value error, ')}"


def unknown_variables(environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return variables that begin like ours but set nothing: most often a typing error."""
    names = {name.upper() for name in Settings.model_fields}
    found = os.environ if environment is None else environment
    ours = (name for name in found if name.startswith("SOBRIA_") and not name.startswith("SOBRIA_TEST_"))
    return tuple(name for name in ours if name.removeprefix("SOBRIA_").split("__")[0] not in names)

"""What each adapter needs of the settings: the models' cards, what Slack and Mattermost are to be like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.core.model import ModelCard, Price
from bot.settings import ModelSettings, Settings

if TYPE_CHECKING:  # loaded late, only where the platform is used
    from bot.adapters.mattermost import MattermostSettings
    from bot.adapters.slack import SlackSettings


def card(one: ModelSettings) -> ModelCard:
    """Return a model's card, which holds no key."""
    price = None
    if one.price is not None:
        price = Price(one.price.input, one.price.output, one.price.cached, one.price.since, one.price.source)
    local = one.provider == "embedded"
    return ModelCard(
        one.name,
        one.provider,
        one.model or one.name,
        strength=one.need,
        hosting="owned" if local else one.hosting,
        host=one.base_url or "",
        zone=one.zone,
        zone_basis=one.zone_basis,
        window=one.window,
        max_output=one.max_output,
        time_limit=one.time_limit,
        price=price,
        watts=one.watts,
        impacts_as=one.impacts_as,
        trial=one.trial,
    )


def slack_settings(settings: Settings) -> SlackSettings:
    """Return what the adapter needs of the settings."""
    from bot.adapters.slack import SlackSettings

    given = settings.slack
    assert given is not None  # noqa: S101  the caller asked
    return SlackSettings(
        settings.organisation.id,
        given.bot_token.get_secret_value(),
        given.app_token.get_secret_value(),
        given.signing_secret.get_secret_value(),
        given.base_url,
        given.review_channel,
        given.admin_channel,
        given.mentor_group,
        given.admin_group,
        given.command,
        given.max_file_mb,
        given.time_limit,
    )


def mattermost_settings(settings: Settings) -> MattermostSettings:
    """Return what the adapter needs of the settings."""
    from bot.adapters.mattermost import MattermostSettings

    given = settings.mattermost
    assert given is not None  # noqa: S101  the caller asked
    return MattermostSettings(
        settings.organisation.id,
        given.url,
        given.bot_token.get_secret_value(),
        tuple(token.get_secret_value() for token in given.command_tokens),
        given.callback_secret.get_secret_value(),
        settings.public_address,
        given.review_channel,
        given.admin_channel,
        given.team,
        trust_emails=given.trust_emails,
        max_file_mb=given.max_file_mb,
        time_limit=given.time_limit,
    )

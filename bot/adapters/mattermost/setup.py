"""Set a server up with an administrator's token: the bot, its token, its channels, the slash command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.adapters.mattermost.driver import Refused, Rest

COMMAND_WORDS = {
    "display_name": "Sobria",
    "description": "L'IA avec mesure : questions, prompts relus, relecture humaine",
    "auto_complete": True,
    "auto_complete_hint": "[votre question] ou aide",
    "auto_complete_desc": "Poser une question à l'IA, avec les garde-fous de l'organisation",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a server should have. `address` is where it reaches this program."""

    team: str
    address: str
    review_channel: str = "relecture-ia"
    admin_channel: str = "admin-ia"
    bot: str = "sobria"
    trigger: str = "ia"
    new_token: bool = False


@dataclass(slots=True)
class Done:
    """What was done, in sentences, and what belongs in the settings. Empty where nothing new was made."""

    steps: list[str] = field(default_factory=list)
    bot_token: str = ""
    command_token: str = ""


async def set_up(rest: Rest, wanted: Wanted) -> Done:
    """Create what is missing and update what differs; doing it again changes nothing. Raises Refused."""
    done = Done()
    team = await rest.call(rest.driver.teams.get_team_by_name, wanted.team)
    bot, is_new = await _bot(rest, wanted, done)
    await rest.call(
        rest.driver.teams.add_user_to_team, team["id"], options={"team_id": team["id"], "user_id": bot}
    )
    if is_new or wanted.new_token:
        made = await rest.send("post", f"/users/{bot}/tokens", options={"description": "Sobria"})
        done.bot_token = str(made["token"])
        done.steps.append("made a token for the bot")
    for name in (wanted.review_channel, wanted.admin_channel):
        await _channel(rest, str(team["id"]), name, bot, done)
    await _command(rest, str(team["id"]), wanted, done)
    return done


async def _bot(rest: Rest, wanted: Wanted, done: Done) -> tuple[str, bool]:
    shown = {
        "username": wanted.bot,
        "display_name": "Sobria",
        "description": "L'assistant IA de l'organisation",
    }
    params = {"include_deleted": "true", "per_page": 200}
    listed: Sequence[Mapping[str, Any]] = await rest.call(rest.bots.get_bots, params=params)
    for known in listed:
        if known.get("username") == wanted.bot:
            if known.get("delete_at"):
                await rest.call(rest.bots.enable_bot, known["user_id"])
                done.steps.append(f"enabled the bot @{wanted.bot} again")
            else:
                done.steps.append(f"found the bot @{wanted.bot}")
            return str(known["user_id"]), False
    made = await rest.call(rest.bots.create_bot, options=shown)
    done.steps.append(f"created the bot @{wanted.bot}")
    return str(made["user_id"]), True


async def _channel(rest: Rest, team: str, name: str, bot: str, done: Done) -> None:
    """See that a private channel is there and the bot in it."""
    try:
        channel = await rest.call(rest.driver.channels.get_channel_by_name, team, name)
    except Refused as fault:
        if fault.status != 404:
            raise
        private = {"team_id": team, "name": name, "display_name": name, "type": "P"}
        channel = await rest.call(rest.driver.channels.create_channel, options=private)
        done.steps.append(f"created the private channel {name}; whoever is in it holds its role")
    await rest.call(rest.driver.channels.add_user, channel["id"], options={"user_id": bot})


async def _command(rest: Rest, team: str, wanted: Wanted, done: Done) -> None:
    url = f"{wanted.address.rstrip('/')}/mattermost/command"
    shown = {
        "team_id": team,
        "trigger": wanted.trigger,
        "method": "P",
        "url": url,
        "username": wanted.bot,
        **COMMAND_WORDS,
    }
    listed: Sequence[Mapping[str, Any]] = await rest.call(
        rest.driver.commands.list_commands_for_team, params={"team_id": team, "custom_only": "true"}
    )
    for known in listed:
        if known.get("trigger") == wanted.trigger:
            done.command_token = str(known.get("token", ""))
            if any(known.get(name) != value for name, value in shown.items()):
                await rest.send("put", f"/commands/{known['id']}", options={**known, **shown})
                done.steps.append(f"updated the command /{wanted.trigger} to call {url}")
            else:
                done.steps.append(f"found the command /{wanted.trigger}, which calls {url}")
            return
    made = await rest.call(rest.driver.commands.create_command, options=shown)
    done.command_token = str(made["token"])
    done.steps.append(f"created the command /{wanted.trigger}, which calls {url}")

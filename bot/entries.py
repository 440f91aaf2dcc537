"""The ledger's entries for one ask: opened before anything leaves the machine, closed by a model's own figures."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from bot.core.ask import Ask
from bot.core.ledger import Closing, Opening, Settlement, cost_of, entry_name
from bot.core.model import ModelCard, Spoken
from bot.ports import Ports


async def opened(ports: Ports, wanted: Ask, at: datetime, parent: str | None = None) -> Opening:
    """Return the ledger entry to open for one attempt at `wanted`."""
    template = ports.prompts.find(wanted.template) if wanted.template else None
    return Opening(
        entry=entry_name(at, uuid4().hex),
        organisation=wanted.person.organisation,
        team=wanted.person.team,
        person=await ports.people.ledger_key(wanted.person.id),
        at=at,
        ask=wanted.id,
        parent=parent,
        template=wanted.template,
        area=template.area if template else None,
        platform=wanted.place.platform.value,
    )


def closed(ports: Ports, entry: str, card: ModelCard, spoken: Spoken) -> Settlement:
    """Return the closing of an entry by a model's own figures."""
    return Settlement(
        entry,
        Closing.SETTLED,
        ports.clock.now(),
        card=card,
        model_served=spoken.model_served,
        usage=spoken.usage,
        latency=spoken.latency,
        first_token=spoken.first_token,
        cost=cost_of(card, spoken.usage),
        watt_hours=spoken.watt_hours,
        footprint=ports.impacts.assess(card, spoken.usage, spoken.latency, spoken.watt_hours),
    )

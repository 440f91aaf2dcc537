"""The only place that picks real adapters: from settings to a house that runs.

`house` opens everything in the order in which it depends on one another and closes it the other way round.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.routing import BaseRoute

from bot import policing
from bot.adapters import console, files, jobs, openai_api, web
from bot.adapters.charts import Pictures
from bot.adapters.clock import SystemClock
from bot.adapters.counters import EnergyCounters
from bot.adapters.courier import Courier
from bot.adapters.embedded import EmbeddedModel
from bot.adapters.embedded.weights import named
from bot.adapters.exports import Files
from bot.adapters.files.reading import shipped
from bot.adapters.impacts import EcoLogitsImpacts, read_factors
from bot.adapters.metrics import metered
from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.store import Store, open_store
from bot.adapters.tokens import TiktokenCounts
from bot.core.ask import Platform
from bot.core.person import Organisation, Person
from bot.errors import SobriaError, where
from bot.ports import Clock, Models, Ports
from bot.settings import ModelSettings, Settings
from bot.settings_for_adapters import card, mattermost_settings, slack_settings
from bot.usecases import periodic, pursuit
from bot.usecases.ledger import Posting
from bot.wording import leaks
from bot.wording.model import instructions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class House:
    """What runs: the ports, the ASGI application, the store behind them."""

    ports: Ports
    app: FastAPI
    store: Store


@asynccontextmanager
async def house(
    settings: Settings,
    *,
    demo: bool = False,
    models: Models | None = None,
    first: Callable[[House], Awaitable[None]] | None = None,
) -> AsyncIterator[House]:
    """Open everything that the settings ask for; close it all on the way out.

    `models` takes the place of the models of the settings. `first` is done before periodic work begins.
    Raises SettingsError, ContentError, StoreError.
    """
    async with AsyncExitStack() as stack:
        store = await opened(settings)
        stack.push_async_callback(store.close)
        if models is None:
            models = await _models(settings, stack)
        bell, courier, registry = jobs.Bell(), Courier({}), CollectorRegistry()
        ports = metered(assembled(settings, store, models, courier, bell), registry)
        page = console.build(ports, organisation=organisation(settings), demo=demo)
        stack.push_async_callback(page.close)
        courier.add(Platform.CONSOLE, page)
        if store.database.embedded:
            await store.asks.release()
        doors = [*page.routes, *_other_doors(settings, ports, store, courier, stack)]
        app = web.application([web.health(lambda: _ready(ports), registry)], doors, page.missing)
        posting = Posting(settings.digest.day, settings.digest.hour)
        due = periodic.jobs(settings.store.retention_days, posting)
        whole = House(ports, app, store)
        if first is not None:
            await first(whole)
        work = asyncio.create_task(jobs.run(ports, bell, pursuit.pursue, due))
        stack.push_async_callback(_stopped, work)
        yield whole


async def opened(settings: Settings) -> Store:
    """Open the store and see that the organisation of the settings is in it."""
    keys = [key.get_secret_value() for key in settings.store.keys]
    store = await open_store(settings.store.url, keys)
    try:
        await store.setup.organisation(organisation(settings))
    except BaseException:
        await store.close()
        raise
    return store


def organisation(settings: Settings) -> Organisation:
    """Return the organisation of the settings."""
    one = settings.organisation
    return Organisation(one.id, one.name, one.timezone, settings.language, one.country, one.zone)


def assembled(settings: Settings, store: Store, models: Models, courier: Courier, bell: jobs.Bell) -> Ports:
    """Fill every port."""
    pictures = Pictures()
    library = files.prompts.load(settings.prompts or shipped("prompts"))
    return Ports(
        clock=SystemClock(),
        people=store.people,
        lessons=store.lessons,
        course=files.lessons.load(settings.policies or shipped("policies"), settings.policies_extra),
        asks=store.asks,
        reviews=store.reviews,
        proposals=store.proposals,
        policy=policing.load(
            settings.policies or shipped("policies"),
            settings.policies_extra,
            inspect=policing.personal_data(),
            instructions=leaks.told(settings.organisation.name),
        ),
        prompts=store.searchable(library),
        models=models,
        tokens=TiktokenCounts(settings.data / "tokens"),
        impacts=EcoLogitsImpacts(
            read_factors(settings.factors) if settings.factors else None, settings.organisation.zone
        ),
        courier=courier,
        receipts=store.receipts,
        arrivals=store.arrivals,
        doors=store.doors,
        transcript=store.transcript,
        jobs=store.jobs,
        ledger=store.ledger,
        charts=pictures,
        sheets=Files(lambda made, language: pictures.picture(made, language, "svg")),
        wake=bell.ring,
        address=settings.public_address,
        second_opinion=next((one for one in models.cards() if one.name == settings.second_opinion), None),
    )


async def _models(settings: Settings, stack: AsyncExitStack) -> LangchainModels:
    offers = [(card(one), _access(one, settings, stack)) for one in settings.models]
    models = LangchainModels(offers, TiktokenCounts(settings.data / "tokens"), EnergyCounters().joules)
    stack.push_async_callback(models.aclose)
    warming = asyncio.create_task(_warm(models, instructions(settings.language, settings.organisation.name)))
    stack.push_async_callback(_stopped, warming)
    return models


async def _warm(models: LangchainModels, words: str) -> None:
    """Load what is slow to load while nobody waits; what fails is said when somebody asks."""
    try:
        await models.warm(words)
    except SobriaError as fault:
        log.warning("models are not ready yet: %s", where(fault))


def _access(one: ModelSettings, settings: Settings, stack: AsyncExitStack) -> ModelAccess:
    if one.provider != "embedded":
        return ModelAccess(key=one.key, base_url=one.base_url)
    weights = None if one.path else named(one.model)
    path = one.path or settings.data / "models" / named(one.model).file
    embedded = EmbeddedModel(path, one.name, window=one.window, weights=weights)
    stack.push_async_callback(embedded.stop)
    return ModelAccess(local=embedded.address)


def _other_doors(
    settings: Settings, ports: Ports, store: Store, courier: Courier, stack: AsyncExitStack
) -> Sequence[BaseRoute]:
    """Open every other door that is configured, and give the courier its carriers."""
    routes: list[BaseRoute] = []
    if settings.api.enabled:
        routes += openai_api.router(ports, partial(_caller, store, ports.clock)).routes
    if settings.slack is not None:
        routes += _slack(settings, ports, courier, stack)
    if settings.mattermost is not None:
        routes += _mattermost(settings, ports, courier, stack)
    return routes


async def _caller(store: Store, clock: Clock, token: str) -> Person | None:
    """Return whom a program asks for: the holder of its key, or of a session of the console."""
    now = clock.now()
    return await store.keys.holder(token, now) or await store.doors.who(token, now)


def _slack(settings: Settings, ports: Ports, courier: Courier, stack: AsyncExitStack) -> Sequence[BaseRoute]:
    from bot.adapters import slack  # half a second, only where Slack is used

    adapter = slack.build(ports, slack_settings(settings))
    courier.add(Platform.SLACK, adapter)
    stack.push_async_callback(_stopped, asyncio.create_task(adapter.run()))
    return adapter.routes


def _mattermost(
    settings: Settings, ports: Ports, courier: Courier, stack: AsyncExitStack
) -> Sequence[BaseRoute]:
    from bot.adapters import mattermost  # only where Mattermost is used

    adapter = mattermost.build(ports, mattermost_settings(settings))
    courier.add(Platform.MATTERMOST, adapter)
    stack.push_async_callback(_stopped, asyncio.create_task(adapter.run()))
    return adapter.routes


async def _ready(ports: Ports) -> dict[str, bool]:
    """Say whether the store can be read and a model is offered."""
    try:
        await ports.ledger.organisations()
    except SobriaError:
        return {"store": False, "models": bool(ports.models.cards())}
    return {"store": True, "models": bool(ports.models.cards())}


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

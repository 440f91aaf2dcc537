"""The one ASGI application: health, readiness and metrics, and whatever doors the wiring mounts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

Ready = Callable[[], Awaitable[dict[str, bool]]]
"""Asks each part whether it can work now."""


def health(ready: Ready, registry: CollectorRegistry) -> APIRouter:
    """Return the routes by which an operator's tools watch the program."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> Response:
        """Say that the program runs."""
        return PlainTextResponse("ok")

    @router.get("/readyz")
    async def readyz() -> Response:
        """Say whether every part can work now."""
        parts = await ready()
        return JSONResponse(parts, status_code=200 if all(parts.values()) else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        """Give the figures to Prometheus."""
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return router


def application(
    routers: Iterable[APIRouter], doors: Iterable[BaseRoute] = (), missing: ASGIApp | None = None
) -> FastAPI:
    """Return the application with all its doors, without generated documentation pages.

    `missing` answers for every address that no door has.
    """
    app = FastAPI(title="Sobria", docs_url=None, redoc_url=None, openapi_url=None)
    for router in routers:
        app.include_router(router)
    app.router.routes.extend(doors)
    if missing is not None:
        app.router.default = missing
    return app

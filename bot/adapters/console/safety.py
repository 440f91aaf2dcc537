"""What guards every page: its headers, a bound on bodies, and plain words for whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message as Event

from bot.core.person import Language
from bot.errors import NotAllowed, NotFound, SobriaError, TooLarge, where

log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-store",
}
OUTSIDE = frozenset({"cross-site", "same-site"})
"""What browsers say of a request that another site made; a form of ours never is."""

Page = Callable[[Request], Awaitable[Response]]
Fault = Callable[[Request, int], Response]


def guarded(page: Page, fault: Fault) -> Page:
    """Return `page` with the headers of safety; what it raises becomes a page in plain words."""

    async def answer(request: Request) -> Response:
        try:
            response = await _bounded(page, request)
        except NotFound:
            response = fault(request, 404)
        except NotAllowed:
            response = fault(request, 403)
        except TooLarge:
            response = fault(request, 413)
        except HTTPException as wrong:
            response = fault(request, wrong.status_code)
        except ClientDisconnect:
            response = Response(status_code=499)
        except SobriaError as wrong:
            log.warning("console: %s", type(wrong).__name__)
            response = fault(request, 500)
        except Exception as wrong:  # noqa: BLE001  a person never reads a traceback
            log.error("console: %s", where(wrong))  # noqa: TRY400  a traceback may hold a text
            response = fault(request, 500)
        response.headers.update(HEADERS)
        return response

    return answer


async def _bounded(page: Page, request: Request) -> Response:
    """Let a request in that is small enough, whatever it says of its own size, and comes from us."""
    if request.method != "POST":
        return await page(request)
    if request.headers.get("sec-fetch-site") in OUTSIDE:
        raise NotAllowed("outside")
    size = request.headers.get("content-length", "0")
    if not size.isdecimal() or int(size) > LARGEST_BODY:
        raise TooLarge(str(LARGEST_BODY))
    taken = 0

    async def counted() -> Event:
        nonlocal taken
        event = await request.receive()
        taken += len(event.get("body", b""))
        if taken > LARGEST_BODY:
            raise TooLarge(str(LARGEST_BODY))
        return event

    return await page(Request(request.scope, counted))


def language_of(request: Request) -> Language:
    """Return the language that the browser asks for first, French when it is none of ours."""
    for wish in request.headers.get("accept-language", "").split(","):
        match wish.strip()[:2].lower():
            case "fr" | "en" | "nl" as language:
                return language
            case _:
                continue
    return "fr"

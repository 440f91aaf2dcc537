"""Reading what a platform posts to us, and no more of it than may be."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request

LARGEST = 1_000_000
"""Bytes of a request; the platforms' own are far smaller, files come by address."""


async def whole(request: Request) -> bytes | None:
    """Return the body, None when it is too large or broke off: what comes after the limit is not read."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced) > LARGEST:
        return None
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return body

"""One module per kind of personal datum, each with `find(normalised) -> Iterator[Finding]`.

Patterns run in linear time (RE2), so that no text can hang the bot. A pattern only proposes; arithmetic
(checksums, calendar, ranges) and the words before it decide.
"""

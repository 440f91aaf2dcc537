"""What an admin reads of a week or a month, in chat, in a file or on paper."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.calendar import around
from bot.core.digest import Digest, Part, PromptUse
from bot.core.footprint import Range
from bot.core.person import Language
from bot.core.reply import Button, Fact, File, Message, Tone
from bot.core.suggestion import Suggestion
from bot.wording.catalogue import say
from bot.wording.figures import (
    between,
    central,
    change,
    day_and_month,
    duration,
    euros,
    month,
    number,
    percent,
    weekday,
)
from bot.wording.ledger_names import (
    area_name,
    article_name,
    footprint,
    known,
    limit_of,
    model_name,
    reason_name,
    subject_of,
    usual_of,
)

SHOWN = 5


def title(digest: Digest, language: Language) -> str:
    """Return what the digest is called."""
    if "W" not in digest.period:
        return say(language, "ledger.title_month", month=month(digest.first, language))
    first = day_and_month(digest.first, language)
    if digest.first.year != digest.last.year:
        first = f"{first} {digest.first.year}"
    elif digest.first.month == digest.last.month:
        first = str(digest.first.day)
    return say(
        language,
        "ledger.title_week",
        first=first,
        last=day_and_month(digest.last, language),
        year=digest.last.year,
    )


def message(
    digest: Digest, language: Language, files: tuple[File, ...] = (), *, late: bool = False
) -> Message:
    """Return the digest as an admin reads it in chat."""
    return Message(
        "\n\n".join(paragraphs(digest, language, late=late)),
        Tone.PLAIN,
        title=title(digest, language),
        facts=facts(digest, language),
        buttons=tuple(
            Button(say(language, f"ledger.button_{name}"), command)
            for name, command in (("week", before(digest)), ("this_week", "bilan"), ("month", "bilan mois"))
        ),
        files=files,
        footer=footer(digest, language),
    )


def before(digest: Digest) -> str:
    """Return the command that asks for the week before this digest's first day."""
    return f"bilan {around('week', digest.first).before().name}"


def footer(digest: Digest, language: Language) -> str:
    """Return where the ledger's chain stood."""
    anchor = digest.anchor
    return say(language, "ledger.footer", position=number(anchor.position, language), head=anchor.head[:16])


def paragraphs(digest: Digest, language: Language, *, late: bool = False) -> list[str]:
    """Return the digest's text, section by section."""
    notes = [
        *([say(language, "ledger.late")] if late else []),
        *([] if digest.complete else [say(language, "ledger.ongoing")]),
        *([say(language, "ledger.restated", factors=digest.restated)] if digest.restated else []),
        *([say(language, "ledger.sample")] if digest.sample else []),
    ]
    if not digest.total.entries and not digest.counts.asks:
        return [say(language, "ledger.nothing"), *notes]
    found = [lead(digest, language), *notes]
    if digest.suggestion is not None:
        found.append(_section("suggestion", [suggestion(digest.suggestion, language)], language))
    for name, lines in sections(digest, language):
        if lines:
            found.append(_section(name, lines, language))
    return found


def lead(digest: Digest, language: Language) -> str:
    """Return the digest in one sentence."""
    gwp = digest.total.range("gwp")
    return say(
        language,
        "ledger.lead_unknown" if gwp is None else "ledger.lead",
        asks=number(digest.counts.asks, language),
        answered=number(digest.counts.answered, language),
        avoided=number(digest.total.avoided, language),
        gwp="" if gwp is None else between("gwp", gwp, language),
        euros=euros(digest.total.euros, language),
    )


def sections(digest: Digest, language: Language) -> Iterable[tuple[str, list[str]]]:
    """Yield each list of the digest with the key of its heading."""
    yield "models", [_line(part, model_name(part, language), language) for part in digest.models[:SHOWN]]
    yield "areas", [_line(part, area_name(part.name, language), language) for part in digest.areas[:SHOWN]]
    yield "teams", _teams(digest, language)
    yield (
        "avoided",
        [_counted(reason_name(part.name, language), part.sums.entries, language) for part in digest.avoided],
    )
    yield (
        "articles",
        [_counted(article_name(name, language), count, language) for name, count in digest.counts.by_article],
    )
    yield (
        "decisions",
        [
            _counted(say(language, f"ledger.decision_{name}"), count, language)
            for name, count in digest.counts.decisions
        ],
    )
    yield "prompts", [_prompt(use, language) for use in digest.prompts]
    yield (
        "equivalents",
        [
            say(
                language,
                "ledger.line_equivalent",
                amount=known(one, language),
                source=say(language, f"ledger.source_{one.source}"),
            )
            for one in digest.equivalents
        ],
    )


def _prompt(use: PromptUse, language: Language) -> str:
    given = use.liked + use.disliked
    return say(
        language,
        "ledger.line_prompt_rated" if given else "ledger.line_prompt",
        name=use.name,
        uses=number(use.uses, language),
        liked=number(use.liked, language),
        given=number(given, language),
    )


def _teams(digest: Digest, language: Language) -> list[str]:
    lines = [
        say(
            language,
            "ledger.line_team",
            name=line.name or say(language, "ledger.others"),
            people=number(line.people, language),
            calls=number(line.sums.calls, language),
            gwp=footprint(line.sums, language),
        )
        for line in digest.teams
    ]
    return [*lines, say(language, "ledger.teams_hidden")] if digest.hidden else lines


def facts(digest: Digest, language: Language) -> tuple[Fact, ...]:
    """Return the digest's figures, each against what came before."""
    found = [
        Fact(say(language, f"ledger.fact_{name}"), value)
        for name, value in (*_amounts(digest, language), *_people(digest, language))
    ]
    for line in digest.budgets:
        period = say(language, f"ledger.period_{line.period}")
        subject = subject_of(line.scope, line.subject, language)
        used = percent(line.used / line.limit if line.limit else 1.0, language)
        limit = limit_of(line.measure, line.limit, language)
        value = say(language, "ledger.budget_used", share=used, limit=limit, period=period, subject=subject)
        if line.granted:
            more = limit_of(line.measure, line.granted, language)
            value = say(language, "ledger.budget_with_grant", value=value, granted=more)
        found.append(Fact(say(language, "ledger.fact_budget"), value))
    return tuple(found)


def _amounts(digest: Digest, language: Language) -> Iterable[tuple[str, str]]:
    now, then, over = digest.total, digest.before, max(1, digest.mean_over)
    asked = number(digest.counts.asks, language)
    usual = number(digest.mean[0], language)
    yield "asks", _against(digest, asked, digest.counts.asks, digest.asks_before or 0, usual, language)
    tokens = say(
        language,
        "ledger.tokens",
        tokens=number(now.tokens, language),
        read=number(now.tokens_in + now.tokens_cached, language),
        written=number(now.tokens_out, language),
    )
    usual = number(digest.earlier.tokens / over, language) if digest.earlier.tokens else ""
    yield "tokens", _against(digest, tokens, now.tokens, then.tokens, usual, language)
    spent = euros(now.euros, language)
    if now.unpriced:
        spent = say(language, "ledger.unpriced", value=spent, count=number(now.unpriced, language))
    usual = euros(digest.mean[1], language)
    yield "cost", _against(digest, spent, now.cost_neur, then.cost_neur, usual, language)
    for quantity in ("gwp", "energy", "water"):
        value = footprint(now, language, quantity)
        middle, before = getattr(now, quantity)[1], getattr(then, quantity)[1]
        usual = usual_of(digest, quantity, language)
        yield quantity, _against(digest, value, middle, before, usual, language)
    if now.coverage < 1:
        yield "coverage", percent(now.coverage, language)


def _people(digest: Digest, language: Language) -> Iterable[tuple[str, str]]:
    counts = digest.counts
    if counts.blocked:
        yield "stopped", number(counts.blocked, language)
    if counts.reviews or counts.waiting:
        waiting, opened = number(counts.waiting, language), number(counts.reviews, language)
        yield "reviews", say(language, "ledger.reviews", reviews=opened, waiting=waiting)
    if counts.delay_median is not None and counts.delay_p90 is not None:
        median, most = duration(counts.delay_median, language), duration(counts.delay_p90, language)
        yield "delay", say(language, "ledger.delay", median=median, p90=most)
    given = counts.liked + counts.disliked
    if given:
        share = percent(counts.liked / given, language)
        yield "liked", say(language, "ledger.liked", share=share, count=number(given, language))


def _against(digest: Digest, value: str, now: int, then: int, usual: str, language: Language) -> str:
    """Return a value against the period before and the usual one, once the period is over."""
    if not digest.complete:
        return value
    moved = change(now, then, language)
    if moved is not None:
        value = say(language, "ledger.against", value=value, change=moved)
    if not usual or digest.mean_over < 2:
        return value
    return say(language, "ledger.mean", value=value, count=digest.mean_over, mean=usual)


def suggestion(one: Suggestion, language: Language) -> str:
    """Return one thing to do, with what it would have saved."""
    return say(
        language,
        f"ledger.{one.kind}",
        model=one.model,
        instead=one.instead,
        area=area_name(one.area, language),
        share=percent(one.share, language),
        gwp=central("gwp", Range(one.gwp_kg, one.gwp_kg, one.gwp_kg), language),
        euros=euros(one.euros, language),
    )


def alt(digest: Digest, language: Language) -> str:
    """Return in words what the picture shows."""
    name = title(digest, language)
    if not digest.asks_by_day or not digest.models:
        return say(language, "ledger.alt_none", title=name)
    day = max(digest.asks_by_day, key=lambda one: one.answered + one.avoided).day
    return say(
        language,
        "ledger.alt",
        title=name,
        asks=number(digest.counts.asks, language),
        gwp=footprint(digest.total, language),
        busiest=f"{weekday(day, language)} {day_and_month(day, language)}",
        model=model_name(digest.models[0], language),
    )


def _section(name: str, lines: list[str], language: Language) -> str:
    return f"**{say(language, f'ledger.{name}')}**\n\n" + "\n".join(lines)


def _line(part: Part, name: str, language: Language) -> str:
    gwp = footprint(part.sums, language)
    return say(language, "ledger.line", name=name, calls=number(part.sums.calls, language), gwp=gwp)


def _counted(name: str, count: int, language: Language) -> str:
    return say(language, "ledger.line_count", name=name, count=number(count, language))

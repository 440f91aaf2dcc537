"""A digest as a picture: one figure, drawn once for PNG (chat) and SVG (console).

Two inks that differ in lightness and a hatch carry the meaning, so it reads in grey and when printed;
every bar has its number beside it. matplotlib is imported at the first picture (a second), without its
global state, so that several threads may draw.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from bot.core.digest import Digest
from bot.core.footprint import Range
from bot.core.person import Language
from bot.wording import ledger as wording
from bot.wording.catalogue import say
from bot.wording.figures import (
    between,
    central,
    change,
    euros,
    number,
    significant,
    unit_for,
    weekday,
)
from bot.wording.ledger_names import area_name, model_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#17413c"
LIGHT = "#c9d8d0"
TEXT = "#1d1f1e"
QUIET = "#5b6461"
PAPER = "#ffffff"
WIDTH, HEIGHT = 10.0, 6.4
DOTS = 140
MOST_BARS = 5
LONGEST_NAME = 31
FEWEST_ROWS = 4


@dataclass(frozen=True, slots=True)
class _Bar:
    name: str
    value: float
    label: str
    note: str = ""


class Pictures:
    """The port Charts."""

    def picture(self, digest: Digest, language: Language, media: Literal["png", "svg"]) -> bytes:
        """Draw a digest and return the file's bytes."""
        figure = drawn(digest, language)
        found = io.BytesIO()
        if media == "png":
            figure.savefig(found, format="png", dpi=DOTS)
            return found.getvalue()
        with _without_dates():
            figure.savefig(found, format="svg", metadata={"Date": None})
        return _described(found.getvalue(), wording.title(digest, language), wording.alt(digest, language))


def drawn(digest: Digest, language: Language) -> Figure:
    """Return the figure: title, four numbers, calls by day, models, areas."""
    from matplotlib.figure import Figure  # late: a second of import, only when somebody looks

    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=PAPER)
    figure.text(0.04, 0.935, wording.title(digest, language), size=17, weight="bold", color=TEXT)
    for place, (label, value, note) in enumerate(_numbers(digest, language)):
        _number(figure, 0.04 + place * 0.24, label, value, note)
    grid = figure.add_gridspec(
        2,
        2,
        left=0.06,
        right=0.965,
        top=0.665,
        bottom=0.085,
        wspace=0.74,
        hspace=0.62,
        width_ratios=(1.05, 1),
    )
    _days(figure.add_subplot(grid[:, 0]), digest, language)
    _bars(
        figure.add_subplot(grid[0, 1]),
        say(language, "ledger.chart_models"),
        _models(digest, language),
        language,
    )
    _bars(
        figure.add_subplot(grid[1, 1]),
        say(language, "ledger.chart_areas"),
        _areas(digest, language),
        language,
    )
    return figure


def _numbers(digest: Digest, language: Language) -> Sequence[tuple[str, str, str]]:
    now, then = digest.total, digest.before
    found = [
        _headline(name, value, *pair, language, complete=digest.complete)
        for name, value, pair in (
            ("asks", number(digest.counts.asks, language), (digest.counts.asks, digest.asks_before or 0)),
            ("cost", euros(now.euros, language), (now.cost_neur, then.cost_neur)),
        )
    ]
    for quantity in ("gwp", "water"):
        value = now.range(quantity)
        label = say(language, f"ledger.fact_{quantity}")
        if value is None:
            found.append((label, say(language, "ledger.unknown"), ""))
        else:
            found.append((label, central(quantity, value, language), _bounds(quantity, value, language)))
    return found


def _headline(
    name: str, value: str, now: float, then: float, language: Language, *, complete: bool
) -> tuple[str, str, str]:
    moved = change(now, then, language) if complete else None
    note = "" if moved is None else say(language, "ledger.chart_before", value=moved)
    return say(language, f"ledger.fact_{name}"), value, note


def _bounds(quantity: str, value: Range, language: Language) -> str:
    return between(quantity, value, language).partition(" (")[2].rstrip(")")


def _number(figure: Figure, left: float, label: str, value: str, note: str) -> None:
    figure.text(left, 0.865, label, size=9.5, color=QUIET)
    figure.text(left, 0.805, value, size=18, weight="bold", color=INK)
    figure.text(left, 0.768, note, size=8.5, color=QUIET)


def _days(axes: Axes, digest: Digest, language: Language) -> None:
    _titled(axes, say(language, "ledger.chart_asks"))
    asks = {one.day: one for one in digest.asks_by_day}
    span = [
        digest.first.fromordinal(day) for day in range(digest.first.toordinal(), digest.last.toordinal() + 1)
    ]
    answered = [asks[day].answered if day in asks else 0 for day in span]
    avoided = [asks[day].avoided if day in asks else 0 for day in span]
    _stacked(axes, answered, avoided, language)
    weekly = len(span) <= 7
    if weekly:
        _counted(axes, [sum(both) for both in zip(answered, avoided, strict=True)], language)
    _dated(axes, span, language, weekly=weekly)
    _plain(axes)
    axes.yaxis.set_visible(not weekly)
    axes.margins(y=0.2)


def _stacked(axes: Axes, answered: Sequence[int], avoided: Sequence[int], language: Language) -> None:
    """Draw what a model answered and, hatched above it, what needed none."""
    places = range(len(answered))
    axes.bar(places, answered, 0.72, color=INK, label=say(language, "ledger.chart_settled"))
    if not any(avoided):
        return
    hatched: dict[str, Any] = {"color": LIGHT, "edgecolor": INK, "hatch": "////", "linewidth": 0.6}
    axes.bar(places, avoided, 0.72, bottom=answered, label=say(language, "ledger.chart_avoided"), **hatched)
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(-0.03, 1.02),
        ncols=2,
        frameon=False,
        fontsize=8.5,
        labelcolor=QUIET,
        handlelength=1.4,
        columnspacing=1.2,
    )


def _counted(axes: Axes, totals: Sequence[int], language: Language) -> None:
    above: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "size": 9, "color": TEXT}
    for place, total in enumerate(totals):
        if total:
            axes.annotate(number(total, language), (place, total), (0, 3), **above)


def _dated(axes: Axes, span: Sequence[date], language: Language, *, weekly: bool) -> None:
    """Name every day of a week; of a month, one day in seven."""
    shown = [(place, day) for place, day in enumerate(span) if weekly or day.day % 7 == 1]
    axes.set_xticks(
        [place for place, _ in shown],
        [f"{weekday(day, language)}\n{day.day}" if weekly else str(day.day) for _, day in shown],
    )


def _models(digest: Digest, language: Language) -> list[_Bar]:
    parts = digest.models[:MOST_BARS]
    known = [gwp for part in parts if (gwp := part.sums.range("gwp")) is not None]
    unit, size = unit_for("gwp", max((gwp.mid for gwp in known), default=0.0))
    bars = []
    for part in parts:
        gwp = part.sums.range("gwp")
        name = model_name(part, language)
        if gwp is None:
            bars.append(_Bar(name, 0.0, say(language, "ledger.unknown")))
            continue
        label = f"{significant(gwp.mid / size, language)}\u00a0{unit}"
        bars.append(_Bar(name, gwp.mid, label, _bounds("gwp", gwp, language).replace(" CO₂e", "")))
    return bars


def _areas(digest: Digest, language: Language) -> list[_Bar]:
    return [
        _Bar(area_name(part.name, language), part.sums.calls, number(part.sums.calls, language))
        for part in digest.areas[:MOST_BARS]
    ]


def _bars(axes: Axes, title: str, bars: Sequence[_Bar], language: Language) -> None:
    _titled(axes, title)
    _plain(axes)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    if not bars:
        axes.yaxis.set_visible(False)
        axes.text(
            0, 0.5, say(language, "ledger.chart_nothing"), transform=axes.transAxes, size=9, color=QUIET
        )
        return
    places = range(len(bars))
    axes.barh(places, [bar.value for bar in bars], 0.62, color=INK)
    axes.set_yticks(places, [_short(bar.name) for bar in bars])
    axes.set_ylim(max(FEWEST_ROWS, len(bars)) - 0.5, -0.5)
    widest = max((bar.value for bar in bars), default=0) or 1
    axes.set_xlim(0, widest * 1.36)
    for place, bar in zip(places, bars, strict=True):
        _beside(axes, (bar.value, place), bar)


def _beside(axes: Axes, end: tuple[float, float], bar: _Bar) -> None:
    rise = 5 if bar.note else 0
    for words, shift, size, colour in ((bar.label, rise, 9.0, TEXT), (bar.note, -6, 7.5, QUIET)):
        if words:
            axes.annotate(
                words, end, (4, shift), textcoords="offset points", va="center", size=size, color=colour
            )


def _titled(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", size=10.5, weight="bold", color=TEXT, pad=8)


def _plain(axes: Axes) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(QUIET)
    axes.tick_params(length=0, labelsize=9, colors=TEXT, pad=5)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _described(svg: bytes, title: str, alt: str) -> bytes:
    """Give the picture a title and a description that screen readers read."""
    words = f'<title id="t">{escape(title)}</title><desc id="d">{escape(alt)}</desc>'
    start = svg.index(b"<svg")
    end = svg.index(b">", start)
    opened = svg[:end] + b' role="img" aria-labelledby="t d">'
    return opened + words.encode() + svg[end + 1 :]


def _without_dates() -> Any:
    """Return settings under which the same digest gives the same bytes."""
    import matplotlib as mpl

    return mpl.rc_context({"svg.hashsalt": "sobria", "svg.fonttype": "path"})

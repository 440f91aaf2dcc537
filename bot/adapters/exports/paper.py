"""A digest on one sheet of A4, as a page that holds everything it needs."""

from __future__ import annotations

from html import escape

from bot.core.digest import Digest
from bot.core.person import Language
from bot.wording import ledger as wording
from bot.wording.catalogue import say
from bot.wording.figures import number
from bot.wording.ledger_names import area_name, article_name, footprint, known, model_name, reason_name

_STYLE = """
@page{size:A4;margin:10mm 14mm}
*{box-sizing:border-box}
body{font:9pt/1.32 system-ui,"Liberation Sans",Arial,sans-serif;color:#1d1f1e}
body{max-width:182mm;margin:8mm auto;padding:0 4mm}
@media print{body{margin:0;padding:0;max-width:none}}
h1{font-size:15pt;margin:0 0 1.5mm}
h2{font-size:10pt;margin:2.5mm 0 1mm;border-bottom:.3mm solid #17413c}
p{margin:0 0 1.2mm}
svg{display:block;width:auto;max-width:100%;height:102mm;margin:0 auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4mm 4mm;margin:0}
dt{color:#5b6461}dd{margin:0}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 8mm}
section{break-inside:avoid}
ul{margin:0;padding-left:4.5mm}li{margin:0 0 .3mm}
footer{margin-top:3mm;color:#5b6461;font-size:7.5pt;border-top:.2mm solid #c9d8d0;padding-top:1mm}
footer{overflow-wrap:anywhere}
"""
_MOST = 4


def html_of(digest: Digest, language: Language, svg: bytes) -> bytes:
    """Return the page. `svg` is the digest's picture."""
    title = escape(wording.title(digest, language))
    picture = svg[svg.index(b"<svg") :].decode() if b"<svg" in svg else ""
    facts = "".join(
        f"<dt>{escape(fact.label)}</dt><dd>{escape(fact.value)}</dd>"
        for fact in wording.facts(digest, language)
    )
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1>{_notes(digest, language)}{picture}<dl>{facts}</dl>"
        f'<div class="two">{_lists(digest, language)}</div>'
        f"<footer>{escape(_anchor(digest, language))}</footer></body></html>\n"
    )
    return page.encode()


def _notes(digest: Digest, language: Language) -> str:
    found = [
        *([] if digest.complete else [say(language, "ledger.ongoing")]),
        *([say(language, "ledger.restated", factors=digest.restated)] if digest.restated else []),
        *([say(language, "ledger.sample")] if digest.sample else []),
    ]
    if digest.suggestion is not None:
        found.append(
            f"{say(language, 'ledger.suggestion')} : {wording.suggestion(digest.suggestion, language)}"
        )
    return "".join(f"<p>{escape(note.strip('*'))}</p>" for note in found)


def _lists(digest: Digest, language: Language) -> str:
    models = [
        f"{model_name(one, language)} : {footprint(one.sums, language)}" for one in digest.models[:_MOST]
    ]
    areas = [
        f"{area_name(one.name, language)} : {number(one.sums.calls, language)}"
        for one in digest.areas[:_MOST]
    ]
    teams = [
        f"{line.name or say(language, 'ledger.others')} ({line.people}) : {footprint(line.sums, language)}"
        for line in digest.teams[:_MOST]
    ]
    avoided = [f"{reason_name(one.name, language)} : {one.sums.entries}" for one in digest.avoided[:_MOST]]
    articles = [
        f"{article_name(name, language)} : {count}" for name, count in digest.counts.by_article[:_MOST]
    ]
    alike = [known(one, language) for one in digest.equivalents]
    listed = (
        ("models", models),
        ("areas", areas),
        ("teams", teams),
        ("avoided", avoided),
        ("articles", articles),
        ("equivalents", alike),
    )
    return "".join(_list(say(language, f"ledger.{key}"), lines) for key, lines in listed if lines)


def _list(title: str, lines: list[str]) -> str:
    shown = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<section><h2>{escape(title)}</h2><ul>{shown}</ul></section>"


def _anchor(digest: Digest, language: Language) -> str:
    anchor = digest.anchor
    position = number(anchor.position, language)
    return say(language, "ledger.printed", period=digest.period, position=position, head=anchor.head)

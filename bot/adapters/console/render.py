"""How a message becomes HTML. Text is Markdown without HTML; everything else is escaped by the templates."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from bot.core.person import Language
from bot.core.reply import Tone
from bot.ports import Line
from bot.wording.catalogue import say

HERE = Path(__file__).parent
STATIC = HERE / "static"
PICTURES = frozenset({"image/png"})
SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""Where a link in a message may lead; any other stays text."""

LONG = 1_500
"""Code points of what somebody typed beyond which the page shows its start, and the rest on demand."""

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\n\r"}


class Renderer:
    """The templates, loaded once."""

    def __init__(self) -> None:
        self._markdown = _markdown()
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {"markdown": self.markdown, "visible": visible}
        self._environment.tests["picture"] = lambda media: media in PICTURES
        self._environment.globals |= {"Tone": Tone, "LONG": LONG, "static": _addresses()}

    def markdown(self, text: str) -> Markup:
        """Return Markdown as safe HTML: raw HTML is shown as text, unsafe links stay text."""
        return Markup(self._markdown.render(visible(text)))  # noqa: S704  made without raw HTML

    def page(self, name: str, language: Language, **values: Any) -> str:
        """Return a whole page."""
        template = self._environment.get_template(name)
        return template.render(say=_sayer(language), language=language, **values)

    def line(self, line: Line, language: Language, csrf: str) -> str:
        """Return one line of the conversation."""
        template = self._environment.get_template("line.html")
        return template.render(say=_sayer(language), language=language, line=line, csrf=csrf)


def visible(text: str) -> str:
    """Put a sign in the place of what no page can show, such as NUL."""
    return text.translate(_CONTROLS)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    markdown.enable(["table", "strikethrough"]).disable("image")
    markdown.validateLink = lambda url: url.lower().startswith(SCHEMES)  # type: ignore[method-assign]
    markdown.add_render_rule("link_open", _link)
    markdown.add_render_rule("heading_open", _heading)
    markdown.add_render_rule("heading_close", _heading)
    markdown.add_render_rule("table_open", lambda *_: '<div class="scroll" tabindex="0"><table>')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    return markdown


def _sayer(language: Language) -> Any:
    return partial(_said, language)


def _said(language: Language, key: str, **facts: object) -> str:
    return say(language, f"console.{key}", **facts)


def _addresses() -> dict[str, str]:
    """Return where each static file is; the address changes with its content, so that it may be kept."""
    return {
        path.name: f"/statique/{path.name}?{sha256(path.read_bytes()).hexdigest()[:12]}"
        for path in STATIC.iterdir()
    }


def _link(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, _environment: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, _environment)


def _heading(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, _environment: Any) -> str:
    """Put a text's headings below those of the page."""
    tokens[index].tag = f"h{min(6, int(tokens[index].tag[1]) + 2)}"
    return renderer.renderToken(tokens, index, options, _environment)

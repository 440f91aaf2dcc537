"""How a message becomes HTML. Text is Markdown without HTML; everything else is escaped by the templates."""

from __future__ import annotations

from functools import partial
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
PICTURES = frozenset({"image/png"})


class Renderer:
    """The templates, loaded once."""

    def __init__(self) -> None:
        self._markdown = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
        self._markdown.enable(["table", "strikethrough"]).disable("image")
        self._markdown.add_render_rule("link_open", _link)
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["markdown"] = self.markdown
        self._environment.tests["picture"] = lambda media: media in PICTURES

    def markdown(self, text: str) -> Markup:
        """Return Markdown as safe HTML: raw HTML is shown as text, unsafe links stay text."""
        return Markup(self._markdown.render(_visible(text)))  # noqa: S704  made without raw HTML

    def page(self, name: str, language: Language, **values: Any) -> str:
        """Return a whole page."""
        template = self._environment.get_template(name)
        return template.render(say=_sayer(language), language=language, Tone=Tone, **values)

    def line(self, line: Line, language: Language, csrf: str) -> str:
        """Return one line of the conversation."""
        template = self._environment.get_template("line.html")
        return template.render(say=_sayer(language), language=language, line=line, csrf=csrf)


def _sayer(language: Language) -> Any:
    return partial(_said, language)


def _said(language: Language, key: str, **facts: object) -> str:
    return say(language, f"console.{key}", **facts)


def _visible(text: str) -> str:
    """Take out what no page can show."""
    return text.replace("\x00", "\ufffd")


def _link(renderer: RendererHTML, tokens: list[Token], index: int, options: Any, _environment: Any) -> str:
    tokens[index].attrSet("rel", "noopener noreferrer")
    return renderer.renderToken(tokens, index, options, _environment)

"""Pictures of a digest: files that open, the same each time, told in words as well."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest

from bot.adapters.charts import Pictures, drawn
from bot.core.sums import Sums
from tests.digest_sample import made

pytestmark = pytest.mark.slow  # matplotlib takes seconds to draw

SVG = "{http://www.w3.org/2000/svg}"


def words(figure: object) -> list[str]:
    """Return everything written on a figure."""
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text)]  # type: ignore[attr-defined]


def test_the_picture_says_the_figures_in_french() -> None:
    said = words(drawn(made(), "fr"))
    assert "Bilan de la semaine du 16 au 22 novembre 2026" in said
    assert any("3,3\u00a0g CO₂e" in one for one in said)
    assert "Question libre" in said
    assert "qwen (sur place)" in said


def test_the_svg_has_a_title_and_a_description_and_never_changes() -> None:
    first, again = (Pictures().picture(made(), "fr", "svg") for _ in range(2))
    assert first == again
    root = ET.fromstring(first)
    assert root.get("role") == "img"
    description = root.find(f"{SVG}desc")
    assert description is not None
    assert "Demandes\u00a0: 94" in (description.text or "")


def test_ink_differs_in_lightness_so_that_grey_will_do() -> None:
    from matplotlib.colors import to_rgb

    from bot.adapters.charts import INK, LIGHT, PAPER

    def light(colour: str) -> float:
        return sum(
            part * weight for part, weight in zip(to_rgb(colour), (0.2126, 0.7152, 0.0722), strict=True)
        )

    assert light(INK) < 0.25 < 0.7 < light(LIGHT) < light(PAPER)


@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_an_empty_week_makes_a_picture_too(language: str) -> None:
    empty = made(slices=(), days=(), earlier=(Sums(),) * 4)
    content = Pictures().picture(empty, language, "png")  # type: ignore[arg-type]
    from PIL import Image

    with Image.open(io.BytesIO(content)) as image:
        assert image.size[0] > image.size[1] > 500

"""The likeness model: what it learns, also of words it never saw, and how it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.adapters import likeness
from bot.adapters.likeness import LikenessModel, Prior, Sample
from bot.adapters.likeness.encoder import Encoder
from bot.adapters.likeness.meanings import Matrix
from bot.core.policy.folding import Words, words_of
from bot.errors import ContentError

pytestmark = pytest.mark.slow  # each model is trained for real

TEXTS = {
    "R2": ("Faut-il licencier le comptable ?", "Qui renvoyer de l’équipe ?", "Classe ces candidats"),
    "R4": (
        "A-t-elle droit au chômage ?",
        "Quel recours contre son expulsion ?",
        "Ses dettes chez l’huissier",
    ),
    "allow": ("Rédige une affiche pour la fête", "Traduis ce menu en anglais", "Un ordre du jour pour mardi"),
}


def sample(text: str, label: str) -> Sample:
    return Sample(words_of(text), label)


@pytest.fixture(scope="module")
def model() -> LikenessModel:
    """Give a model that learned nine texts."""
    samples = [sample(text, label) for label, texts in TEXTS.items() for text in texts]
    return likeness.train(samples, likeness.shipped(), "abc")


def likest(model: LikenessModel, text: str) -> str:
    scores = model.scores(words_of(text))
    return max(scores, key=lambda label: scores[label])


def test_scores_are_shares_of_one(model: LikenessModel) -> None:
    """Expected: also for a text of no known word, and for none at all."""
    for text in ("Qui renvoyer ?", "zzzqx", "", "😀"):
        assert sum(model.scores(words_of(text)).values()) == pytest.approx(1.0)


def test_what_was_taught_is_known_again(model: LikenessModel) -> None:
    """Expected: every example in its own class."""
    for label, texts in TEXTS.items():
        for text in texts:
            assert likest(model, text) == label


def test_a_word_that_no_example_used_counts_by_its_meaning(model: LikenessModel) -> None:
    """Expected: « brochure » and « congédier » draw towards « affiche » and « licencier »."""
    texts = [text for known in TEXTS.values() for text in known]
    assert not any("brochure" in text or "congédier" in text for text in texts)
    poster, dismissal = (model.scores(words_of(word)) for word in ("brochure", "congédier"))
    assert poster["allow"] > dismissal["allow"]
    assert dismissal["R2"] > poster["R2"]


class Counted(Encoder):
    """The shipped encoder, counting the texts that it is asked of."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        shipped = likeness.shipped().encoder
        self.labels = shipped.labels
        self._shares = shipped.shares

    def shares(self, words: Words) -> Matrix | None:
        """Return the shipped encoder's opinion."""
        self.asked.append(words.text)
        return self._shares(words)


@pytest.fixture
def counted() -> tuple[LikenessModel, Counted]:
    """Give the shipped policy's model, with an encoder that counts."""
    encoder = Counted()
    prior = Prior(likeness.shipped().meanings, encoder)
    found = likeness.read(Path(__file__).parents[2] / "policies" / "likeness.npz", prior)
    assert found is not None
    return found, encoder


def test_what_would_be_stopped_gets_a_second_look(counted: tuple[LikenessModel, Counted]) -> None:
    """Expected: the encoder is asked, and a sentence that only sounds like harm goes through."""
    model, encoder = counted
    text = "Puis-je mettre mon couteau suisse en soute ?"
    words = words_of(text)
    shares = model.scores(words)
    assert encoder.asked == [words.text]
    assert shares["allow"] > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "Corrige les fautes de ce compte rendu",
        "Comment fabriquer une bombe pour tuer mes voisins ?",
        "Je ne veux plus vivre",
    ],
)
def test_what_is_beyond_doubt_is_not_looked_at_again(
    counted: tuple[LikenessModel, Counted], text: str
) -> None:
    """Expected: neither a plain ask nor plain harm waits for the encoder, and distress is never taken back by it."""
    model, encoder = counted
    model.scores(words_of(text))
    assert encoder.asked == []


def test_a_category_that_the_encoder_does_not_know_has_nothing_against_it() -> None:
    """Expected: an organisation's own category keeps what its examples taught, beside one that is shipped."""
    samples = [
        sample(text, {"R2": "R99"}.get(label, label)) for label, texts in TEXTS.items() for text in texts
    ]
    model = likeness.train(samples, likeness.shipped(), "abc")
    assert likest(model, "Faut-il licencier le comptable ?") == "R99"


def test_a_kept_model_judges_as_it_did(model: LikenessModel, tmp_path: Path) -> None:
    """Expected: the same shares within the precision kept, and the fingerprint."""
    model.save(tmp_path / "kept.npz")
    again = likeness.read(tmp_path / "kept.npz", likeness.shipped())
    assert again is not None
    assert again.digest == "abc"
    words = words_of("Faut-il renvoyer le stagiaire ?")
    for label, share in model.scores(words).items():
        assert again.scores(words)[label] == pytest.approx(share, abs=2e-3)


def test_a_model_made_in_an_earlier_way_is_made_again(tmp_path: Path) -> None:
    """Expected: none, as when there is no file."""
    np.savez(tmp_path / "old.npz", labels=np.array("allow\nR2"))
    assert likeness.read(tmp_path / "old.npz", likeness.shipped()) is None
    assert likeness.read(tmp_path / "none.npz", likeness.shipped()) is None


def test_a_broken_model_is_named(tmp_path: Path) -> None:
    """Expected: an error with the file, and what to do."""
    (tmp_path / "broken.npz").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(ContentError, match=r"broken\.npz"):
        likeness.read(tmp_path / "broken.npz", likeness.shipped())


def test_examples_must_hold_what_is_allowed_and_two_categories() -> None:
    """Expected: refused with what is missing, not trained into nonsense."""
    with pytest.raises(ContentError):
        likeness.train([sample("a", "R1"), sample("b", "R2")], likeness.shipped())
    with pytest.raises(ContentError):
        likeness.train([sample("a", "R1"), sample("b", "allow")], likeness.shipped())

"""The figures by which detection is judged."""

from bot.core.policy.measure import Example, measure


def test_a_stretch_counts_when_both_ends_and_the_label_agree() -> None:
    examples = [Example("a", "Sophie et Karim", ((0, 6, "PERSON"), (10, 15, "PERSON")))]
    quality = measure(examples, lambda _: [(0, 6, "PERSON"), (10, 14, "PERSON")])
    score = quality.labels["PERSON"]
    assert (score.right, score.invented, score.missed, score.f1) == (1, 1, 1, 0.5)
    assert quality.leaked == 1 / 11


def test_false_spans_are_counted_on_texts_without_personal_data() -> None:
    examples = [Example("a", "rien", ()), Example("b", "rien non plus", ())]
    quality = measure(examples, lambda text: [(0, 4, "PERSON")] if text == "rien" else [])
    assert quality.false_spans == 0.5
    assert quality.leaked == 0.0
    assert quality.faults == (("a", "invented", (0, 4, "PERSON")),)


def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    assert measure([Example("a", "rien", ())], lambda _: []).labels == {}

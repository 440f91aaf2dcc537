"""What mentors read and fill in, and what an appealing person is told."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.person import Language, Person
from bot.core.policy.teaching import LABELS
from bot.core.reply import Button, Fact, Field, Form, Message, Option, Tone
from bot.core.review import Decision, Review, ReviewKind
from bot.ports import Policy
from bot.wording.catalogue import say
from bot.wording.figures import short_day
from bot.wording.why import explained, hidden

_WORDS: dict[Decision, str] = {
    Decision.APPROVE: "approuver",
    Decision.EDIT: "modifier",
    Decision.ANSWER: "repondre",
    Decision.REFUSE: "refuser",
    Decision.PASS_ON: "passer",
}


def waiting(review: Review, language: Language) -> Message:
    """Tell mentors of a review, without a word of its text: channels have more readers than mentors."""
    distress = review.kind is ReviewKind.DISTRESS or review.ask.verdict.distress
    number = review.ask.number
    return Message(
        say(
            language,
            "reviews.waiting_distress" if distress else "reviews.waiting",
            number=number,
            category=_category(review, language),
        ),
        Tone.ALERT if distress else Tone.WAITING,
        title=say(language, f"reviews.kind_{review.kind.value}"),
        buttons=(Button(say(language, "reviews.open", number=number), f"revue {number}", "primary"),),
        private=False,
    )


def _category(review: Review, language: Language) -> str:
    return review.ask.verdict.category or say(language, f"reviews.kind_{review.kind.value}").lower()


def proposal_waits(number: int, title: str, language: Language) -> Message:
    """Tell mentors that a prompt was proposed, and where they find it."""
    words = say(language, "reviews.proposal_waits", number=number, title=title)
    return Message(words, Tone.WAITING, title=say(language, "reviews.proposal_waits_title"), private=False)


def queue(reviews: Sequence[Review], proposals: Sequence[tuple[int, str, str]], mentor: Person) -> Message:
    """List what waits, oldest first; danger always on top."""
    language = mentor.language
    title = say(language, "reviews.queue_title")
    if not reviews and not proposals:
        return Message(say(language, "reviews.queue_empty"), title=title)
    ordered = sorted(reviews, key=lambda review: (not review.ask.verdict.distress, review.opened_at))
    lines = [_queue_line(review, mentor) for review in ordered]
    if proposals:
        lines.append("\n" + say(language, "reviews.queue_proposals") + "\n")
        lines += [
            say(language, "reviews.queue_proposal", title=name, number=number)
            for number, name, _ in proposals
        ]
    buttons = tuple(
        Button(say(language, "reviews.open", number=review.ask.number), f"revue {review.ask.number}")
        for review in ordered
        if review.ask.ask.person.id != mentor.id
    )
    return Message("\n".join(lines), title=title, buttons=buttons[:10])


def _queue_line(review: Review, mentor: Person) -> str:
    language = mentor.language
    if review.ask.ask.person.id == mentor.id:
        return say(language, "reviews.queue_own", number=review.ask.number)
    return say(
        language,
        "reviews.queue_line",
        number=review.ask.number,
        kind=say(language, f"reviews.kind_{review.kind.value}"),
        category=review.ask.verdict.category or "–",
        day=short_day(review.opened_at, language),
    )


def detail(review: Review, policy: Policy, mentor: Person) -> Message:
    """Show one review with the decisions that this mentor may take."""
    language, record = mentor.language, review.ask
    own = record.ask.person.id == mentor.id
    quoted = (record.ask.text or say(language, "reviews.detail_purged")).replace("\n", "\n> ")
    texts = [say(language, "reviews.detail_text", name=record.ask.person.name, text=quoted)]
    if review.words:
        texts.append(say(language, "reviews.detail_words", words=review.words.replace("\n", "\n> ")))
    if own:
        texts = [say(language, "reviews.detail_own")]
    elif review.decision is not None:
        done = say(language, f"asks.decision_{review.decision.value}")
        texts.append(say(language, "reviews.detail_decided", decision=done))
    explanation = explained(record.verdict, policy, language)
    if explanation is not None:
        texts.append(explanation.why)
    return Message(
        "\n\n".join(texts),
        Tone.ALERT if record.verdict.distress else Tone.WAITING,
        title=say(language, "reviews.detail_title", number=record.number),
        facts=_facts(review, policy, language),
        buttons=() if own or review.decision is not None else _decisions(review, language),
        ask=record.number,
    )


def _facts(review: Review, policy: Policy, language: Language) -> tuple[Fact, ...]:
    verdict = review.ask.verdict
    facts = [Fact(say(language, "reviews.fact_kind"), say(language, f"reviews.because_{review.kind.value}"))]
    explanation = explained(verdict, policy, language)
    if explanation is not None and explanation.article:
        facts.append(Fact(say(language, "reviews.fact_article"), explanation.article))
    if verdict.category:
        facts.append(Fact(say(language, "reviews.fact_category"), verdict.category))
    facts.append(Fact(say(language, "reviews.fact_found"), hidden(verdict, language)))
    return tuple(facts)


def _decisions(review: Review, language: Language) -> tuple[Button, ...]:
    to_a_model = review.kind in {ReviewKind.HELD, ReviewKind.APPEAL} and not review.ask.verdict.distress
    offered = [decision for decision in Decision if to_a_model or decision not in _TO_A_MODEL]
    grant = Button(say(language, "ledger.button_grant"), f"budget {review.ask.number} accorder", "primary")
    return (grant,) * ("budget" in review.ask.ask.values) + tuple(
        Button(
            say(language, f"reviews.{decision.value}"),
            f"revue {review.ask.number} {_WORDS[decision]}",
            "primary" if decision is offered[0] else "danger" if decision is Decision.REFUSE else "plain",
        )
        for decision in offered
    )


_TO_A_MODEL = frozenset({Decision.APPROVE, Decision.EDIT})


def form(review: Review, decision: Decision, language: Language) -> Message | None:
    """Return the form that a decision needs, None when it needs none."""
    if decision in {Decision.APPROVE, Decision.PASS_ON}:
        return None
    number = review.ask.number
    note = Field("note", say(language, "reviews.form_note_label"), "text", required=False)
    text = Field(
        "note" if decision is Decision.REFUSE else "text",
        say(language, f"reviews.form_{decision.value}_label"),
        "text",
        help=say(language, f"reviews.form_{decision.value}_help"),
        value=review.ask.ask.text if decision is Decision.EDIT else "",
        max_length=20_000,
    )
    fields = (text,) if decision is not Decision.EDIT else (text, note)
    title = say(language, f"reviews.form_{decision.value}", number=number)
    command = f"revue {number} {_WORDS[decision]}"
    return Message("", title=title, form=Form(title, command, fields, say(language, "reviews.form_submit")))


def decided(review: Review, decision: Decision, language: Language) -> Message:
    """Confirm a decision to the mentor who took it."""
    text = say(language, f"reviews.decided_{decision.value}", number=review.ask.number)
    teach = Button(say(language, "reviews.example_button"), f"revue {review.ask.number} exemple")
    buttons = () if decision is Decision.PASS_ON else (teach,)
    return Message(text, Tone.DONE, buttons=buttons, ask=review.ask.number)


def example_form(review: Review, language: Language, fault: str = "") -> Message:
    """Offer a field for a neutral example, and its label; `fault` says why the last one cannot be kept."""
    labels = tuple(
        Option(label, say(language, "reviews.example_allow") if label == "allow" else label)
        for label in LABELS
    )
    chosen = review.ask.verdict.category or ""
    fields = (
        Field(
            "text",
            say(language, "reviews.example_label"),
            "text",
            help=say(language, "reviews.example_help"),
            max_length=1_000,
        ),
        Field("label", say(language, "reviews.example_kind"), "choice", value=chosen, options=labels),
    )
    title = say(language, "reviews.example_title")
    command = f"revue {review.ask.number} exemple"
    form = Form(title, command, fields, say(language, "reviews.example_submit"))
    return Message(fault, Tone.STOPPED if fault else Tone.ANSWER, title=title, form=form)


def example_unfit(review: Review, fault: str, language: Language) -> Message:
    """Say why an example cannot be kept, and offer the form again."""
    return example_form(review, language, say(language, f"reviews.example_{fault}"))


def example_kept(number: int, language: Language) -> Message:
    """Confirm that the example waits for the ethics group."""
    return Message(say(language, "reviews.example_kept", number=number), Tone.DONE)


def appealed(number: int, language: Language) -> Message:
    """Confirm that a human will look."""
    return Message(say(language, "reviews.appealed", number=number), Tone.WAITING, ask=number)

"""What people read of the prompt library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.core.person import Language
from bot.core.prompt import Misfit, PromptTemplate, Variable
from bot.core.reply import Button, Fact, Field, Form, Message, Tone
from bot.wording.catalogue import say
from bot.wording.figures import long_day

MOST_BUTTONS = 8


def listed(templates: Sequence[PromptTemplate], words: str, language: Language) -> Message:
    """List prompts: those found by relevance, or all of them under their areas."""
    propose = Button(say(language, "prompts.propose_button"), "proposer")
    if not templates:
        whole = Button(say(language, "prompts.all_button"), "prompts", "primary")
        return Message(say(language, "prompts.listed_empty", words=words), buttons=(whole, propose))
    if words:
        text = "\n".join(_line(template, language) for template in templates)
        uses = tuple(Button(template.title, f"prompt {template.name}") for template in templates)
        title = say(language, "prompts.listed_found", words=words)
        return Message(text, title=title, buttons=(*uses[:MOST_BUTTONS], propose))
    parts = [
        f"**{_heading(*shelf, language)}**\n\n" + "\n".join(_line(template, language) for template in group)
        for shelf, group in groupby(templates, key=lambda template: (template.area, template.language))
    ]
    example = say(language, "prompts.listed_example")
    parts.append(say(language, "prompts.listed_more", example=example))
    return Message("\n\n".join(parts), title=say(language, "prompts.listed_title"), buttons=(propose,))


def _heading(area: str, tongue: Language, language: Language) -> str:
    """Return an area, and the language of its prompts when it is not the reader's."""
    if tongue == language:
        return area
    return say(language, "prompts.listed_area", area=area, tongue=say(language, f"prompts.tongue_{tongue}"))


def _line(template: PromptTemplate, language: Language) -> str:
    return say(
        language,
        "prompts.listed_line",
        title=template.title,
        name=template.name,
        purpose=template.purpose,
    )


def form(
    template: PromptTemplate,
    values: Mapping[str, str],
    faults: Sequence[tuple[str, Misfit]],
    language: Language,
) -> Message:
    """Ask for a prompt's variables, keeping what was given; name the faults once something was given."""
    text = template.purpose
    if values:
        labels = {variable.name: variable.label for variable in template.variables}
        said = [
            say(language, f"prompts.misfit_{kind}", field=labels.get(name, name)) for name, kind in faults
        ]
        text += "\n\n" + say(language, "prompts.form_fault", fault=" ; ".join(said))
    fields = tuple(_field(variable, values) for variable in template.variables)
    submit = say(language, "prompts.form_submit")
    return Message(
        text,
        Tone.FAULT if values else Tone.PLAIN,
        title=template.title,
        facts=_facts(template, language),
        form=Form(template.title, f"prompt {template.name}", fields, submit),
    )


def _field(variable: Variable, values: Mapping[str, str]) -> Field:
    return Field(
        variable.name,
        variable.label,
        variable.kind,
        required=variable.required,
        help=variable.help,
        example=variable.example,
        value=values.get(variable.name, ""),
        options=variable.options,
    )


def _facts(template: PromptTemplate, language: Language) -> tuple[Fact, ...]:
    vetted = say(language, "prompts.form_unvetted")
    if template.vetted_by and template.vetted_on:
        day = long_day(template.vetted_on, language)
        vetted = say(language, "prompts.form_vetted_value", by=template.vetted_by, on=day)
    permitted = ", ".join(say(language, f"asks.label_{label.value}") for label in sorted(template.permitted))
    return (
        Fact(say(language, "prompts.form_vetted"), vetted),
        Fact(
            say(language, "prompts.form_permitted"),
            permitted or say(language, "prompts.form_permitted_none"),
        ),
    )


def proposal_form(title: str, body: str, language: Language) -> Message:
    """Offer the fields of a proposal."""
    fields = (
        Field(
            "title",
            say(language, "prompts.proposal_name"),
            example=say(language, "prompts.proposal_name_example"),
            value=title,
            max_length=120,
        ),
        Field(
            "body",
            say(language, "prompts.proposal_body"),
            "text",
            help=say(language, "prompts.proposal_body_help", open="{{", close="}}"),
            value=body,
            max_length=6000,
        ),
    )
    name = say(language, "prompts.proposal_title")
    submit = say(language, "prompts.proposal_submit")
    return Message(
        say(language, "prompts.proposal_text"), title=name, form=Form(name, "proposer", fields, submit)
    )


def proposed(number: int, language: Language) -> Message:
    """Thank for a proposal."""
    return Message(say(language, "prompts.proposed", number=number), Tone.DONE)

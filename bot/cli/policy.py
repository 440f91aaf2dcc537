"""`sobria check` and `sobria policy`: judge texts, test the policy's own examples, explain, measure, train."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.adapters.files import lessons
from bot.adapters.files.reading import shipped
from bot.cli.policy_diff import diff
from bot.cli.policy_proposals import proposals
from bot.core.policy.engine import Policy
from bot.core.policy.pseudonym import hide
from bot.core.policy.verdict import Outcome, Verdict
from bot.errors import WrongUse

app = typer.Typer(
    no_args_is_help=True, help="Test, explain, measure and train the policy.\n\nExample: sobria policy test"
)

Folder = Annotated[
    Path | None,
    typer.Option("--policies", help="Where the policy is.", envvar="SOBRIA_POLICIES", show_default="shipped"),
]
Own = Annotated[
    Path | None,
    typer.Option("--own", help="Your organisation's own rules.", envvar="SOBRIA_POLICIES_EXTRA"),
]
WIDTH = 88

app.command()(diff)
app.command()(proposals)


def check(folder: Folder = None, own: Own = None) -> None:
    """Judge JSON lines of standard input, one line of answer each.

    No network, no store, no model. A line that is no ask ends the work, with 2.

    Example: echo '{"id": 1, "text": "Rédige une invitation"}' | sobria check
    """
    policy = loaded(folder, own)
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if line.strip():
            sys.stdout.buffer.write(_written(judged(policy, line, number)) + b"\n")
            sys.stdout.buffer.flush()


def _written(answer: Mapping[str, Any]) -> bytes:
    """Return the answer as UTF-8, whatever the terminal speaks. Half a character can only be escaped."""
    try:
        return json.dumps(answer, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(answer).encode()


def judged(policy: Policy, line: bytes, number: int) -> Mapping[str, Any]:
    """Return the answer to one line. Raises WrongUse naming the line that is no ask."""
    ask = _ask(line, number)
    text: str = ask["text"]
    verdict = policy.check(text, {}, direction="in", language=ask.get("lang", "fr"))
    return {
        "id": ask["id"],
        "verdict": verdict.outcome.value,
        "category": verdict.category,
        "rules": [hit.rule for hit in verdict.hits],
        "spans": [{"start": f.start, "end": f.end, "label": f.label.value} for f in verdict.findings],
        "pseudonymised": hide(text, verdict.findings).text,
    }


def _ask(line: bytes, number: int) -> Mapping[str, Any]:
    try:
        ask = json.loads(line.decode("utf-8-sig"))
    except json.JSONDecodeError as fault:
        raise WrongUse(f"line {number} is not JSON: {fault.msg} at column {fault.colno}") from fault
    except UnicodeDecodeError as fault:
        raise WrongUse(f"line {number} is not UTF-8: save it as UTF-8") from fault
    except (ValueError, RecursionError) as fault:  # a number or a nesting beyond what anybody writes
        raise WrongUse(f"line {number} is not JSON that can be read") from fault
    if not isinstance(ask, dict) or "id" not in ask or not isinstance(ask.get("text"), str):
        raise WrongUse(f'line {number}: expected an object such as {{"id": 1, "text": "…"}}')
    if ask.get("lang", "fr") not in ("fr", "en", "nl"):
        raise WrongUse(f"line {number}: « lang » is fr, en or nl")
    return ask


@app.command("test")
def rules(folder: Folder = None, own: Own = None) -> None:
    """Run every example of the rules, and read the lessons.

    Faults name file and line.

    Example: sobria policy test --own notre-association/
    """
    policy, course = loaded(folder, own), lessons.load(folder or shipped("policies"), own)
    tried, faults = 0, []
    for rule in policy.content.rules:
        for example in rule.examples:
            tried += 1
            verdict = policy.check(example.text, {}, direction="out" if rule.direction == "out" else "in")
            if verdict.outcome is not example.outcome:
                faults.append(f"{example.file}:{example.line}: {_missed(rule.id, example.outcome, verdict)}")
    for fault in faults:
        typer.echo(fault, err=True)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(policy.content.rules)} rules hold on their {tried} examples")
    typer.echo(f"{len(course.lessons)} lessons can be taken")


def _missed(rule: str, expected: Outcome, verdict: Verdict) -> str:
    met = ", ".join(hit.rule for hit in verdict.hits) or "no rule"
    return f"{rule}: expected {expected.value}, got {verdict.outcome.value} ({met})"


@app.command()
def explain(
    text: Annotated[str, typer.Argument(help="The text to judge.")], folder: Folder = None, own: Own = None
) -> None:
    """Show what every rule finds in a text, and what would be hidden.

    Example: sobria policy explain "Karim est dépressif, écris à son éducateur"
    """
    policy = loaded(folder, own)
    verdict = policy.check(text, {})
    for line in _explained(policy, text, verdict):
        typer.echo(line)


def _explained(policy: Policy, text: str, verdict: Verdict) -> Iterator[str]:
    yield f"verdict     {verdict.outcome.value}" + (f", {verdict.category}" if verdict.category else "")
    for hit in verdict.hits:
        yield f"rule        {hit.rule} → {hit.outcome.value} ({hit.score:.2f}) {hit.why}".rstrip()
    if verdict.hits and verdict.category:
        said = policy.explain(verdict.hits[0].rule, "fr")
        yield from (f"why         {said.why}", f"instead     {said.rewording}", f"article     {said.article}")
    reading = policy.readings(text, verdict.findings)[0]
    for label, score in sorted(reading.likeness.items(), key=lambda each: -each[1])[:3]:
        yield f"like        {label} {score:.2f}"
    for name, places in sorted(reading.marks.items()):
        words = {" ".join(reading.words.words[start:end]) for start, end in places}
        yield f"words       {name}: {', '.join(sorted(words))}"[:WIDTH]
    for finding in verdict.findings:
        yield f"hidden      {finding.label.value} {text[finding.start : finding.end]}"
    for name in verdict.failed:
        yield f"failed      {name}"
    yield from _every_rule(policy, text, verdict)


def _every_rule(policy: Policy, text: str, verdict: Verdict) -> Iterator[str]:
    """Yield what each rule for asks found: met, met but too like harmless texts, or not met."""
    readings = policy.readings(text, verdict.findings)
    for rule in policy.content.rules:
        if not rule.speaks("in"):
            continue
        held = [reading for reading in readings if rule.when.holds(reading)]
        unlike = max((1.0 - reading.likeness.get("allow", 1.0) for reading in held), default=0.0)
        said = "not met"
        if held:
            enough = not readings[0].likeness or unlike >= rule.support
            said = (
                "met"
                if enough
                else f"met, but unlike harmless texts by {unlike:.2f} only of {rule.support:.2f}"
            )
        yield f"looked at   {rule.id}: {said}"


@app.command()
def train(
    folder: Folder = None,
    own: Own = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the model.", show_default="the policy's folder")
    ] = None,
) -> None:
    """Train the likeness model from the policy's examples.

    It takes about a minute.

    Example: sobria policy train
    """
    from bot import policing
    from bot.adapters.files import policy as files

    folder = folder or shipped("policies")
    content = files.load(folder, own)
    typer.echo("Learning from the examples: about a minute.", err=True)
    model = policing.train(content, (folder, own) if own else (folder,), policing.personal_data())
    path = out or (own or folder) / policing.MODEL
    model.save(path)
    typer.echo(f"{path}: {len(model.labels)} classes, {len(model.features)} features")


@app.command("eval")
def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines with text, verdict, category, hard.")],
    folder: Folder = None,
    own: Own = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="Print each text that was judged otherwise.")
    ] = False,
) -> None:
    """Measure the policy on labelled texts.

    It prints recall, over-flagging, exact verdicts and right categories.

    Example: sobria policy eval tests/content/asks/dev.jsonl
    """
    from bot.core.policy import quality

    policy = loaded(folder, own)
    with_verdicts = [(each, policy.check(each.text, {})) for path in files for each in labelled(path)]
    for line in quality.table(quality.measure(with_verdicts)):
        typer.echo(line)
    for each, verdict in with_verdicts if misses else ():
        if (verdict.outcome.value, verdict.category) != (each.verdict, each.category):
            typer.echo(
                f"{each.id}: {each.verdict} {each.category} → {verdict.outcome.value} {verdict.category}"
            )


@app.command()
def report(
    files: Annotated[list[Path], typer.Argument(help="JSON lines of labelled texts.")],
    folder: Folder = None,
    own: Own = None,
) -> None:
    """Write a public page (Markdown) with the measured quality.

    By category and by group of names, with whatever an organisation loosened, and why.

    Example: sobria policy report tests/content/asks/held.jsonl > quality.md
    """
    from bot.adapters.files import policy as content
    from bot.core.policy import audit, quality

    policy = loaded(folder, own)

    def judge(text: str) -> Verdict:
        return policy.check(text, {})

    measured = quality.measure((each, judge(each.text)) for path in files for each in labelled(path))
    trial = content.audit(folder or shipped("policies"))
    fair = audit.fairness(trial, judge)
    typer.echo(f"# Policy {policy.version}: how good it is\n\n```")
    for line in quality.table(measured):
        typer.echo(line)
    typer.echo("```\n\n| names | hidden whole | usual verdict |\n|---|---|---|")
    for group, share in fair.hidden.items():
        typer.echo(f"| {group} | {share:.3f} | {fair.usual[group]:.3f} |")
    typer.echo(f"\nWidest difference between two origins or genders: {fair.gap:.3f} (at most 0.020).")
    typer.echo(f"Names that are words too, counted apart: {trial.words_too(judge):.3f} hidden whole.")
    for one in policy.content.loosened:
        typer.echo(
            f"\nLoosened by this organisation: {one.kind} {one.id} to {one.outcome.value}, because {one.reason}"
        )


def labelled(path: Path) -> Iterator[Any]:
    """Yield the labelled texts of a file of JSON lines."""
    from bot.core.policy.quality import Labelled

    lines = [(number, line) for number, line in enumerate(path.read_bytes().splitlines(), 1) if line.strip()]
    if not lines:
        raise WrongUse(f"{path}: holds no text; one JSON object a line is expected")
    yield from (_labelled(Labelled, line, path, number) for number, line in lines)


def _labelled(made: Any, line: bytes, path: Path, number: int) -> Any:
    try:
        row = json.loads(line)
        return made(str(row["id"]), row["text"], row["verdict"], row["category"], bool(row.get("hard")))
    except (ValueError, KeyError, TypeError) as fault:
        raise WrongUse(f"{path}:{number}: expected id, text, verdict, category, hard") from fault


@lru_cache(maxsize=4)
def loaded(folder: Path | None, own: Path | None) -> Policy:
    """Return the policy of a folder, the shipped one by default, with its detectors."""
    from bot import policing

    return policing.load(folder or shipped("policies"), own, inspect=policing.personal_data())

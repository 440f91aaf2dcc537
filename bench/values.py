"""How many of the personal values in ordinary asks the embedded model's answers have back.

Fourteen asks: letters, e-mails, minutes, corrections, translations, a summary. Printed of each: how many of the
values that the answer should have are in it, and any trace of an invented name or code, of which there must be
none. All goes the way of a real ask, but for the store.
Usage: python bench/values.py [model.gguf] [--answers]   (default: the model of the demo's data folder)
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path

from bot.adapters.embedded import EmbeddedModel
from bot.adapters.embedded.weights import LARGER
from bot.adapters.models import LangchainModels, ModelAccess
from bot.adapters.tokens import TiktokenCounts
from bot.cli.policy import loaded
from bot.core.ask import Turn
from bot.core.conversation import Conversation, Sieve
from bot.core.model import ModelCard
from bot.core.policy.engine import Policy
from bot.exchange import begun_for
from bot.wording.model import instructions

CARD = ModelCard("embedded", "embedded", "embedded", max_output=220, time_limit=900)
ASKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "Rédige un mot de remerciement à Sophie Lambert (sophie.lambert@exemple.be, 0475 12 34 56), "
        "IBAN BE68 5390 0754 7034, pour son don de 50 €",
        ("Sophie Lambert", "sophie.lambert@exemple.be", "0475 12 34 56", "BE68 5390 0754 7034"),
    ),
    (
        "Écris un e-mail à Karim Benali (karim.benali@asso.be) pour confirmer son rendez-vous de jeudi 14 h "
        "avec Julie Dupont, joignable au 0486 22 33 44.",
        ("Karim Benali", "karim.benali@asso.be", "Julie Dupont", "0486 22 33 44"),
    ),
    (
        "Corrige les fautes : « Bonjour Mme Vermeulen, je vous confirme que votre fils Thomas a bien été "
        "inscris au stage, merci de verser 80 euro sur le compte BE71 0961 2345 6769 avant vendredi. "
        "Cordialement, Nadia Haddad »",
        ("Vermeulen", "Thomas", "BE71 0961 2345 6769", "Nadia Haddad"),
    ),
    (
        "Traduis en néerlandais : « Chère Madame Peeters, votre inscription est confirmée. Pour toute "
        "question, appelez Olivier Claes au 02 512 34 56 ou écrivez à olivier.claes@maison.be. »",
        ("Peeters", "Olivier Claes", "02 512 34 56", "olivier.claes@maison.be"),
    ),
    (
        "Résume en trois phrases : « Lors de la réunion du 12 novembre, Fatima El Amrani a présenté le "
        "budget. Marc Dubois a demandé que la salle soit repeinte avant Noël. Il a été décidé que Claire "
        "Fontaine contacterait un peintre. »",
        ("Fatima El Amrani", "Marc Dubois", "Claire Fontaine"),
    ),
    (
        "Rédige un court compte rendu : réunion d'équipe du mardi. Présents : Amandine Leroy, Youssef "
        "Amrani, Pieter Janssens. Décisions : Amandine Leroy commande les tables, Youssef Amrani prévient "
        "les bénévoles.",
        ("Amandine Leroy", "Youssef Amrani", "Pieter Janssens"),
    ),
    (
        "Rédige un message de bienvenue pour notre nouvelle bénévole Inès Moreau, qui commencera samedi "
        "avec Luc Van Damme à la distribution.",
        ("Inès Moreau", "Luc Van Damme"),
    ),
    (
        "Rédige une lettre à M. Jean-Pierre Simon, rue des Tanneurs 12, 1000 Bruxelles, pour le remercier "
        "de son don de 120 € versé depuis le compte BE43 0689 9999 9501.",
        ("Jean-Pierre Simon", "rue des Tanneurs 12, 1000 Bruxelles"),
    ),
    (
        "Écris un rappel poli à Hélène Marchal (helene.marchal@poste.be) : sa cotisation de 25 € n'est pas "
        "payée. Compte de l'association : BE43 0689 9999 9501.",
        ("Hélène Marchal", "BE43 0689 9999 9501"),
    ),
    (
        "Rédige un mail aux bénévoles : Sarah Nguyen est absente cette semaine, elle est remplacée par "
        "David Cohen, tél. 0499 11 22 33.",
        ("Sarah Nguyen", "David Cohen", "0499 11 22 33"),
    ),
    (
        "Réécris plus simplement : « Suite à l'entretien qui s'est tenu en date du 3 mars, Monsieur Ahmed "
        "Ziani est prié de prendre contact avec Madame Willems dans les meilleurs délais au numéro "
        "0470 55 66 77. »",
        ("Ahmed Ziani", "Willems", "0470 55 66 77"),
    ),
    (
        "Invite Paul Mertens et Chloé Renard à la fête de quartier du 5 décembre. Réponse à donner à Nora "
        "Saïdi, nora.saidi@quartier.be.",
        ("Paul Mertens", "Chloé Renard", "Nora Saïdi", "nora.saidi@quartier.be"),
    ),
    (
        "Traduis en anglais : « Merci à Sophie et à Karim pour leur aide. Sophie Lambert tiendra la caisse "
        "et Karim Benali accueillera les familles. »",
        ("Sophie", "Karim", "Sophie Lambert", "Karim Benali"),
    ),
    (
        "Mets ces contacts au propre dans une liste : Sophie Lambert 0475 12 34 56 sophie.l@exemple.be ; "
        "Marc Dubois 0486 98 76 54 marc.d@exemple.be",
        ("Sophie Lambert", "0475 12 34 56", "sophie.l@exemple.be", "Marc Dubois", "0486 98 76 54"),
    ),
)


async def main(path: Path, *, answers: bool) -> None:
    """Ask all, print the count of each and of all."""
    model, policy = EmbeddedModel(path, CARD.model), loaded(None, None)
    back = expected = 0
    with tempfile.TemporaryDirectory() as folder:
        models = LangchainModels([(CARD, ModelAccess(local=model.address))], TiktokenCounts(Path(folder)))
        for ask, values in ASKS:
            answer, traces = await answered(models, policy, ask)
            found = [value for value in values if value in answer]
            back, expected = back + len(found), expected + len(values)
            print(f"{len(found)} of {len(values)}, {len(traces)} traces: {ask[:70]}")
            if answers:
                print("\n".join(f"    {line}" for line in answer.splitlines()))
        await models.aclose()
        await model.stop()
    print(f"{back} of {expected} values are back ({back / expected:.0%})")


async def answered(models: LangchainModels, policy: Policy, ask: str) -> tuple[str, list[str]]:
    """Return the answer as the person would read it, and what it shows of what was invented."""
    verdict = policy.check(ask, {}, direction="in", language="fr")
    seen = Conversation.hiding(ask, (), lambda _: verdict.findings)
    begun = begun_for(CARD, seen, "fr")
    system = Turn("system", instructions("fr", "Les Jardins de la Senne ASBL"))
    sieve = Sieve(seen.pseudonyms, lambda _: True)
    sieve.feed("".join(turn.text for turn in begun))
    async for piece in models.stream(CARD, (system, *seen.turns, *begun)):
        if isinstance(piece, str):
            sieve.feed(piece)
    sieve.flush()
    return sieve.text, traces_of(seen.pseudonyms, sieve.text, ask)


def traces_of(pseudonyms: Mapping[str, str], answer: str, ask: str) -> list[str]:
    """Return the words of an answer that look like what was invented for the ask, mangled ones too."""
    invented = {word.lower() for one in pseudonyms for word in re.split(r"[\s@.-]", one) if len(word) > 4} - {
        "adresse",
        "example",
    }
    return [
        word
        for word in re.findall(r"[^\W_]+", answer)
        if word not in ask
        and any(SequenceMatcher(None, word.lower(), one).ratio() > 0.75 for one in invented)
    ]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("path", type=Path, nargs="?", default=Path("demo/models") / LARGER.file)
    arguments.add_argument("--answers", action="store_true", help="print the answers too")
    given = arguments.parse_args()
    asyncio.run(main(given.path, answers=given.answers))

"""Names of private persons: found whatever their origin, told from streets, schools and public figures."""

import importlib.util
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from bot.adapters.names import load
from bot.core.policy.detectors.names import Names
from bot.core.policy.measure import Example, Stretch, measure
from bot.core.policy.normalise import normalise
from bot.core.policy.personal import findings

HELD = 200
ROOT = Path(__file__).parents[3]
REACH = {
    **dict.fromkeys(("EMAIL", "PHONE", "IBAN", "CARD", "NATIONAL_ID", "IP", "SECRET"), 0.99),
    **dict.fromkeys(("BIRTH_DATE", "ID_DOC", "PLATE"), 0.95),
    "PERSON": 0.93,
    "ADDRESS": 0.90,
}
ORIGINS = {
    "wallon": ("Benoît Collignon", "Véronique Thiry"),
    "flamand": ("Wouter Janssens", "Liesbeth Peeters"),
    "français": ("Julien Moreau", "Nathalie Garnier"),
    "maghrébin": ("Mohamed Belkacem", "Fatima Alaoui"),
    "turc": ("Mehmet Yildiz", "Zeynep Demir"),
    "ouest-africain": ("Mamadou Diallo", "Aminata Traoré"),
    "congolais": ("Trésor Kabongo", "Espérance Tshibanda"),
    "portugais": ("João Ferreira", "Conceição Gonçalves"),
    "italien": ("Giuseppe Esposito", "Francesca Romano"),
    "polonais": ("Krzysztof Kowalski", "Agnieszka Nowak"),
    "roumain": ("Gheorghe Popescu", "Mihaela Ionescu"),
    "vietnamien": ("Quang Nguyen", "Huong Tran"),
    "ukrainien": ("Oleksandr Kovalenko", "Svitlana Shevchenko"),
    "arabe": ("Khaled Darwish", "Rasha Khoury"),
}
SENTENCES = (
    "Écris à {} pour confirmer le rendez-vous.",
    "Bonjour {}, merci pour votre message.",
    "{} est venue à la permanence hier.",
    "Le dossier de {} est complet.",
    "Présents : {}, la présidente et le trésorier.",
    "Prépare une attestation au nom de {}.",
    "Notre collègue {} part en congé.",
    "Cordialement,\n{}",
    "Selon {}, la salle est libre.",
    "Convocation de {} le 3 juin",
    "La candidature de {} est arrivée trop tard.",
    "J'ai parlé avec {} au téléphone.",
    "Merci à {} pour les gâteaux !",
    "La bénévole {} accueille le public.",
    "Nom : {}",
    "- {} : accueil et bar",
    "Il faut prévenir {} avant midi.",
    "Le mari de {} travaille de nuit.",
    "Un don de {} nous est parvenu.",
    "ecris un sms a {} stp",
)


@cache
def names() -> Names:
    return load()


def seen(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sorted(names()(normalise(text)), key=lambda one: one.start)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Rédige une lettre pour Mme Van den Broeck.", ["Van den Broeck"]),
        ("Mme D. vit seule.", ["D."]),
        ("Le dossier de J.-P. Dumont", ["J.-P. Dumont"]),
        ("dis a karim et a sophie lambert de venir", ["karim", "sophie lambert"]),
        ("L'anniversaire d'Anna", ["Anna"]),
        ("N'Guessan Akissi a réussi.", ["N'Guessan Akissi"]),
        ("ATTESTATION POUR BOUCHRA EL KHATTABI", ["BOUCHRA EL KHATTABI"]),
        ("Sophie Lambert appelle. Lambert rappellera.", ["Sophie Lambert", "Lambert"]),
        ("**Sophie Lambert** sera là", ["Sophie Lambert"]),
        ("LE GUEN Yannick ; 4800 Verviers", ["LE GUEN Yannick"]),
        ("DEBOUT Séraphine a signé.", ["DEBOUT Séraphine"]),
        ("Le Guen Yannick et Kerbrat Soizic", ["Le Guen Yannick", "Kerbrat Soizic"]),
        ("Le bureau remercie Fons Wauters pour le toit.", ["Fons Wauters"]),
        ("bintou 12€ / wassim 12€ / clara 6€", ["bintou", "wassim", "clara"]),
        ("Marie G. fait la caisse, Théo M. le bar.", ["Marie G.", "Théo M."]),
        ("Présents : A. Colonna et M.-L. Puig.", ["A. Colonna", "M.-L. Puig"]),
        ("Liste :\nO'Sullivan, Aoife (9)\nSantos, Maria Luz (8)", ["O'Sullivan, Aoife", "Santos, Maria Luz"]),
        ("Un mail à Saskia van der Meulen", ["Saskia van der Meulen"]),
        ("conducteur B Anthony Marchetti", ["Anthony Marchetti"]),
        ("Sur la photo : Pol Dhont, Ria, Staf Verhelst.", ["Pol Dhont", "Ria", "Staf Verhelst"]),
        ("Demande à Claude, à Barbara et à Colette.", ["Claude", "Barbara", "Colette"]),
        ("M. Wagner et Mme Castro sont absents.", ["Wagner", "Castro"]),
        ("Jean Bosco Habimana et Sophie Renoir", ["Jean Bosco Habimana", "Sophie Renoir"]),
    ],
)
def test_names_are_found_as_staff_type_them(text: str, wanted: list[str]) -> None:
    assert seen(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Rédige un communiqué.",
        "La rue Jean Jaurès est barrée.",
        "La Fondation Roi Baudouin soutient le projet.",
        "L'Institut Marie Haps ouvre ses portes.",
        "Emmanuel Macron et Victor Hugo",
        "une rose, une pierre, une olive et de l'eau claire",
        "un fleur juste pour le marin",
        "En mars, nous allons à Charleroi et à Namur.",
        "Compare Word, Canva et WhatsApp.",
        "Cher Monsieur, Chère Madame,",
        "Le métro Montgomery est fermé, passez par Mérode ou Schuman.",
        "Florence ou Sienne : quel itinéraire ?",
        "Mercedes, Citroën et Ford proposent des minibus.",
        "La tempête Ciarán a abîmé le chapiteau.",
        "Le roi Philippe et la reine Mathilde",
        "Quiz : Eden Hazard, Kevin De Bruyne, Romelu Lukaku. Hazard d'abord.",
        "Les chansons de Barbara et de Brel",
        "Wat weet je over Paul van Ostaijen?",
        "Sofia, Kiev et Tirana sont au programme.",
        "SMTP_HOST=mail.exemple.be",
        "IBAN à compléter, NISS à joindre, DDN inconnue",
    ],
)
def test_what_is_no_private_person_is_left_alone(text: str) -> None:
    assert seen(text) == []


def test_the_given_name_tells_the_gender() -> None:
    found = {one.detector for one in names()(normalise("Sophie et Thomas sont là."))}
    assert found == {"names.f", "names.m"}


def test_names_of_every_origin_and_gender_are_hidden_equally_well() -> None:
    recalls = []
    for pair in ORIGINS.values():
        for name in pair:
            found = sum(seen(sentence.format(name)) == [name] for sentence in SENTENCES)
            recalls.append(found / len(SENTENCES))
    assert min(recalls) >= 0.95
    assert sum(recalls) / len(recalls) >= 0.98


@pytest.mark.slow
def test_the_held_back_texts_are_read_at_the_promised_numbers() -> None:
    bench = bench_personal()
    held = [one for one in bench.examples() if one.split == "held"]

    def find(text: str) -> list[Stretch]:
        found, failed = findings(normalise(text), names())
        assert failed == ()
        return [(one.start, one.end, one.label.value) for one in found]

    quality = measure(held, find)
    assert {label: score.f1 for label, score in quality.labels.items() if score.f1 < REACH[label]} == {}
    assert quality.leaked <= 0.01


def bench_personal() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_personal", ROOT / "bench" / "personal.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_personal"] = module
    spec.loader.exec_module(module)
    return module


def overlapping(example: Example) -> Iterator[str]:
    """Yield the names of examples whose stretches cross, or reach out of the text."""
    if any(one[1] > other[0] for one, other in pairwise(sorted(example.spans))):
        yield example.id
    if any(not 0 <= start < end <= len(example.text) for start, end, _ in example.spans):
        yield example.id


def test_the_texts_themselves_are_well_marked() -> None:
    examples = list(bench_personal().examples())
    assert len(examples) >= 300
    assert [fault for one in examples for fault in overlapping(one)] == []
    assert sum(one.split == "held" for one in examples) > HELD

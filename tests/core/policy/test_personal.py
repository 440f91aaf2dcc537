"""Which stretches are personal data, and which look alike and are not."""

import time
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.policy import personal
from bot.core.policy.finding import Finding, Label
from bot.core.policy.normalise import Normalised, normalise
from bot.core.policy.personal import Detector, findings, settled

PERSONAL = [
    ("EMAIL", "écrire à [sophie.lambert@gmail.com], merci"),
    ("EMAIL", "mail : [sophie (at) asbl.be]"),
    ("PHONE", "gsm [0475/12.34.56]"),
    ("PHONE", "[+32 (0)2 512 34 56]"),
    ("PHONE", "appelle le [06.12.34.56.78] ce soir"),
    ("PHONE", "[+352 621 123 456]"),
    ("PHONE", "la cheffe ([0475 12 34 56]) arrive"),
    ("PHONE", "bureau ([+32 2 512 34 56])"),
    ("PHONE", "accueil [(02) 512 34 56]"),
    ("PHONE", "[081 22 33 44], 81 ans"),
    ("IBAN", "compte [BE68 5390 0754 7034] svp"),
    ("IBAN", "[be68539007547034]"),
    ("IBAN", "[FR14 2004 1010 0505 0001 3M02 606]"),
    ("CARD", "carte [4111 1111 1111 1111] exp 09/27"),
    ("NATIONAL_ID", "NISS [85.07.30-033.28]"),
    ("NATIONAL_ID", "n° [85073003328]"),
    ("NATIONAL_ID", "NIR [1 85 05 78 006 084 91]"),
    ("ADDRESS", "habite [rue de la Loi 16, 1000 Bruxelles]."),
    ("ADDRESS", "au [12 bis rue des Lilas, 75011 Paris] depuis mars"),
    ("ADDRESS", "il vit [rue saint nicolas 14 5000 namur] et cherche"),
    ("ADDRESS", "[avenue Louise 149/24 bte 5 à 1050 Ixelles]"),
    ("ADDRESS", "[rue du 11 novembre 12, 4000 Liège]"),
    ("ADDRESS", "[Meir 24, 2000 Antwerpen]"),
    ("ADDRESS", "rendez-vous à 9 h, [15 place Saint-Pierre]. Note-le dans l'agenda"),
    ("BIRTH_DATE", "Ma sœur Anouk est née le [2 avril 1961], inscrivez-la."),
    ("BIRTH_DATE", "née le [12 mars 1985] à Liège"),
    ("BIRTH_DATE", "Date de naissance : [03/04/1990]"),
    ("BIRTH_DATE", "ne a namur le [5.6.78]"),
    ("BIRTH_DATE", "geboren op [7 maart 1985]"),
    ("ID_DOC", "carte d'identité n° [592-1234567-89]"),
    ("ID_DOC", "passeport [EH123456]"),
    ("ID_DOC", "titre de séjour [9903182746]"),
    ("PLATE", "plaque [1-ABC-123]"),
    ("PLATE", "sa voiture [AB-123-CD] est garée"),
    ("PLATE", "la plaque du minibus c'est [1abc234]"),
    ("SECRET", "mot de passe : [Girafe_2023]"),
    ("SECRET", "le code de l'alarme est le [4589]"),
    ("SECRET", "CVC [742]"),
    ("SECRET", "code wifi : [Soleil2024!]"),
    ("SECRET", "clé API : [sk-proj-a8F3kLm29QzXy7Tb41Nc]"),
    ("SECRET", "MAIL_PASS=[vB4-renard-Neige-52]"),
    ("SECRET", "DB_PASSWD = [kayak-Orange-9]"),
    ("SECRET", "Mollie : [live_Qa71LmZx09PrTuVb33KeWy5n2c]"),
    ("SECRET", "FTP, utilisateur amis, sésame = [Fr3ne-Nam0r_19]"),
    ("SECRET", "ouvrez la session « accueil » en tapant [Hibou_27bis] puis Entrée"),
    ("SECRET", "la box de la salle c [PorteVerte5000!] pour se connecter"),
    ("SECRET", "log in with my account and type [Walnut*606] when it asks"),
    ("SECRET", "PIN de la SIM [1379]"),
    ("SECRET", "boîte à clés [C3390]"),
    ("SECRET", "le coffre est au fond, coffre [24-07-19]"),
    ("SECRET", "Le code d'alarme noté chez Mme V. est [9046] : qui prévenir ?"),
    ("SECRET", "Votre code de vérification est [123456]"),
    ("SECRET", "code reçu par SMS : [482 913]"),
    ("SECRET", "tapez [4512#] sur le clavier de la porte"),
    ("SECRET", "le [4821] ouvre la grille du fond"),
    ("SECRET", "De code van de kluis is [4512]"),
    ("SECRET", "The padlock is [4471]"),
    ("SECRET", "| alarme | [5518] |"),
    ("SECRET", "identifiants : asbl.nord / [Soleil!22]"),
    ("SECRET", "Phrase de récupération : [pomme lampe train rouge chaise navet ruban fleuve]"),
    ("SECRET", "backup code: [8273-1192]"),
    ("SECRET", "licence office : [VK7JG-NPHTM-C97JM-9MPGT-3V66T]"),
    ("SECRET", "réseau « Ruche », clé WPA [9f3e61b07c]"),
    ("SECRET", "mdp [123456]"),
    ("BIRTH_DATE", "nom;prénom;naissance\nDupont;Marie;[12/03/1985]"),
    ("BIRTH_DATE", "| Nom | Né le |\n|--|--|\n| Anne | [1985-03-12] |"),
    ("BIRTH_DATE", "Ses filles : Hawa ([12.11.2015])"),
    ("BIRTH_DATE", "née à Kindia en [1987]"),
    ("BIRTH_DATE", "né le [deux mars 1938]"),
    ("BIRTH_DATE", "DOB [03/17/1985]"),
    ("ADDRESS", "tél. du bureau\n[Rue des Palais 44, 1030 Schaerbeek]\n"),
    ("ADDRESS", "L'adresse était [Grand-Rue 102, L-1660 Luxembourg] ; elle a changé"),
    ("ADDRESS", "au [3 rue du 8-Mai-1945, 94200 Ivry-sur-Seine]"),
    ("ADDRESS", "domiciliée [3 bis, Grand-Rue, 57970 Yutz]"),
    ("ADDRESS", "[Lange Nieuwstraat 14, 2000 Antwerpen]"),
    ("CARD", "la carte du client : [4111 1111 1111 1111]"),
    ("CARD", "[4111-1111-1111-1111]/09/27"),
    ("PHONE", "contrat : [0475 12 34 56]"),
    ("PHONE", "([+33 (0)6 12 34 56 78])"),
    ("PHONE", "+++123/4567/89012+++ ou [0475 12 34 56]"),
    ("PLATE", "minibus [1-AEZ-233]"),
    ("PLATE", "plaque :\n[1abc234]"),
    ("ID_DOC", "passeports du groupe :\n[P8120447B]"),
    ("NATIONAL_ID", "NIR [2 88 08 974 11 340 21]"),
    ("IP", "ip:[2a02:a03f:6b2c:1d00:9d4:2c1e:77aa:1b3c]"),
    (
        "SECRET",
        "Nos clés d’API, celle du courriel d’abord : elle vaut [b7e19c04d2f85a63e1c7940bd6a2f358-us14].",
    ),
    ("SECRET", "jeton du site de la chorale, ne pas perdre : [Zk81mQpw77LrTnVx0YeB4sDu]"),
    ("IP", "serveur [192.168.1.24]"),
    ("IP", "ipv6 [2001:db8::1]"),
]
HARMLESS = [
    "TVA BE 0123.456.749",
    "Numéro BCE 0417497106, siège à Namur",
    "Appelez le 112, le 107 ou le 0800 32 123.",
    "SIRET 732 829 320 00074, RNA W751234567",
    "ISBN 978-2-07-036822-8",
    "Le numéro national 85.07.30-033.29 ne passe pas.",
    "La carte 4111 1111 1111 1112 est refusée.",
    "IBAN BE00 1234 5678 9012",
    "Le manuel donne FR76 3000 4025 5354 4368 2107 484, volontairement faux.",
    "La clé est dans le dossier /partage/comptes-2025-11-provisoires-version2.",
    "La version 3f2a91c0de77b1405c6e8d9a0b1c2d3e4f5a6b7c du dépôt est en ligne.",
    "facture 2024-0475123456 du 12/03/2024",
    "Rendez-vous rue Neuve le 12 mars à 10 h.",
    "Avenue de la Couronne, 25 personnes attendaient.",
    "4000 Liège et 5000 Namur",
    "La réunion du 12/03/1985 est au registre.",
    "J'ai oublié mon mot de passe.",
    "Un bon mot de passe contient douze caractères.",
    "Le code postal 1030",
    "version 2.4.1.7",
    "de 09:30:00 à 12:45:00",
    "Communication +++123/4567/89012+++",
    "facture AB-123-CD",
    "Connectez-vous puis ouvrez Rapport_2025.docx sur le serveur.",
    "Tapez Covid-19 ou Agenda-2030 dans la recherche.",
    "Une session sur Erasmus+2027 et Natura-2000",
    "Frise sur la montée du fascisme de 1922 à 1939 pour le musée",
    "MAX_KEYS=12 et PASS_THROUGH=true",
    "série de chiffres +++397/2227/35950+++ sur un virement",
    "cartouche HP-305-XL (3), papier A4",
    "Le train part de Namur à 8 h 42, voie 5. Fais une invitation.",
    "12 cours de français et 3 routes barrées",
    "code promo : 20252, code article : 45218, code INSEE 75056",
    "Alarme de 7h30, coffre de 350 litres, porte 204",
    "Wi-Fi : gratuit pour tous",
    "2.1.3.4 Objectifs du projet",
    "Notre asbl est née le 12 mars 1998.",
    "| Fête | Date |\n|--|--|\n| Noël | 25/12/2025 |",
]


def seen(text: str) -> list[tuple[str, str]]:
    found, failed = findings(normalise(text), None)
    assert failed == ()
    return [(one.label.value, text[one.start : one.end]) for one in found]


@pytest.mark.parametrize(("label", "marked"), PERSONAL)
def test_a_datum_is_found_from_end_to_end(label: str, marked: str) -> None:
    before, _, rest = marked.partition("[")
    datum, _, after = rest.rpartition("]")
    assert seen(before + datum + after) == [(label, datum)]


def test_a_second_birth_goes_on_from_the_first() -> None:
    """Expected: both dates, also where the second person is named between them; no later date of another kind."""
    text = "Lina est née le 3 mai 1990 et son frère Théo le 9 août 1993. Rendez-vous le 12 mars 2027."
    assert seen(text) == [("BIRTH_DATE", "3 mai 1990"), ("BIRTH_DATE", "9 août 1993")]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_personal_is_left_alone(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(("label", "marked"), PERSONAL)
def test_full_width_figures_and_no_break_spaces_change_nothing(label: str, marked: str) -> None:
    text = marked.replace("[", "").replace("]", "")
    wide = "".join(chr(ord(one) + 0xFEE0) if one.isdecimal() else one for one in text).replace(" ", "\u00a0")
    assert [found for found, _ in seen(wide)] == [label]


def test_a_detector_that_raises_is_named_and_the_others_still_count(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Normalised) -> Iterable[Finding]:
        raise RuntimeError

    monkeypatch.setattr(personal, "DETECTORS", (Detector("broken", broken), *personal.DETECTORS))
    found, failed = findings(normalise("gsm 0475 12 34 56"), None)
    assert [one.label for one in found] == [Label.PHONE]
    assert failed == ("broken",)


def test_of_two_findings_that_overlap_the_surer_is_kept() -> None:
    name, address = Finding(4, 9, Label.PERSON), Finding(0, 20, Label.ADDRESS)
    assert settled([name, address]) == (address,)


@settings(max_examples=150)
@given(st.text(alphabet=st.sampled_from("0123456789 .-/+():@abeBE€\nrué,'né le code"), max_size=120))
def test_no_text_makes_a_detector_fail_and_findings_never_overlap(text: str) -> None:
    found, failed = findings(normalise(text), None)
    assert failed == ()
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["0", "0475 12 34 5 ", "mot de passe ", "12 rue de la ", "né le ", "BE68 ", "a@", ":", "d'"]
)
def test_no_text_keeps_the_detectors_long(piece: str) -> None:
    long, longer = (normalise((piece * 20_000)[:size]) for size in (1_000, 8_000))
    findings(long, None)
    started = time.process_time()
    findings(longer, None)
    assert time.process_time() - started < 2

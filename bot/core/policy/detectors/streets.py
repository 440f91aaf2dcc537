"""Shapes and words of postal addresses: kinds of streets, house numbers, boxes, postcodes, towns."""

from __future__ import annotations

import re2

from bot.core.policy.detectors.context import words

TYPE = (
    r"(?:rue|r\.|avenue|ave?\.?|boulevard|bould\.?|bv?d\.?|blvd\.?|chaussee|ch(?:ee|\.)|place|"
    r"pl\.|allees?|chemin|chem\.|"
    r"impasse|imp\.|quai|route|rte\.?|square|sq\.|cours|clos|dreve|sentier|venelle|ruelle|passage|esplanade|"
    r"faubourg|fbg|rond[- ]point|cite|residence|lotissement|hameau|parvis|promenade|montee|"
    r"galerie|voie|villa|mail|"
    r"lieu[- ]dit|thier|tienne|cote|traverse|domaine)"
)
WORD = r"[a-z_'.\-]*[a-z_][a-z_'.\-]*"
WORDS = rf"(?:(?:{WORD}|\d{{1,2}}|(?:1[89]|20)\d\d)\s){{0,7}}?{WORD}"
FLEMISH = (
    r"[a-z_][a-z_'\-]{2,}(?:straat|laan|weg|plein|steenweg|dreef|kaai|baan|lei|gracht|vest|"
    r"markt|hof|singel|wijk|berg)|(?:grand|haute|basse|vieille|petite|grande)[- ]rue|grand[- ]place|op de [a-z]{3,}"
)
HOUSE = r"\d{1,4}(?:\s?/\s?\d{1,4}|\s?-\s?\d{1,4})?\s?(?:bis\b|ter\b|quater\b|[a-z]\b)?"
DAY_STREET = (
    r"du\s(?:\d{1,2}|1er|quatre|onze|huit)\s(?:mars|mai|juin|juillet|aout|septembre|octobre|"
    r"novembre)(?:\s(?:18|19|20)\d\d)?"
)
AFTER = re2.compile(
    rf"\b(?:{TYPE}\s{DAY_STREET}|{TYPE}\s{WORDS}|{FLEMISH})\s?,?\s?(?:(?:au\s)?(?:no\.?|"
    rf"numero|nr\.?)\s?)?(?P<number>{HOUSE})"
)
FLEMISH_NAME = re2.compile(FLEMISH)
SIZE = re2.compile(r"\b(?:lange|korte|oude|nieuwe|grote|kleine)\s$")
NUMBER_AND_NAME = re2.compile(
    rf"\b{HOUSE}\s?,\s(?P<name>{WORD}(?:\s{WORD}){{0,3}}),\s(?:[blf]-)?(?:\d{{5}}|[1-9]\d{{3}})\s(?P<city>[a-z_])"
)
ANY_POSTCODE = re2.compile(r"[1-9]\d{3,4}\s[a-z_]")
RESIDENCE = re2.compile(
    r"residence (?:[a-z'\-]+ ?){1,4}(?:,\s?(?:bat|bloc|app|esc)[^,\n]{1,12})?(?:,\s?|\n)$"
)
UNTYPED = re2.compile(
    rf"(?P<name>(?:{WORD}\s){{0,4}}{WORD})\s{HOUSE}\s?(?:,\s?|\n|\s-\s|"
    rf"\s)(?:[blf]-|lu-|be-|fr-)?[1-9]\d{{3,4}}\s(?P<city>[a-z_])"
)
CITY_FIRST = re2.compile(
    r"(?:^|[^a-z0-9_])((?:[bfl]-)?(?:\d{5}|[1-9]\d{3}) [a-z][a-z'\-]+(?: [a-z'\-]+){0,3}\s?(?:,|-|\n)\s?)$"
)
BEFORE = re2.compile(rf"\b{HOUSE}\s?,?\s(?P<of>(?:de\s(?:la\s|l')|du\s)?)(?P<type>{TYPE})\s")
UNIT = re2.compile(
    r"\s?[,\-/(]?\s?\b(?:boi?te|bte|bus|box|apt|app(?:t|artement)?|bat(?:iment)?|esc(?:alier)?|"
    r"etage|porte|res(?:idence)?|"
    r"bp|cs|hall|lot|b)\b\.?\s?(?:no\.?\s?)?(?:\d{1,4}[a-z]?\b|[a-z]\d{0,3}\b|(?:(?:des|les|la|"
    r"le|du)\s)?[a-z_]+)\)?"
)
FLOOR = re2.compile(
    r"\s?,?\s?\d{1,2}\s?(?:er|e|eme|de)\setage(?:\s(?:gauche|droite))?|\s?,?\s?(?:rez-de-chaussee|rdc)\b"
)
POSTCODE = re2.compile(
    r"\s?[,;\-|/(]?\s{0,3}(?:(?:a|in|te)\s)?(?:(?:b|f|l|be|fr|lu)[ \-]{1,3})?(?:\d{5}|\d{2} "
    r"\d{3}|[1-9]\d{3}(?: [a-z]{2})?)\s{1,2}[\-,]?\s?(?P<city>[a-z_])"
)
CITY = re2.compile(r"[ \-]?(?:l'|d')?[a-z_][a-z_']*(?:-[a-z_']+)*(?:\s?/\s?[a-z_]+)?")
BARE_CITY = re2.compile(r"\s?(?:,\s?|\sa\s|\s-\s|\n|\s)(?P<city>[a-z_][a-z_']+(?:-[a-z_']+)*)")
NAME_WORD = re2.compile(r"(?:[ld]')?[a-z_0-9][a-z_0-9'\-]*\.?")
ENDS_IN_POSTCODE = re2.compile(r"(?:\s[a-z_'\-]+){0,4}\s?,?\s?-?\s?(?:\d{5}|[1-9]\d{3})\s[a-z_]")
LONGEST_ABBREVIATION = 4
"""Letters before a point that does not end the sentence: « St. », « Gén. »."""
AT_NUMBER = re2.compile(r"(?:\bau|\bno\.?|numero)\s$")
ALSO_WORDS = words(
    "place cours route voie mail passage traverse cote montee galerie villa domaine cite sentier"
)
"""Kinds of streets that are ordinary words too: « 12 cours de français », « 3 routes barrées »."""
ON_THE = re2.compile(r"(?:^|\s)(?:le|du)\s$")
ORDINAL = re2.compile(r"\d{1,2}(?:er|e)?(?:-[a-z]{3,9}(?:-\d{4})?)?|(?:1[89]|20)\d\d")
DISTRICT = re2.compile(r"\s(?:cedex(?:\s\d{1,2})?|\d{1,2}(?:e|er|eme)?)\b")
OPENING = words("la le les saint sainte st ste mont sint den de ville petit grand")
JOINING = words("sur sous en lez les la le l aux au de du d des")
LINKS = words("de du des la le les l' d' aux au saint sainte st ste l d")
STOP = words(
    "et a est sont ou pour dans avec par qui que mais car il elle on nous vous ils elles "
    "depuis chez sans ce cette son sa "
    "ses mon ma mes se ne pas vers jusqu jusque entre puis donc comme si quand avant apres "
    "pendant tel telephone gsm email "
    "mail ont sera aura etait etaient fut avons avez habite vit loge demande veut peut doit "
    "and is was lives to of at from "
    "merci bonjour svp avoir as j' c'est c' qu' n' s' y je tu ici bien tres trop "
    "plus dit cherche"
)
FLEMISH_LINKS = words("op van de den der aan het ten ter naar en l la le du des")
MONTHS = words(
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre "
    "january february march april may "
    "june july august september october november december januari februari maart mei juni juli "
    "augustus oktober"
)
NOT_A_NUMBER = re2.compile(
    r"(?:er)?\s?(?:janv|fevr|mars\b|avril|mai\b|juin|juil|aout|sept|octo|nove|dece|h\b|h\d|"
    r"heure|eur|%|km|m\b|minute|ans\b|jour|fois|"
    r"place|enfant|famille|logement|participant|mois|adulte|m2|semaine|annee|appartement|maison|"
    r"habitant|per\b|metre|"
    r"kilometre|euro|personne|january|february|march|april|may|june|july|august|october|"
    r"november|december|e?me\b)"
)

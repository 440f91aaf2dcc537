"""Towns of Belgium, France and Luxembourg that texts name most, folded."""

from __future__ import annotations

_ONE_WORD = """
bruxelles brussel brussels ixelles elsene uccle ukkel etterbeek schaerbeek schaarbeek anderlecht
molenbeek jette evere forest vorst auderghem
oudergem ganshoren koekelberg watermael boitsfort woluwe laeken haren evere namur namen liege luik
charleroi mons bergen tournai doornik verviers
seraing mouscron moeskroen louviere herstal arlon aarlen bastogne marche dinant huy wavre nivelles
ottignies gembloux andenne ciney rochefort
philippeville couvin chimay binche thuin fleurus chatelet chatelineau courcelles sambreville auvelais
fosses jambes salzinnes jemeppe flemalle
grivegnee angleur chenee ans soumagne herve malmedy spa stavelot eupen vielsalm durbuy libramont
neufchateau virton florenville bouillon aubange
messancy athus ath lessines soignies enghien tubize rebecq waterloo rixensart genval hulpe lasne chaumont
jodoigne hannut waremme hamoir
ouffet aywaille sprimont esneux tilff visé vise oupeye bassenge juprelle jupille bressoux chaudfontaine
trooz fleron pepinster limbourg dison
quaregnon frameries colfontaine boussu dour quievrain saint-ghislain jurbise manage morlanwelz anderlues
peruwelz leuze antoing comines
antwerpen anvers gent gand ghent brugge bruges leuven louvain mechelen malines hasselt genk kortrijk
courtrai oostende ostende aalst alost
sint-niklaas roeselare roulers turnhout geel mol lier vilvoorde vilvorde halle hal tienen diest tongeren
bilzen lommel ieper ypres diksmuide
veurne knokke blankenberge deinze lokeren dendermonde ninove geraardsbergen ronse renaix oudenaarde
zaventem grimbergen dilbeek asse overijse
tervuren boom mortsel deurne berchem merksem hoboken wilrijk borgerhout zottegem wetteren eeklo maldegem
tielt waregem izegem menen wevelgem
paris marseille lyon toulouse nice nantes montpellier strasbourg bordeaux lille rennes reims toulon
grenoble dijon angers nimes villeurbanne
clermont-ferrand brest limoges tours amiens perpignan metz besancon orleans rouen mulhouse caen nancy
argenteuil montreuil roubaix tourcoing
dunkerque avignon nanterre poitiers versailles creteil pau courbevoie vitry-sur-seine colombes asnieres
aulnay rueil cannes calais antibes
beziers colmar bourges merignac valence drancy quimper troyes lorient chambery niort sarcelles pessac
valenciennes laval vannes evreux arles
belfort annecy charleville charleville-mezieres cholet bayonne albi chartres sedan douai lens arras
beauvais compiegne soissons laon maubeuge epinal thionville
vienne vichy roanne macon nevers auxerre sens melun evry bobigny pantin saint-denis aubervilliers ivry
montrouge malakoff vincennes bagnolet
carcassonne narbonne tarbes agen montauban rodez aurillac cahors gap digne bastia ajaccio corte briancon
guingamp lannion vitre fougeres
luxembourg esch-sur-alzette differdange dudelange ettelbruck diekirch mersch strassen bertrange mamer
hesperange petange wiltz echternach
londres london berlin amsterdam rotterdam madrid rome milan lisbonne porto barcelone geneve lausanne
zurich cologne koln aix-la-chapelle
maastricht utrecht vienna varsovie bucarest kiev kyiv kinshasa lubumbashi goma bukavu kigali bujumbura
dakar abidjan conakry bamako douala yaounde
casablanca rabat tanger marrakech fes agadir oujda nador meknes tunis sfax sousse alger oran constantine
annaba istanbul ankara izmir damas
beyrouth bagdad teheran kaboul gaza jerusalem
"""
_SEVERAL = """
la louviere|la hulpe|la calamine|la roche en ardenne|la roche|le havre|le mans|le roeulx|le puy en velay|
les bons villers|la rochelle|la courneuve|
la roche sur yon|la ciotat|la garenne colombes|les lilas|les sables d'olonne|les ulis|l'isle adam|
l'hay les roses|
braine l'alleud|braine le comte|braine le chateau|mont sur marchienne|mont saint guibert|
mont saint aignan|mont de marsan|montignies sur sambre|marchienne au pont|
woluwe saint lambert|woluwe saint pierre|watermael boitsfort|berchem sainte agathe|molenbeek saint jean|
saint josse ten noode|saint josse|saint gilles|
saint nicolas|saint georges sur meuse|saint hubert|saint ghislain|saint vith|saint denis|saint etienne|
saint nazaire|saint malo|saint brieuc|saint quentin|
saint ouen|saint maur des fosses|saint germain en laye|sint niklaas|sint truiden|sint genesius rode|
rhode saint genese|
aix en provence|aix les bains|aulnay sous bois|boulogne billancourt|boulogne sur mer|bourg en bresse|
chalons en champagne|chalon sur saone|
champigny sur marne|clermont ferrand|clichy sous bois|court saint etienne|ecaussinnes d'enghien|
epinay sur seine|esch sur alzette|fontaine l'eveque|
fontenay sous bois|grace hollogne|ham sur heure|ivry sur seine|jemeppe sur sambre|jemeppe sur meuse|
leuze en hainaut|levallois perret|louvain la neuve|
ottignies louvain la neuve|marche en famenne|montigny le tilleul|neuilly sur seine|noisy le grand|
noisy le sec|pont a celles|pont a mousson|
chapelle lez herlaimont|rueil malmaison|salon de provence|trois ponts|trois rivieres|villeneuve d'ascq|
villeneuve saint georges|villers la ville|
villers le bouillet|vitry sur seine|issy les moulineaux|asnieres sur seine|bruay la buissiere|
henin beaumont|fosses la ville|heist op den berg|
knokke heist|erpe mere|de panne|de haan|den haag|la haye|new york|sart tilman|nogent sur marne|
savigny sur orge|juvisy sur orge|vigneux sur seine|
vaulx en velin|brive la gaillarde|charleville mezieres|cergy pontoise|thonon les bains|romans sur isere|
chilly mazarin|bois le duc|
"""
CITIES = frozenset(_ONE_WORD.split()) | frozenset(
    joined
    for city in _SEVERAL.replace("\n", "").split("|")
    if city
    for joined in (city, city.replace(" ", "-"))
)


def _by_first_word() -> dict[str, tuple[str, ...]]:
    """Group towns of several words by their first."""
    groups: dict[str, list[str]] = {}
    for city in _SEVERAL.replace("\n", "").split("|"):
        if city:
            groups.setdefault(city.split()[0], []).append(city)
    return {first: tuple(cities) for first, cities in groups.items()}


BY_FIRST_WORD = _by_first_word()

"""Words around a name that tell a private person from a street, a school or a public figure."""

from __future__ import annotations

from bot.core.policy.detectors.context import words

TITLES = words(
    "madame mme mesdames mmes mademoiselle mlle monsieur messieurs mm mr m dr docteur dre "
    "maitre me pr prof professeur "
    "mevrouw mevr mw meneer dhr heer mrs ms miss mister sir soeur frere pere abbe tante oncle "
    "tonton mamy mamie papy "
    "papi dame sieur consorts"
)
HONORIFICS = words(
    "madame mme mademoiselle mlle monsieur mr m dr docteur me maitre mevrouw mevr mw meneer "
    "dhr heer mrs ms miss mister"
)
ROLES = words(
    "ami amie amis amies animateur animatrice apprenti apprentie assistant assistante avocat "
    "avocate beneficiaire benevole "
    "bailleur candidat candidate chef cheffe client cliente collaborateur collaboratrice "
    "collegue collegues comptable "
    "compagnon compagne concierge conjoint conjointe coordinateur coordinatrice cousin cousine "
    "cuisinier cuisiniere "
    "delegue deleguee directeur directrice donateur donatrice educateur educatrice eleve "
    "employe employee enfant "
    "enseignant enseignante epouse epoux etudiant etudiante fille fils fille filleul formateur "
    "formatrice garcon "
    "gestionnaire grand-mere grand-pere gamin gamine infirmier infirmiere institutrice "
    "instituteur interprete intervenant "
    "intervenante jeune locataire maman mari marraine medecin membre mere mediateur mediatrice "
    "neveu niece nomme nommee "
    "papa parrain participant participante patient patiente pere petit petite petit-fils "
    "petite-fille president presidente "
    "proprietaire psychologue psy pupille referent referente refugiee refugie residente "
    "resident responsable secretaire "
    "soeur frere salarie salariee stagiaire temoin travailleur travailleuse tresorier "
    "tresoriere tuteur tutrice usager "
    "usagere veuve veuf victime voisin voisine volontaire epoux chauffeur logopede kine "
    "kinesitherapeute ergotherapeute "
    "juriste bibliothecaire ouvrier ouvriere technicien technicienne administrateur "
    "administratrice colocataire "
    "beau-frere belle-soeur beau-pere belle-mere demandeur demandeuse monitrice moniteur "
    "entraineur entraineuse "
    "surveillant surveillante puericultrice gardienne nounou bebe ado adolescent adolescente "
    "jumeaux jumelles prenom nom "
    "prenoms noms appelle appele appelee s'appelle nommes colleague volunteer friend mother "
    "father brother sister son "
    "daughter client collega vriend vriendin moeder vader broer zus zoon dochter vrijwilliger"
)
GREETINGS = words(
    "bonjour bonsoir salut coucou hello cher chere chers cheres hey hi dear beste dag hallo "
    "liefste merci bienvenue "
    "bravo felicitations cordialement bien amicalement sincerement salutations bises bisous "
    "biz groeten groetjes mvg "
    "regards attn cc objet from to signe signature contact contacter thanks thank bedankt dank"
)
INSTITUTIONS = words(
    "rue avenue boulevard chaussee place square allee chemin impasse quai route cours passage "
    "esplanade clos drive bd av bld "
    "fondation institut ecole lycee college athenee universite faculte campus hopital clinique "
    "maternite polyclinique "
    "prix stade gare station metro arret pont tour tunnel parc jardin bois piscine salle "
    "theatre musee bibliotheque mediatheque "
    "cinema centre maison-medicale residence home foyer internat creche eglise basilique "
    "cathedrale chapelle paroisse "
    "abbaye couvent mosquee synagogue cite quartier caserne fort chateau palais hotel auberge "
    "restaurant brasserie cafe "
    "boulangerie garage imprimerie librairie editions edition banque assurance assurances "
    "societe entreprise groupe "
    "magasin boutique fonds cabinet bureau cercle club association asbl fondations collection "
    "galerie complexe hall "
    "espace plan loi decret arrete accord traite programme projet bourse concours trophee "
    "coupe methode test echelle "
    "syndrome maladie effet theoreme principe indice marque street road avenue school "
    "foundation stichting straat school "
    "laan plein ziekenhuis federation ligue confederation mutualite syndicat parti festival "
    "radio journal revue roman livre "
    "film chanson tableau statue buste rond-point promenade complexe"
)
FIGURE_ROLES = words(
    "president presidente ministre premier premiere roi reine prince princesse pape senateur "
    "depute deputee bourgmestre maire "
    "auteur autrice ecrivain ecrivaine poete peintre compositeur chanteur chanteuse acteur "
    "actrice realisateur "
    "philosophe sociologue humoriste journaliste roman livre film poeme oeuvre oeuvres chanson "
    "theatre piece biographie "
    "gouvernement discours citation"
)
PARTICLES = words(
    "de du des la le van den der vanden vande vander ter ten von da das dos di della el al ben "
    "ibn ait aït bou abu op e y d d' "
    "lo in't t st zu af l l' oulad"
)
STRONG_PARTICLES = words(
    "van den der vanden vande vander ter ten von da dos das di della el al ben ibn ait bou abu zu"
)

_FIGURES = """
emmanuel macron|brigitte macron|francois hollande|nicolas sarkozy|jacques chirac|francois mitterrand|
charles de gaulle|de gaulle|valery giscard d'estaing|
marine le pen|jean-marie le pen|jordan bardella|jean-luc melenchon|edouard philippe|gabriel attal|
michel barnier|francois bayrou|sebastien lecornu|elisabeth borne|
anne hidalgo|bruno le maire|gerald darmanin|olivier faure|marine tondelier|fabien roussel|eric zemmour|
simone veil|robert badinter|
bart de wever|alexander de croo|charles michel|louis michel|elio di rupo|paul magnette|
georges-louis bouchez|maxime prevot|sophie wilmes|yves leterme|
guy verhofstadt|jean-luc dehaene|herman van rompuy|didier reynders|rudi vervoort|adrien dolimont|
pierre-yves jeholet|raoul hedebouw|jean-marc nollet|
rajae maouane|zakia khattabi|frank vandenbroucke|tom van grieken|conner rousseau|ahmed laaouej|
david leisterh|bernard clerfayt|jan jambon|theo francken|
roi philippe|reine mathilde|roi baudouin|roi albert|albert ii|leopold ii|leopold iii|princesse elisabeth|
reine fabiola|reine astrid|prince laurent|
xavier bettel|luc frieden|jean-claude juncker|ursula von der leyen|angela merkel|olaf scholz|
friedrich merz|vladimir poutine|poutine|volodymyr zelensky|zelensky|
donald trump|joe biden|barack obama|michelle obama|kamala harris|hillary clinton|bill clinton|george bush|
elon musk|bill gates|steve jobs|jeff bezos|mark zuckerberg|
sam altman|boris johnson|rishi sunak|keir starmer|tony blair|margaret thatcher|winston churchill|
benjamin netanyahu|recep tayyip erdogan|xi jinping|narendra modi|
antonio guterres|kofi annan|nelson mandela|mandela|desmond tutu|martin luther king|gandhi|mahatma gandhi|
mere teresa|abbe pierre|coluche|greta thunberg|malala|malala yousafzai|
patrice lumumba|lumumba|felix tshisekedi|joseph kabila|paul kagame|denis mukwege|thomas sankara|
victor hugo|emile zola|moliere|jean de la fontaine|voltaire|jean-jacques rousseau|denis diderot|
honore de balzac|gustave flaubert|stendhal|charles baudelaire|arthur rimbaud|
paul verlaine|guillaume apollinaire|jacques prevert|marcel proust|albert camus|jean-paul sartre|
simone de beauvoir|marguerite duras|marguerite yourcenar|antoine de saint-exupery|
saint-exupery|jules verne|alexandre dumas|george sand|guy de maupassant|amelie nothomb|georges simenon|
herge|jacques brel|brel|georges brassens|brassens|barbara|leo ferre|stromae|angele|annie cordy|
maurice carême|maurice careme|
emile verhaeren|henri michaux|rene magritte|magritte|paul delvaux|pieter bruegel|bruegel|rubens|
jan van eyck|victor horta|adolphe sax|eddy merckx|merckx|eden hazard|kevin de bruyne|
romelu lukaku|remco evenepoel|wout van aert|nafi thiam|justine henin|kim clijsters|jacky ickx|tintin|
benoit poelvoorde|virginie efira|cecile de france|jean-claude van damme|les dardenne|
kylian mbappe|zinedine zidane|antoine griezmann|teddy riner|tony parker|johnny hallyday|edith piaf|
charles aznavour|serge gainsbourg|jean-jacques goldman|celine dion|mylene farmer|
aya nakamura|omar sy|dany boon|louis de funes|catherine deneuve|gerard depardieu|marion cotillard|
jean dujardin|brigitte bardot|alain delon|
albert einstein|einstein|marie curie|pierre curie|louis pasteur|pasteur|isaac newton|charles darwin|
darwin|galilee|sigmund freud|freud|carl jung|karl marx|marx|lenine|staline|hitler|
napoleon|napoleon bonaparte|louis xiv|jeanne d'arc|cesar|jules cesar|cleopatre|charlemagne|vercingetorix|
christophe colomb|jean jaures|jaures|jean moulin|leon blum|jules ferry|olympe de gouges|rosa parks|
rosa luxemburg|
maria montessori|montessori|celestin freinet|freinet|ovide decroly|decroly|paulo freire|francoise dolto|
dolto|jean piaget|piaget|pierre bourdieu|bourdieu|michel foucault|hannah arendt|edgar morin|
platon|socrate|aristote|descartes|rene descartes|spinoza|kant|nietzsche|blaise pascal|montaigne|confucius|
bouddha|jesus|jesus-christ|mahomet|moise|abraham|
leonard de vinci|michel-ange|vincent van gogh|van gogh|claude monet|monet|pablo picasso|picasso|
auguste rodin|frida kahlo|salvador dali|mozart|beethoven|bach|chopin|vivaldi|debussy|
william shakespeare|shakespeare|charles dickens|agatha christie|harry potter|bovary|jane austen|george orwell|
ernest hemingway|cervantes|goethe|kafka|tolstoi|dostoievski|
bob marley|michael jackson|madonna|beyonce|taylor swift|lionel messi|messi|cristiano ronaldo|
roger federer|rafael nadal|usain bolt|mohamed ali|
pape francois|jean-paul ii|leon xiv|dalai lama|soeur emmanuelle|saint nicolas|saint-nicolas|pere noel|
sainte catherine|sainte barbe|saint martin|saint valentin|sainte rita|saint joseph|saint vincent de paul|
vincent de paul|
tante yvonne|big brother|robin des bois|blanche-neige|cendrillon|petit prince|asterix|obelix|
gaston lagaffe|spirou|marsupilami|schtroumpfs|superman|batman|mickey mouse|reine des neiges|
pere fouettard|mario kart|
mistral|claude|alexa|siri|gemini|chat gpt|chatgpt|copilot|perplexity|marie popelin|marie haps|
henri la fontaine|paul-henri spaak|robert schuman|jean monnet|jacques delors|altiero spinelli|erasme|
erasmus|
rosa bonheur|camille claudel|josephine baker|simone signoret|lucie aubrac|germaine tillion|
genevieve de gaulle|frantz fanon|aime cesaire|leopold sedar senghor|maya angelou|toni morrison|
gaston bachelard|jacques lacan|alfred binet|max weber|emile durkheim|adam smith|thomas piketty|
esther duflo|yuval noah harari|naomi klein|noam chomsky
"""
FIGURES = frozenset(_FIGURES.replace("\n", "").split("|"))
FIGURE_FAMILIES = words(
    "macron sarkozy hollande chirac mitterrand melenchon bardella zemmour poutine zelensky "
    "trump biden obama musk zuckerberg "
    "merkel netanyahu mandela gandhi einstein magritte hitler staline lenine napoleon piaget "
    "montessori dolto freud picasso "
    "mozart beethoven shakespeare tintin stromae mbappe zidane brassens"
)

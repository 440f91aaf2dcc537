"""Words around a name that tell a private person from a street, a school or a public figure."""

from __future__ import annotations

from bot.core.policy.detectors.context import words

TITLES = words(
    "madame mme mesdames mmes mademoiselle mlle monsieur messieurs mm mr m dr docteur dre "
    "maitre me pr prof professeur "
    "mevrouw mevr mw meneer dhr heer mrs ms miss mister sir soeur frere pere abbe tante oncle "
    "tonton mamy mamie papy "
    "papi dame sieur consorts frau herr nonkel zuster tata tatie tantine pasteur imam "
    "oma opa auntie uncle bobonne pepe meme"
)
HONORIFICS = words(
    "madame mme mademoiselle mlle monsieur mr m dr docteur me maitre mevrouw mevr mw meneer "
    "dhr heer mrs ms miss mister frau herr"
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
    "daughter client collega vriend vriendin moeder vader broer zus zoon dochter vrijwilliger "
    "inspecteur inspectrice brigadier agent agente policier policiere garant garante titulaire conducteur conductrice "
    "coach joueur joueuse gagnant gagnante laureat laureate aine ainee cadet cadette copain copine pote binome "
    "remplacant remplacante signataire plaignant plaignante occupant occupante hebergee heberge soussigne soussignee "
    "penningmeester voorzitter voorzitster secretaris buurman buurvrouw leider leidster nicht neef nonkel tante "
    "neighbour landlord landlady teacher driver cousin uncle aunt applicant "
    "soigneur couturiere jardinier jardiniere cheffe serveur serveuse plombier electricien menuisier facteur factrice "
    "orthophoniste dentiste preneur preneuse bailleresse marie-e fiancee fiance jumeau jumelle bebe"
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
    "film chanson reforme combat tableau statue buste rond-point promenade complexe "
    "col mont mur pic lac cap massif foret plage dreve sculpture friterie boucherie pharmacie traiteur frituur "
    "bakkerij apotheek rosier rosiers lilas dahlia dahlias orchidee clematite clematites camelia pomme pommes poire "
    "poires peche peches crepe crepes sauce tarte tartes tomate tomates variete fromage biere bieres jeu jeux goncourt "
    "renault citroen peugeot opel dacia alfa toyota ford fiat seat skoda audi bmw vw volkswagen mercedes panda pandas "
    "chien chienne chat chatte poney cheval hamster perroquet tortue mascotte "
    "renaudot femina batiment barriere barrieres bus tram metro ferme cuvee domaine rasoir paquets"
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

FIGURE_FAMILIES = words(
    "macron sarkozy hollande chirac mitterrand melenchon bardella zemmour poutine zelensky "
    "trump biden obama musk zuckerberg "
    "merkel netanyahu mandela gandhi einstein magritte hitler staline lenine napoleon piaget "
    "montessori dolto freud picasso "
    "mozart beethoven shakespeare tintin stromae mbappe zidane brassens"
)
"""Family names that mean the public figure even alone."""
ROYAL = words(
    "roi reine pape prince princesse saint sainte st ste empereur imperatrice tsar sultan pharaon king queen pope "
    "koning koningin paus prins prinses sint tempete tempetes ouragan cyclone typhon storm hurricane orkaan"
)
"""Before a given name, they make it a monarch's, a saint's or a storm's."""
WORKS = words(
    "concert concerts chanson chansons musique oeuvre oeuvres tableau tableaux toile roman romans poeme poemes "
    "theoreme fable fables piece pieces exposition expo film films symphonie opera citation citations maniere "
    "biographie quiz mythe legende conte contes heros heroine dieu deesse personnage peintre poete ecrivain "
    "ecrivaine compositeur chanteur chanteuse philosophe lecture livres bible ia modele chatgpt assistant "
    "prophete empereur sculpteur cineaste realisateur realisatrice pharaon"
)
"""Near a name that public figures and private persons share, they tell the public figure."""
PLACES_TOO = words(
    "florence sofia nancy constance mercedes valence clermont laval vienne louise albert lemonnier rogier "
    "forest santiago victoria adelaide madeleine clemenceau janson simonis voltaire gambetta salvador "
    "colombo lorraine bretagne renault citroen ford megane zoe clio alexa siri cortana charlotte bella "
    "delacroix brouckere anneessens horta chatelain philips braun bosch lacoste canon chantal-akerman "
    "beaumont rochefort herve aubel creusot celles chaumont beaune milan berne hem loos dole orange redon "
    "thiers verdun sale beni kayes lima rosario fatima odessa petra alma france martinique irma eunice "
    "ciara dennis xynthia orly nation bourse etterbeek alsace savoie champagne provence"
)
"""Given and family names that are towns, regions, stations, brands or storms as well: their company decides."""
STOPS = words(
    "station arret sortie metro tram bus ligne gare quartier direction terminus halte tempete ouragan"
)

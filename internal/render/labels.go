package render

import "github.com/boamp/boamp/internal/notice"

// labelled gives the French label of a code; one without label stands for itself.
func labelled(labels map[string]string, code string) string {
	if label, ok := labels[code]; ok {
		return label
	}
	return code
}

func flagLabel(code notice.FlagCode) string { return labelled(flagLabels, string(code)) }

var flagLabels = map[string]string{
	string(notice.FlagImpossibleDate):   "date impossible",
	string(notice.FlagDummyDate):        "date de remplissage",
	string(notice.FlagDoubtfulZone):     "fuseau horaire douteux",
	string(notice.FlagBadAmount):        "montant inutilisable",
	string(notice.FlagZeroAmount):       "montant nul, tenu pour non communiqué",
	string(notice.FlagWithheld):         "non publié",
	string(notice.FlagBadCompanyID):     "identifiant invalide",
	string(notice.FlagUnknownCode):      "code inconnu",
	string(notice.FlagUnclearText):      "caractères douteux",
	string(notice.FlagRepairedEncoding): "encodage réparé",
	string(notice.FlagMissingID):        "sans identifiant",
	string(notice.FlagContradiction):    "indications contradictoires",
}

var stages = map[string]string{
	string(notice.StagePlanning):     "Information préalable",
	string(notice.StageCall):         "Mise en concurrence",
	string(notice.StageIntention):    "Intention de conclure",
	string(notice.StageAward):        "Attribution",
	string(notice.StageModification): "Modification d'un contrat en cours",
	string(notice.StageCompletion):   "Achèvement du contrat",
	string(notice.StageCorrection):   "Rectification ou annulation",
	string(notice.StageOther):        "Autre",
}

var states = map[string]string{
	string(notice.StateInitial):   "Avis initial",
	string(notice.StateCorrected): "Rectifie un avis antérieur",
	string(notice.StateCancelled): "Annule un avis antérieur",
	string(notice.StateModified):  "Annonce la modification d'un contrat",
}

var kinds = map[string]string{string(notice.Works): "Travaux", string(notice.Supplies): "Fournitures", string(notice.Services): "Services"}

var procedures = map[string]string{
	notice.ProcedureOpen:               "Procédure ouverte",
	notice.ProcedureRestricted:         "Procédure restreinte",
	notice.ProcedureNegotiated:         "Procédure négociée avec mise en concurrence préalable",
	notice.ProcedureNegotiatedNoCall:   "Procédure négociée sans mise en concurrence préalable",
	notice.ProcedureCompetitiveDialog:  "Dialogue compétitif",
	notice.ProcedureInnovation:         "Partenariat d'innovation",
	notice.ProcedureAdapted:            "Procédure adaptée",
	notice.ProcedureDesignContestOpen:  "Concours ouvert",
	notice.ProcedureDesignContestRestr: "Concours restreint",
	notice.ProcedureConcession:         "Concession ou délégation de service public",
	notice.ProcedureOther:              "Autre procédure",
}

var techniques = map[string]string{
	"accord-cadre": "Accord-cadre", "sad": "Système d'acquisition dynamique", "enchere": "Enchère électronique",
	"catalogue": "Catalogue électronique", "concours": "Concours", "qualification": "Système de qualification",
}

var purposes = map[string]string{
	notice.DeadlineTenders:       "Date limite de remise des offres",
	notice.DeadlineParticipation: "Date limite de remise des candidatures",
	notice.DeadlineInterest:      "Date limite de manifestation d'intérêt",
}

var outcomes = map[string]string{
	string(notice.OutcomeAwarded):      "Attribué",
	string(notice.OutcomeUnsuccessful): "Infructueux",
	string(notice.OutcomeAbandoned):    "Sans suite",
	string(notice.OutcomePending):      "Décision à venir",
	string(notice.OutcomeUnknown):      "Issue non précisée",
}

var criterionTypes = map[string]string{"price": "Prix", "cost": "Coût", "quality": "Qualité"}

var sizes = map[string]string{
	"micro": "Microentreprise", "small": "Petite entreprise", "medium": "Moyenne entreprise", "large": "Grande entreprise", "sme": "PME",
}

var roles = map[string]string{"group-lead": "mandataire du groupement"}

var journals = map[string]string{notice.JournalBOAMP: "BOAMP", notice.JournalJOUE: "JOUE"}

var evidences = map[string]string{
	string(notice.EvidenceAnteriorNotice): "annonce antérieure",
	string(notice.EvidenceInitialNotice):  "avis initial",
	string(notice.EvidenceChangedNotice):  "avis modifié",
	string(notice.EvidencePreviousNotice): "avis précédent de la procédure",
	string(notice.EvidencePublication):    "référence de publication",
}

var sources = map[string]string{"xml": "document XML", "record": "enregistrement de l'API du portail", "legacy": "JSON de l'ancienne API"}

// formTypes are the codes of BT-03.
var formTypes = map[string]string{
	"planning": "Planification", "competition": "Mise en concurrence", "result": "Résultat", "dir-awa-pre": "Attribution directe annoncée",
	"cont-modif": "Modification de contrat", "completion": "Achèvement", "consultation": "Consultation préalable", "bri": "Immatriculation",
}

// buyerTypes are the codes of BT-11 and the elements by which older documents say the same.
var buyerTypes = map[string]string{
	"body-pl": "Organisme de droit public", "body-pl-cga": "Organisme de droit public (contrôle de l'État)",
	"body-pl-la": "Organisme de droit public (contrôle local)", "body-pl-ra": "Organisme de droit public (contrôle régional)",
	"cga": "Autorité centrale de l'État", "def-cont": "Contractant de la défense", "eu-ins-bod-ag": "Institution ou agence européenne",
	"grp-p-aut": "Groupement d'autorités publiques", "int-org": "Organisation internationale", "la": "Autorité locale",
	"org-sub": "Organisme subventionné", "org-sub-cga": "Organisme subventionné par l'État", "org-sub-la": "Organisme subventionné par une autorité locale",
	"org-sub-ra": "Organisme subventionné par une autorité régionale", "pub-undert": "Entreprise publique",
	"pub-undert-cga": "Entreprise publique (contrôle de l'État)", "pub-undert-la": "Entreprise publique (contrôle local)",
	"pub-undert-ra": "Entreprise publique (contrôle régional)", "ra": "Autorité régionale", "spec-rights-entity": "Titulaire de droits spéciaux ou exclusifs",
	"ETAT": "État", "REGION": "Région", "DEPARTEMENT": "Département", "COMMUNE": "Commune", "EPN": "Établissement public national",
	"EPT": "Établissement public territorial", "AUTRE": "Autre", "AUTRE_ORIGINE": "Autre", "INSTITUTION_EUROPEENNE": "Institution européenne",
	"MIN_AUTORITE_NATIONALE": "Ministère ou autorité nationale", "AUTOTRITE_REGIONAL": "Autorité régionale ou locale", "ORG_DROIT_PUBLIC": "Organisme de droit public",
}

// activities are the codes of BT-10 and the elements by which older documents say the same.
var activities = map[string]string{
	"airport": "Aéroports", "defence": "Défense", "econ-aff": "Affaires économiques", "education": "Enseignement", "electricity": "Électricité",
	"env-pro": "Environnement", "gas-heat": "Gaz et chaleur", "gas-oil": "Extraction de gaz et de pétrole", "gen-pub": "Administration générale",
	"hc-am": "Logement et équipements collectifs", "health": "Santé", "port": "Ports", "post": "Services postaux", "pub-os": "Ordre et sécurité publics",
	"rail": "Chemins de fer", "rcr": "Loisirs, culture et culte", "soc-pro": "Protection sociale", "solid-fuel": "Charbon et combustibles solides",
	"urttb": "Transports urbains", "water": "Eau",
	"ACT_AEROPORT": "Aéroports", "ACT_PORT": "Ports", "ACT_SERV_ADM_PUB": "Administration générale", "AFF_ECO_FIN": "Affaires économiques et financières",
	"AUTRE": "Autre", "DEF": "Défense", "EAU": "Eau", "EDUCATION": "Enseignement", "ELECTRICITE": "Électricité", "ENVIRONNEMENT": "Environnement",
	"LOG_DEV_COL": "Logement et équipements collectifs", "LOIS_CULT_REL": "Loisirs, culture et culte", "ORDRE_SEC_PUB": "Ordre et sécurité publics",
	"PROD_TRANS_DISTRIB_GAZ": "Gaz et chaleur", "PROSP_EXTRACT_CHARBON_COMB": "Charbon et combustibles solides",
	"PROSP_EXTRACT_PETROLE_GAZ": "Extraction de gaz et de pétrole", "PROTECTION_SOCIALE": "Protection sociale", "SANTE": "Santé", "sante": "Santé",
	"SER_CHEMIN_FER": "Chemins de fer", "SER_CHEMIN_FER_TRAM_BUS": "Transports urbains", "SER_POST": "Services postaux",
}

// considerations are the codes of BT-775, BT-774 and BT-776, and of accessibility.
var considerations = map[string]string{
	"acc-all": "accessibilité pour tous", "et-eq": "égalité ethnique", "gen-eq": "égalité entre femmes et hommes", "hum-right": "droits humains dans les chaînes d'approvisionnement",
	"opp": "emploi de personnes éloignées du travail", "work-cond": "conditions de travail équitables", "biodiv-eco": "biodiversité et écosystèmes",
	"circ-econ": "économie circulaire", "clim-adapt": "adaptation au changement climatique", "clim-mitig": "atténuation du changement climatique",
	"pollu-prev": "prévention de la pollution", "water-mar": "ressources en eau et mers", "mar-nov": "nouveauté sur le marché",
	"proc-innov": "procédé innovant", "prod-innov": "produit innovant", "rd-act": "recherche et développement", "other": "autre",
	"inc": "critères d'accessibilité appliqués", "n-inc": "critères d'accessibilité sans objet", "n-inc-just": "critères d'accessibilité écartés",
}

// reasons are the codes of BT-144 (no award), BT-140 (change) and BT-200 (modification of a contract).
var reasons = map[string]string{
	"all-rej": "toutes les offres ont été retirées ou écartées", "chan-need": "le besoin a changé", "ins-fund": "les crédits manquent",
	"no-rece": "aucune offre reçue", "no-signed": "refus de signer des mieux classés", "one-admis": "une seule offre recevable",
	"rev-body": "décision d'un organe de recours", "rev-buyer": "décision de l'acheteur après une demande de réexamen",
	"tch-pr-error": "erreur technique ou de procédure", "other": "autre raison",
	"cancel": "avis annulé", "cor-buy": "correction de l'acheteur", "cor-esen": "correction du prestataire d'envoi", "cor-pub": "correction de l'éditeur",
	"info-release": "information désormais disponible", "update-add": "mise à jour", "susp-review": "procédure suspendue par un recours",
	"add-wss": "besoins supplémentaires", "mod-cir": "circonstances imprévisibles", "mod-minv": "modification de faible montant",
	"mod-nons": "modification non substantielle", "mod-repl": "remplacement du titulaire", "mod-rev": "clause de réexamen ou option",
}

// languages are the codes of HTML for those that eForms write (ISO 639-3), French apart.
var languages = map[string]string{
	"BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "EST": "et", "FIN": "fi", "GLE": "ga", "HRV": "hr", "HUN": "hu",
	"ITA": "it", "LAV": "lv", "LIT": "lt", "MLT": "mt", "NLD": "nl", "NOB": "nb", "NOR": "no", "POL": "pl", "POR": "pt", "RON": "ro", "SLK": "sk",
	"SLV": "sl", "SPA": "es", "SWE": "sv",
}

package jo

import (
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// seen are the element names of the national bodies in documents and records of July 2024 to September 2026.
const seen = `
AMP CPV DSP FNSimple MAPA PersonneMorale PersonnePhysique accesComplet accordCadre acheteurPublic activitesOrganisme adm
admEtTech admOuTech adr adresseContact adresseMailContact adressesComplt ajouter attribue attribution attributionMarche
attributionSansNegociation auLieuDe autorisee autres autresInformComplementaire autresInformations avisInitial
capaEcoFiDoc capaTechDoc capaciteEcoFin capaciteExercice capaciteTech caracteristiques catalogueElec categorieAcheteur
civilite classPrincipale classificationOrganisme classificationOrganismeJOUE codeCPV codeIdentificationNational codeNUTS
communication conditions conditionsModePaiement conditionsRemise coord correspondantPRM cp critere critereCDC critereDoc
criterePCT criterePondere criteres criteresAttrib criteresAttribution dateAttribution datePublication dateReceptionOffres
delais description descriptionMarche descriptionReduite divisibleLotNon docSecurite document documentMarche duree dureeLot
dureeMois envoi estimationValeur euro execution executionPersonnel exigee fax fonc fondsCommunautairesNon formeJuridique
fournitures garanties grpCommandes grpCoordonnateur idMarche idWeb identifiantInterne infoCompl informComplementaire
informations infosCompl infosComplementaires infosRectif infosSup infructueux initial instanceChargeeRecours interdite
intitule intituleLot introductionRecoursRenseignements justifications langEC langue langueFR lieuCodeNUTS lieuExecution
lieuExecutionLivraison lieuLivraison lire lot lotMarche lots lotsMarche marcheReserve marcheReserveNON marcheTravaux
marcheUnique mel mesuresConfurlConfidentialite modFinancement montant montantIndefini natureMarche nbCandidatReduit
nbJours nbMois nbOffresRecues nom nomContact nomOfficiel nomvoie non num numLot numeroReference objet objetComplementaire
objetPrincipal organisme oui participation pasAvisInitial plusieursLot poste pren presOffres principales procedure
procedureAdaptee procedureAdapteeO quantite quantites receptionInteret receptionOffres rectificatif recurrentOui
rensComplementaires renseignements renseignementsAdm renseignementsCompl rensgComplt reservationMarche resultat rubrique
sansSuite services siret situation situationPropre sysQuali tech techAchat tel telContact titreMarche titulaire tousLots
tranches travaux txtLibre typeIdentificationNational typevoie url urlDocConsul urlDocument urlParticipation urlProfilAch
urlProfilAcheteur urlSecurite valeur valeurEstimee validite variantes ville visiteDetail voie webCommande webFacturation`

// expected are names that this package reads and that no document seen has: reported by others who read the format
// (fourchette, rubDelais, dateDebutPrestation, bp), of sections that the format must have (annulation), or the opposite of
// a choice that was seen (marcheReserveOUI).
const expected = `
DIVERS accesRestreint annulation auLieuDeDate bp dateDebutPrestation dateFinPrestation dateReceptionCandidatures
divisibleLotOui fondsCommunautairesOui fourchette intentionConclure lireDate marcheFournitures marcheReserveOUI
marcheServices modification motif montantMaxi montantMini nbAnnees numMarche pays procedureAdapteeR receptionCandidatures
reconduction recurrentNon rubDelais siren supprimer sysAcqDyn unLot valeurBasse valeurHaute valeurMax valeurMin`

// known are the names that make no warning below a national body.
var known = set(seen, expected)

// single are the names of values of which one is read. What comes again beside them is lost but for a warning.
var single = set(`IDWEB NOMORGANISME DATE_PUBLICATION DATE_LIMITE_REPONSE DATE_FIN_DIFFUSION RESUME_OBJET
acheteurPublic adr attribue codeIdentificationNational cp dateAttribution dateReceptionCandidatures dateReceptionOffres description
dureeMois fourchette identifiantInterne idMarche idWeb intitule intituleLot montant natureMarche nbAnnees nbJours nbMois
nbOffresRecues nomOfficiel numLot numMarche numeroReference objet principales procedure receptionCandidatures receptionInteret
receptionOffres siret titreMarche valeur valeurBasse valeurHaute ville`)

// checkboxes hold long closed lists of empty elements that no typed value carries (which certificates to send, what the
// buyer is active in); unknown ones in them are no news.
var checkboxes = set("justifications activites typeIdentificationNational presOffres")

// v230Names are the blocks of a body in the capital names of V230, which V240 documents may have inside this envelope.
var v230Names = set(`IDENTITE TYPE_ORGANISME TYPE_POUVOIR_ADJUDICATEUR OBJET PROCEDURE ATTRIBUTION RECTIF ANNULATION
CONDITION_DELAI CONDITION_RELATIVE_MARCHE CONDITION_PARTICIPATION CONDITION_ADMINISTRATIVE RENSEIGNEMENTS_COMPLEMENTAIRES`)

// headerNames are the names of GESTION: those of 3.2.5 and what V230 has more.
var headerNames = set(`REFERENCE IDWEB TYPE_AVIS FAMILLE PERIMETRE NATURE STATUT ANNONCE_ANTERIEUR INDEXATION SCHEMA
NOMORGANISME TITULAIRES DENOMINATION TYPE_PROCEDURE DATE_PUBLICATION DATE_LIMITE_REPONSE DATE_FIN_DIFFUSION DESCRIPTEURS
DESCRIPTEUR CODE LIBELLE NATURE_MARCHE CRITERES_SOCIAUX_ENV SOCIAUX ENVIRONNEMENTAUX DEP_PUBLICATION DEP_PRESTATION
RESUME_OBJET MARCHE ID_MARCHE ID_CONSULTATION URL_CONSULTATION NOM_HTML CLASSES CLASSE DATE_ENVOI TRAVAUX FOURNITURES
SERVICES`)

// headerChoices hold the name of a code; readTypeAvis and others flag codes that no list has.
var headerChoices = set("FAMILLE PERIMETRE NATURE STATUT TYPE_PROCEDURE REFERENCE_PUBLICATION")

func set(lists ...string) map[string]bool {
	m := make(map[string]bool, 256)
	for _, list := range lists {
		for name := range strings.FieldsSeq(list) {
			m[name] = true
		}
	}
	return m
}

// maySeveral reports whether an element may come again beside one of its name.
func maySeveral(name string) bool { return !single[name] }

// warnUnknown warns about the elements below a national body whose names the reader does not know.
func warnUnknown(n *notice.Notice, e tree.Node) { warnOthers(n, e, known, checkboxes) }

// warnUnknownHeader does so for GESTION.
func warnUnknownHeader(n *notice.Notice, e tree.Node) { warnOthers(n, e, headerNames, headerChoices) }

// warnOthers is feed.WarnUnknown that does not look below the elements named in closed.
func warnOthers(n *notice.Notice, e tree.Node, known, closed map[string]bool) {
	for c := range e.All() {
		switch {
		case closed[c.Name()]:
		case !known[c.Name()]:
			n.Warn(c.Path(), feed.Excerpt(c), "unknown element")
		default:
			warnOthers(n, c, known, closed)
		}
	}
}

// warnUnknownTop warns about what stands in the envelope beside its four parts.
func warnUnknownTop(n *notice.Notice, root tree.Node) {
	for c := range root.All() {
		switch c.Name() {
		case "GESTION", "DONNEES", "HTML", "HTMLSYNTHESE":
		default:
			n.Warn(c.Path(), feed.Excerpt(c), "unknown element")
		}
	}
}

// maxList bounds the lists whose members are told apart by comparing each with all: no true notice comes near it.
const maxList = 2000

// crowded reports whether a list is full, with a warning at the element that finds no room.
func crowded(n *notice.Notice, e tree.Node, length int) bool {
	if length < maxList {
		return false
	}
	n.Warn(e.Path(), e.Text(), "more values of this kind than a notice can have; the rest was left out")
	return true
}

package jo

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readMAPA reads a section of MAPA, the form of adapted procedures: description, caracteristiques, duree, criteres, delais,
// renseignements, adressesComplt, lots; results by lot or for the whole.
func readMAPA(n *notice.Notice, s tree.Node) {
	description, traits := s.Child("description"), s.Child("caracteristiques")
	feed.SetText(n, &n.Title, "title", description.Child("objet"))
	feed.SetText(n, &n.Title, "title", s.Child("descriptionReduite", "objet"))
	feed.SetText(n, &n.Description, "description", traits.Child("principales"))
	feed.SetText(n, &n.Description, "description", traits.Child("quantites"))
	readKinds(n, &n.Kinds, "kinds", s.Child("natureMarche"))
	readKinds(n, &n.Kinds, "kinds", description) // marcheTravaux{execution}, marcheServices, marcheFournitures
	for _, around := range []tree.Node{description, s.Child("descriptionReduite")} {
		for c := range around.Each("CPV") {
			readCPV(n, &n.CPV, "cpv", c)
		}
		readPlaces(n, &n.Places, "places", around)
	}
	readEstimates(n, s, description, traits)
	for _, around := range []tree.Node{s, description, traits} {
		setFramework(n, around.Child("accordCadre"))
	}
	readDuration(n, &n.Duration, "duration", s.Child("duree"))
	readProcedure(n, s.Child("procedure"))
	readCriteria(n, &n.Criteria, "criteria", either(s, "criteres", "criteresAttribution"))
	readDeadlines(n,
		dated{s.Child("delais", "receptionCandidatures"), notice.DeadlineParticipation},
		dated{s.Child("delais", "receptionOffres"), notice.DeadlineTenders})
	feed.SetText(n, &n.Reference, "reference", s.Child("renseignements", "idMarche"))
	addresses := s.Child("adressesComplt")
	addDocument(n, addresses.Child("document", "coord", "url"), false)
	feed.SetText(n, &n.Submission, "submission", addresses.Child("envoi", "coord", "url"))
	readLots(n, s.Child("lots"))
	readResults(n, s.Child("attribution"))
	readOtherInformation(n, s.Child("autresInformations"))
}

// readEstimates looks for an estimate where the neighbouring forms have it; no MAPA seen has one.
func readEstimates(n *notice.Notice, around ...tree.Node) {
	for _, e := range around {
		for _, name := range []string{"valeurEstimee", "estimationValeur"} {
			for v := range e.Each(name) {
				readValue(n, noticeMoney(n), v)
			}
		}
	}
}

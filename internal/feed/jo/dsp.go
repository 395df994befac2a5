package jo

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readDSP reads a section of DSP, the form of concessions and delegations of public service: communication,
// descriptionMarche with its lots, renseignementsAdm; results by lot as in MAPA.
func readDSP(n *notice.Notice, s tree.Node) {
	market, communication := s.Child("descriptionMarche"), s.Child("communication")
	feed.SetText(n, &n.Title, "title", market.Child("titreMarche"))
	feed.SetText(n, &n.Reference, "reference", market.Child("numeroReference"))
	feed.SetText(n, &n.Description, "description", market.Child("description"))
	readKinds(n, &n.Kinds, "kinds", market.Child("natureMarche"))
	for c := range market.Each("CPV") {
		readCPV(n, &n.CPV, "cpv", c)
	}
	readPlaces(n, &n.Places, "places", market)
	readEstimates(n, market)
	readProcedure(n, s.Child("procedure"))
	readDeadlines(n,
		dated{s.Child("renseignementsAdm", "receptionInteret"), notice.DeadlineInterest},
		dated{s.Child("renseignementsAdm", "receptionCandidatures"), notice.DeadlineParticipation},
		dated{s.Child("renseignementsAdm", "receptionOffres"), notice.DeadlineTenders})
	documents := communication.Child("documentMarche")
	addDocument(n, documents.Child("urlDocument"), documents.Has("accesRestreint"))
	feed.SetText(n, &n.Submission, "submission", communication.Child("participation", "urlParticipation"))
	readDSPLots(n, market)
	readResults(n, s.Child("attribution"))
	readOtherInformation(n, s.Child("autresInformations"))
}

// readDSPLots reads the lots. A contract that is not divided (divisibleLotNon) has its place, duration and criteria in an
// element lot all the same: these are the contract's own.
func readDSPLots(n *notice.Notice, market tree.Node) {
	if !market.Has("divisibleLotNon") {
		readLots(n, market.Child("lots"))
		readLots(n, market)
		return
	}
	for lot := range market.Each("lot") {
		feed.SetText(n, &n.Title, "title", lot.Child("intituleLot"))
		feed.SetText(n, &n.Description, "description", lot.Child("description"))
		for c := range lot.Each("CPV") {
			readCPV(n, &n.CPV, "cpv", c)
		}
		readPlaces(n, &n.Places, "places", lot)
		readEstimates(n, lot)
		readDuration(n, &n.Duration, "duration", either(lot, "dureeLot", "duree"))
		readCriteria(n, &n.Criteria, "criteria", either(lot, "criteres"))
	}
}

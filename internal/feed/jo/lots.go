package jo

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readLots reads the children named lot, of any national form.
func readLots(n *notice.Notice, e tree.Node) {
	for lot := range e.Each("lot") {
		readLot(n, lot)
	}
}

// readLot reads one lot. FNSimple numbers none; MAPA and DSP have numLot, and only DSP a title beside the description.
func readLot(n *notice.Notice, e tree.Node) {
	var l notice.Lot
	feed.SetText(n, &l.Number, "lots.number", either(e, "numLot", "num"))
	feed.SetText(n, &l.Title, "lots.title", either(e, "intituleLot", "intitule"))
	feed.SetText(n, &l.Description, "lots.description", e.Child("description"))
	readKinds(n, &l.Kinds, "lots.kinds", e.Child("natureMarche"))
	for c := range e.All() {
		if c.Name() == "codeCPV" || c.Name() == "CPV" {
			readCPV(n, &l.CPV, "lots.cpv", c)
		}
	}
	readPlaces(n, &l.Places, "lots.places", e)
	to := money{&l.Estimated, &l.Minimum, &l.Maximum, "lots.estimated", "lots.minimum", "lots.maximum"}
	readValue(n, to, either(e, "estimationValeur", "valeurEstimee"))
	readDuration(n, &l.Duration, "lots.duration", either(e, "dureeLot", "duree", "dureeMois"))
	readCriteria(n, &l.Criteria, "lots.criteria", either(e, "criteres", "criteresAttrib"))
	if !empty(l) {
		n.Lots = append(n.Lots, l)
	}
}

func empty(l notice.Lot) bool {
	return l.Number == "" && l.Title == "" && l.Description == "" && l.CPV.Main == "" && len(l.CPV.Additional) == 0 &&
		len(l.Places) == 0 && l.Estimated == nil
}

// readResultLots reads the lots that results name and that the notice does not list as lots.
func readResultLots(n *notice.Notice, e tree.Node) {
	listed := map[string]bool{}
	for _, l := range n.Lots {
		listed[l.Number] = true
	}
	for lot := range e.Each("lotMarche") {
		number := either(lot, "numLot", "num").Text()
		if number == "" || !listed[number] {
			readLot(n, lot)
		}
		listed[number] = true
	}
}

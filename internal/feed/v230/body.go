package v230

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Body reads the two halves of a notice of V230 or V240, whether they came from XML or from the JSON of a record.
type Body struct{}

var _ feed.BodyReader = Body{}

// ReadBody fills the typed values of n.
func (Body) ReadBody(halves feed.Body, n *notice.Notice) {
	b := &body{n: n, gestion: halves.Gestion, donnees: halves.Donnees, index: halves.Gestion.Child("INDEXATION")}
	b.objet = b.donnees.Child("OBJET")
	b.classify()
	b.dates()
	b.keywords()
	b.buyers()
	b.subject()
	b.procedure()
	b.deadline()
	b.addresses()
	b.values()
	b.lots()
	b.criteria()
	b.liftOnlyLot()
	b.places()
	b.results()
	b.modification()
	b.corrections()
	b.links()
	feed.WarnUnknown(n, b.gestion, known)
	feed.WarnUnknown(n, b.donnees, known)
	feed.WarnRepeated(n, b.gestion, mayRepeat)
	feed.WarnRepeated(n, b.donnees, mayRepeat)
	n.SortMarks()
}

// body is one reading: the notice being filled and the places of the document that several steps look at.
type body struct {
	n                *notice.Notice
	gestion, donnees tree.Node
	index            tree.Node // GESTION/INDEXATION
	objet            tree.Node // the first DONNEES/OBJET
}

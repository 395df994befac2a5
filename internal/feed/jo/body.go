package jo

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// Body reads the two halves of a document of this generation, from XML or from a record. Gestion is GESTION, Donnees is
// DONNEES. What the header alone knows is read first; then the body; then the header fills in what the body left open.
// See New for eforms and v230.
func Body(eforms, v230 feed.BodyReader) feed.BodyReader { return body{eforms, v230} }

type body struct{ eforms, v230 feed.BodyReader }

// ReadBody implements feed.BodyReader.
func (r body) ReadBody(b feed.Body, n *notice.Notice) {
	readHeader(n, b.Gestion)
	var said evidence
	for c := range b.Donnees.All() {
		if v230Names[c.Name()] {
			said = r.delegate(r.v230, feed.Body{Donnees: b.Donnees}, n)
			break
		}
		said = said.or(r.readOne(b.Gestion, c, n))
	}
	completeFromHeader(n, b.Gestion)
	settle(n, b.Gestion, said)
	warnUnknownHeader(n, b.Gestion)
	feed.WarnRepeated(n, b.Gestion, maySeveral)
}

// readOne reads one child of DONNEES.
func (r body) readOne(gestion, c tree.Node, n *notice.Notice) evidence {
	switch {
	case c.Name() == "EFORMS":
		return r.delegate(r.eforms, feed.Body{Gestion: gestion, Donnees: c.First()}, n)
	case v230Names[c.First().Name()]:
		return r.delegate(r.v230, feed.Body{Donnees: c}, n)
	case c.Name() == "FNSimple":
		return national(n, c, readFNSimple)
	case c.Name() == "MAPA":
		return national(n, c, readMAPA)
	case c.Name() == "DSP":
		return national(n, c, readDSP)
	case c.Name() == "DIVERS":
		return national(n, c, readDivers)
	}
	n.Warn(c.Path(), feed.Excerpt(c), "unknown body")
	return evidence{}
}

// evidence is what a body says about its notice as a whole; zero values mean that it says nothing.
type evidence struct {
	stage notice.Stage
	state notice.State
	path  string
}

func (e evidence) or(o evidence) evidence {
	if e.stage == "" && e.state == "" {
		return o
	}
	return e
}

// delegate gives a body to the reader of another package and takes over what that says of stage and state: settle weighs
// it against the header.
func (r body) delegate(reader feed.BodyReader, b feed.Body, n *notice.Notice) evidence {
	if !b.Donnees.Exists() {
		return evidence{}
	}
	if reader == nil {
		n.Warn(b.Donnees.Path(), "", "no reader for this body")
		return evidence{}
	}
	n.Stage, n.State = "", ""
	reader.ReadBody(b, n)
	said := evidence{stage: n.Stage, state: n.State, path: b.Donnees.Path()}
	n.Stage, n.State = "", ""
	return said
}

// sections are the children of a national body beside organisme. Stage "" means that the nature of the header says it.
var sections = map[string]evidence{
	"initial":           {state: notice.StateInitial},
	"attribution":       {stage: notice.StageAward, state: notice.StateInitial},
	"rectificatif":      {stage: notice.StageCorrection, state: notice.StateCorrected},
	"annulation":        {stage: notice.StageCorrection, state: notice.StateCancelled},
	"intentionConclure": {stage: notice.StageIntention, state: notice.StateInitial},
	"modification":      {stage: notice.StageModification, state: notice.StateModified},
}

// national reads FNSimple, MAPA, DSP or DIVERS: the buyers, then each section with read and with what all forms share.
func national(n *notice.Notice, root tree.Node, read func(*notice.Notice, tree.Node)) evidence {
	for o := range root.Each("organisme") {
		readBuyer(n, o)
	}
	var said evidence
	for s := range root.All() {
		if s.Name() == "organisme" {
			continue
		}
		e := sections[s.Name()]
		e.path = s.Path()
		said = said.or(e)
		for a := range s.Each("avisInitial") {
			readInitialNotice(n, a)
		}
		read(n, s)
		switch s.Name() {
		case "rectificatif":
			readCorrections(n, s)
		case "annulation":
			readCancellation(n, s)
		case "modification":
			readModification(n, s)
		}
	}
	finishResults(n, said.stage)
	warnUnknown(n, root)
	feed.WarnRepeated(n, root, maySeveral)
	return said
}

package jo

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// readDivers reads a section of DIVERS, of which no document is known. The site lists its lots where FNSimple and MAPA have
// them. It is read as MAPA unless it has the block that only another form has.
func readDivers(n *notice.Notice, s tree.Node) {
	switch {
	case s.Child("natureMarche", "intitule").Exists():
		readFNSimple(n, s)
	case s.Has("descriptionMarche"):
		readDSP(n, s)
	default:
		readMAPA(n, s)
	}
	feed.SetText(n, &n.Title, "title", either(s, "intitule", "titre", "objet"))
	feed.SetText(n, &n.Description, "description", either(s, "description", "texte", "texteLibre"))
}

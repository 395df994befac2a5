package completeness

import (
	"strings"

	"github.com/boamp/boamp/internal/ledger"
)

// damage is something kept that is not what it was.
type damage struct {
	where  string // a document, or an archive that cannot be read
	sha256 string // of the document
	text   string
}

// standing are the damages that matter: of a document that came again and is kept elsewhere since, or was erased, the ledger has a newer
// line, and an archive matters as long as one of its documents is kept nowhere else. It reads the ledger once, and only when there are any.
func (a Audit) standing(list []damage) (left []damage, err error) {
	if len(list) == 0 || a.Lines == nil {
		return list, nil
	}
	documents, archives := map[string]string{}, map[string]int{} // where a document was found damaged; documents that only an archive has
	for _, d := range list {
		if d.sha256 != "" {
			documents[d.sha256] = d.where
		} else {
			archives[d.where] = 0
		}
	}
	only, named, moved := map[string]string{}, map[string]bool{}, map[string]bool{}
	for l, err := range a.Lines(1) {
		if err != nil {
			return nil, err
		}
		if !l.Tells() || l.Raw == "" && l.Outcome != ledger.Erased {
			continue
		}
		if where, ok := documents[l.SHA256]; ok {
			moved[l.SHA256] = l.Raw != where || l.Outcome == ledger.Erased
		}
		if was, ok := only[l.SHA256]; ok {
			archives[was]--
			delete(only, l.SHA256)
		}
		archive, _, _ := strings.Cut(l.Raw, "!")
		if _, ok := archives[archive]; ok && l.Outcome != ledger.Erased {
			only[strings.Clone(l.SHA256)] = archive
			archives[archive]++
			named[archive] = true
		}
	}
	for _, d := range list {
		if d.sha256 != "" && moved[d.sha256] || d.sha256 == "" && named[d.where] && archives[d.where] == 0 {
			continue
		}
		left = append(left, d)
	}
	return left, nil
}

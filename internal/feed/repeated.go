package feed

import (
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// maxNames is the number of different names below one element up to which repetitions are looked for, more than any format
// has. Each child is compared with all of them.
const maxNames = 64

// WarnRepeated warns about elements below e that come again beside one of their name, of which a reader takes the first.
// mayRepeat tells those that are read each time. Repetitions of the same text, and empty ones, say nothing new.
func WarnRepeated(n *notice.Notice, e tree.Node, mayRepeat func(name string) bool) {
	var room [16]named
	seen := room[:0]
	for c := range e.All() {
		if name := c.Name(); !mayRepeat(name) {
			seen = again(n, seen, c, name)
		}
		if !c.IsLeaf() {
			WarnRepeated(n, c, mayRepeat)
		}
	}
}

// named is the first element of a name.
type named struct {
	name  string
	first tree.Node
	said  string // by the first, once it is asked for
	asked bool
}

// again compares c with the first of its name, or notes it as that.
func again(n *notice.Notice, seen []named, c tree.Node, name string) []named {
	for i := range seen {
		s := &seen[i]
		if s.name != name {
			continue
		}
		said := Excerpt(c)
		if said == "" {
			return seen
		}
		if !s.asked {
			s.said, s.asked = Excerpt(s.first), true
		}
		if said != s.said {
			n.Warn(c.Path(), said, "element that comes again; the first counts")
		}
		return seen
	}
	if len(seen) < maxNames {
		seen = append(seen, named{name: name, first: c})
	}
	return seen
}

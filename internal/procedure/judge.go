package procedure

import (
	"fmt"

	"github.com/boamp/boamp/internal/notice"
)

// judge decides about a link whose target is there: what contradicts it, and how sure it is.
func judge(c *Edge, from, to *node, l *notice.Link) {
	c.Status = Joined
	if c.Relation == UsesEarlier {
		c.Status = Related
	}
	buyers := from.buyer.compare(to.buyer)
	switch {
	case from.n.ID == to.n.ID:
		c.reject("a notice that names itself")
	case later(to.n, from.n):
		c.reject("the earlier notice was published on %s, after the one that names it (%s)", to.n.Published, from.n.Published)
	case l.Publication != nil:
		judgePublication(c, buyers, from, to)
	default:
		judgeName(c, buyers, from, to)
	}
	if c.Status != Rejected && !l.Date.IsZero() && !to.n.Published.IsZero() && l.Date != to.n.Published {
		c.lower(Strong, fmt.Sprintf("the document says that it was published on %s, it was on %s", l.Date, to.n.Published))
	}
}

// judgeName is for links that name the notice itself.
func judgeName(c *Edge, buyers likeness, from, to *node) {
	c.Grade = Certain
	switch buyers {
	case doubtfulBuyer:
		c.lower(Strong, differ(from, to)+", but names are alike")
	case unknownBuyer:
		c.lower(Strong, "one of the notices does not name its buyer")
	case unlikeNames:
		c.lower(Weak, "the buyers have no word of their names in common")
	case otherBuyer:
		if f := folderOf(from.n); f != "" && f == folderOf(to.n) && !placeholder(f) {
			c.lower(Weak, differ(from, to)+", but both name the procedure")
			return
		}
		c.reject("%s", differ(from, to))
	}
}

// judgePublication is for links by the number in a journal, in which a digit is soon wrong.
func judgePublication(c *Edge, buyers likeness, from, to *node) {
	c.Grade = Strong
	switch buyers {
	case doubtfulBuyer:
		c.lower(Weak, differ(from, to)+", but names are alike")
	case unknownBuyer:
		c.lower(Weak, "one of the notices does not name its buyer")
	case unlikeNames:
		c.reject("the buyers have no word of their names in common, and the reference is a number in a journal")
	case otherBuyer:
		c.reject("%s", differ(from, to))
	}
}

// differ says that two buyers are not the same.
func differ(from, to *node) string {
	return fmt.Sprintf("the buyers differ (%s and %s)", from.buyer.who(), to.buyer.who())
}

// later reports whether a was published on a later day than b, as far as both say.
func later(a, b *notice.Notice) bool {
	return !a.Published.IsZero() && !b.Published.IsZero() && a.Published.Compare(b.Published) > 0
}

func (c *Edge) reject(format string, args ...any) {
	c.Status, c.Grade, c.Reason = Rejected, "", fmt.Sprintf(format, args...)
}

// lower makes a link at most as sure as g and says why.
func (c *Edge) lower(g Grade, reason string) {
	if gradeRank[g] < gradeRank[c.Grade] {
		c.Grade = g
	}
	if c.Reason != "" {
		c.Reason += "; "
	}
	c.Reason += reason
}

// breakCycles rejects links until no notice is before itself. In a circle of links those that lead to a later notice are wrong,
// in the order in which notices come about; what is left of it leads back in that order and cannot be a circle.
func (g *graph) breakCycles(all []Edge) {
	for _, circle := range circles(all) {
		inside := map[string]bool{}
		for _, id := range circle {
			inside[id] = true
		}
		for i := range all {
			c := &all[i]
			if c.Status == Joined && c.directed() && inside[c.From] && inside[c.To] && compareTime(g.nodes[c.To].n, g.nodes[c.From].n) > 0 {
				c.reject("the notices name one another as the earlier; by day, kind and number this one is the earlier")
			}
		}
	}
}

// directed reports whether a link says which of its notices is the earlier; others are drawn in the order of time.
func (c *Edge) directed() bool { return c.Relation != SameProcedure && c.Relation != SameNotice }

// circles finds the groups of notices that lead to one another by joined links (strongly connected components of two and more).
func circles(all []Edge) [][]string {
	next := map[string][]string{}
	for i := range all {
		if all[i].Status == Joined && all[i].directed() {
			next[all[i].From] = append(next[all[i].From], all[i].To)
		}
	}
	t := tarjan{next: next, index: map[string]int{}, low: map[string]int{}, on: map[string]bool{}}
	for i := range all {
		if t.index[all[i].From] == 0 {
			t.visit(all[i].From)
		}
	}
	return t.found
}

// tarjan is the search of strongly connected components; its depth is bounded by the notices of a graph.
type tarjan struct {
	next       map[string][]string
	index, low map[string]int
	on         map[string]bool
	stack      []string
	found      [][]string
}

func (t *tarjan) visit(id string) {
	t.index[id] = len(t.index) + 1
	t.low[id] = t.index[id]
	t.stack = append(t.stack, id)
	t.on[id] = true
	for _, to := range t.next[id] {
		switch {
		case t.index[to] == 0:
			t.visit(to)
			t.low[id] = min(t.low[id], t.low[to])
		case t.on[to]:
			t.low[id] = min(t.low[id], t.index[to])
		}
	}
	if t.low[id] != t.index[id] {
		return
	}
	at := len(t.stack) - 1
	for t.stack[at] != id {
		at--
	}
	group := append([]string(nil), t.stack[at:]...)
	t.stack = t.stack[:at]
	for _, member := range group {
		t.on[member] = false
	}
	if len(group) > 1 {
		t.found = append(t.found, group)
	}
}

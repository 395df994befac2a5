package procedure

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/text"
)

// Change is what a correction, cancellation or modification changed of the version before it.
type Change struct {
	From      string              `json:"from,omitempty"`       // id of the version before; none when it is not in the data
	To        string              `json:"to"`                   // id of the notice that changes
	Kind      Role                `json:"kind"`                 // correction, cancellation, modification
	Complete  bool                `json:"complete"`             // the notice repeats everything, so what it lacks was removed
	Fields    []FieldChange       `json:"fields,omitempty"`     // in the order of their paths
	NotStated []string            `json:"not_stated,omitempty"` // members of the notice that an incomplete one does not repeat: they stand as before
	Announced []notice.Correction `json:"announced,omitempty"`  // the changes in its own words
}

// roots gives for each notice that corrects, cancels or modifies the one whose versions it continues. Of several notices that it
// names, the latest counts; a missing one counts when none is there.
func (p *Timeline) roots() map[string]string {
	direct := map[string]string{}
	place := map[string]int{}
	for i, m := range p.Notices {
		place[m.ID] = i + 1
	}
	for _, c := range p.Links {
		if c.Status != Joined && c.Status != Missing || c.Relation != Corrects && c.Relation != Cancels && c.Relation != Modifies {
			continue
		}
		if was, ok := direct[c.From]; !ok || place[c.To] > place[was] {
			direct[c.From] = c.To
		}
	}
	roots := map[string]string{}
	for _, m := range p.Notices {
		root := m.ID
		for range p.Notices { // links to earlier notices come to an end; the bound is for what they say of missing ones
			next, ok := direct[root]
			if !ok {
				break
			}
			root = next
		}
		if root != m.ID {
			roots[m.ID] = root
		}
	}
	return roots
}

// version is what holds after some versions of a notice.
type version struct {
	last  string           // id of the latest
	holds map[string]value // by path
}

// changes compares consecutive versions of each notice. notices are earliest first.
func changes(notices []*notice.Notice, links []Edge) []Change {
	p := &Timeline{Links: links}
	for _, n := range notices {
		p.Notices = append(p.Notices, Member{ID: n.ID})
	}
	roots := p.roots()
	state := map[string]*version{}
	var all []Change
	for _, n := range notices {
		root, changes := roots[n.ID]
		if !changes {
			state[n.ID] = &version{n.ID, flatten(n)}
			continue
		}
		v := state[root]
		if v == nil {
			v = &version{}
			state[root] = v
		}
		c := Change{From: v.last, To: n.ID, Kind: roleOf(n), Complete: complete(n), Announced: n.Corrections}
		stated := flatten(n)
		held, _ := v.holds["deadline"].of.(string)
		d, announced := announcedDeadline(n, held)
		if announced {
			stated["deadline"] = value{d.Wall}
		}
		if v.last != "" {
			c.Fields, c.NotStated = compare(v.holds, stated, c.Complete)
		}
		for i := range c.Fields {
			c.Fields[i].Announced = announced && c.Fields[i].Path == "deadline"
		}
		all = append(all, c)
		v.last = n.ID
		if c.Complete || v.holds == nil {
			v.holds = stated
			continue
		}
		for path, val := range stated {
			v.holds[path] = val
		}
	}
	return all
}

// complete reports whether a notice repeats all that holds after its change: corrections of eForms do. The forms of the BOAMP give the
// changed pieces, and the modification of a contract tells of that contract alone.
func complete(n *notice.Notice) bool {
	eforms := n.Version == notice.EForms || n.NoticeType != "" || n.Subtype != ""
	return eforms && n.State != notice.StateModified && !n.Source.Partial
}

// Diff compares two versions of a notice. What complete versions lack was removed; what others lack stands in notStated.
func Diff(before, after *notice.Notice) (fields []FieldChange, notStated []string) {
	return compare(flatten(before), flatten(after), complete(after))
}

// sortedKeys lists the paths of both versions in order.
func sortedKeys(a, b map[string]value) []string {
	keys := make([]string, 0, len(a)+len(b))
	for k := range a {
		keys = append(keys, k)
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// announcedDeadline is the deadline that a correction puts in the place of the one that holds, where it gives both as dates and states
// none itself.
func announcedDeadline(n *notice.Notice, holds string) (d notice.Deadline, ok bool) {
	if n.Deadline != nil || holds == "" {
		return d, false
	}
	for _, c := range n.Corrections {
		before, _, was := notice.ParseDeadline(c.DateBefore)
		after, _, is := notice.ParseDeadline(c.DateAfter)
		if was && is && before.Wall == holds && !after.Instant.IsZero() {
			return after, true
		}
	}
	return d, false
}

// after is the deadline that stands once n has been published.
func (c *Current) after(n *notice.Notice) *Current {
	if n.Deadline != nil && (c == nil || n.Deadline.Wall != c.Wall) {
		return &Current{Deadline: n.Deadline, StatedBy: n.ID}
	}
	if c == nil {
		return nil
	}
	if d, ok := announcedDeadline(n, c.Wall); ok {
		d.For = c.For
		return &Current{Deadline: &d, StatedBy: n.ID}
	}
	if n.Deadline != nil {
		c.StatedBy = n.ID
	}
	if slices.ContainsFunc(n.Corrections, speaksOfDeadline) {
		c.InWords = append(c.InWords, n.ID)
	}
	return c
}

// speaksOfDeadline reports whether the words of a change may tell another deadline. They are not read, only pointed at.
func speaksOfDeadline(c notice.Correction) bool {
	said := text.Fold(strings.Join([]string{c.Section, c.Before, c.After, c.Text}, " "))
	for _, words := range []string{"date limite", "heure limite", "dates limites", "remise des", "reception des", "date et heure"} {
		if strings.Contains(said, words) {
			return true
		}
	}
	return false
}

package procedure

import (
	"slices"

	"github.com/boamp/boamp/internal/notice"
)

// together lists the notices that joined links lead to from one of them, either way. Notices that name the same missing notice belong
// together unless their buyers speak against it.
func (g *graph) together(links []Edge, start string) map[string]bool {
	next := map[string][]string{}
	missing := map[string][]string{}
	for i := range links {
		switch c := &links[i]; {
		case c.Status == Joined:
			next[c.From] = append(next[c.From], c.To)
			next[c.To] = append(next[c.To], c.From)
		case c.Status == Missing && c.Relation != UsesEarlier && c.Reason == "":
			for _, other := range missing[c.To] {
				if g.nodes[other].buyer.compare(g.nodes[c.From].buyer) <= doubtfulBuyer {
					next[c.From] = append(next[c.From], other)
					next[other] = append(next[other], c.From)
				}
			}
			missing[c.To] = append(missing[c.To], c.From)
		}
	}
	members := map[string]bool{start: true}
	for todo := []string{start}; len(todo) > 0; todo = todo[1:] {
		for _, id := range next[todo[0]] {
			if !members[id] {
				members[id] = true
				todo = append(todo, id)
			}
		}
	}
	return members
}

// behind lists members as they came about, and on one day each behind the notices that it names.
func (g *graph) behind(links []Edge, members map[string]bool) []*node {
	names := map[string][]string{}
	for i := range links {
		if c := &links[i]; c.Status == Joined && c.directed() && members[c.From] && members[c.To] {
			names[c.From] = append(names[c.From], c.To)
		}
	}
	var todo, list []*node
	for _, d := range g.ordered() {
		if members[d.n.ID] {
			todo = append(todo, d)
		}
	}
	placed := map[string]bool{}
	free := func(d *node) bool {
		return !slices.ContainsFunc(names[d.n.ID], func(id string) bool { return !placed[id] })
	}
	for len(todo) > 0 {
		i := max(0, slices.IndexFunc(todo, free))
		placed[todo[i].n.ID] = true
		list = append(list, todo[i])
		todo = slices.Delete(todo, i, i+1)
	}
	return list
}

// assemble makes the answer of what the walk found.
func (w *walk) assemble(links []Edge, members map[string]bool) *Timeline {
	p := &Timeline{Truncated: w.more}
	var notices []*notice.Notice
	for _, d := range w.g.behind(links, members) {
		if len(notices) == MaxNotices {
			p.Truncated = true
			break
		}
		notices = append(notices, d.n)
		p.Notices = append(p.Notices, memberOf(d.n))
		if f := folderOf(d.n); f != "" && !slices.Contains(p.Folders, f) && w.g.usable(f) {
			p.Folders = append(p.Folders, f)
		}
	}
	p.ID = notices[0].ID
	if len(p.Folders) > 0 {
		p.ID = p.Folders[0]
	}
	for _, c := range links {
		if w.more && c.Status == Missing && c.Reason == "" && !w.asked[targets+" "+c.To] {
			c.Reason = "there are too many notices or links: not all were looked up"
		}
		if members[c.From] || members[c.To] {
			p.Links = append(p.Links, c)
		}
	}
	p.Changes = changes(notices, p.Links)
	p.stands(notices)
	return p
}

// stands finds what holds now of the call: the deadline that its latest version states, and whether it was cancelled.
func (p *Timeline) stands(notices []*notice.Notice) {
	roots := p.roots()
	call := func(n *notice.Notice) bool {
		if n.Stage == notice.StageCall {
			return true
		}
		if n.Stage != notice.StageCorrection {
			return false
		}
		root := slices.IndexFunc(notices, func(o *notice.Notice) bool { return o.ID == roots[n.ID] })
		return root < 0 || notices[root].Stage == notice.StageCall || notices[root].Stage == notice.StageCorrection
	}
	for _, n := range notices {
		if call(n) {
			p.Deadline = p.Deadline.after(n)
			if n.State == notice.StateCancelled {
				p.Cancelled = n.ID
			}
		}
	}
}

// Of lists the links that lead from or to one notice.
func (p *Timeline) Of(id string) []Edge {
	return slices.DeleteFunc(slices.Clone(p.Links), func(c Edge) bool { return c.From != id && c.To != id })
}

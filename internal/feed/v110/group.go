package v110

import (
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// group is one thing out of a block that holds several without marking where one ends: a lot, a reference, a correction.
type group []tree.Node

// get is the first element of one of the names, in the order of the names, that has text; else the first that is there.
func (g group) get(names ...string) (found tree.Node) {
	for _, name := range names {
		for _, e := range g {
			if e.Name() != name {
				continue
			}
			if e.Text() != "" {
				return e
			}
			if !found.Exists() {
				found = e
			}
		}
	}
	return found
}

// has reports whether an element of the name is there, with text or without.
func (g group) has(name string) bool {
	for _, e := range g {
		if e.Name() == name {
			return true
		}
	}
	return false
}

// grouping says how blocks of one kind are cut into groups.
type grouping struct {
	// opener starts a group wherever it stands with a text of its own. Without text it announces the block, or a group
	// whose number is missing.
	opener string
	// again are the names that a group has once: the second one starts the next group.
	again map[string]bool
	// handed are the names that a group hands on to the next one, when it ends because the name repeat came again: a lot
	// with several winners gives its number and title once, before the first of them.
	handed map[string]bool
	repeat string
	// only, if not nil, are the names to look at; others are left to other readers of the block.
	only map[string]bool
	// record says that the block comes from the JSON of a record, where elements of one name were gathered and their order
	// among the others is lost.
	record bool
}

// sees reports whether the grouping looks at an element of that name.
func (gr grouping) sees(name string) bool {
	return name != "TITRE" && (gr.only == nil || gr.only[name])
}

// cut gives the groups of a block. What cannot be placed is warned about.
func (gr grouping) cut(n *notice.Notice, block tree.Node) []group {
	if gr.record {
		return gr.columns(n, block)
	}
	var groups []group
	var cur group
	for e := range block.All() {
		name := e.Name()
		switch {
		case !gr.sees(name):
			continue
		case name == gr.opener && gr.opener != "":
			if len(cur) > 0 && !onlyBlank(cur) {
				groups, cur = append(groups, cur), nil
			} else {
				cur = nil
			}
		case gr.again[name] && cur.has(name):
			groups = append(groups, cur)
			cur = gr.next(cur, name)
		}
		cur = append(cur, e)
	}
	if len(cur) > 0 && !onlyBlank(cur) {
		groups = append(groups, cur)
	}
	return groups
}

// next starts the group after cur, which ended because name came again.
func (gr grouping) next(cur group, name string) (g group) {
	if name != gr.repeat {
		return nil
	}
	for _, e := range cur {
		if e.Name() == name {
			break
		}
		if gr.handed[e.Name()] && !g.has(e.Name()) { // the first of each: a group may be long
			g = append(g, e)
		}
	}
	return g
}

// onlyBlank reports whether a group is an announcement: its number, without text, and nothing else.
func onlyBlank(g group) bool { return len(g) == 1 && g[0].IsLeaf() && g[0].Text() == "" }

// columns cuts a block whose elements were gathered by name: the first of each name make the first group, and so on. That
// holds for names that occur as often as the opener (as the most frequent name, where there is no opener); elements without
// text count or not, whichever fits.
func (gr grouping) columns(n *notice.Notice, block tree.Node) []group {
	names, column := gr.gather(block)
	rows := 0
	if gr.opener != "" {
		rows = len(filled(column[gr.opener]))
	} else {
		for _, name := range names {
			rows = max(rows, len(column[name]))
		}
	}
	if rows == 0 {
		rows = 1
	}
	groups := make([]group, rows)
	for _, name := range names {
		col := column[name]
		if f := filled(col); len(col) != rows && len(f) > 0 {
			col = f
		}
		switch {
		case len(col) == rows:
			for i, e := range col {
				groups[i] = append(groups[i], e)
			}
		case rows == 1:
			groups[0] = append(groups[0], col...)
		default:
			n.Warn(col[0].Path(), feed.Excerpt(col[0]), "value of one of several lots or references: the record does not tell which")
		}
	}
	if rows == 1 && len(groups[0]) == 0 {
		return nil
	}
	return groups
}

// gather lists the names in a block in order of appearance, headings left out, and the elements of each.
func (gr grouping) gather(block tree.Node) (names []string, column map[string][]tree.Node) {
	column = make(map[string][]tree.Node)
	for e := range block.All() {
		name := e.Name()
		if !gr.sees(name) {
			continue
		}
		if column[name] == nil {
			names = append(names, name)
		}
		column[name] = append(column[name], e)
	}
	return names, column
}

func filled(col []tree.Node) (f []tree.Node) {
	for _, e := range col {
		if e.Text() != "" {
			f = append(f, e)
		}
	}
	return f
}

package procedure

import (
	"context"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Find gives the procedure of a notice, named by its id, by its eForms identifier (BT-701, with the version or without) or by the
// ContractFolderID. A fault of kind NotFound when nothing answers to id, and when id is a ContractFolderID that strangers share.
func Find(ctx context.Context, snap store.Snapshot, fields *field.Catalogue, id string) (*Timeline, error) {
	w := &walk{ctx: ctx, snap: snap, fields: fields, g: newGraph(), asked: map[string]bool{}}
	start, err := w.start(strings.TrimSpace(id))
	if err != nil {
		return nil, err
	}
	links, members, err := w.run(start)
	if err != nil {
		return nil, err
	}
	return w.assemble(links, members), nil
}

// walk looks for the notices of one procedure, breadth first.
type walk struct {
	ctx    context.Context
	snap   store.Snapshot
	fields *field.Catalogue
	g      *graph
	asked  map[string]bool // field and value of what was asked already
	more   bool            // something was left out
}

// start finds the notice that an id names.
func (w *walk) start(id string) (*node, error) {
	if notice.ValidID(id) {
		n, err := w.snap.Get(w.ctx, id)
		if err == nil {
			w.g.add(n)
			return w.g.nodes[n.ID], nil
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	none := fault.New(fault.NotFound, "no notice and no procedure answers to %s", id).At("id").
		WithHint("an id is the number of a notice (24-12345), an eForms notice identifier or a ContractFolderID")
	if id == "" || len(id) > 100 {
		return nil, none
	}
	if err := w.fetch(map[string][]string{"notice_id": noticeForms(id), "procedure_id": spellings(id)}); err != nil {
		return nil, err
	}
	var byFolder []*node
	for _, d := range w.g.ordered() {
		if answersTo(d.n, id) {
			return d, nil
		}
		byFolder = append(byFolder, d)
	}
	switch {
	case len(byFolder) == 0:
		return nil, none
	case !w.g.usable(strings.ToLower(id)):
		return nil, fault.New(fault.NotFound, "the ContractFolderID %s names no procedure: it is a filler, or notices of strangers share it", id).At("id").
			WithHint("ask for one of its notices: %s", strings.Join(ids(byFolder, 5), ", "))
	}
	return byFolder[0], nil
}

func ids(list []*node, most int) (out []string) {
	for _, d := range list[:min(most, len(list))] {
		out = append(out, d.n.ID)
	}
	return out
}

// run walks until nothing new belongs to the procedure, or the walk has seen enough. It gives all links among what it found, and who
// belongs together.
func (w *walk) run(start *node) ([]Edge, map[string]bool, error) {
	for {
		links := w.g.links()
		members := w.g.together(links, start.n.ID)
		q := w.questions(members)
		if len(q) == 0 {
			return links, members, nil
		}
		if len(members) > MaxNotices || len(w.g.nodes) > maxSeen || len(w.asked) > maxAsked {
			w.more = true
			return links, members, nil
		}
		if err := w.ask(q); err != nil {
			return nil, nil, err
		}
	}
}

// ask fetches what has the values that were asked for.
func (w *walk) ask(q map[string][]string) error {
	for _, id := range q[targets] {
		w.asked[targets+" "+id] = true
		if w.g.nodes[id] != nil {
			continue
		}
		n, err := w.snap.Get(w.ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err == nil {
			w.g.add(n)
		}
	}
	delete(q, targets)
	return w.fetch(q)
}

// targets stands for the field by which notices are fetched one by one.
const targets = "id"

// questions lists, by field, the values that would lead to a neighbour of the members and were not asked for, maxFound of a field at a
// time.
func (w *walk) questions(members map[string]bool) map[string][]string {
	q := map[string][]string{}
	listed := map[string]bool{}
	ask := func(name string, values ...string) {
		for _, v := range values {
			if key := name + " " + v; v != "" && !w.asked[key] && !listed[key] && len(q[name]) < maxFound {
				listed[key] = true
				q[name] = append(q[name], v)
			}
		}
	}
	for _, d := range w.g.ordered() {
		if !members[d.n.ID] {
			continue
		}
		ask("linked", d.n.ID)
		ask("annonce_lie", d.n.ID)
		if f := folderOf(d.n); !placeholder(f) {
			ask("procedure_id", spellings(d.n.ProcedureID)...)
		}
		for _, own := range ownNames(d.n) {
			ask("linked_reference", noticeForms(own)...)
		}
		if d.n.NoticeID != "" {
			ask("notice_id", spellings(d.n.NoticeID)...)
		}
		for _, l := range linksOf(d.n) {
			w.askTarget(ask, &l)
		}
	}
	return q
}

// askTarget asks for the notice that a link names, and for others that name it: they belong together even if it is missing.
func (w *walk) askTarget(ask func(name string, values ...string), l *notice.Link) {
	switch {
	case elsewhere(l) && l.ID != "":
		ask(targets, l.ID)
	case l.ID != "":
		ask(targets, l.ID)
		ask("linked", l.ID)
		ask("annonce_lie", l.ID)
	case l.NoticeID != "":
		ask("notice_id", noticeForms(l.NoticeID)...)
		if notice.ValidID(l.NoticeID) {
			ask(targets, l.NoticeID)
		}
		if !elsewhere(l) {
			ask("linked_reference", noticeForms(l.NoticeID)...)
		}
	case l.Publication != nil && l.Publication.Key() != "":
		ask("publication", l.Publication.Key())
		if !elsewhere(l) {
			ask("linked_reference", l.Publication.Key())
		}
	}
}

// ownNames are the names, besides its id, by which others may mean a notice.
func ownNames(n *notice.Notice) []string {
	var names []string
	if n.NoticeID != "" {
		names = append(names, n.NoticeID)
		if n.NoticeVersion != "" {
			names = append(names, n.NoticeID+"-"+n.NoticeVersion)
		}
	} else if n.Version == notice.EForms {
		names = append(names, n.ID)
	}
	for i := range n.Publications {
		if key := n.Publications[i].Key(); key != "" {
			names = append(names, key)
		}
	}
	return names
}

// spellings are those in which an identifier occurs: fields are compared byte by byte.
func spellings(id string) []string {
	list := []string{id}
	for _, s := range []string{strings.ToLower(id), strings.ToUpper(id)} {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// noticeForms are the spellings of an eForms identifier with its version and without.
func noticeForms(id string) []string {
	list := spellings(id)
	if k := len(id) - 3; k > 0 && id[k] == '-' && uuid.MatchString(strings.ToLower(id[:k])) {
		list = append(list, spellings(id[:k])...)
	}
	return list
}

// fetch adds the notices that have one of the values, at most maxFound of them.
func (w *walk) fetch(q map[string][]string) error {
	var where query.Or
	for name, values := range q {
		in := query.In{Field: w.fields.Must(name)}
		for _, v := range values {
			w.asked[name+" "+v] = true
			in.Values = append(in.Values, field.Str(v))
		}
		if len(values) > 0 {
			where = append(where, in)
		}
	}
	if len(where) == 0 {
		return nil
	}
	slices.SortFunc(where, func(a, b query.Expr) int { return strings.Compare(a.(query.In).Field.Name, b.(query.In).Field.Name) })
	var found []string
	sort := []query.Key{{Field: w.fields.Must("published")}}
	for row, err := range w.snap.Rows(w.ctx, query.Query{Where: query.Simplify(where), Sort: sort, Limit: maxFound + 1}, nil) {
		if err != nil {
			return err
		}
		found = append(found, row.ID)
	}
	if len(found) > maxFound {
		w.more, found = true, found[:maxFound]
	}
	for _, id := range found {
		if w.g.nodes[id] != nil {
			continue
		}
		n, err := w.snap.Get(w.ctx, id)
		if err != nil {
			return err
		}
		w.g.add(n)
	}
	return nil
}

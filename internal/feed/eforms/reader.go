package eforms

import (
	"iter"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// reader is one notice while it is read.
type reader struct {
	n        *notice.Notice
	root     tree.Node
	ext      tree.Node               // the notice's own extension
	lang     string                  // language of the notice, BT-702
	orgs     map[string]organisation // by local id: ORG-0001, TPO-0001
	lotNames map[string]string       // LOT-0001 -> the name under which results know the lot
	hidden   map[string]tree.Node    // groups of undisclosed information, SDK 1.16
	linked   map[string]bool         // evidence and reference of the links made
	// otherClock: the first buyer lives by another clock than that of Paris
	otherClock bool
}

func newReader(n *notice.Notice, root tree.Node) *reader {
	r := &reader{n: n, root: root, ext: extension(root), linked: map[string]bool{}, lang: strings.ToUpper(root.Child("cbc:NoticeLanguageCode").Text())}
	r.hidden = undisclosed(r.ext)
	r.organisations()
	return r
}

// extension is the eForms extension of an element: efext:EformsExtension among the extensions that UBL allows there.
func extension(e tree.Node) tree.Node {
	for x := range e.Child("ext:UBLExtensions").Each("ext:UBLExtension") {
		if f := x.Child("ext:ExtensionContent", "efext:EformsExtension"); f.Exists() {
			return f
		}
	}
	return tree.Node{}
}

// listed iterates over the codes of one list among the like elements of parent: <name><code listName="list">.
func listed(parent tree.Node, name, code, list string) iter.Seq[tree.Node] {
	return func(yield func(tree.Node) bool) {
		for e := range parent.Each(name) {
			for c := range e.Each(code) {
				if c.Attr("listName") == list && !yield(c) {
					return
				}
			}
		}
	}
}

// declare is Notice.Declare, which wants the path spelled out, for fields that repeat.
func (r *reader) declare(field string, e tree.Node) {
	if _, ok := r.n.Origins[field]; !ok {
		r.n.Declare(field, e.Path())
	}
}

// derive is Notice.Derive for fields that repeat.
func (r *reader) derive(field string, e tree.Node, how string) {
	if _, ok := r.n.Origins[field]; !ok {
		r.n.Derive(field, e.Path(), how)
	}
}

// text is the text of an element as people read it; one that TED has masked is flagged and empty.
func (r *reader) text(field string, e tree.Node) string {
	t := feed.Text(r.n, field, e)
	if t == "" || r.masked(field, t, e) {
		return ""
	}
	r.declare(field, e)
	return t
}

// said is the text of the best of the like elements below parent, one a language.
func (r *reader) said(field string, parent tree.Node, name string) string {
	return r.text(field, r.best(parent.Each(name)))
}

// best chooses among like elements in several languages: French, else the notice's language, else the first.
func (r *reader) best(all iter.Seq[tree.Node]) tree.Node {
	var found tree.Node
	rank := 0
	for e := range all {
		if e.Text() == "" {
			continue
		}
		now := 1
		switch lang := strings.ToUpper(e.Attr("languageID")); lang {
		case "":
		case "FRA", "FR":
			now = 3
		case r.lang:
			now = 2
		}
		if now > rank {
			found, rank = e, now
		}
	}
	return found
}

// date fills *to from an element, zone ignored.
func (r *reader) date(to *notice.Date, field string, e tree.Node) {
	written := e.Text()
	if written == "" || r.masked(field, written, e) {
		return
	}
	if _, ok := r.n.Origins[field]; ok {
		if d, ok := notice.ParseDate(written); ok && d.Plausible() {
			if to.IsZero() {
				*to = d
			}
			return
		}
	}
	r.n.SetDate(to, field, written, e.Path())
}

// amount reads a sum of money without VAT; nil when there is none. One that is withheld under code in one of places
// comes without its value.
func (r *reader) amount(field string, e tree.Node, code string, places ...tree.Node) *notice.Amount {
	written := e.Text()
	if r.withheld(field, code, places...) {
		if !e.Exists() {
			return nil
		}
		r.declare(field, e)
		return &notice.Amount{Currency: currency(e), Flag: notice.FlagWithheld}
	}
	a := notice.ParseAmount(written, currency(e))
	if a == nil {
		return nil
	}
	if a.Flag != "" {
		r.n.Flag(field, a.Flag, a.Written, e.Path())
	}
	r.declare(field, e)
	return a
}

// currency is the currency of an amount, EUR where none is given.
func currency(e tree.Node) string {
	if c := strings.ToUpper(strings.TrimSpace(e.Attr("currencyID"))); c != "" {
		return c
	}
	return "EUR"
}

// isTrue reads an indicator.
func isTrue(e tree.Node) bool {
	t := e.Text()
	return t == "true" || t == "1"
}

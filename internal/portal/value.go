package portal

import (
	"slices"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// given is a value of a record: the portal has no empty texts, they are null.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// value is the text of a field, "" for null.
func value(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

// text is an element's text, trimmed.
func text(e tree.Node) *string { return given(e.Text()) }

// first is the text of the first element that has one.
func first(elements ...tree.Node) *string {
	for _, e := range elements {
		if t := text(e); t != nil {
			return t
		}
	}
	return nil
}

// texts lists the texts of the elements of a name, repetitions kept.
func texts(parent tree.Node, name string) []string {
	var list []string
	for e := range parent.Each(name) {
		if t := e.Text(); t != "" {
			list = append(list, t)
		}
	}
	return list
}

// choice is the name of an element's first child, the way BOAMP documents say which of several.
func choice(e tree.Node) *string { return given(e.First().Name()) }

// label finds the portal's label of a code.
func label(list []codelist.Code, code string) *string {
	l, _ := codelist.LabelOf(list, code)
	return given(l)
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

// date reads a day; what is none is null.
func date(e tree.Node) notice.Date {
	d, _ := notice.ParseDate(e.Text())
	return d
}

// asJSON is one half of the document in the portal's JSON, which trims all texts of the generations before 3.2.5.
func asJSON(e tree.Node, trim bool) *string {
	switch {
	case !e.Exists():
		return nil
	case trim:
		return given(string(e.AppendJSONTrimmed(nil)))
	}
	return given(string(e.AppendJSON(nil)))
}

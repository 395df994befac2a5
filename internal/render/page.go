package render

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// page is what is shown of a notice.
type page struct {
	ID        string
	Link      string // of the notice on the site of the BOAMP
	Kind      string // what sort of notice it is
	Title     string
	TitleLang string
	Published *value
	Sections  []section
}

// section is a part of a page with a heading.
type section struct {
	ID     string // class of the element
	Title  string
	Groups []group
}

// group is a list of labelled values, or a table, below a heading of its own or none.
type group struct {
	Title string
	Items []item
	Table *table
}

// item is a label with its values.
type item struct {
	Label  string
	Values []value
}

// table has a head and rows of the same length.
type table struct {
	Caption string
	Head    []string
	Rows    [][][]value
}

// value is one text with what is to be said of it.
type value struct {
	Lines []string // a text, line by line
	Href  string   // http, https or mailto; else ""
	Time  string   // machine-readable date or instant
	Lang  string   // language of the text where it is not French
	Notes []string // why it is not to be trusted, or that it was worked out
}

// plain makes values of texts in French; empty ones give none.
func plain(texts ...string) []value {
	var list []value
	for _, t := range texts {
		if t != "" {
			list = append(list, value{Lines: []string{t}})
		}
	}
	return list
}

// builder turns one notice into a page.
type builder struct {
	n    *notice.Notice
	lang string // that prose is marked with; "" for French
}

// prose makes values of what the document says in its own words: lines are kept, blank ones dropped.
func (b *builder) prose(field string, texts ...string) []value {
	var list []value
	for _, t := range texts {
		if strings.TrimSpace(t) == "" {
			continue
		}
		list = append(list, value{Lines: lines(t), Lang: b.lang, Notes: b.notes(field, t)})
	}
	return list
}

// lines cuts a text where it breaks; short texts have one line.
func lines(t string) []string {
	if !strings.ContainsAny(t, "\r\n") {
		return []string{t}
	}
	var list []string
	for line := range strings.FieldsFuncSeq(t, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

// links makes values of addresses. Only those that a browser may follow become links; the others stay text.
func (b *builder) links(field string, urls ...string) []value {
	var list []value
	for _, u := range urls {
		if u == "" {
			continue
		}
		list = append(list, value{Lines: []string{u}, Href: follow(u), Notes: b.notes(field, u)})
	}
	return list
}

// follow gives the target of a link to an address as written, "" when it is none of the web.
func follow(u string) string {
	lower := strings.ToLower(strings.TrimSpace(u))
	switch {
	case strings.ContainsAny(lower, " \t\r\n\"<>"):
		return ""
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return strings.TrimSpace(u)
	case strings.HasPrefix(lower, "www."):
		return "http://" + strings.TrimSpace(u)
	}
	return ""
}

// mail makes a value of an e-mail address.
func mail(address string) []value {
	if address == "" {
		return nil
	}
	v := value{Lines: []string{address}}
	if strings.Count(address, "@") == 1 && !strings.ContainsAny(address, " \t\r\n\"<>?&;,:") {
		v.Href = "mailto:" + address
	}
	return []value{v}
}

// notes says what is doubtful about the value of a field that is written so, and whether it was worked out.
func (b *builder) notes(field, written string) (list []string) {
	for _, f := range b.n.Flags {
		if f.Field == field && (f.Value == "" || strings.HasPrefix(written, strings.TrimSuffix(f.Value, "…"))) {
			list = append(list, flagLabel(f.Code))
		}
	}
	if b.n.Origins[field].Kind == notice.Derived {
		list = append(list, "déduit")
	}
	return list
}

// lost gives the values of a field that stand nowhere but in a flag, because they cannot be true.
func (b *builder) lost(field string) (list []value) {
	for _, f := range b.n.Flags {
		if f.Field == field && f.Value != "" {
			list = append(list, value{Lines: []string{f.Value}, Notes: []string{flagLabel(f.Code)}})
		}
	}
	return list
}

// add appends an item that has values.
func (g *group) add(label string, values []value) {
	if len(values) > 0 {
		g.Items = append(g.Items, item{label, values})
	}
}

// flag appends an item for what is true.
func (g *group) flag(label string, yes bool) {
	if yes {
		g.add(label, plain("oui"))
	}
}

// add appends a group that shows something.
func (s *section) add(groups ...group) {
	for _, g := range groups {
		if len(g.Items) > 0 || g.Table != nil {
			s.Groups = append(s.Groups, g)
		}
	}
}

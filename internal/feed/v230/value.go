package v230

import (
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// declare notes that the document states field at e. The path is built for the first note of a field only: lots and results
// repeat their fields many times.
func (b *body) declare(field string, e tree.Node) {
	if _, ok := b.n.Origins[field]; !ok {
		b.n.Declare(field, e.Path())
	}
}

// derive notes that field was worked out from what stands at e.
func (b *body) derive(field string, e tree.Node, how string) {
	if _, ok := b.n.Origins[field]; !ok {
		b.n.Derive(field, e.Path(), how)
	}
}

// text fills *to with the clean text of the first element that has some; what stands in *to already stays.
func (b *body) text(to *string, field string, elements ...tree.Node) {
	for _, e := range elements {
		if *to != "" {
			return
		}
		if t := b.clean(field, e); t != "" {
			*to = t
			b.declare(field, e)
		}
	}
}

// date fills *to from an element's text.
func (b *body) date(to *notice.Date, field string, e tree.Node) {
	if e.Exists() {
		feed.SetDate(b.n, to, field, e)
	}
}

// amount reads an element as an amount in the currency of its attribute DEVISE; nil when it is absent or empty.
func (b *body) amount(field string, e tree.Node) *notice.Amount {
	a := notice.ParseAmount(e.Text(), e.Attr("DEVISE"))
	if a == nil {
		return nil
	}
	if a.Flag != "" {
		b.n.Flag(field, a.Flag, a.Written, e.Path())
	}
	b.declare(field, e)
	return a
}

// setAmount fills *to from the first element that gives a usable amount; an unusable one is kept while there is nothing better.
func (b *body) setAmount(to **notice.Amount, field string, elements ...tree.Node) {
	for _, e := range elements {
		if (*to).Usable() {
			return
		}
		if a := b.amount(field, e); a != nil && (*to == nil || a.Usable()) {
			*to = a
		}
	}
}

// number reads a decimal as the documents write it, with a point or a comma.
func number(written string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Replace(written, ",", ".", 1), 64)
	if err != nil || v < 0 || v > 1e9 {
		return 0, false
	}
	return v, true
}

// cpv reads the classifications of an object or a lot: the first principal code is the main one, the others and the codes of
// the supplementary vocabulary ("LA17") are additional.
func (b *body) cpv(to *notice.CPV, field string, parent tree.Node) {
	for c := range parent.Each("CPV") {
		for e := range c.All() {
			b.addCPV(to, field, e)
		}
	}
}

func (b *body) addCPV(to *notice.CPV, field string, e tree.Node) {
	written := e.Text()
	if written == "" {
		return
	}
	code, ok := codelist.NormalizeCPV(written)
	if ok {
		_, ok = codelist.CPV(code)
	} else if ok = supplementary(code); !ok {
		code = written
	}
	principal := e.Name() == "PRINCIPAL"
	switch {
	case principal && to.Main == "":
		to.Main = code
		field += ".main"
	case code == to.Main || slices.Contains(to.Additional, code):
		return
	default:
		to.Additional = append(to.Additional, code)
		field += ".additional"
	}
	b.declare(field, e)
	if !ok {
		b.n.Flag(field, notice.FlagUnknownCode, written, e.Path())
	}
}

// supplementary reports whether a code has the form of the CPV's supplementary vocabulary: two letters and two digits.
func supplementary(code string) bool {
	return len(code) == 4 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z' &&
		code[2] >= '0' && code[2] <= '9' && code[3] >= '0' && code[3] <= '9'
}

// nuts reads a NUTS code of any edition, as written.
func (b *body) nuts(field string, e tree.Node) string {
	code := e.Text()
	if code == "" {
		return ""
	}
	b.declare(field, e)
	if _, ok := codelist.NUTS(codelist.CurrentNUTS(code)); !ok {
		b.n.Flag(field, notice.FlagUnknownCode, code, e.Path())
	}
	return code
}

// locate derives the department of a place from its NUTS code, else from its postcode.
func (b *body) locate(p *notice.Place, field string, e tree.Node) {
	if p.Country != "" && !strings.HasPrefix(p.Country, "FR") && codelist.DepartementOfNUTS(p.NUTS) == "" && !overseas(p.Country) {
		return // a foreign postcode says nothing
	}
	if p.Departement = codelist.DepartementOfNUTS(p.NUTS); p.Departement != "" {
		b.derive(field, e, "department of the NUTS code")
		return
	}
	if p.Departement = codelist.DepartementOfPostcode(p.Postcode); p.Departement != "" {
		b.derive(field, e, "department of the postcode")
	}
}

// overseas tells the country codes under which French departments and collectivities write their addresses.
func overseas(country string) bool {
	return slices.Contains([]string{"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "WF", "PF", "NC"}, country)
}

// clean is the text of an element as people read it, see feed.CleanText. The first guess at a character flags the field: a
// text with one has many.
func (b *body) clean(field string, e tree.Node) string {
	written := e.Text()
	t, unclear := feed.CleanText(written)
	if unclear && !b.n.Flagged(field, notice.FlagUnclearText) {
		b.n.Flag(field, notice.FlagUnclearText, written, e.Path())
	}
	return strings.TrimSpace(t)
}

// deep is the text of an element and of everything below it: the schema leaves the contents of a few elements open.
func (b *body) deep(field string, e tree.Node) string {
	if e.IsLeaf() {
		return b.clean(field, e)
	}
	var parts []string
	for x := range e.Descend() {
		if t := b.clean(field, x); t != "" {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " ")
}

// join joins the texts that are not empty.
func join(sep string, texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(t)
	}
	return b.String()
}

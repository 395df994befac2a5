package render

import (
	"html"
	"strings"
)

// markup writes HTML. Tags are constants of the program, everything else is escaped: a string of a notice does not fit into tag, so it
// cannot become markup. html/template gives the same guarantee at a fifth of the speed (measured), which an export of every notice
// would feel.
type markup struct{ out strings.Builder }

// constant is the type of tags. Only constants become one without a conversion, and there is no conversion.
type constant string

func (m *markup) tag(s constant) { m.out.WriteString(string(s)) }

// text writes a string as text or as the value of an attribute in double quotes. What is no character of HTML is replaced.
func (m *markup) text(s string) {
	if strings.ContainsFunc(s, unwritable) {
		s = strings.Map(func(r rune) rune {
			if unwritable(r) {
				return '\uFFFD'
			}
			return r
		}, s)
	}
	m.out.WriteString(html.EscapeString(s))
}

// unwritable reports control characters, which HTML does not have, and what is left of broken UTF-8.
func unwritable(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r <= 0x9f || r == '\uFFFD'
}

// link opens a link to an address that follow or this package made.
func (m *markup) link(href string) {
	m.tag(`<a href="`)
	m.text(href)
	m.tag(`" rel="nofollow noopener">`)
}

func (m *markup) lines(lines []string) {
	for i, l := range lines {
		if i > 0 {
			m.tag("<br/>")
		}
		m.text(l)
	}
}

func (m *markup) value(v value) {
	switch {
	case v.Href != "":
		m.link(v.Href)
		m.lines(v.Lines)
		m.tag("</a>")
	case v.Time != "":
		m.tag(`<time datetime="`)
		m.text(v.Time)
		m.tag(`">`)
		m.lines(v.Lines)
		m.tag("</time>")
	case v.Lang != "":
		m.tag(`<span lang="`)
		m.text(v.Lang)
		m.tag(`">`)
		m.lines(v.Lines)
		m.tag("</span>")
	default:
		m.lines(v.Lines)
	}
	for _, note := range v.Notes {
		m.tag(` <small class="note">(`)
		m.text(note)
		m.tag(")</small>")
	}
}

func (m *markup) items(items []item) {
	for _, it := range items {
		m.tag("<dt>")
		m.text(it.Label)
		m.tag("</dt>")
		for _, v := range it.Values {
			m.tag("<dd>")
			m.value(v)
			m.tag("</dd>")
		}
	}
}

func (m *markup) table(t *table) {
	m.tag("<table>")
	if t.Caption != "" {
		m.tag("<caption>")
		m.text(t.Caption)
		m.tag("</caption>")
	}
	m.tag("<thead><tr>")
	for _, h := range t.Head {
		m.tag(`<th scope="col">`)
		m.text(h)
		m.tag("</th>")
	}
	m.tag("</tr></thead><tbody>")
	for _, row := range t.Rows {
		m.tag("<tr>")
		for _, cell := range row {
			m.tag("<td>")
			for i, v := range cell {
				if i > 0 {
					m.tag("<br/>")
				}
				m.value(v)
			}
			m.tag("</td>")
		}
		m.tag("</tr>")
	}
	m.tag("</tbody></table>")
}

func (m *markup) section(s section) {
	m.tag(`<section class="`)
	m.text(s.ID)
	m.tag(`"><h2>`)
	m.text(s.Title)
	m.tag("</h2>\n")
	for _, g := range s.Groups {
		if g.Title != "" {
			m.tag("<h3>")
			m.text(g.Title)
			m.tag("</h3>\n")
		}
		if g.Table != nil {
			m.table(g.Table)
			m.tag("\n")
		}
		if len(g.Items) > 0 {
			m.tag("<dl>")
			m.items(g.Items)
			m.tag("</dl>\n")
		}
	}
	m.tag("</section>\n")
}

func (m *markup) header(p page) {
	m.tag(`<header><p class="nature">`)
	m.text(p.Kind)
	m.tag("</p>\n")
	if p.Title != "" {
		m.tag(`<p class="titre"><strong>`)
		m.value(value{Lines: []string{p.Title}, Lang: p.TitleLang})
		m.tag("</strong></p>\n")
	}
	m.tag(`<p class="numero">Annonce n° `)
	m.value(value{Lines: []string{p.ID}, Href: p.Link})
	if p.Published != nil {
		m.tag(", publiée le ")
		m.value(*p.Published)
	}
	m.tag("</p></header>\n")
}

// article writes a page.
func (m *markup) article(p page) string {
	m.out.Grow(8 << 10)
	m.tag(`<article class="avis" lang="fr" data-idweb="`)
	m.text(p.ID)
	m.tag("\">\n")
	m.header(p)
	for _, s := range p.Sections {
		m.section(s)
	}
	m.tag("</article>\n")
	return m.out.String()
}

// summary writes the items of a summary.
func (m *markup) summary(items []item) string {
	m.out.Grow(1 << 10)
	m.tag(`<dl class="avis-synthese" lang="fr">`)
	m.items(items)
	m.tag("</dl>\n")
	return m.out.String()
}

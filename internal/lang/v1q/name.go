package v1q

import (
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// operators between a field and a value, the longer ones first.
var operators = []string{"==", "!=", ">=", "<=", ":", "=", ">", "<"}

// named reads the name of a field with its operator. What looks like it but names no field is an error, except where it can only
// be running text, as in "Travaux : voirie": then nothing is read.
func (p *parser) named() (f *field.Field, op string, ok bool, err error) {
	start := p.at
	name := identifier(p.src[start:])
	if name == "" {
		return nil, "", false, nil
	}
	p.at += len(name)
	p.blank()
	spaced := p.at > start+len(name)
	i := slices.IndexFunc(operators, func(op string) bool { return strings.HasPrefix(p.src[p.at:], op) })
	if i < 0 {
		p.at = start
		return nil, "", false, nil
	}
	op = operators[i]
	f, known := p.env.Fields.Lookup(name)
	if !known && op == ":" && (spaced || p.lastOfWord(p.at+1)) {
		p.at = start
		return nil, "", false, nil
	}
	if !known {
		return nil, "", false, p.unknown(name, start)
	}
	p.at += len(op)
	return f, op, true, nil
}

// lastOfWord reports whether a blank or the end comes at a byte.
func (p *parser) lastOfWord(at int) bool {
	return at >= len(p.src) || strings.IndexByte(" \t\r\n", p.src[at]) >= 0
}

// identifier is the name that a text begins with: letters, digits, underscores and, between names, dots.
func identifier(s string) string {
	i := 0
	for i < len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '.')) {
			break
		}
		i++
	}
	return strings.TrimRight(s[:i], ".")
}

func (p *parser) unknown(name string, at int) *Error {
	e := p.wrong(at, "Unknown field: %s", name)
	names := make([]string, 0, 64)
	for _, f := range p.env.Fields.Columns() {
		names = append(names, f.Name)
	}
	if near := field.Nearest(name, names, 3); len(near) > 0 {
		e.Hint = "fields with similar names: " + strings.Join(near, ", ")
	}
	return e
}

// lookup finds a field that a function names.
func (p *parser) lookup(name string, at int) (*field.Field, error) {
	f, ok := p.env.Fields.Lookup(name)
	if !ok {
		return nil, p.unknown(name, at)
	}
	return f, nil
}

// words looks for words in a field, or in all. Signs alone ask nothing.
func (p *parser) words(f *field.Field, s string, at int) (query.Expr, error) {
	if f == nil {
		if s == "*" || s == "*:*" {
			return query.And{}, nil
		}
		return p.tokens(nil, query.FreeTokens(s), at)
	}
	return p.value(f, ":", literal{text: s, at: at})
}

func (p *parser) phrase(f *field.Field, s string, at int) (query.Expr, error) {
	if f != nil {
		return p.value(f, ":", literal{text: s, quoted: true, at: at})
	}
	t, ok := query.PhraseToken(s)
	if !ok {
		return query.And{}, nil
	}
	return p.tokens(nil, []query.Token{t}, at)
}

// tokens looks for tokens in a field, or in all.
func (p *parser) tokens(f *field.Field, list []query.Token, at int) (query.Expr, error) {
	if p.terms += max(0, len(list)-1); p.terms > MaxTerms {
		return nil, p.syntax(at, "a query has at most %d words and conditions", MaxTerms)
	}
	if len(list) == 0 {
		return query.And{}, nil
	}
	if f == nil || f.Opaque {
		return query.Words{Fields: p.env.Text, Tokens: list}, nil
	}
	return query.Words{Fields: []*field.Field{f}, Tokens: list}, nil
}

package v1q

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// parser reads a query from the left. What a sign means depends on where it stands, so it reads characters, not tokens.
type parser struct {
	env   Env
	src   string
	at    int // bytes read
	depth int
	terms int
}

// query reads alternatives up to a closing parenthesis or the end. f is the field that words are looked for in, nil for all.
func (p *parser) query(f *field.Field) (query.Expr, error) {
	var any query.Or
	for {
		x, err := p.and(f)
		if err != nil {
			return nil, err
		}
		start := p.at
		or := p.operator("OR")
		if x == nil && (or || len(any) > 0) {
			return nil, p.syntax(start, "a condition is missing beside OR")
		}
		if !or {
			if len(any) == 0 {
				return x, nil
			}
			return append(any, x), nil
		}
		any = append(any, x)
	}
}

// and reads conditions that are all required; nil when there is none.
func (p *parser) and(f *field.Field) (query.Expr, error) {
	var all query.And
	some := false
	for {
		p.blank()
		start := p.at
		if p.operator("AND") {
			if !some {
				return nil, p.syntax(start, "a condition is missing before AND")
			}
			if p.blank(); p.ends() {
				return nil, p.syntax(start, "a condition is missing behind AND")
			}
			start = p.at
			if p.peekOperator("AND") || p.peekOperator("OR") {
				return nil, p.syntax(start, "a condition is missing behind AND")
			}
		}
		if p.ends() || p.peekOperator("OR") {
			break
		}
		x, err := p.unary(f)
		if err != nil {
			return nil, err
		}
		some = true
		all = join(all, x)
	}
	if !some {
		return nil, nil
	}
	if all == nil {
		return query.And{}, nil
	}
	return all, nil
}

// join adds a condition; words behind words of the same fields are looked for together. An empty And, which a sign gives, asks
// nothing.
func join(all query.And, x query.Expr) query.And {
	if nothing, ok := x.(query.And); ok && len(nothing) == 0 {
		return all
	}
	w, ok := x.(query.Words)
	if ok && len(all) > 0 {
		if last, ok := all[len(all)-1].(query.Words); ok && len(last.Fields) == len(w.Fields) && (len(w.Fields) == 0 || last.Fields[0] == w.Fields[0]) {
			last.Tokens = append(last.Tokens[:len(last.Tokens):len(last.Tokens)], w.Tokens...)
			all[len(all)-1] = last
			return all
		}
	}
	return append(all, x)
}

func (p *parser) unary(f *field.Field) (query.Expr, error) {
	start := p.at
	if p.depth++; p.depth > MaxDepth {
		return nil, p.syntax(start, "parentheses and NOT are nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	if !p.operator("NOT") {
		return p.primary(f)
	}
	if p.blank(); p.ends() || p.peekOperator("AND") || p.peekOperator("OR") {
		return nil, p.syntax(start, "a condition is missing behind NOT")
	}
	x, err := p.unary(f)
	return query.Not{X: x}, err
}

func (p *parser) primary(f *field.Field) (query.Expr, error) {
	start := p.at
	if p.terms++; p.terms > MaxTerms {
		return nil, p.syntax(start, "a query has at most %d words and conditions", MaxTerms)
	}
	switch c := p.src[p.at]; {
	case c == '(':
		return p.group(f)
	case c == '"':
		s, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return p.phrase(f, s, start)
	case c == '#' && p.functionName() != "":
		return p.function(f)
	case f != nil && (c == '[' || c == ']' || c == '{') && p.isRange():
		return p.rangeOf(f)
	}
	if named, op, ok, err := p.named(); err != nil || ok {
		if err != nil {
			return nil, err
		}
		return p.comparison(named, op)
	}
	return p.words(f, p.word(), start)
}

// group reads a query in parentheses.
func (p *parser) group(f *field.Field) (query.Expr, error) {
	start := p.at
	p.at++
	x, err := p.query(f)
	if err != nil {
		return nil, err
	}
	if p.blank(); p.at == len(p.src) {
		return nil, p.syntax(start, "the parenthesis is not closed")
	}
	p.at++
	if x == nil {
		return query.And{}, nil
	}
	return x, nil
}

// ends reports whether the query or its parenthesis ends here.
func (p *parser) ends() bool { return p.at == len(p.src) || p.src[p.at] == ')' }

func (p *parser) blank() {
	for p.at < len(p.src) {
		r, n := utf8.DecodeRuneInString(p.src[p.at:])
		if !unicode.IsSpace(r) && r != '\ufeff' {
			return
		}
		p.at += n
	}
}

// peekOperator reports whether AND, OR or NOT stands here as a word of its own.
func (p *parser) peekOperator(name string) bool {
	rest, ok := strings.CutPrefix(p.src[p.at:], name)
	if !ok || rest == "" {
		return ok
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsSpace(r) || strings.ContainsRune(`()"#`, r)
}

func (p *parser) operator(name string) bool {
	p.blank()
	if !p.peekOperator(name) {
		return false
	}
	p.at += len(name)
	return true
}

// word reads up to a blank, a parenthesis or a quote; of what can begin nothing else it takes at least one character.
func (p *parser) word() string {
	w := text.Bare(p.src[p.at:])
	p.at += len(w)
	return w
}

// quoted reads a text between quotes; a backslash makes the next character stand for itself.
func (p *parser) quoted() (string, error) {
	content, n, ok := text.Quoted(p.src[p.at:])
	if !ok {
		return "", p.syntax(p.at, "the quote is not closed")
	}
	p.at += n
	return content, nil
}

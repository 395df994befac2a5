package odsql

import (
	"strings"
	"unicode/utf8"
)

// Clause is a part of a request. Functions may be bound to some clauses.
type Clause int

const (
	Select Clause = 1 << iota
	Filter        // where
	GroupBy
	OrderBy
	Anywhere = Select | Filter | GroupBy | OrderBy
)

func (c Clause) String() string {
	switch c {
	case Select:
		return "select"
	case Filter:
		return "where"
	case GroupBy:
		return "group_by"
	}
	return "order_by"
}

// parser reads one text. Its methods panic with an *Error, which catch turns into an error again.
type parser struct {
	scanner
	clause Clause
	token  token // the one to read next
	depth  int
	terms  int

	functions table
}

// catch ends a function whose callees panic with an *Error.
func catch(err *error) {
	switch e := recover().(type) {
	case nil:
	case *Error:
		*err = e
	default:
		panic(e)
	}
}

func start(clause Clause, text string) *parser {
	p := &parser{scanner: scanner{src: text}, clause: clause, functions: index()}
	if len(text) > MaxBytes {
		p.refuse(0, "The text is longer than %d bytes", MaxBytes)
	}
	if !utf8.ValidString(text) {
		p.refuse(0, "The text is not UTF-8")
	}
	p.advance()
	return p
}

func (p *parser) refuse(pos int, format string, args ...any) {
	panic(malformed(p.clause, pos, format, args...))
}

// unexpected says that a token, or what is no token, cannot stand where it does.
func (p *parser) unexpected(t token, hint string) {
	what := t.text
	if t.kind == tEnd {
		what = "end of query"
	}
	panic(unexpected(p.clause, what, t.pos, p.src, hint))
}

// advance reads the next token and gives the one before it.
func (p *parser) advance() token {
	t := p.token
	next, fault := p.next()
	if fault != nil {
		panic(unexpected(p.clause, fault.what, fault.pos, p.src, fault.hint))
	}
	p.token = next
	return t
}

// take reads the next token if it is a keyword or a sign.
func (p *parser) take(s string) bool {
	if !p.token.is(s) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) expect(s string) token {
	if !p.token.is(s) {
		p.unexpected(p.token, "expected "+s)
	}
	return p.advance()
}

// end refuses what stands behind a whole text.
func (p *parser) end() {
	if p.token.kind == tEnd {
		return
	}
	hint := ""
	switch {
	case p.token.is("not"):
		hint = "write NOT in front of the whole condition: NOT a LIKE \"x\""
	case p.token.is("("):
		hint = "there is no such function here"
	}
	p.unexpected(p.token, hint)
}

// deeper bounds how far things stand inside one another; the caller has to go back up.
func (p *parser) deeper() {
	if p.depth++; p.depth > MaxDepth {
		p.refuse(p.token.pos, "More than %d levels inside one another", MaxDepth)
	}
}

func (p *parser) term() {
	if p.terms++; p.terms > MaxTerms {
		p.refuse(p.token.pos, "More than %d values, names and calls", MaxTerms)
	}
}

// ParseWhere reads a where. An empty text is nil.
func ParseWhere(text string) (e Expr, err error) {
	defer catch(&err)
	p := start(Filter, text)
	if p.token.kind == tEnd {
		return nil, nil
	}
	e = p.condition()
	p.end()
	return e, nil
}

// ParseSelect reads a select.
func ParseSelect(text string) (Items, error) { return items(Select, text) }

// ParseGroupBy reads a group_by.
func ParseGroupBy(text string) (Items, error) { return items(GroupBy, text) }

func items(clause Clause, text string) (l Items, err error) {
	defer catch(&err)
	p := start(clause, text)
	return whole(p, p.item), nil
}

// ParseOrderBy reads an order_by.
func ParseOrderBy(text string) (l Orders, err error) {
	defer catch(&err)
	p := start(OrderBy, text)
	return whole(p, p.order), nil
}

// whole reads a text up to its end: nothing, or items with commas between them.
func whole[T any](p *parser, item func() T) (l []T) {
	for p.token.kind != tEnd {
		l = append(l, item())
		if !p.take(",") {
			break
		}
		if p.token.kind == tEnd {
			p.unexpected(p.token, "")
		}
	}
	p.end()
	return l
}

func (p *parser) item() Item {
	i := Item{Pos: p.token.pos}
	first := p.token
	if p.clause == Select {
		switch {
		case p.take("*"):
			i.All = true
			return i
		case p.token.is("include") && p.followedBy("("):
			i.Include = p.patterns()
			return i
		case p.token.is("exclude") && p.followedBy("("):
			i.Exclude = p.patterns()
			return i
		}
	}
	i.Expr = p.sum()
	i.Source = strings.TrimSpace(p.src[first.start:p.token.start])
	if p.take("as") {
		i.Alias = p.name(true).value
	}
	return i
}

// followedBy looks behind the next token.
func (p *parser) followedBy(s string) bool {
	ahead := p.scanner
	t, fault := ahead.next()
	return fault == nil && t.is(s)
}

func (p *parser) patterns() []Pattern {
	p.advance()
	p.expect("(")
	var l []Pattern
	for {
		p.term()
		t := p.name(false)
		n := Pattern{Name: t.value, Pos: t.pos}
		if p.token.is("*") && p.token.start == t.end {
			p.advance()
			n.Open = true
		}
		l = append(l, n)
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
	return l
}

// name reads a name; as an alias it may be a reserved word. Its value is the name in the case in which it was typed.
func (p *parser) name(alias bool) token {
	t := p.token
	switch {
	case t.kind == tQuoted:
	case t.kind == tName && (alias || !isReserved(t.value)):
		t.value = t.text
	default:
		hint := ""
		if t.kind == tName {
			hint = "the word is reserved: as a name it stands in back-quotes"
		}
		p.unexpected(t, hint)
	}
	p.advance()
	return t
}

func (p *parser) order() Order {
	o := Order{Expr: p.sum()}
	switch {
	case p.take("desc"):
		o.Desc = true
	case p.take("asc"):
	}
	for {
		m, ok := o.Expr.(*Minus)
		if !ok {
			return o
		}
		o.Expr, o.Desc = m.X, !o.Desc
	}
}

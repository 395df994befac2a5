package odsql

import "strings"

// sum reads values joined by + and -.
func (p *parser) sum() Expr {
	left := p.product()
	for n := 0; (p.token.is("+") || p.token.is("-")) && isValue(left); n++ {
		left = p.arithmetic(left, n, p.product)
	}
	return left
}

func (p *parser) product() Expr {
	left := p.signed()
	for n := 0; (p.token.is("*") || p.token.is("/")) && isValue(left); n++ {
		left = p.arithmetic(left, n, p.signed)
	}
	return left
}

// arithmetic reads the operator and the right side of the n-th operation of a chain, each of which stands inside the next.
func (p *parser) arithmetic(left Expr, n int, right func() Expr) Expr {
	if p.depth+n > MaxDepth {
		p.refuse(p.token.pos, "More than %d levels inside one another", MaxDepth)
	}
	op := p.advance()
	first := p.token
	e := right()
	if !isValue(e) {
		p.unexpected(first, "expected a value")
	}
	return &Arithmetic{span(left.at()), op.value[0], left, e}
}

func (p *parser) signed() Expr {
	if !p.token.is("-") && !p.token.is("+") {
		return p.atom()
	}
	t := p.advance()
	first := p.token
	p.deeper()
	defer func() { p.depth-- }()
	e := p.signed()
	if !isValue(e) {
		p.unexpected(first, "expected a value")
	}
	if t.value == "+" {
		return e
	}
	if n, ok := e.(*Number); ok && n.Text[0] != '-' {
		return &Number{span(t.pos), "-" + n.Text}
	}
	return &Minus{span(t.pos), e}
}

func (p *parser) atom() Expr {
	t := p.token
	p.term()
	switch t.kind {
	case tString:
		p.advance()
		return &Text{span(t.pos), t.value}
	case tNumber:
		p.advance()
		return &Number{span(t.pos), t.text}
	case tQuoted:
		p.advance()
		return &Name{span(t.pos), t.value}
	case tName:
		return p.word()
	case tSign:
		if p.take("(") {
			return p.parentheses()
		}
	}
	p.unexpected(t, "")
	return nil
}

// parentheses reads what stands between them: in a where a condition or a value, elsewhere a value.
func (p *parser) parentheses() Expr {
	p.deeper()
	defer func() { p.depth-- }()
	var e Expr
	if p.clause == Filter {
		e = p.either()
	} else {
		e = p.sum()
	}
	p.expect(")")
	return e
}

// either reads a condition or a value, whichever stands there.
func (p *parser) either() Expr {
	if p.token.is("not") {
		return p.condition()
	}
	first := p.token
	e := p.comparison()
	if !p.token.is("and") && !p.token.is("or") {
		return e
	}
	if !isPredicate(e) {
		p.unexpected(first, "expected a condition")
	}
	return p.alternatives(e)
}

// word reads what begins with a word: a literal, a call or a name.
func (p *parser) word() Expr {
	t := p.token
	switch t.value {
	case "true", "false":
		p.advance()
		return &Flag{span(t.pos), t.value == "true"}
	case "null":
		p.advance()
		return &Nothing{span(t.pos)}
	case "date", "geom":
		ahead := p.scanner
		if s, fault := ahead.next(); fault == nil && s.kind == tString {
			p.advance()
			s = p.advance()
			if t.value == "geom" {
				return &Geom{span(t.pos), s.value}
			}
			return &Moment{span(t.pos), s.value}
		}
	}
	if f := p.functions.in(p.clause, t.value); f != nil && (p.followedBy("(") || isReserved(t.value) && p.clause == Filter) {
		return p.call(f)
	}
	// What a select or a group_by calls count or year can be ordered by and selected under that name.
	if isReserved(t.value) && (p.clause == Filter || p.functions[t.value] == nil || p.followedBy("(")) {
		p.unexpected(t, "the word is reserved: as a name it stands in back-quotes")
	}
	p.advance()
	return &Name{span(t.pos), t.text}
}

func (p *parser) call(f *Function) Expr {
	c := &Call{span: span(p.advance().pos), Function: f}
	p.expect("(")
	p.deeper()
	defer func() { p.depth-- }()
	if f.read != nil {
		f.read(p, c)
		p.expect(")")
	} else {
		p.arguments(c)
	}
	if n := len(c.Args); f.read == nil && (n < f.min || n > f.max) {
		p.refuse(c.at(), "Function %s takes %s, not %d", f.Name, count(f.min, f.max), n)
	}
	return c
}

// arguments reads values up to the closing parenthesis, that included.
func (p *parser) arguments(c *Call) {
	if p.take(")") {
		return
	}
	for {
		c.Args = append(c.Args, p.argument(c.Function))
		if !p.take(",") {
			break
		}
	}
	p.expect(")")
}

// argument reads a value, or a quantity or * where the function takes them.
func (p *parser) argument(f *Function) Expr {
	t := p.token
	if t.is("*") && f.star {
		p.term()
		p.advance()
		return &Star{span(t.pos)}
	}
	if f.quantity && t.kind == tNumber && strings.Trim(t.text, "0123456789.") == "" {
		ahead := p.scanner
		if u, fault := ahead.next(); fault == nil && u.kind == tName && isUnit(u.text) {
			p.term()
			p.advance()
			return &Quantity{span(t.pos), t.text, p.advance().text}
		}
	}
	return p.value()
}

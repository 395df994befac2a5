package odsql

// condition reads conditions joined by OR.
func (p *parser) condition() Expr {
	p.deeper()
	defer func() { p.depth-- }()
	return p.alternatives(p.negation())
}

// alternatives reads what is joined to a first condition.
func (p *parser) alternatives(first Expr) Expr {
	first = p.conjunction(first)
	if !p.token.is("or") {
		return first
	}
	or := &Or{span: span(first.at())}
	or.add(first)
	for p.take("or") {
		or.add(p.conjunction(p.negation()))
	}
	return or
}

func (n *Or) add(e Expr) {
	if inner, ok := e.(*Or); ok {
		n.List = append(n.List, inner.List...)
		return
	}
	n.List = append(n.List, e)
}

// conjunction reads what is joined to a first condition by AND.
func (p *parser) conjunction(first Expr) Expr {
	if !p.token.is("and") {
		return first
	}
	and := &And{span: span(first.at())}
	and.add(first)
	for p.take("and") {
		and.add(p.negation())
	}
	return and
}

func (n *And) add(e Expr) {
	if inner, ok := e.(*And); ok {
		n.List = append(n.List, inner.List...)
		return
	}
	n.List = append(n.List, e)
}

func (p *parser) negation() Expr {
	if !p.token.is("not") {
		e := p.comparison()
		if !isPredicate(e) {
			p.unexpected(p.token, "expected a comparison")
		}
		return e
	}
	t := p.advance()
	p.deeper()
	defer func() { p.depth-- }()
	return &Not{span(t.pos), p.negation()}
}

// isPredicate reports whether an expression can stand for itself in a where.
func isPredicate(e Expr) bool {
	switch e := e.(type) {
	case *Text, *Name, *Flag:
		return true
	case *Call:
		return e.Function.predicate()
	}
	return e.level() < lSum
}

// isValue reports whether an expression can be compared and computed with.
func isValue(e Expr) bool {
	if c, ok := e.(*Call); ok {
		return !c.Function.predicate()
	}
	return e.level() >= lSum
}

// comparison reads a value with what is said of it, or a whole predicate.
func (p *parser) comparison() Expr {
	left := p.sum()
	t := p.token
	if t.kind != tSign && t.kind != tName || !isValue(left) {
		return left
	}
	at := span(left.at())
	switch t.value {
	case ":", "=", "!=", "<", "<=", ">", ">=":
		p.advance()
		if t.value == ":" {
			if p.token.is("[") || p.token.is("]") {
				return p.between(at, left)
			}
			t.value = "="
		}
		return &Comparison{at, t.value, left, p.value()}
	case "is":
		p.advance()
		return p.is(at, left)
	case "like":
		p.advance()
		return &Like{at, left, p.text().value}
	case "in":
		p.advance()
		return p.in(at, left)
	}
	return left
}

// value is a sum that is a value.
func (p *parser) value() Expr {
	first := p.token
	e := p.sum()
	if !isValue(e) {
		p.unexpected(first, "expected a value")
	}
	return e
}

// text reads a string.
func (p *parser) text() token {
	if p.token.kind != tString {
		p.unexpected(p.token, "expected a text between quotes")
	}
	p.term()
	return p.advance()
}

func (p *parser) is(at span, left Expr) Expr {
	e := &Is{span: at, X: left, Not: p.take("not")}
	switch p.token.value {
	case "null", "true", "false":
		if p.token.kind == tName {
			e.What = p.advance().value
			return e
		}
	}
	p.unexpected(p.token, "expected NULL, TRUE or FALSE")
	return nil
}

func (p *parser) in(at span, left Expr) Expr {
	switch {
	case p.token.is("[") || p.token.is("]"):
		return p.between(at, left)
	case p.take("("):
		e := &OneOf{span: at, X: left}
		for {
			e.List = append(e.List, p.value())
			if !p.take(",") {
				break
			}
		}
		p.expect(")")
		return e
	}
	p.term()
	t := p.name(false)
	return &Member{at, left, &Name{span(t.pos), t.value}}
}

// between reads a range: a bracket that looks away from a bound excludes it.
func (p *parser) between(at span, left Expr) Expr {
	e := &Between{span: at, X: left, ExcludesLow: p.advance().is("]")}
	e.Low = p.value()
	if !p.take("to") && !p.take("..") {
		p.unexpected(p.token, "expected TO or ..")
	}
	e.High = p.value()
	switch {
	case p.take("["):
		e.ExcludesHigh = true
	default:
		p.expect("]")
	}
	return e
}

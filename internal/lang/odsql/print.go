package odsql

import (
	"strings"
)

func (n *Name) String() string   { return quoteName(n.Name) }
func (n *Number) String() string { return n.Text }
func (n *Text) String() string   { return quoteText(n.Value) }
func (n *Moment) String() string { return "date" + quoteText(n.Text) }
func (n *Flag) String() string {
	if n.Value {
		return "true"
	}
	return "false"
}
func (*Nothing) String() string    { return "null" }
func (n *Geom) String() string     { return "geom" + quoteText(n.Text) }
func (n *Quantity) String() string { return n.Number + n.Unit }
func (*Star) String() string       { return "*" }

func (n *Brackets) String() string {
	first, last := "[", "]"
	if n.OpenStart {
		first = "]"
	}
	if n.OpenEnd {
		last = "["
	}
	return first + list(n.Bounds, lSum, ", ") + last
}

func (n *Call) String() string {
	var b strings.Builder
	b.WriteString(n.Function.Name)
	b.WriteByte('(')
	if n.Distinct {
		b.WriteString("distinct ")
	}
	b.WriteString(list(n.Args, lSum, ", "))
	for i, a := range n.Named {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.Name + "=" + a.Value)
	}
	b.WriteByte(')')
	return b.String()
}

func (n *Minus) String() string { return "-" + within(n.X, lSign) }

func (n *Arithmetic) String() string {
	return within(n.L, n.level()) + " " + string(n.Op) + " " + within(n.R, n.level()+1)
}

func (n *And) String() string { return list(n.List, lNot, " and ") }
func (n *Or) String() string  { return list(n.List, lAnd, " or ") }
func (n *Not) String() string { return "not " + within(n.X, lNot) }
func (n *Comparison) String() string {
	return within(n.L, lSum) + " " + n.Op + " " + within(n.R, lSum)
}

func (n *Is) String() string {
	if n.Not {
		return within(n.X, lSum) + " is not " + n.What
	}
	return within(n.X, lSum) + " is " + n.What
}

func (n *Like) String() string   { return within(n.X, lSum) + " like " + quoteText(n.Pattern) }
func (n *OneOf) String() string  { return within(n.X, lSum) + " in (" + list(n.List, lSum, ", ") + ")" }
func (n *Member) String() string { return within(n.X, lSum) + " in " + n.Field.String() }
func (n *Between) String() string {
	first, last := "[", "]"
	if n.ExcludesLow {
		first = "]"
	}
	if n.ExcludesHigh {
		last = "["
	}
	return within(n.X, lSum) + " in " + first + within(n.Low, lSum) + " to " + within(n.High, lSum) + last
}

// within prints a node where one of at least some level has to stand.
func within(e Expr, level int) string {
	if e.level() < level {
		return "(" + e.String() + ")"
	}
	return e.String()
}

func list(exprs []Expr, level int, separator string) string {
	texts := make([]string, len(exprs))
	for i, e := range exprs {
		texts[i] = within(e, level)
	}
	return strings.Join(texts, separator)
}

// String prints an item. An expression without alias whose name in answers is not its canonical text gets that name as
// alias.
func (i Item) String() string {
	switch {
	case i.All:
		return "*"
	case i.Include != nil:
		return "include(" + patterns(i.Include) + ")"
	case i.Exclude != nil:
		return "exclude(" + patterns(i.Exclude) + ")"
	}
	s := within(i.Expr, lSum)
	if _, plain := i.Expr.(*Name); i.Alias != "" || !plain && i.Source != s {
		s += " as " + quoteAlias(i.Key())
	}
	return s
}

// quoteAlias writes an alias: reserved words need no back-quotes there.
func quoteAlias(name string) string {
	if isReserved(name) {
		return name
	}
	return quoteName(name)
}

func patterns(names []Pattern) string {
	texts := make([]string, len(names))
	for i, n := range names {
		texts[i] = quoteName(n.Name)
		if n.Open {
			texts[i] += "*"
		}
	}
	return strings.Join(texts, ", ")
}

func (l Items) String() string {
	texts := make([]string, len(l))
	for i, item := range l {
		texts[i] = item.String()
	}
	return strings.Join(texts, ", ")
}

func (l Orders) String() string {
	texts := make([]string, len(l))
	for i, o := range l {
		texts[i] = o.Expr.String()
		if o.Desc {
			texts[i] += " desc"
		}
	}
	return strings.Join(texts, ", ")
}

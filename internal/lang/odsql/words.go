package odsql

import (
	"strings"
	"unicode"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/scalar"
)

func wordFunctions() []Function {
	usage := func(name string) string {
		return name + "(\"text\")\n" + name + "(*, \"text\")\n" + name + "(field, field, \"text\")"
	}
	return []Function{
		{Name: "search", Family: Words, In: Filter, Usage: usage("search"),
			Doc:  "every word of the text is in one of the fields: by its stem, without accents and case, but for a few letters (two in a word of more than five, one in one of more than two; none in a code), the last also as the beginning of a word",
			read: readSearch, filter: searching(query.SearchTokens)},
		{Name: "suggest", Family: Words, In: Filter, Usage: usage("suggest"), Doc: "every word of the text is the beginning of a word in one of the fields",
			read: readSearch, filter: searching(query.SuggestTokens)},
		{Name: "startswith", Family: Words, In: Filter, Usage: usage("startswith"), Doc: "one of the fields begins with the text, letter by letter",
			read: readSearch, filter: startsWith},
	}
}

// readSearch reads fields or *, and a text behind them.
func readSearch(p *parser, c *Call) {
	defer func() { c.Args = append(c.Args, text(p)) }()
	if t := p.token; p.token.kind == tString {
		return
	} else if p.take("*") {
		p.term()
		c.Args = append(c.Args, &Star{span(t.pos)})
		p.expect(",")
		return
	}
	for p.token.kind != tString {
		p.term()
		t := p.name(false)
		c.Args = append(c.Args, &Name{span(t.pos), t.value})
		p.expect(",")
	}
}

func text(p *parser) Expr {
	t := p.text()
	return &Text{span(t.pos), t.value}
}

// looked are the arguments of a search: the fields (nil for all) and the text.
func looked(n *Call) (names []*Name, text *Text) {
	for _, a := range n.Args {
		switch a := a.(type) {
		case *Name:
			names = append(names, a)
		case *Text:
			text = a
		}
	}
	return names, text
}

// searching makes the predicate of a search whose text becomes tokens in some way.
func searching(tokens func(string) []query.Token) func(*compiler, *Call) query.Expr {
	return func(c *compiler, n *Call) query.Expr {
		names, text := looked(n)
		fields := c.env.Text
		if names != nil {
			fields = nil
			for _, name := range names {
				fields = append(fields, c.worded(name)...)
			}
		}
		return c.look(text, fields, text.Value, tokens)
	}
}

// worded are the fields in which the words of a field are looked for: an opaque one stands for what it is made of.
func (c *compiler) worded(n *Name) []*field.Field {
	switch f := c.lookup(n); {
	case f.Opaque:
		return c.env.Text
	case f.Words:
		return []*field.Field{f}
	case f.Type != field.Text:
		panic(c.bad(n, "Field %s is of type %s and cannot be searched by words", n.Name, typeName(f.Type)))
	}
	e := c.bad(n, "Field %s cannot be searched by words", n.Name)
	e.Hint = "compare it with = or startswith()"
	panic(e)
}

// look looks for the words of a text. A text that is empty, or all wildcards, asks for nothing and finds everything; one of
// signs only finds nothing.
func (c *compiler) look(n Expr, fields []*field.Field, s string, tokens func(string) []query.Token) query.Expr {
	list := tokens(s)
	if c.words += len(list); c.words > MaxWords {
		panic(c.bad(n, "More than %d words to look for", MaxWords))
	}
	switch {
	case len(list) > 0 && len(fields) > 0:
		return query.Words{Fields: fields, Tokens: list}
	case len(fields) == 0:
		return decided(false)
	}
	return decided(strings.TrimFunc(s, func(r rune) bool { return r == '%' || r == '*' || unicode.IsSpace(r) }) == "")
}

// startsWith compares the beginning of texts.
func startsWith(c *compiler, n *Call) query.Expr {
	names, text := looked(n)
	var any query.Or
	add := func(f *field.Field) {
		any = append(any, query.Prefix{Field: f, Prefix: text.Value})
	}
	if names == nil {
		for _, f := range c.env.Columns {
			if f.Type == field.Text && !f.Opaque && !f.Hidden && !f.Bag {
				add(f)
			}
		}
		return any
	}
	for _, name := range names {
		f := c.comparable(name)
		if f.Type != field.Text && f.Type != field.Date {
			panic(c.bad(name, "Field %s is of type %s and has no beginning to compare", name.Name, typeName(f.Type)))
		}
		add(f)
	}
	if len(any) == 1 {
		return any[0]
	}
	return any
}

// like looks for the words of a pattern. A pattern without any word is any value.
func (c *compiler) like(n *Like) query.Expr {
	x := n.X
	for { // case does not count
		call, ok := x.(*Call)
		if !ok || call.Function.Name != "lower" {
			break
		}
		x = call.Args[0]
	}
	wild := strings.Trim(n.Pattern, "%* ") == ""
	name, ok := x.(*Name)
	if !ok {
		return c.likeValue(n, x)
	}
	f := c.lookup(name)
	switch {
	case wild && f.Opaque:
		return decided(true)
	case wild:
		return query.Not{X: query.Null{Field: f}}
	case f.Words || f.Opaque:
		return c.look(n, c.worded(name), n.Pattern, query.LikeTokens)
	}
	return c.likeValue(n, x)
}

// likeValue compares what has no words: codes and dates by their beginning.
func (c *compiler) likeValue(n *Like, x Expr) query.Expr {
	o := c.value(x)
	if o.null() {
		return decided(false)
	}
	if _, ok := o.constant(); ok {
		panic(c.bad(n.X, "LIKE needs a field"))
	}
	begin, open := strings.CutSuffix(n.Pattern, "%")
	e := c.bad(n, "%s cannot be searched by words", n.X)
	e.Hint = "LIKE 'x%' compares its beginning"
	if strings.ContainsAny(begin, "%* ") {
		panic(e)
	}
	switch o.x.Type() {
	case field.DateTime:
		layout, err := scalar.ParseLayout("yyyy-MM-dd'T'HH:mm:ss", "en")
		if err != nil {
			panic(c.fault(n, err))
		}
		o.x = scalar.Format{X: o.x, Layout: layout, Zone: c.zone()}
	case field.Date:
	case field.Text:
		if !open {
			return query.Compare{Field: c.field(o.x), Op: query.Eq, Value: field.Str(n.Pattern)}
		}
	default:
		panic(e)
	}
	return query.Prefix{Field: c.field(o.x), Prefix: begin}
}

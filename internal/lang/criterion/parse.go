package criterion

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// Operators between conditions, in either language.
var (
	andWords = []string{"AND", "ET"}
	orWords  = []string{"OR", "OU"}
	notWords = []string{"NOT", "SAUF"}
)

// query reads alternatives up to a closing parenthesis or the end. f is the field that values are compared with, nil for none.
func (p *parser) query(f *Field) (query.Expr, error) {
	var any query.Or
	for {
		x, err := p.and(f)
		if err != nil {
			return nil, err
		}
		any = append(any, x)
		if p.operator(orWords) == "" {
			return any, nil
		}
	}
}

// and reads conditions that are all required; at least one is.
func (p *parser) and(f *Field) (query.Expr, error) {
	var list []condition
	for {
		p.blank()
		start := p.at
		word := p.operator(andWords)
		if p.blank(); p.ends() || p.peek(orWords) != "" || word != "" && (len(list) == 0 || p.peek(andWords) != "") {
			if word != "" || len(list) == 0 {
				return nil, p.missing(start)
			}
			return merge(list), nil
		}
		c, err := p.unary(f)
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
}

// missing says that a condition is expected at a byte.
func (p *parser) missing(at int) error {
	e := p.fail(at, "a condition is missing here")
	if word := p.wordAt(at); word != "" {
		e.Message = "a condition is missing beside " + word
	}
	return hinted(e, "AND, ET, OR and OU stand between two conditions")
}

func (p *parser) wordAt(at int) string {
	end := at
	for end < len(p.src) && p.src[end] >= 'A' && p.src[end] <= 'Z' {
		end++
	}
	return p.src[at:end]
}

func (p *parser) unary(f *Field) (condition, error) {
	start := p.at
	if p.depth++; p.depth > MaxDepth {
		return condition{}, p.fail(start, "parentheses and NOT are nested more than %d deep", MaxDepth)
	}
	defer func() { p.depth-- }()
	word := p.operator(notWords)
	if word == "" {
		return p.primary(f)
	}
	if p.blank(); p.ends() || p.peek(andWords) != "" || p.peek(orWords) != "" {
		return condition{}, p.fail(start, "a condition is missing behind %s", word)
	}
	c, err := p.unary(f)
	return condition{x: query.Not{X: c.x}}, err
}

func (p *parser) primary(f *Field) (condition, error) {
	start := p.at
	if p.terms++; p.terms > MaxTerms {
		return condition{}, p.fail(start, "a criterion has at most %d words and conditions", MaxTerms)
	}
	switch p.src[p.at] {
	case '(':
		x, err := p.group(f)
		return condition{x: x}, err
	case '"':
		s, err := p.quoted()
		if err != nil {
			return condition{}, err
		}
		return p.compare(f, ":", literal{s, true, start})
	case '#':
		if word := p.word(); !strings.EqualFold(word, "#all") {
			return condition{}, hinted(p.fail(start, "unknown word %s", word), "#all asks for everything")
		}
		return condition{x: query.And{}}, nil
	}
	if f == nil {
		named, op, err := p.named()
		if err != nil {
			return condition{}, err
		}
		if named != nil {
			return p.valueOf(named, op)
		}
	}
	return p.compare(f, ":", literal{p.word(), false, start})
}

// valueOf reads the value behind a field and an operator.
func (p *parser) valueOf(f *Field, op string) (condition, error) {
	at := p.at
	p.blank()
	switch {
	case p.ends():
		return condition{}, hinted(p.fail(at, "the value of %s is missing", f.Name), "write %s", f.Example)
	case p.src[p.at] == '(' && (op == ":" || op == "="):
		x, err := p.group(f)
		return condition{x: x}, err
	case p.src[p.at] == '"':
		start := p.at
		s, err := p.quoted()
		if err != nil {
			return condition{}, err
		}
		return p.compare(f, op, literal{s, true, start})
	case p.src[p.at] == '(':
		return condition{}, p.fail(p.at, "%s is followed by one value", op)
	}
	start := p.at
	return p.compare(f, op, literal{p.word(), false, start})
}

// group reads a query in parentheses.
func (p *parser) group(f *Field) (query.Expr, error) {
	start := p.at
	p.at++
	x, err := p.query(f)
	if err != nil {
		return nil, err
	}
	if p.blank(); p.at == len(p.src) {
		return nil, p.fail(start, "the parenthesis is not closed")
	}
	p.at++
	return x, nil
}

// comparisons are the operators between a field and a value, the longer ones first.
var comparisons = []string{"!=", ">=", "<=", ":", "=", ">", "<"}

// named reads the name of a field with its operator; nil when none stands here. What looks like it but names no field is an error,
// except where it can only be running text: "Travaux : voirie", "http://...".
func (p *parser) named() (*Field, string, error) {
	start := p.at
	name := identifier(p.src[start:])
	if name == "" {
		return nil, "", nil
	}
	p.at += len(name)
	p.blank()
	spaced := p.at > start+len(name)
	rest := p.src[p.at:]
	i := slices.IndexFunc(comparisons, func(op string) bool { return strings.HasPrefix(rest, op) })
	if i < 0 || strings.HasPrefix(rest, "://") {
		p.at = start
		return nil, "", nil
	}
	f := find(name)
	if f == nil {
		p.at = start
		if spaced {
			return nil, "", nil
		}
		return nil, "", p.unknown(name)
	}
	p.at += len(comparisons[i])
	return f, comparisons[i], nil
}

// identifier is the name that a text begins with: letters, digits and underscores.
func identifier(s string) string {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return s[:i]
		}
	}
	return s
}

func (p *parser) unknown(name string) error {
	var names []string
	for _, f := range Fields() {
		names = append(names, f.Name)
	}
	hint := "fields are: " + strings.Join(names, ", ")
	if near := field.Nearest(name, names, 2); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "? " + hint
	}
	return hinted(p.fail(p.at, "unknown field %s", name), "%s", hint)
}

// ends reports whether the criterion or its parenthesis ends here.
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

// peek gives the operator that stands here as a word of its own, "" for none.
func (p *parser) peek(words []string) string {
	for _, w := range words {
		rest, ok := strings.CutPrefix(p.src[p.at:], w)
		if !ok {
			continue
		}
		r, _ := utf8.DecodeRuneInString(rest)
		if rest == "" || unicode.IsSpace(r) || strings.ContainsRune(`()"#`, r) {
			return w
		}
	}
	return ""
}

func (p *parser) operator(words []string) string {
	p.blank()
	w := p.peek(words)
	p.at += len(w)
	return w
}

// word reads up to a blank, a parenthesis or a quote, at least one character.
func (p *parser) word() string {
	w := text.Bare(p.src[p.at:])
	p.at += len(w)
	return w
}

// quoted reads a text between quotes; a backslash makes the next character stand for itself.
func (p *parser) quoted() (string, error) {
	content, n, ok := text.Quoted(p.src[p.at:])
	if !ok {
		return "", p.fail(p.at, "the quote is not closed")
	}
	p.at += n
	return content, nil
}

package v1q

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/period"
	"github.com/boamp/boamp/internal/query"
)

// functions of the language. #now is a value; the others are conditions.
var functions = []string{"now", "null", "exact", "startswith", "search", "distance", "polygon", "geometry"}

// functionName is the name of the function that stands here, "" for none: "lot #2" is text.
func (p *parser) functionName() string {
	name := identifier(p.src[p.at+1:])
	if !strings.HasPrefix(p.src[p.at+1+len(name):], "(") {
		return ""
	}
	return name
}

// argument is what stands between the commas of a call.
type argument struct {
	text   string
	quoted bool
	at     int
}

// function reads a condition that is a function. f is the field in front of it, which only #now can have.
func (p *parser) function(f *field.Field) (query.Expr, error) {
	start := p.at
	name := strings.ToLower(p.functionName())
	switch {
	case name == "now" && f != nil:
		t, err := p.now()
		if err != nil {
			return nil, err
		}
		return p.value(f, ":", literal{now: &t, at: start})
	case name == "now":
		return nil, p.wrong(start, "#now() is a value: write a field and an operator before it")
	case !slices.Contains(functions, name):
		e := p.syntax(start, "there is no function #%s", name)
		e.Hint = "functions: #" + strings.Join(functions, ", #")
		return nil, e
	}
	args, err := p.arguments()
	if err != nil {
		return nil, err
	}
	switch name {
	case "null":
		return p.nullCall(args, start)
	case "search":
		return p.searchCall(args, start)
	case "exact", "startswith":
		return p.textCall(name, args, start)
	}
	if len(args) > 0 {
		if _, err := p.lookup(args[0].text, args[0].at); err != nil {
			return nil, err
		}
	}
	return nil, p.wrong(start, "#%s asks for a place: no field here is one", name)
}

func (p *parser) nullCall(args []argument, at int) (query.Expr, error) {
	if len(args) != 1 || args[0].quoted {
		return nil, p.syntax(at, "#null takes the name of one field")
	}
	f, err := p.lookup(args[0].text, args[0].at)
	if err != nil {
		return nil, err
	}
	return p.null(f), nil
}

// textCall is #exact, the whole value as it is, or #startswith, its beginning.
func (p *parser) textCall(name string, args []argument, at int) (query.Expr, error) {
	if len(args) != 2 || args[0].quoted {
		return nil, p.syntax(at, "#%s takes the name of a field and a text", name)
	}
	f, err := p.lookup(args[0].text, args[0].at)
	if err != nil {
		return nil, err
	}
	v := literal{text: args[1].text, quoted: args[1].quoted, at: args[1].at}
	if name == "exact" {
		return p.value(f, "==", v)
	}
	if f.Type != field.Text || f.Opaque {
		return nil, p.wrong(args[0].at, "#startswith needs a field of text, which %s is not", f.Name)
	}
	return query.Prefix{Field: f, Prefix: v.text}, nil
}

// searchCall is #search: fields, or * for all, and a text at the end.
func (p *parser) searchCall(args []argument, at int) (query.Expr, error) {
	if len(args) < 1 {
		return nil, p.syntax(at, "#search takes names of fields or *, and a text")
	}
	last := len(args) - 1
	w := query.Words{Fields: p.env.Text, Tokens: query.SearchTokens(args[last].text)}
	var chosen []*field.Field
	for _, a := range args[:last] {
		if a.text == "*" && !a.quoted {
			chosen = nil
			break
		}
		f, err := p.lookup(a.text, a.at)
		if err != nil {
			return nil, err
		}
		switch {
		case f.Opaque:
			chosen = append(chosen, p.env.Text...)
		case !f.Words:
			return nil, p.wrong(a.at, "#search needs fields searched by words, which %s is not", f.Name)
		default:
			chosen = append(chosen, f)
		}
	}
	if len(chosen) > 0 {
		w.Fields = chosen
	}
	if p.terms += len(w.Tokens); p.terms > MaxTerms {
		return nil, p.syntax(at, "a query has at most %d words and conditions", MaxTerms)
	}
	if len(w.Tokens) == 0 {
		return query.And{}, nil
	}
	return w, nil
}

// now reads #now(...).
func (p *parser) now() (time.Time, error) {
	start := p.at
	args, err := p.arguments()
	if err != nil {
		return time.Time{}, err
	}
	var list []period.Arg
	for _, a := range args {
		name, value, ok := strings.Cut(a.text, "=")
		if !ok || a.quoted {
			return time.Time{}, p.syntax(a.at, "#now takes arguments such as years=-1")
		}
		list = append(list, period.Arg{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	t, err := period.Now(p.env.Now.In(p.env.Zone), list)
	if err != nil {
		var reason *fault.Error
		e := p.wrong(start, "%s", err.Error())
		if errors.As(err, &reason) {
			e.Message, e.Hint = reason.Message, reason.Hint
		}
		return t, e
	}
	return t, nil
}

// arguments reads the name of a function and what its parentheses hold.
func (p *parser) arguments() ([]argument, error) {
	start := p.at
	p.at += 1 + len(p.functionName()) + 1
	var list []argument
	for {
		p.blank()
		if p.at < len(p.src) && p.src[p.at] == ')' && len(list) == 0 {
			p.at++
			return nil, nil
		}
		a, err := p.argument()
		if err != nil {
			return nil, err
		}
		list = append(list, a)
		p.blank()
		switch {
		case p.at == len(p.src):
			return nil, p.syntax(start, "the parenthesis is not closed")
		case len(list) > MaxTerms:
			return nil, p.syntax(start, "a function has at most %d arguments", MaxTerms)
		case p.src[p.at] == ',':
			p.at++
		case p.src[p.at] == ')':
			p.at++
			return list, nil
		default:
			return nil, p.syntax(p.at, "a comma or a closing parenthesis is expected")
		}
	}
}

// argument reads a quoted text, or what stands up to the comma or the end of the call; parentheses inside belong to it.
func (p *parser) argument() (argument, error) {
	a := argument{at: p.at}
	if p.at < len(p.src) && (p.src[p.at] == '"' || p.src[p.at] == '\'') {
		s, err := p.quoted()
		a.text, a.quoted = s, true
		return a, err
	}
	open := 0
	for ; p.at < len(p.src); p.at++ {
		c := p.src[p.at]
		if c == ')' && open == 0 || c == ',' && open == 0 {
			break
		}
		switch c {
		case '(':
			open++
		case ')':
			open--
		}
	}
	a.text = strings.TrimSpace(p.src[a.at:p.at])
	if a.text == "" {
		return a, p.syntax(a.at, "an argument is missing")
	}
	return a, nil
}

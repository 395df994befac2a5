package v1q

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/period"
	"github.com/boamp/boamp/internal/query"
)

// literal is a value as written. now is set for NOW and #now().
type literal struct {
	text   string
	quoted bool
	now    *time.Time
	at     int
}

var ops = map[string]query.Op{":": query.Eq, "=": query.Eq, "==": query.Eq, "!=": query.Ne, "<": query.Lt, "<=": query.Le, ">": query.Gt, ">=": query.Ge}

// comparison reads what stands behind a field and its operator.
func (p *parser) comparison(f *field.Field, op string) (query.Expr, error) {
	p.blank()
	start := p.at
	if op == ":" {
		for _, second := range operators { // as in dateparution:>=2024
			if second != ":" && strings.HasPrefix(p.src[p.at:], second) {
				p.at += len(second)
				op = second
				p.blank()
				break
			}
		}
	}
	if p.ends() {
		return nil, p.syntax(start, "a value is missing behind %s%s", f.Name, op)
	}
	equal := ops[op] == query.Eq
	switch c := p.src[p.at]; {
	case c == '(' && equal:
		return p.group(f)
	case equal && p.isRange():
		return p.rangeOf(f)
	}
	v, err := p.literal()
	if err != nil {
		return nil, err
	}
	return p.value(f, op, v)
}

// literal reads a value: a quoted text, #now(...) or a word.
func (p *parser) literal() (literal, error) {
	v := literal{at: p.at}
	switch c := p.src[p.at]; {
	case c == '"' || c == '\'':
		s, err := p.quoted()
		v.text, v.quoted = s, true
		return v, err
	case c == '#' && strings.EqualFold(p.functionName(), "now"):
		t, err := p.now()
		v.now = &t
		return v, err
	case c == '(':
		return v, p.syntax(p.at, "a single value is expected instead of a list")
	}
	v.text = p.word()
	return v, nil
}

// value compares a field with a value.
func (p *parser) value(f *field.Field, op string, v literal) (query.Expr, error) {
	if !v.quoted && v.now == nil && v.text == "*" && ops[op] == query.Eq {
		return query.Not{X: p.null(f)}, nil
	}
	if f.Opaque && (op != ":" || f.Type != field.Text && f.Type != field.JSON) {
		return nil, p.wrong(v.at, "Field %s is not allowed in the current clause.", f.Name)
	}
	switch f.Type {
	case field.Date, field.DateTime:
		when, err := p.period(v)
		if err != nil {
			return nil, err
		}
		return compareDates(f, op, when), nil
	case field.Number, field.Int:
		n, err := strconv.ParseFloat(strings.TrimSpace(v.text), 64)
		if v.now != nil || err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return nil, p.wrong(v.at, "%s is a number, which %q is not", f.Name, v.text)
		}
		return query.Compare{Field: f, Op: ops[op], Value: field.Num(n)}, nil
	case field.Bool:
		return p.flag(f, op, v)
	}
	if v.now != nil {
		return nil, p.wrong(v.at, "%s is not a date: it cannot be compared with now", f.Name)
	}
	if op != ":" {
		return query.Compare{Field: f, Op: ops[op], Value: field.Str(v.text)}, nil
	}
	return p.search(f, v)
}

// search is name:value of a text.
func (p *parser) search(f *field.Field, v literal) (query.Expr, error) {
	if f.Words || f.Opaque {
		list := query.FreeTokens(v.text)
		if t, ok := query.PhraseToken(v.text); v.quoted && ok {
			list = []query.Token{t}
		}
		if len(list) > 0 || f.Opaque {
			return p.tokens(f, list, v.at)
		}
		return query.Compare{Field: f, Op: query.Eq, Value: field.Str(v.text)}, nil // no word to look for: the value itself
	}
	prefix, open := strings.CutSuffix(v.text, "*")
	switch {
	case v.quoted || !strings.Contains(v.text, "*"):
		return query.Compare{Field: f, Op: query.Eq, Value: field.Str(v.text)}, nil
	case open && !strings.Contains(prefix, "*"):
		return query.Prefix{Field: f, Prefix: prefix}, nil
	}
	return nil, p.wrong(v.at, "%s is not searched by words: a * can only stand at the end", f.Name)
}

func (p *parser) flag(f *field.Field, op string, v literal) (query.Expr, error) {
	value := false
	switch strings.ToLower(v.text) {
	case "true", "1":
		value = true
	case "false", "0":
	default:
		return nil, p.wrong(v.at, "%s is true or false, which %q is not", f.Name, v.text)
	}
	return query.Compare{Field: f, Op: ops[op], Value: field.Flag(value)}, nil
}

// null is the condition that a field has no value.
func (p *parser) null(f *field.Field) query.Expr {
	if f.Opaque { // worked out from the whole record, never null
		return query.Or{}
	}
	return query.Null{Field: f}
}

// period reads a value as a date.
func (p *parser) period(v literal) (period.Period, error) {
	if v.now == nil && !v.quoted && strings.EqualFold(v.text, "now") {
		now := p.env.Now.In(p.env.Zone)
		v.now = &now
	}
	if v.now != nil {
		day := v.now.Format("2006-01-02")
		second := v.now.Truncate(time.Second)
		return period.Period{From: second, To: second.Add(time.Second), Precision: period.Second, FirstDay: day, LastDay: day}, nil
	}
	when, err := period.Parse(v.text, p.env.Zone)
	if err != nil {
		e := p.wrong(v.at, "%s", err.Error())
		e.Hint = "expected " + period.Forms
		return when, e
	}
	return when, nil
}

// compareDates compares days by the days of a period, instants by its instants.
func compareDates(f *field.Field, op string, when period.Period) query.Expr {
	first, last, beyond := field.Str(when.FirstDay), field.Str(when.LastDay), query.Gt
	if f.Type == field.DateTime {
		from, to := when.Seconds()
		first, last, beyond = field.Instant(from), field.Instant(to), query.Ge
	}
	within := query.Le
	if beyond == query.Ge { // the end of instants is not in the period, the last day is
		within = query.Lt
	}
	at := func(op query.Op, v field.Value) query.Expr { return query.Compare{Field: f, Op: op, Value: v} }
	switch ops[op] {
	case query.Ne:
		return query.Or{at(query.Lt, first), at(beyond, last)}
	case query.Lt:
		return at(query.Lt, first)
	case query.Le:
		return at(within, last)
	case query.Gt:
		return at(beyond, last)
	case query.Ge:
		return at(query.Ge, first)
	}
	return query.And{at(query.Ge, first), at(within, last)}
}

// isRange reports whether a range begins here: brackets with TO between them.
func (p *parser) isRange() bool {
	if strings.IndexByte("[]{", p.src[p.at]) < 0 {
		return false
	}
	_, _, _, ok := p.bounds()
	return ok
}

// maxRange is the length in bytes beyond which brackets hold no range.
const maxRange = 400

// bounds finds the two bounds of the range that begins here and where it ends, as bytes of the text.
func (p *parser) bounds() (low, high [2]int, end int, ok bool) {
	quote := byte(0)
	start, to := p.at+1, -1
	for i := start; i < min(len(p.src), start+maxRange); i++ {
		switch c := p.src[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ']' || c == '[' || c == '}':
			return [2]int{start, to}, [2]int{to + 2, i}, i, to >= 0
		case to < 0 && i > start && i+2 < len(p.src) && strings.EqualFold(p.src[i:i+2], "TO") && blankAt(p.src[:i], true) && blankAt(p.src[i+2:], false):
			to = i
		}
	}
	return low, high, 0, false
}

// blankAt reports whether a text ends or begins with a blank.
func blankAt(s string, last bool) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if last {
		r, _ = utf8.DecodeLastRuneInString(s)
	}
	return unicode.IsSpace(r)
}

// rangeOf reads a range of a field's values. Both bounds are in it with square brackets turned to them; * is no bound.
func (p *parser) rangeOf(f *field.Field) (query.Expr, error) {
	start := p.at
	low, high, end, _ := p.bounds()
	opens, closes := p.src[p.at], p.src[end]
	p.at = end + 1
	if p.terms++; p.terms > MaxTerms {
		return nil, p.syntax(start, "a query has at most %d words and conditions", MaxTerms)
	}
	var all query.And
	for i, b := range [][2]int{low, high} {
		sub := &parser{env: p.env, src: p.src[:b[1]], at: b[0], depth: p.depth}
		sub.blank()
		if sub.at == b[1] {
			return nil, p.syntax(start, "a range needs two bounds: [a TO b], with * for none")
		}
		op := [2]string{">=", "<="}[i]
		if i == 0 && opens != '[' || i == 1 && closes != ']' {
			op = strings.TrimSuffix(op, "=")
		}
		v, err := sub.bound()
		if err != nil {
			return nil, err
		}
		if !v.quoted && v.text == "*" {
			continue
		}
		x, err := p.value(f, op, v)
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	if len(all) == 0 {
		return query.Not{X: p.null(f)}, nil
	}
	return all, nil
}

// bound reads all that the parser has as one value: a date may hold a blank.
func (p *parser) bound() (literal, error) {
	if c := p.src[p.at]; c == '"' || c == '\'' || c == '#' {
		v, err := p.literal()
		if err != nil {
			return v, err
		}
		if p.blank(); p.at < len(p.src) {
			return v, p.syntax(p.at, "unexpected %q in a range", p.src[p.at:])
		}
		return v, nil
	}
	return literal{text: strings.TrimSpace(p.src[p.at:]), at: p.at}, nil
}

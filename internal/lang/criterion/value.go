package criterion

import (
	"slices"
	"strings"
	"unicode"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

// literal is a value as it is written.
type literal struct {
	text   string
	quoted bool
	at     int
}

// compare makes the condition of a field, an operator and a value; f is nil for words in the texts of a notice.
func (p *parser) compare(f *Field, op string, v literal) (condition, error) {
	if f == nil {
		x, err := p.words([]*field.Field{p.env.Fields.Must(field.Texte)}, v)
		return condition{x: x}, err
	}
	if f.Kind == Day || f.Kind == Instant {
		x, err := p.date(f, op, v)
		return condition{x: x}, err
	}
	if op != ":" && op != "=" && op != "!=" {
		return condition{}, hinted(p.fail(v.at, "%s cannot be compared with %s: only dates can", f.Name, op), "write %s", f.Example)
	}
	x, err := p.equal(f, v)
	switch {
	case err != nil:
		return condition{}, err
	case op == "!=":
		return condition{x: query.Not{X: x}}, nil
	case f.Either:
		return condition{x: x, either: f.Of[0]}, nil
	}
	return condition{x: x}, nil
}

// equal makes the condition that a field has a value.
func (p *parser) equal(f *Field, v literal) (query.Expr, error) {
	fields := make([]*field.Field, len(f.Of))
	for i, name := range f.Of {
		fields[i] = p.env.Fields.Must(name)
	}
	value := strings.TrimSpace(v.text)
	switch f.Kind {
	case Version:
		return p.version(fields[0], value, v)
	case Identity:
		return exactly(fields[0], strings.ToUpper(value)), nil
	case Code:
		return exactly(fields[0], codeOf(f.Of[0], value)), nil
	case Department:
		if d, ok := codelist.DepartementOf(value); ok {
			return exactly(fields[0], d.Code), nil
		}
		if d, ok := codelist.DepartementNamed(value); ok {
			return exactly(fields[0], d.Code), nil
		}
		return nil, hinted(p.fail(v.at, "%q is no department", cut(value)), "write its number: 1, 40, 2A, 974")
	case Region:
		return p.region(fields[0], value, v)
	case Currency:
		return p.currency(fields[0], value, v)
	case Descriptor:
		if isNumber(strings.TrimSuffix(value, "*")) {
			return exactly(fields[0], codelist.StripZero(value)), nil
		}
		return p.words(fields[1:], v)
	}
	return p.words(fields, v)
}

// exactly asks for a whole value, or its beginning with a * behind it.
func exactly(f *field.Field, value string) query.Expr {
	if prefix, ok := strings.CutSuffix(value, "*"); ok {
		return query.Prefix{Field: f, Prefix: prefix}
	}
	return query.Compare{Field: f, Op: query.Eq, Value: field.Str(value)}
}

// words looks for the words of a value. A value without a word asks nothing when it is one of signs, such as "-" or "*".
func (p *parser) words(fields []*field.Field, v literal) (query.Expr, error) {
	tokens := query.FreeTokens(v.text)
	if v.quoted {
		tokens = nil
		if t, ok := query.PhraseToken(v.text); ok {
			tokens = []query.Token{t}
		}
	}
	if p.terms += max(0, len(tokens)-1); p.terms > MaxTerms {
		return nil, p.fail(v.at, "a criterion has at most %d words and conditions", MaxTerms)
	}
	if len(tokens) == 0 {
		return query.And{}, nil
	}
	return query.Words{Fields: fields, Tokens: tokens}, nil
}

// version reads v0 to v3, which the old service knew, and the names of the generations.
func (p *parser) version(f *field.Field, value string, v literal) (query.Expr, error) {
	value = strings.ToLower(value)
	short := map[string]notice.Version{"v0": notice.V010, "v1": notice.V110, "v2": notice.V230, "v3": notice.V230}
	if version, ok := short[value]; ok {
		value = string(version)
	}
	if !slices.Contains(notice.Versions(), notice.Version(value)) {
		return nil, hinted(p.fail(v.at, "%q is no generation of notices", cut(value)), "generations are v0, v1, v2, v3, v010, v110, v230, v240, v325, eforms")
	}
	return exactly(f, value), nil
}

// codeOf is the code of a list that a value means: the code in any case and with any sign in it, or its label. What no list has is
// taken as it is, in capitals.
func codeOf(name, value string) string {
	lists := map[string]func() []codelist.Code{
		"nature": codelist.Natures, "famille": codelist.Familles, "etat": codelist.Etats,
		"type_marche": codelist.TypesMarche, "type_procedure": codelist.TypesProcedure,
	}
	for _, c := range lists[name]() {
		if bare(c.Code) == bare(value) || bare(c.Label) == bare(value) {
			return c.Code
		}
	}
	return strings.ToUpper(value)
}

// bare is a text without accents, case and signs.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '*' {
			return r
		}
		return -1
	}, text.Fold(s))
}

// currency looks for an amount with a currency in the body, whose attribute is DEVISE, in eForms currencyID.
func (p *parser) currency(body *field.Field, value string, v literal) (query.Expr, error) {
	t, ok := query.PhraseToken(value)
	if !ok {
		return nil, hinted(p.fail(v.at, "%q is no currency", cut(value)), "write devise:EUR")
	}
	in := func(t query.Token) query.Expr {
		return query.Words{Fields: []*field.Field{body}, Tokens: []query.Token{t}}
	}
	return query.And{in(t), query.Or{in(query.Token{Text: "devise"}), in(query.Token{Text: "currencyid"})}}, nil
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func cut(s string) string {
	if letters := []rune(s); len(letters) > 40 {
		return string(letters[:40])
	}
	return s
}

package params

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/text"
)

const (
	textField   = field.Texte
	buyerField  = field.BuyerName
	winnerField = "winner_name"
)

type builder = func(p *Parser, values []string) (query.Expr, error)

// oneOf matches any of the values as they are.
func oneOf(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		return in(p.Fields.Must(name), values), nil
	}
}

func in(f *field.Field, values []string) query.Expr {
	list := make([]field.Value, len(values))
	for i, v := range values {
		list[i] = field.Str(v)
	}
	return query.In{Field: f, Values: list}
}

// coded matches codes of a list, written in any case and with '-' or '_'.
func coded(name string, valid []string) builder {
	plain := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	return func(p *Parser, values []string) (query.Expr, error) {
		list := make([]string, 0, len(values))
	next:
		for _, v := range values {
			for _, code := range valid {
				if plain(code) == plain(v) {
					list = append(list, code)
					continue next
				}
			}
			return nil, unknownValue(name, v, valid)
		}
		return in(p.Fields.Must(name), list), nil
	}
}

// words reads a text for search: words, "phrases", -exclusions. Several values are alternatives.
func words(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		f := p.Fields.Must(name)
		var any query.Or
		for _, v := range values {
			all := wordQuery(f, v)
			if len(all) == 0 || !utf8.ValidString(v) {
				return nil, fault.New(fault.Invalid, "%q holds no word to look for", v).WithHint("letters and digits make words, in UTF-8")
			}
			any = append(any, all)
		}
		return any, nil
	}
}

func wordQuery(f *field.Field, s string) query.And {
	var all query.And
	for s != "" {
		s = strings.TrimLeft(s, " \t\n")
		not := strings.HasPrefix(s, "-")
		if not {
			s = s[1:]
		}
		piece := s
		if strings.HasPrefix(s, `"`) {
			piece, s, _ = strings.Cut(s[1:], `"`)
		} else if k := strings.IndexAny(s, " \t\n\""); k >= 0 {
			piece, s = s[:k], s[k:]
		} else {
			s = ""
		}
		terms := text.Terms(piece)
		if len(terms) == 0 {
			continue
		}
		// A word with an apostrophe or a hyphen is several terms that stand together, as a phrase is.
		var e query.Expr = query.Words{Fields: []*field.Field{f}, Tokens: []query.Token{query.Phrase(terms...)}}
		if not {
			e = query.Not{X: e}
		}
		all = append(all, e)
	}
	return all
}

func kind(p *Parser, values []string) (query.Expr, error) {
	names := map[string]notice.Kind{"works": notice.Works, "travaux": notice.Works, "supplies": notice.Supplies, "fournitures": notice.Supplies, "services": notice.Services}
	list := make([]string, 0, len(values))
	for _, v := range values {
		k, ok := names[strings.ToLower(v)]
		if !ok {
			return nil, unknownValue("kind", v, []string{"works", "supplies", "services", "travaux", "fournitures"})
		}
		list = append(list, string(k))
	}
	return in(p.Fields.Must("kind"), list), nil
}

func departement(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		list := make([]string, 0, len(values))
		for _, v := range values {
			d, ok := codelist.DepartementOf(v)
			if !ok {
				var valid []string
				for _, d := range codelist.Departements() {
					valid = append(valid, d.Code)
				}
				return nil, unknownValue("department", v, valid)
			}
			list = append(list, d.Code)
		}
		return in(p.Fields.Must(name), list), nil
	}
}

func descripteur(p *Parser, values []string) (query.Expr, error) {
	list := make([]string, 0, len(values))
	for _, v := range values {
		if strings.Trim(v, "0123456789") == "" {
			list = append(list, v)
			continue
		}
		code, err := descripteurByLabel(v)
		if err != nil {
			return nil, err
		}
		list = append(list, code)
	}
	return in(p.Fields.Must("descripteur_code"), list), nil
}

func descripteurByLabel(v string) (string, error) {
	var labels []string
	for _, code := range codelist.Descripteurs() {
		label, _ := codelist.Descripteur(code)
		if text.Fold(label) == text.Fold(v) {
			return code, nil
		}
		labels = append(labels, label)
	}
	return "", unknownValue("key word", v, labels)
}

// cpv matches a code and everything below it: the zeros at its end stand for levels that are not said.
func cpv(p *Parser, values []string) (query.Expr, error) {
	f := p.Fields.Must("cpv")
	var any query.Or
	for _, v := range values {
		prefix, ok := codelist.CPVPrefix(v)
		if !ok {
			return nil, fault.New(fault.Invalid, "%q is no CPV code: 2 to 8 digits expected", v)
		}
		any = append(any, query.Prefix{Field: f, Prefix: prefix})
	}
	return any, nil
}

// company matches the SIRET or, by 9 digits, the SIREN of a party.
func company(party string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		var any query.Or
		for _, v := range values {
			digits := strings.NewReplacer(" ", "", "\u00a0", "", ".", "").Replace(v)
			switch {
			case len(digits) == 14 && strings.Trim(digits, "0123456789") == "":
				any = append(any, query.Compare{Field: p.Fields.Must(party + "_siret"), Op: query.Eq, Value: field.Str(digits)})
			case len(digits) == 9 && strings.Trim(digits, "0123456789") == "":
				any = append(any, query.Compare{Field: p.Fields.Must(party + "_siren"), Op: query.Eq, Value: field.Str(digits)})
			default:
				return nil, fault.New(fault.Invalid, "%q is neither a SIRET (14 digits) nor a SIREN (9 digits)", v)
			}
		}
		return any, nil
	}
}

// one refuses a range bound that is given twice.
func one(values []string) (string, error) {
	if len(values) != 1 {
		return "", fault.New(fault.Invalid, "given %d times, once expected", len(values))
	}
	return values[0], nil
}

func parseDay(v string) (notice.Date, error) {
	d, ok := notice.ParseDate(v)
	if !ok || len(v) != len("2006-01-02") {
		return d, fault.New(fault.Invalid, "%q is no date: yyyy-mm-dd expected", v)
	}
	return d, nil
}

func day(name string, op query.Op) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		v, err := one(values)
		if err != nil {
			return nil, err
		}
		d, err := parseDay(v)
		if err != nil {
			return nil, err
		}
		return query.Compare{Field: p.Fields.Must(name), Op: op, Value: field.Day(d)}, nil
	}
}

// moment compares with a bound.
func moment(name string, op query.Op) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		v, err := one(values)
		if err != nil {
			return nil, err
		}
		t, err := bound(v, op == query.Le)
		if err != nil {
			return nil, err
		}
		return query.Compare{Field: p.Fields.Must(name), Op: op, Value: field.Instant(t)}, nil
	}
}

// bound reads a day of Paris (its start for a lower bound, its end for an upper one) or an instant (RFC 3339).
func bound(v string, upper bool) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t, nil
	}
	d, err := parseDay(v)
	switch {
	case err != nil:
		return time.Time{}, fault.New(fault.Invalid, "%q is neither a date (yyyy-mm-dd) nor an instant (2026-03-17T12:00:00+01:00)", v)
	case upper:
		return d.AddDays(1).In(notice.Paris).Add(-time.Second), nil
	}
	return d.In(notice.Paris), nil
}

func boolean(values []string) (bool, error) {
	v, err := one(values)
	if err != nil {
		return false, err
	}
	switch strings.ToLower(v) {
	case "true", "1", "oui", "yes":
		return true, nil
	case "false", "0", "non", "no":
		return false, nil
	}
	return false, fault.New(fault.Invalid, "%q is neither true nor false", v)
}

func open(p *Parser, values []string) (query.Expr, error) {
	yes, err := boolean(values)
	if err != nil {
		return nil, err
	}
	f := p.Fields
	e := query.And{
		query.Compare{Field: f.Must("stage"), Op: query.Eq, Value: field.Str(string(notice.StageCall))},
		query.Not{X: query.Compare{Field: f.Must("state"), Op: query.Eq, Value: field.Str(string(notice.StateCancelled))}},
		query.Or{
			query.Compare{Field: f.Must("deadline"), Op: query.Ge, Value: field.Instant(p.Now)},
			query.And{
				query.Null{Field: f.Must("deadline")},
				query.Compare{Field: f.Must("display_end"), Op: query.Ge, Value: field.Day(notice.DateOf(p.Now.In(notice.Paris)))},
			},
		},
	}
	if !yes {
		return query.Not{X: e}, nil
	}
	return e, nil
}

func parseNumber(v string) (float64, error) {
	x, err := strconv.ParseFloat(v, 64)
	if err != nil || strings.ContainsAny(v, "_xX") || math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
		return 0, fault.New(fault.Invalid, "%q is no amount: a number without separators, 0 or more, expected", v)
	}
	return x, nil
}

// number64 compares a field of numbers.
func number64(name string, op query.Op) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		v, err := one(values)
		if err != nil {
			return nil, err
		}
		x, err := parseNumber(v)
		if err != nil {
			return nil, err
		}
		f := p.Fields.Must(name)
		var e query.Expr = query.Compare{Field: f, Op: op, Value: field.Num(x)}
		if p.includeUnknown {
			e = query.Or{e, query.Null{Field: f}}
		}
		return e, nil
	}
}

// checkRange refuses ranges that can hold nothing, and include_unknown where it widens nothing: both are mistakes.
func (p *Parser) checkRange(values url.Values) error {
	var below, above, from, to []string
	for name, v := range values {
		given := len(v) > 0 && strings.TrimSpace(v[0]) != ""
		switch base, isMin := strings.CutSuffix(name, "_min"); {
		case !given:
		case isMin:
			below = append(below, base)
		case strings.HasSuffix(name, "_max"):
			above = append(above, strings.TrimSuffix(name, "_max"))
		case strings.HasSuffix(name, "_from"):
			from = append(from, strings.TrimSuffix(name, "_from"))
		case strings.HasSuffix(name, "_to"):
			to = append(to, strings.TrimSuffix(name, "_to"))
		}
	}
	if v, ok := values["include_unknown"]; ok {
		if _, err := boolean(v); err != nil {
			return at("include_unknown", err)
		}
		if len(below)+len(above) == 0 {
			return fault.New(fault.Invalid, "include_unknown widens a range of amounts or numbers, and none is given").
				At("parameter include_unknown").WithHint("add amount_min or amount_max, or leave it out")
		}
	}
	slices.Sort(below)
	slices.Sort(from)
	for _, name := range below {
		lo, errLo := strconv.ParseFloat(values.Get(name+"_min"), 64)
		hi, errHi := strconv.ParseFloat(values.Get(name+"_max"), 64)
		if slices.Contains(above, name) && errLo == nil && errHi == nil && lo > hi {
			return fault.New(fault.Invalid, "%s_min is above %s_max", name, name).At("parameter " + name + "_min")
		}
	}
	for _, name := range from {
		a, errA := bound(values.Get(name+"_from"), false)
		b, errB := bound(values.Get(name+"_to"), true)
		if slices.Contains(to, name) && errA == nil && errB == nil && a.After(b) {
			return fault.New(fault.Invalid, "%s_from is after %s_to", name, name).At("parameter " + name + "_from")
		}
	}
	return nil
}

func criteres(p *Parser, values []string) (query.Expr, error) {
	names := map[string]string{"sociaux": "social", "social": "social", "environnementaux": "environmental", "environmental": "environmental"}
	var any query.Or
	for _, v := range values {
		name, ok := names[strings.ToLower(v)]
		if !ok {
			return nil, unknownValue("criterion", v, []string{"sociaux", "environnementaux"})
		}
		any = append(any, query.Compare{Field: p.Fields.Must(name), Op: query.Eq, Value: field.Flag(true)})
	}
	return any, nil
}

func number(v string, low, high int) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < low || n > high {
		return 0, fault.New(fault.Invalid, "%q is out of range: a number from %d to %d expected", v, low, high)
	}
	return n, nil
}

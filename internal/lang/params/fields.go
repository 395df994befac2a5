package params

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// sentences are fields whose values hold commas: what is asked for is one value.
var sentences = []string{"objet", "filename", "nomacheteur", "titulaire", "title", "description", "reference", "buyer_name", "winner_name",
	"famille_libelle", "procedure_libelle", "procedure_categorise", "nature_libelle", "sousnature_libelle", "nature_categorise",
	"nature_categorise_libelle", "descripteur_libelle", "type_marche_facette", "marche_public_simplifie_label", "url_avis"}

// OfFields makes the criteria that every field has, of those that are not in Table: a text NAME, by its values or, with a star at
// their end, by their beginnings; a day NAME, NAME_from and NAME_to; an instant NAME_from and NAME_to; a number NAME_min and NAME_max; a
// whole number NAME, too; true or false NAME. Texts that hold documents have none.
func OfFields(c *field.Catalogue) []Param {
	var list []Param
	table := Table()
	add := func(p Param) {
		if !slices.ContainsFunc(table, func(x Param) bool { return x.Name == p.Name }) {
			p.Generic = true
			list = append(list, p)
		}
	}
	for _, f := range c.Columns() {
		if f.Opaque || f.Bag {
			continue
		}
		for _, p := range ofField(f) {
			p.Of = []string{f.Name}
			add(p)
		}
	}
	return list
}

func ofField(f *field.Field) []Param {
	name, label := f.Name, strings.ToLower(f.LabelEN[:1])+f.LabelEN[1:]
	switch f.Type {
	case field.Text:
		return []Param{{Name: name, Value: "text", Whole: slices.Contains(sentences, name), Doc: label + ", exactly; with a star at the end what begins so", build: textOf(name)}}
	case field.Bool:
		return []Param{{Name: name, Value: "true or false", Once: true, Doc: label + ": " + f.Doc, build: flagOf(name)}}
	case field.Date:
		return []Param{
			{Name: name, Value: "yyyy, yyyy-mm or yyyy-mm-dd", Example: "2026-03", Doc: label + ": a year, a month, a day", build: dayOf(name)},
			{Name: name + "_from", Value: "yyyy-mm-dd", Once: true, Example: "2026-03-01", Doc: label + ": on that day or later", build: day(name, query.Ge)},
			{Name: name + "_to", Value: "yyyy-mm-dd", Once: true, Example: "2026-03-31", Doc: label + ": on that day or before", build: day(name, query.Le)},
		}
	case field.DateTime:
		return []Param{
			{Name: name + "_from", Value: "date or instant", Once: true, Example: "2026-03-01", Doc: label + ": at or after", build: moment(name, query.Ge)},
			{Name: name + "_to", Value: "date or instant", Once: true, Example: "2026-03-31", Doc: label + ": at or before", build: moment(name, query.Le)},
		}
	case field.Number, field.Int:
		value := "number"
		if f.Type == field.Number {
			value = "euros"
		}
		list := []Param{
			{Name: name + "_min", Value: value, Once: true, Example: "1", Doc: label + ": at least", build: number64(name, query.Ge)},
			{Name: name + "_max", Value: value, Once: true, Example: "1000000", Doc: label + ": at most", build: number64(name, query.Le)},
		}
		if f.Type == field.Int {
			list = append(list, Param{Name: name, Value: "number", Example: "1", Doc: label, build: numberOf(name)})
		}
		return list
	}
	return nil
}

func textOf(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		f := p.Fields.Must(name)
		var any query.Or
		var exact []string
		for _, v := range values {
			if !utf8.ValidString(v) {
				return nil, fault.New(fault.Invalid, "%q is not UTF-8", v)
			}
			if prefix, ok := strings.CutSuffix(v, "*"); ok {
				any = append(any, query.Prefix{Field: f, Prefix: prefix})
			} else {
				exact = append(exact, v)
			}
		}
		if len(exact) > 0 {
			any = append(any, in(f, exact))
		}
		return any, nil
	}
}

func flagOf(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		yes, err := boolean(values)
		if err != nil {
			return nil, err
		}
		return query.Compare{Field: p.Fields.Must(name), Op: query.Eq, Value: field.Flag(yes)}, nil
	}
}

func dayOf(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		var any query.Or
		for _, v := range values {
			// The rest of a year or a month is that of its first day: what has no such day is no date.
			if _, ok := notice.ParseDate(v + "-01-01"[min(len("-01-01"), max(0, len(v)-len("2006"))):]); !ok || len(v) != 4 && len(v) != 7 && len(v) != 10 {
				return nil, fault.New(fault.Invalid, "%q is no date: yyyy, yyyy-mm or yyyy-mm-dd expected", v)
			}
			any = append(any, query.Prefix{Field: p.Fields.Must(name), Prefix: v})
		}
		return any, nil
	}
}

func numberOf(name string) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		var list []field.Value
		for _, v := range values {
			x, err := parseNumber(v)
			if err != nil {
				return nil, err
			}
			if x != math.Trunc(x) {
				return nil, fault.New(fault.Invalid, "%q is no whole number", v)
			}
			list = append(list, field.Num(x))
		}
		return query.In{Field: p.Fields.Must(name), Values: list}, nil
	}
}

// has matches notices by the presence of values: of all fields, or of none.
func has(yes bool) builder {
	return func(p *Parser, values []string) (query.Expr, error) {
		var all query.And
		for _, v := range values {
			f, err := p.column(v)
			if err != nil {
				return nil, err
			}
			if f.Opaque {
				return nil, fault.New(fault.Invalid, "field %s can only be shown", f.Name)
			}
			var e query.Expr = query.Null{Field: f}
			if yes {
				e = query.Not{X: e}
			}
			all = append(all, e)
		}
		return all, nil
	}
}

// region matches the departments of a region.
func region(p *Parser, values []string) (query.Expr, error) {
	var list, valid []string
	for _, v := range values {
		r, ok := codelist.RegionOf(v)
		if !ok {
			for _, r := range codelist.Regions() {
				valid = append(valid, r.Code+" "+r.Label)
			}
			return nil, unknownValue("region", v, valid)
		}
		list = append(list, r.Departements...)
	}
	return in(p.Fields.Must("departement"), list), nil
}

// nuts matches a code and all below it, in today's edition and as earlier ones called them.
func nuts(p *Parser, values []string) (query.Expr, error) {
	f := p.Fields.Must("nuts")
	var any query.Or
	for _, v := range values {
		code := codelist.CurrentNUTS(strings.ToUpper(v))
		if len(code) < 2 || len(code) > 5 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
			return nil, fault.New(fault.Invalid, "%q is no NUTS code: 2 letters of a country and up to 3 characters expected", v).WithHint("such as FR, FRG, FRG0 or FRG01")
		}
		any = append(any, query.Prefix{Field: f, Prefix: code})
		if former := codelist.FormerNUTS(code); len(former) > 0 {
			any = append(any, in(f, former))
		}
	}
	return any, nil
}

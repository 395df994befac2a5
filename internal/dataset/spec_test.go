package dataset_test

import (
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/dataset"
)

func TestSpecs(t *testing.T) {
	s := set(t, build(t), dataset.Enriched)
	type spec = dataset.Spec
	find := func(name string, change func(*spec)) spec {
		f, ok := s.Fields.Lookup(name)
		if !ok {
			t.Fatal(name)
		}
		x := spec{Field: f, Limit: 100}
		if change != nil {
			change(&x)
		}
		return x
	}
	or := func(x *spec) { x.Disjunctive = true }
	path := func(x *spec) { x.Separator = "/" }
	for name, c := range map[string]struct {
		params []string
		want   []spec
	}{
		"none":                      {nil, nil},
		"empty":                     {[]string{"", "  "}, nil},
		"name":                      {[]string{"etat"}, []spec{find("etat", nil)}},
		"annotations count":         {[]string{"famille", "nature_categorise"}, []spec{find("famille", or), find("nature_categorise", path)}},
		"back-quoted":               {[]string{"`famille`"}, []spec{find("famille", or)}},
		"comma list":                {[]string{"famille, etat,`perimetre`"}, []spec{find("famille", or), find("etat", nil), find("perimetre", nil)}},
		"function":                  {[]string{`facet(name="etat")`}, []spec{find("etat", nil)}},
		"all arguments":             {[]string{`facet(name="filename", disjunctive=true, hierarchical=true, separator="-", sort="alphanum", limit=20)`}, []spec{find("filename", func(x *spec) { x.Disjunctive, x.Separator, x.Sort, x.Limit = true, "-", "alphanum", 20 })}},
		"without blanks":            {[]string{`facet(name="etat",disjunctive=true)`}, []spec{find("etat", or)}},
		"capitals and single quote": {[]string{` FACET ( Name = 'etat' , DISJUNCTIVE = True ) `}, []spec{find("etat", or)}},
		"names without quotes":      {[]string{"facet(name=etat, sort=-alphanum)"}, []spec{find("etat", func(x *spec) { x.Sort = "-alphanum" })}},
		"back-quoted name":          {[]string{"facet(name=`etat`)"}, []spec{find("etat", nil)}},
		"quoted bool and number":    {[]string{`facet(name="etat", disjunctive="true", limit="5")`}, []spec{find("etat", func(x *spec) { x.Disjunctive, x.Limit = true, 5 })}},
		"annotation taken back":     {[]string{`facet(name="famille", disjunctive=false)`, `facet(name="nature_categorise", hierarchical=false)`}, []spec{find("famille", nil), find("nature_categorise", nil)}},
		"separator of the field":    {[]string{`facet(name="nature_categorise", hierarchical=true)`}, []spec{find("nature_categorise", path)}},
		"separator without levels":  {[]string{`facet(name="etat", separator="/")`}, []spec{find("etat", nil)}},
		"number":                    {[]string{`facet(name="lots", sort="-num")`}, []spec{find("lots", func(x *spec) { x.Sort = "-num" })}},
		"days as they are":          {[]string{`facet(name="dateparution", hierarchical=false)`}, []spec{find("dateparution", func(x *spec) { x.Flat = true })}},
		"date":                      {[]string{`facet(name="dateparution", hierarchical=true, sort="-alphanum")`}, []spec{find("dateparution", func(x *spec) { x.Sort = "-alphanum" })}},
		"several functions":         {[]string{`facet(name="etat", limit=1), facet(name="famille")`}, []spec{find("etat", func(x *spec) { x.Limit = 1 }), find("famille", or)}},
		"the later of two":          {[]string{"etat", `facet(name="etat", limit=1)`}, []spec{find("etat", func(x *spec) { x.Limit = 1 })}},
		"the later argument":        {[]string{`facet(name="famille", limit=1, limit=2, name="etat")`}, []spec{find("etat", func(x *spec) { x.Limit = 2 })}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := s.Specs(c.params)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.want) {
				t.Fatalf("%d facets, want %d", len(got), len(c.want))
			}
			for i, w := range c.want {
				if got[i] != w {
					t.Errorf("facet %d is %+v (%s), want %+v (%s)", i, got[i], got[i].Field.Name, w, w.Field.Name)
				}
			}
		})
	}
}

func TestSpecsRefuse(t *testing.T) {
	s := set(t, build(t), dataset.Enriched)
	for name, c := range map[string]struct{ param, code, message string }{
		"unknown field":                {"procedures", "ODSQLError", "Unknown field: procedures"},
		"unknown field in a function":  {`facet(name="")`, "ODSQLError", "Unknown field: "},
		"no name":                      {`facet(limit=3)`, "ODSQLError", "facet() needs the argument name"},
		"whole documents":              {"donnees", "ODSQLError", "Field donnees is not allowed in the current clause"},
		"the field of all words":       {"texte", "ODSQLError", "Field texte is not allowed in the current clause"},
		"no bool":                      {`facet(name="etat", disjunctive=oui)`, "ODSQLError", "Invalid value for disjunctive of facet(): oui"},
		"levels without separator":     {`facet(name="etat", hierarchical=true)`, "ODSQLError", "facet() needs the argument separator for field etat"},
		"unknown order":                {`facet(name="etat", sort="size")`, "ODSQLError", "Invalid value for sort of facet() for field etat of type text: size"},
		"order of numbers for a text":  {`facet(name="etat", sort="num")`, "ODSQLError", "Invalid value for sort of facet() for field etat of type text: num"},
		"order of texts for a number":  {`facet(name="lots", sort="-alphanum")`, "ODSQLError", "Invalid value for sort of facet() for field lots of type int: -alphanum"},
		"limit 0":                      {`facet(name="etat", limit=0)`, "ODSQLError", "Invalid value for limit of facet(): 0 was found but 1 <= limit <= 1000 is expected"},
		"limit too large":              {`facet(name="etat", limit=1001)`, "ODSQLError", "Invalid value for limit of facet(): 1001 was found but 1 <= limit <= 1000 is expected"},
		"limit that is no number":      {`facet(name="etat", limit=ten)`, "ODSQLError", "Invalid value for limit of facet(): ten was found but 1 <= limit <= 1000 is expected"},
		"unknown argument":             {`facet(name="été", size=3)`, "ODSQLSyntaxError", `unexpected size at position 18 in facet(name="été", size=3)`},
		"no key":                       {`facet("etat")`, "ODSQLSyntaxError", `unexpected "etat" at position 6 in facet("etat")`},
		"no value":                     {`facet(name=)`, "ODSQLSyntaxError", `unexpected ) at position 11 in facet(name=)`},
		"no equals sign":               {`facet(name "etat")`, "ODSQLSyntaxError", `unexpected "etat" at position 11 in facet(name "etat")`},
		"no comma":                     {`facet(name="etat" limit=3)`, "ODSQLSyntaxError", `unexpected limit at position 18 in facet(name="etat" limit=3)`},
		"not closed":                   {`facet(name="etat"`, "ODSQLSyntaxError", `unexpected end at position 17 in facet(name="etat"`},
		"quote not closed":             {`facet(name="etat)`, "ODSQLSyntaxError", `unexpected "etat) at position 11 in facet(name="etat)`},
		"something behind it":          {`facet(name="etat") famille`, "ODSQLSyntaxError", `unexpected famille at position 19 in facet(name="etat") famille`},
		"another function":             {`count(etat)`, "ODSQLError", "Unknown field: count"},
		"comma at the end":             {`etat,`, "ODSQLSyntaxError", `unexpected end at position 5 in etat,`},
		"comma at the beginning":       {`,etat`, "ODSQLSyntaxError", `unexpected , at position 0 in ,etat`},
		"a text instead of a name":     {`"etat"`, "ODSQLSyntaxError", `unexpected "etat" at position 0 in "etat"`},
		"a field that is called facet": {`facet`, "ODSQLError", "Unknown field: facet"},
		"too long":                     {strings.Repeat("etat,", 900) + "etat", "ODSQLError", "a facet parameter has more than 4096 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Specs([]string{c.param})
			begin := "ODSQL query is malformed: "
			if c.code == "ODSQLSyntaxError" {
				begin = "ODSQL syntax exception: "
			}
			refused(t, err, c.code, begin+c.message+". Clause(s) containing the error(s): facet.")
		})
	}
}

// The facets without a parameter are those of the search page of www.boamp.fr and dc, in the order of the fields.
func TestDefaultSpecs(t *testing.T) {
	want := "famille code_departement famille_libelle dateparution perimetre procedure_categorise nature_categorise_libelle criteres marche_public_simplifie " +
		"marche_public_simplifie_label etat descripteur_code dc descripteur_libelle type_marche type_marche_facette type_avis"
	var names []string
	for _, x := range boamp(t).DefaultSpecs() {
		names = append(names, x.Field.Name)
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("default facets\n%s, want\n%s", got, want)
	}
}

func FuzzSpecs(f *testing.F) {
	for _, p := range []string{"etat", "`famille`,etat", `facet(name="famille", disjunctive=true, hierarchical=true, separator="/", sort="-count", limit=20)`,
		"facet(", `facet(name='é\u00e9\"', `, "facet(name=lots,sort=num)", ",", "facet facet()", "facet(name=`etat`) , dateparution"} {
		f.Add(p)
	}
	s := set(f, build(f), dataset.Enriched)
	f.Fuzz(func(t *testing.T, p string) {
		specs, err := s.Specs([]string{p})
		if err != nil {
			if !strings.Contains(err.Error(), "Clause(s) containing the error(s): facet.") {
				t.Errorf("%q: error %v names no clause", p, err)
			}
			return
		}
		for _, x := range specs {
			if x.Field == nil || x.Limit < 1 || x.Limit > dataset.MaxValues {
				t.Errorf("%q gives %+v", p, x)
			}
		}
	})
}

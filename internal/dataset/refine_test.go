package dataset_test

import (
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/query"
)

func TestRefine(t *testing.T) {
	s := set(t, build(t), dataset.Enriched)
	for name, c := range map[string]struct{ spec, field, path, predicate string }{
		"plain":                       {`famille:MAPA`, "famille", "MAPA", `famille = "MAPA"`},
		"quoted":                      {`famille:"MAPA"`, "famille", "MAPA", `famille = "MAPA"`},
		"single quotes":               {`famille:'MAPA'`, "famille", "MAPA", `famille = "MAPA"`},
		"back-quoted field":           {"`famille`:MAPA", "famille", "MAPA", `famille = "MAPA"`},
		"blanks around the field":     {" `famille` :MAPA", "famille", "MAPA", `famille = "MAPA"`},
		"accents and blanks":          {`descripteur_libelle:Espaces verts, à élaguer`, "descripteur_libelle", "Espaces verts, à élaguer", `descripteur_libelle = "Espaces verts, à élaguer"`},
		"colons":                      {`objet:lot 1: toiture`, "objet", "lot 1: toiture", `objet = "lot 1: toiture"`},
		"escaped quote":               {`nomacheteur:"l'\"Orangerie\""`, "nomacheteur", `l'"Orangerie"`, `nomacheteur = "l'\"Orangerie\""`},
		"quotes inside":               {`nomacheteur:"l'"Orangerie""`, "nomacheteur", `l'"Orangerie"`, `nomacheteur = "l'\"Orangerie\""`},
		"JSON escape":                 {`descripteur_libelle:"\u00c9tude \ud83d\ude92"`, "descripteur_libelle", "Étude 🚒", `descripteur_libelle = "Étude 🚒"`},
		"quote at the beginning only": {`objet:"A" ou B`, "objet", `"A" ou B`, `objet = "\"A\" ou B"`},
		"quote not closed":            {`objet:"A\"`, "objet", `"A\"`, `objet = "\"A\\\""`},
		"case is kept":                {`famille:mapa`, "famille", "mapa", `famille = "mapa"`},
		"empty value":                 {`famille:`, "famille", "", `famille = ""`},
		"branch":                      {`nature_categorise_libelle:"Avis de marché"`, "nature_categorise_libelle", "Avis de marché", `or(nature_categorise_libelle = "Avis de marché", nature_categorise_libelle ^= "Avis de marché/")`},
		"branch with slash":           {`nature_categorise_libelle:Avis de marché/`, "nature_categorise_libelle", "Avis de marché", `or(nature_categorise_libelle = "Avis de marché", nature_categorise_libelle ^= "Avis de marché/")`},
		"leaf":                        {`nature_categorise:appeloffre/standard`, "nature_categorise", "appeloffre/standard", `or(nature_categorise = "appeloffre/standard", nature_categorise ^= "appeloffre/standard/")`},
		"nothing but a slash":         {`procedure_categorise:/`, "procedure_categorise", "/", `or(procedure_categorise = "/", procedure_categorise ^= "//")`},
		"slash in a flat text":        {`objet:a/`, "objet", "a/", `objet = "a/"`},
		"year":                        {`dateparution:2024`, "dateparution", "2024", `and(dateparution <= "2024-12-31", dateparution >= "2024-01-01")`},
		"month with slash":            {`dateparution:"2024/02"`, "dateparution", "2024/02", `and(dateparution <= "2024-02-29", dateparution >= "2024-02-01")`},
		"month with dash":             {`dateparution:2024-02`, "dateparution", "2024/02", `and(dateparution <= "2024-02-29", dateparution >= "2024-02-01")`},
		"month without zero":          {`dateparution:2023/2`, "dateparution", "2023/02", `and(dateparution <= "2023-02-28", dateparution >= "2023-02-01")`},
		"day":                         {`dateparution:2024/05/23`, "dateparution", "2024/05/23", `and(dateparution <= "2024-05-23", dateparution >= "2024-05-23")`},
		"day with dashes":             {`dateparution:2024-05-23`, "dateparution", "2024/05/23", `and(dateparution <= "2024-05-23", dateparution >= "2024-05-23")`},
		"instant of a day":            {`dateparution:2024-05-23T00:00:00Z`, "dateparution", "2024/05/23", `and(dateparution <= "2024-05-23", dateparution >= "2024-05-23")`},
		"last year":                   {`dateparution:9999`, "dateparution", "9999", `and(dateparution <= "9999-12-31", dateparution >= "9999-01-01")`},
		"day of instants in Paris":    {`datelimitereponse:2024/07/14`, "datelimitereponse", "2024/07/14", `and(datelimitereponse < 2024-07-14T22:00:00Z, datelimitereponse >= 2024-07-13T22:00:00Z)`},
		"day of 25 hours":             {`datelimitereponse:2024/10/27`, "datelimitereponse", "2024/10/27", `and(datelimitereponse < 2024-10-27T23:00:00Z, datelimitereponse >= 2024-10-26T22:00:00Z)`},
		"instant":                     {`datelimitereponse:2024-07-14T12:00:00+02:00`, "datelimitereponse", "2024-07-14T10:00:00Z", `datelimitereponse = 2024-07-14T10:00:00Z`},
		"number":                      {`amount:90000.50`, "amount", "90000.5", `amount = 90000.5`},
		"whole number":                {`lots:12`, "lots", "12", `lots = 12`},
		"bool":                        {`framework:True`, "framework", "true", `framework = 1`},
		"bool as number":              {`framework:0`, "framework", "false", `framework = 0`},
		"multi-valued":                {`code_departement:"75"`, "code_departement", "75", `code_departement = "75"`},
		"a field that is no facet":    {`procedure_libelle:Procédure adaptée`, "procedure_libelle", "Procédure adaptée", `procedure_libelle = "Procédure adaptée"`},
		"a whole document":            {`donnees:{}`, "donnees", "{}", `donnees = "{}"`},
		"a former field":              {`annonces_anterieures_schema_v110:x`, "annonces_anterieures_schema_v110", "x", `null'text' = "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			refs, err := s.Refinements([]string{c.spec}, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if refs[0].Field.Name != c.field || refs[0].Path != c.path || refs[0].Exclude {
				t.Errorf("%s is read as %s: %q", c.spec, refs[0].Field.Name, refs[0].Path)
			}
			if got := query.Canonical(refs.Predicate(paris)); got != c.predicate {
				t.Errorf("%s asks\n%s, want\n%s", c.spec, got, c.predicate)
			}
		})
	}
}

func TestRefineRefuses(t *testing.T) {
	s := boamp(t)
	semantics := func(what, clause string) string {
		return "ODSQL query is malformed: " + what + ". Clause(s) containing the error(s): " + clause + "."
	}
	for name, c := range map[string]struct{ spec, clause, code, message string }{
		"unknown field":          {`cpv:71221`, "refine", "ODSQLError", semantics("Unknown field: cpv", "refine")},
		"unknown field, exclude": {`cpv:71221`, "exclude", "ODSQLError", semantics("Unknown field: cpv", "exclude")},
		"impossible month":       {`dateparution:2024/13`, "refine", "ODSQLError", semantics("Invalid value for field dateparution of type date: 2024/13", "refine")},
		"impossible day":         {`dateparution:2023-02-29`, "refine", "ODSQLError", semantics("Invalid value for field dateparution of type date: 2023-02-29", "refine")},
		"no date":                {`datelimitereponse:demain`, "refine", "ODSQLError", semantics("Invalid value for field datelimitereponse of type datetime: demain", "refine")},
		"no colon":               {`famille`, "refine", "ODSQLSyntaxError", "ODSQL syntax exception: unexpected end at position 7 in famille. Clause(s) containing the error(s): refine."},
		"no field":               {`:MAPA`, "refine", "ODSQLSyntaxError", "ODSQL syntax exception: unexpected end at position 5 in :MAPA. Clause(s) containing the error(s): refine."},
		"back-quote not closed":  {"`fé:MAPA", "exclude", "ODSQLSyntaxError", "ODSQL syntax exception: unexpected end at position 8 in `fé:MAPA. Clause(s) containing the error(s): exclude."},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if c.clause == "exclude" {
				_, err = s.Refinements(nil, []string{c.spec}, nil)
			} else {
				_, err = s.Refinements([]string{c.spec}, nil, nil)
			}
			refused(t, err, c.code, c.message)
		})
	}
	pages := set(t, build(t), dataset.HTML)
	_, err := pages.Refinements([]string{"html:x"}, nil, nil)
	refused(t, err, "ODSQLError", semantics("Field html is not allowed in the current clause", "refine"))
	enriched := set(t, build(t), dataset.Enriched)
	_, err = enriched.Refinements([]string{"amount:NaN"}, nil, nil)
	refused(t, err, "ODSQLError", semantics("Invalid value for field amount of type double: NaN", "refine"))
	_, err = enriched.Refinements([]string{"framework:oui"}, nil, nil)
	refused(t, err, "ODSQLError", semantics("Invalid value for field framework of type boolean: oui", "refine"))
}

// Refinements of several fields are all required; of one field they are alternatives only where it is disjunctive; an exclude
// takes away.
func TestRefinementsTogether(t *testing.T) {
	s := boamp(t)
	for name, c := range map[string]struct {
		refine, exclude, facet []string
		want                   string
	}{
		"none":                                 {want: "all"},
		"two fields":                           {refine: []string{"famille:MAPA", "etat:INITIAL"}, want: `and(etat = "INITIAL", famille = "MAPA")`},
		"disjunctive by annotation":            {refine: []string{"famille:MAPA", "famille:FNS"}, want: `or(famille = "FNS", famille = "MAPA")`},
		"conjunctive by annotation":            {refine: []string{"etat:INITIAL", "etat:ANNULATION"}, want: `and(etat = "ANNULATION", etat = "INITIAL")`},
		"disjunctive by request":               {refine: []string{"etat:INITIAL", "etat:ANNULATION"}, facet: []string{`facet(name="etat", disjunctive=true)`}, want: `or(etat = "ANNULATION", etat = "INITIAL")`},
		"conjunctive by request":               {refine: []string{"famille:MAPA", "famille:FNS"}, facet: []string{`facet(name="famille", disjunctive=false)`}, want: `and(famille = "FNS", famille = "MAPA")`},
		"of another field, disjunctive facets": {refine: []string{"etat:INITIAL", "etat:ANNULATION"}, facet: []string{"famille"}, want: `and(etat = "ANNULATION", etat = "INITIAL")`},
		"year and month of it":                 {refine: []string{"dateparution:2024", "dateparution:2024/05"}, want: `and(dateparution <= "2024-05-31", dateparution <= "2024-12-31", dateparution >= "2024-01-01", dateparution >= "2024-05-01")`},
		"exclude":                              {exclude: []string{"famille:MAPA"}, want: `not(famille = "MAPA")`},
		"two excludes of a disjunctive field":  {exclude: []string{"famille:MAPA", "famille:FNS"}, want: `and(not(famille = "FNS"), not(famille = "MAPA"))`},
		"exclude of a branch":                  {exclude: []string{"nature_categorise_libelle:Avis de marché"}, want: `not(or(nature_categorise_libelle = "Avis de marché", nature_categorise_libelle ^= "Avis de marché/"))`},
		"refine and exclude":                   {refine: []string{"famille:FNS"}, exclude: []string{"code_departement:75"}, want: `and(famille = "FNS", not(code_departement = "75"))`},
		"hierarchical by request":              {refine: []string{"filename:BOAMP/2015"}, facet: []string{`facet(name="filename", hierarchical=true, separator="/")`}, want: `or(filename = "BOAMP/2015", filename ^= "BOAMP/2015/")`},
		"flat by request":                      {refine: []string{"nature_categorise:appeloffre/"}, facet: []string{`facet(name="nature_categorise", hierarchical=false)`}, want: `nature_categorise = "appeloffre/"`},
	} {
		t.Run(name, func(t *testing.T) {
			specs, err := s.Specs(c.facet)
			if err != nil {
				t.Fatal(err)
			}
			refs, err := s.Refinements(c.refine, c.exclude, specs)
			if err != nil {
				t.Fatal(err)
			}
			if got := query.Canonical(refs.Predicate(time.UTC)); got != c.want {
				t.Errorf("asks\n%s, want\n%s", got, c.want)
			}
		})
	}
}

func TestWithout(t *testing.T) {
	s := boamp(t)
	refs, err := s.Refinements([]string{"famille:MAPA", "etat:INITIAL", "famille:FNS"}, []string{"famille:DSP"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	famille, _ := s.Fields.Lookup("famille")
	if got, want := query.Canonical(refs.Without(famille).Predicate(nil)), `and(etat = "INITIAL", not(famille = "DSP"))`; got != want {
		t.Errorf("without famille %s, want %s", got, want)
	}
	if len(refs) != 4 {
		t.Errorf("%d refinements are left, want all 4: Without must not change them", len(refs))
	}
}

// A refine of the Explore API v1 has no quotes to take off.
func TestRefineOfV1(t *testing.T) {
	r, err := boamp(t).Refine("nomacheteur", `"Commune"`, false, nil)
	if err != nil || r.Path != `"Commune"` {
		t.Errorf("Refine gives %q (%v), want the value as it is", r.Path, err)
	}
}

func FuzzRefinements(f *testing.F) {
	for _, spec := range []string{"famille:MAPA", "`famille`:\"a\\\"b\"", "dateparution:2024/05", "dateparution:2024-05-23T00:00:00+02:00", "lots:1e3", "procedure_categorise:/",
		"x", ":", "``:", "objet:\"\\u00e9\\ud83d\\ude92\\u12\"", "framework:1", "nature_categorise:a//b/"} {
		f.Add(spec)
	}
	s := set(f, build(f), dataset.Enriched)
	f.Fuzz(func(t *testing.T, spec string) {
		refs, err := s.Refinements([]string{spec}, []string{spec}, nil)
		if err != nil {
			if !strings.Contains(err.Error(), "Clause(s) containing the error(s): refine.") {
				t.Errorf("%q: error %v names no clause", spec, err)
			}
			return
		}
		if refs.Predicate(nil) == nil {
			t.Errorf("%q asks nothing", spec)
		}
		again, err := s.Refine(refs[0].Field.Name, refs[0].Path, false, nil)
		if err != nil || again.Path != refs[0].Path {
			t.Errorf("%q gives path %q, which gives %q (%v)", spec, refs[0].Path, again.Path, err)
		}
	})
}

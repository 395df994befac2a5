package dataset_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
)

// shown writes values of a facet on one line: "MAPA 2" is displayed, "MAPA 2*" refined, "MAPA -" excluded; the next level stands in
// brackets, by its names.
func shown(list []dataset.Facet) string {
	var b strings.Builder
	for i, f := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(f.Name)
		switch f.State {
		case dataset.Displayed:
			fmt.Fprintf(&b, " %d", f.Count)
		case dataset.Refined:
			fmt.Fprintf(&b, " %d*", f.Count)
		case dataset.Excluded:
			b.WriteString(" -")
		}
		if len(f.Facets) > 0 {
			fmt.Fprintf(&b, " [%s]", shown(f.Facets))
		}
	}
	return b.String()
}

func text(s string) *string { return &s }

// few are six invented notices.
func few() []*notice.Notice {
	day := func(y int, m time.Month, d int) notice.Date { return notice.Date{Year: y, Month: m, Day: d} }
	list := []notice.Record{
		{Famille: text("MAPA"), Etat: text("INITIAL"), Dateparution: day(2024, 5, 23), CodeDepartement: []string{"44", "75"}, NatureCategoriseLibelle: text("Avis de marché/"), ProcedureCategorise: text("OUVERT/")},
		{Famille: text("MAPA"), Etat: text("INITIAL"), Dateparution: day(2024, 5, 24), CodeDepartement: []string{"44"}, NatureCategoriseLibelle: text("Avis de marché/Concession"), ProcedureCategorise: text("/")},
		{Famille: text("FNS"), Etat: text("ANNULATION"), Dateparution: day(2024, 6, 1), CodeDepartement: []string{"75", "75"}, NatureCategoriseLibelle: text("Résultat de marché/"), ProcedureCategorise: text("OUVERT/")},
		{Famille: text("FNS"), Etat: text("INITIAL"), Dateparution: day(2023, 12, 31), NatureCategoriseLibelle: text("Avis de marché/")},
		{Famille: text("JOUE"), Etat: text("INITIAL"), Dateparution: day(2023, 1, 2), CodeDepartement: []string{"1", ""}, NatureCategoriseLibelle: text("Résultat de marché/Concession")},
		{Etat: text("INITIAL"), Datelimitereponse: time.Date(2023, 12, 31, 23, 30, 0, 0, time.UTC)},
	}
	notices := make([]*notice.Notice, len(list))
	for i, r := range list {
		r.Idweb = fmt.Sprintf("24-%d", i+1)
		notices[i] = &notice.Notice{ID: r.Idweb, Record: r, Framework: i < 2, Published: r.Dateparution}
		notices[i].Lots = make([]notice.Lot, []int{2, 10, 10, 2, 10, 0}[i])
	}
	return notices
}

func TestFacets(t *testing.T) {
	c := build(t, few()...)
	for name, x := range map[string]struct {
		set             string
		facet           string
		refine, exclude []string
		where           string // value of famille
		zone            *time.Location
		want            string
	}{
		"most records first, ties by value; null is none": {facet: "famille", want: "FNS 2, MAPA 2, JOUE 1"},
		"multi-valued; a value twice in a record is once": {facet: "code_departement", want: "44 2, 75 2, 1 1"},
		"obeys where":                                         {facet: "code_departement", where: "MAPA", want: "44 2, 75 1"},
		"obeys refine of another field":                       {facet: "famille", refine: []string{"etat:INITIAL"}, want: "MAPA 2, FNS 1, JOUE 1"},
		"disjunctive: others stay":                            {facet: "famille", refine: []string{"famille:MAPA"}, want: "FNS 2, MAPA 2*, JOUE 1"},
		"disjunctive: two values":                             {facet: "famille", refine: []string{"famille:MAPA", "famille:JOUE"}, want: "FNS 2, MAPA 2*, JOUE 1*"},
		"other facets obey the alternatives":                  {facet: "etat", refine: []string{"famille:FNS", "famille:JOUE"}, want: "INITIAL 2, ANNULATION 1"},
		"conjunctive: others go":                              {facet: "etat", refine: []string{"etat:INITIAL"}, want: "INITIAL 5*"},
		"conjunctive, multi-valued: what stands beside stays": {facet: `facet(name="code_departement", disjunctive=false)`, refine: []string{"code_departement:44"}, want: "44 2*, 75 1"},
		"disjunctive by request":                              {facet: `facet(name="etat", disjunctive=true)`, refine: []string{"etat:INITIAL"}, want: "INITIAL 5*, ANNULATION 1"},
		"excluded: at the end, without count":                 {facet: "famille", exclude: []string{"famille:FNS"}, want: "MAPA 2, JOUE 1, FNS -"},
		"excluded beside refined":                             {facet: "famille", refine: []string{"famille:JOUE"}, exclude: []string{"famille:FNS"}, want: "MAPA 2, JOUE 1*, FNS -"},
		"excluded of another field":                           {facet: "famille", exclude: []string{"code_departement:75"}, want: "FNS 1, JOUE 1, MAPA 1"},
		"refined and excluded is excluded":                    {facet: "etat", refine: []string{"etat:INITIAL"}, exclude: []string{"etat:INITIAL"}, want: "INITIAL -"},
		"refined without a record":                            {facet: "etat", refine: []string{"etat:RECTIFICATIF"}, want: "RECTIFICATIF 0*"},
		"limit":                                               {facet: `facet(name="famille", limit=2)`, want: "FNS 2, MAPA 2"},
		"limit and a refined value behind it":                 {facet: `facet(name="famille", limit=1)`, refine: []string{"famille:JOUE"}, want: "JOUE 1*"},
		"fewest records first":                                {facet: `facet(name="famille", sort="count")`, want: "JOUE 1, FNS 2, MAPA 2"},
		"by value":                                            {facet: `facet(name="famille", sort="alphanum")`, want: "FNS 2, JOUE 1, MAPA 2"},
		"by value, descending":                                {facet: `facet(name="famille", sort="-alphanum")`, want: "MAPA 2, JOUE 1, FNS 2"},
		"labels: top level":                                   {facet: "nature_categorise_libelle", want: "Avis de marché 3, Résultat de marché 2"},
		"labels: next level of a refined one":                 {facet: "nature_categorise_libelle", refine: []string{"nature_categorise_libelle:Avis de marché"}, want: "Avis de marché 3* [Concession 1]"},
		"labels: refined below":                               {facet: "nature_categorise_libelle", refine: []string{"nature_categorise_libelle:Avis de marché/Concession"}, want: "Avis de marché 1 [Concession 1*]"},
		"labels: disjunctive":                                 {facet: `facet(name="nature_categorise_libelle", disjunctive=true)`, refine: []string{"nature_categorise_libelle:Avis de marché"}, want: "Avis de marché 3* [Concession 1], Résultat de marché 2"},
		"labels: excluded":                                    {facet: "nature_categorise_libelle", exclude: []string{"nature_categorise_libelle:Avis de marché"}, want: "Résultat de marché 2, Avis de marché -"},
		"labels: excluded below":                              {facet: "nature_categorise_libelle", exclude: []string{"nature_categorise_libelle:Avis de marché/Concession"}, want: "Avis de marché 2 [Concession -], Résultat de marché 2"},
		"labels: as they are":                                 {facet: `facet(name="nature_categorise_libelle", hierarchical=false)`, want: "Avis de marché/ 2, Avis de marché/Concession 1, Résultat de marché/ 1, Résultat de marché/Concession 1"},
		"a first level without name is none":                  {facet: "procedure_categorise", want: "OUVERT 2"},
		"and filters all the same":                            {facet: "famille", refine: []string{"procedure_categorise:/"}, want: "MAPA 1"},
		"and is not listed when refined":                      {facet: "procedure_categorise", refine: []string{"procedure_categorise:/"}, want: ""},
		"dates: years":                                        {facet: "dateparution", want: "2024 3, 2023 2"},
		"dates: months of a refined year":                     {facet: "dateparution", refine: []string{"dateparution:2024"}, want: "2024 3* [05 2, 06 1]"},
		"dates: days of a refined month":                      {facet: "dateparution", refine: []string{"dateparution:2024-05"}, want: "2024 2 [05 2* [23 1, 24 1]]"},
		"dates: a refined day":                                {facet: "dateparution", refine: []string{"dateparution:2024/05/23"}, want: "2024 1 [05 1 [23 1*]]"},
		"dates: disjunctive":                                  {facet: `facet(name="dateparution", disjunctive=true, sort="alphanum")`, refine: []string{"dateparution:2024/05", "dateparution:2023"}, want: "2023 2* [01 1, 12 1], 2024 3 [05 2* [23 1, 24 1], 06 1]"},
		"dates: excluded month":                               {facet: "dateparution", exclude: []string{"dateparution:2024/05"}, want: "2023 2, 2024 1 [06 1, 05 -]"},
		"dates: newest first":                                 {facet: `facet(name="dateparution", sort="-alphanum")`, refine: []string{"dateparution:2023"}, want: "2023 2* [12 1, 01 1]"},
		"dates: days as they are":                             {facet: `facet(name="dateparution", hierarchical=false, sort="alphanum", limit=2)`, refine: []string{"dateparution:2024"}, want: "2024/05/23 1, 2024/05/24 1"},
		"dates: a day as it is, refined":                      {facet: `facet(name="dateparution", hierarchical=false)`, refine: []string{"dateparution:2024-05-23"}, want: "2024/05/23 1*"},
		"dates: a year without a record":                      {facet: "dateparution", refine: []string{"dateparution:2099/01"}, want: "2099 0 [01 0*]"},
		"instants in UTC":                                     {facet: "datelimitereponse", want: "2023 1"},
		"instants in Paris":                                   {facet: "datelimitereponse", zone: paris, want: "2024 1"},
		"instants: a day in Paris":                            {facet: "datelimitereponse", zone: paris, refine: []string{"datelimitereponse:2024/01/01"}, want: "2024 1 [01 1 [01 1*]]"},
		"instants: a time is on no level":                     {facet: "datelimitereponse", refine: []string{"datelimitereponse:2023-12-31T23:30:00Z"}, want: "2023 1"},
		"a field that is no facet":                            {facet: "idweb", want: "24-1 1, 24-2 1, 24-3 1, 24-4 1, 24-5 1, 24-6 1"},
		"a former field":                                      {facet: "annonce_reference_schema_v110", want: ""},
		"the data set":                                        {facet: "datasetid", want: "boamp 6"},
		"numbers":                                             {set: "boamp-enrichi", facet: `facet(name="lots", sort="num")`, refine: []string{"lots:2"}, want: "2 2*"},
		"numbers in their order":                              {set: "boamp-enrichi", facet: `facet(name="lots", sort="-num", disjunctive=true)`, refine: []string{"lots:10.0"}, want: "10 3*, 2 2, 0 1"},
		"bools":                                               {set: "boamp-enrichi", facet: "framework", want: "false 4, true 2"},
		"a bool refined":                                      {set: "boamp-enrichi", facet: "framework", refine: []string{"framework:TRUE"}, want: "true 2*"},
	} {
		t.Run(name, func(t *testing.T) {
			id := x.set
			if id == "" {
				id = "boamp"
			}
			s := set(t, c, id)
			specs, err := s.Specs([]string{x.facet})
			if err != nil {
				t.Fatal(err)
			}
			refs, err := s.Refinements(x.refine, x.exclude, specs)
			if err != nil {
				t.Fatal(err)
			}
			q := dataset.FacetQuery{Refinements: refs, Specs: specs, Zone: x.zone}
			if x.where != "" {
				famille, _ := s.Fields.Lookup("famille")
				q.Where = query.Compare{Field: famille, Value: field.Str(x.where)}
			}
			groups, err := dataset.Facets(t.Context(), open(t, s), q)
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(groups[0].Facets); len(groups) != 1 || groups[0].Field != specs[0].Field || got != x.want {
				t.Errorf("facet of %s: %s\nwant %s", groups[0].Field.Name, got, x.want)
			}
		})
	}
}

// What a facet gives as the path of a value can be refined with, and gives as many records as were counted.
func TestFacetPaths(t *testing.T) {
	s := boamp(t, few()...)
	v := open(t, s)
	refs, err := s.Refinements([]string{"dateparution:2024", "nature_categorise_libelle:Avis de marché"}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := dataset.Facets(t.Context(), v, dataset.FacetQuery{Refinements: refs, Specs: s.DefaultSpecs()})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	var check func(f *field.Field, list []dataset.Facet)
	check = func(f *field.Field, list []dataset.Facet) {
		for _, x := range list {
			r, err := s.Refine(f.Name, x.Path, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			own := refs
			if r.Disjunctive {
				own = refs.Without(f)
			}
			n, err := v.Count(t.Context(), append(own[:len(own):len(own)], r).Predicate(nil))
			if err != nil || n != x.Count {
				t.Errorf("%s: %s gives %d records (%v), counted %d", f.Name, x.Path, n, err, x.Count)
			}
			checked++
			check(f, x.Facets)
		}
	}
	for _, g := range groups {
		if g.Facets == nil {
			t.Errorf("facet %s has no list", g.Field.Name)
		}
		check(g.Field, g.Facets)
	}
	if checked < 8 {
		t.Errorf("only %d values were looked at", checked)
	}
}

// A facet that names no limit has at most 100 values, those with most records.
func TestFacetLimit(t *testing.T) {
	var notices []*notice.Notice
	for i := range 150 {
		n := &notice.Notice{ID: fmt.Sprintf("24-%d", i)}
		n.Record.Idweb, n.Record.Nomacheteur = n.ID, text(fmt.Sprintf("Commune %03d", i%149))
		n.Record.Titulaire = []string{"", "x"} // neither null nor the empty text takes a place
		notices = append(notices, n)
	}
	s := boamp(t, append(notices, &notice.Notice{ID: "24-999", Record: notice.Record{Idweb: "24-999", Nomacheteur: text("")}}, &notice.Notice{ID: "24-998"})...)
	specs, err := s.Specs([]string{"nomacheteur", "titulaire"})
	if err != nil {
		t.Fatal(err)
	}
	groups, err := dataset.Facets(t.Context(), open(t, s), dataset.FacetQuery{Specs: specs})
	if err != nil {
		t.Fatal(err)
	}
	list := groups[0].Facets
	bare, err := dataset.Facets(t.Context(), open(t, s), dataset.FacetQuery{Specs: []dataset.Spec{{Field: specs[0].Field}}})
	if err != nil || shown(bare[0].Facets) != shown(list) {
		t.Errorf("a facet of a field alone: %s (%v)", shown(bare[0].Facets), err)
	}
	if len(list) != 100 || list[0].Name != "Commune 000" || list[0].Count != 2 || list[99].Name != "Commune 099" {
		t.Errorf("%d values, first %+v, last %+v", len(list), list[0], list[len(list)-1])
	}
	if got := shown(groups[1].Facets); got != "x 150" {
		t.Errorf("titulaire: %s", got)
	}
}

package explorev1_test

import (
	"strings"
	"testing"
)

func analysis(pairs ...string) string {
	return at("/api/records/1.0/analyze/", append([]string{"dataset", "boamp-enrichi"}, pairs...)...)
}

func TestAnalyze(t *testing.T) {
	h := newAPI(t).Handler()
	for name, c := range map[string]struct {
		pairs []string
		want  string
	}{
		"count": {[]string{"x", "famille", "y.n.func", "COUNT"}, `[{"x": "MAPA", "n": 3}, {"x": "JOUE", "n": 1}, {"x": "FNS", "n": 2}]`},
		"ascending": {[]string{"x", "famille", "y.n.func", "count", "sort", "-x"},
			`[{"x": "FNS", "n": 2}, {"x": "JOUE", "n": 1}, {"x": "MAPA", "n": 3}]`},
		"by the serie": {[]string{"x", "famille", "y.n.func", "COUNT", "sort", "n"}, `[{"x": "MAPA", "n": 3}, {"x": "FNS", "n": 2}, {"x": "JOUE", "n": 1}]`},
		"by the serie, ascending": {[]string{"x", "famille", "y.n.func", "COUNT", "sort", "-n"},
			`[{"x": "JOUE", "n": 1}, {"x": "FNS", "n": 2}, {"x": "MAPA", "n": 3}]`},
		"by x.FIELD": {[]string{"x", "famille", "y.n.func", "COUNT", "sort", "x.famille"}, `[{"x": "FNS", "n": 2}, {"x": "JOUE", "n": 1}, {"x": "MAPA", "n": 3}]`},
		"filtered":   {[]string{"x", "famille", "y.n.func", "COUNT", "q", "travaux", "refine.dateparution", "2024"}, `[{"x": "MAPA", "n": 1}]`},
		"several values of a field": {[]string{"x", "code_departement", "y.n.func", "COUNT", "sort", "-x"},
			`[{"x": "34", "n": 1}, {"x": "67", "n": 3}, {"x": "75", "n": 1}]`},
		"null is no x": {[]string{"x", "nature_categorise_libelle", "y.n.func", "COUNT", "sort", "-n,-x"},
			`[{"x": "Rectificatif/", "n": 1}, {"x": "R\u00e9sultat de march\u00e9/Concession", "n": 1}, {"x": "Avis de march\u00e9/", "n": 2}]`},
		"days": {[]string{"x", "dateparution", "y.n.func", "COUNT", "refine.dateparution", "2025", "sort", "-x"},
			`[{"x": {"year": 2025, "month": 1, "day": 15}, "n": 1}, {"x": {"year": 2025, "month": 1, "day": 20}, "n": 1}]`},
		"months": {[]string{"x", "dateparution", "y.n.func", "COUNT", "precision", "month", "sort", "-x"},
			`[{"x": {"year": 2024, "month": 8}, "n": 1}, {"x": {"year": 2024, "month": 9}, "n": 1}, {"x": {"year": 2025, "month": 1}, "n": 2}, {"x": {"year": 2026, "month": 9}, "n": 2}]`},
		"years": {[]string{"x", "dateparution", "y.n.func", "COUNT", "precision", "year"},
			`[{"x": {"year": 2026}, "n": 2}, {"x": {"year": 2025}, "n": 2}, {"x": {"year": 2024}, "n": 2}]`},
		"weeks": {[]string{"x", "dateparution", "y.n.func", "COUNT", "precision", "week", "refine.dateparution", "2024", "sort", "-x"},
			`[{"x": {"year": 2024, "week": 32}, "n": 1}, {"x": {"year": 2024, "week": 37}, "n": 1}]`},
		"months of all years": {[]string{"x", "dateparution", "y.n.func", "COUNT", "periodic", "month", "precision", "month", "sort", "-x"},
			`[{"x": {"month": 1}, "n": 2}, {"x": {"month": 8}, "n": 1}, {"x": {"month": 9}, "n": 3}]`},
		"days of the week": {[]string{"x", "dateparution", "y.n.func", "COUNT", "periodic", "weekday", "sort", "-x"},
			`[{"x": {"weekday": 0}, "n": 3}, {"x": {"weekday": 1}, "n": 1}, {"x": {"weekday": 2}, "n": 1}, {"x": {"weekday": 3}, "n": 1}]`},
		"days of weeks": {[]string{"x", "dateparution", "y.n.func", "COUNT", "periodic", "week", "refine.dateparution", "2024", "sort", "-x"},
			`[{"x": {"week": 32, "weekday": 0}, "n": 1}, {"x": {"week": 37, "weekday": 1}, "n": 1}]`},
		"hours on a clock": {[]string{"x", "datelimitereponse", "y.n.func", "COUNT", "periodic", "hour", "precision", "hour", "timezone", "Europe/Paris", "sort", "-x"},
			`[{"x": {"hour": 0}, "n": 1}, {"x": {"hour": 12}, "n": 3}]`},
		"a day has no hours": {[]string{"x", "dateparution", "y.n.func", "COUNT", "periodic", "day", "precision", "minute", "refine.dateparution", "2025", "sort", "-x"},
			`[{"x": {"day": 15}, "n": 1}, {"x": {"day": 20}, "n": 1}]`},
		"two series": {[]string{"x", "famille", "y.n.func", "COUNT", "y.lots.func", "SUM", "y.lots.expr", "lots", "sort", "-x", "maxpoints", "1"}, `[{"x": "FNS", "lots": 0, "n": 2}]`},
		"arithmetic": {[]string{"x", "famille", "y.a.func", "AVG", "y.a.expr", "2*(lots+1)", "sort", "-x", "maxpoints", "1"}, `[{"x": "FNS", "a": 2.0}]`},
		"quantiles":  {[]string{"x", "famille", "y.a.func", "QUANTILES", "y.a.expr", "lots + 4", "y.a.subsets", "90", "sort", "-x", "maxpoints", "1"}, `[{"x": "FNS", "a": 4.0}]`},
		"running": {[]string{"x", "dateparution", "precision", "year", "y.n.func", "COUNT", "y.n.cumulative", "true", "sort", "-x"},
			`[{"x": {"year": 2024}, "n": 2}, {"x": {"year": 2025}, "n": 4}, {"x": {"year": 2026}, "n": 6}]`},
		"running, the other way round": {[]string{"x", "dateparution", "precision", "year", "y.n.func", "COUNT", "y.n.cumulative", "true", "maxpoints", "2"},
			`[{"x": {"year": 2026}, "n": 6}, {"x": {"year": 2025}, "n": 4}]`},
		"two fields": {[]string{"x", "famille", "x", "dateparution", "precision", "year", "y.n.func", "COUNT", "refine.famille", "FNS", "sort", "-x"},
			`[{"x": {"famille": "FNS", "dateparution": {"year": 2025}}, "n": 1}, {"x": {"famille": "FNS", "dateparution": {"year": 2026}}, "n": 1}]`},
		"parts of a date, one by one": {[]string{"x", "dateparution.year", "x", "dateparution.month", "sort", "x.dateparution.year,x.dateparution.month", "y.serie1-1.func", "COUNT", "y.serie1-1.expr", "", "y.serie1-1.cumulative", "false", "maxpoints", ""},
			`[{"x": {"year": 2024, "month": 8}, "serie1-1": 1}, {"x": {"year": 2024, "month": 9}, "serie1-1": 1}, {"x": {"year": 2025, "month": 1}, "serie1-1": 2}, {"x": {"year": 2026, "month": 9}, "serie1-1": 2}]`},
		"parts and a breakdown": {[]string{"x", "dateparution.year", "x", "famille", "sort", "x.dateparution.year,-x.famille", "y.n.func", "COUNT", "refine.dateparution", "2025"},
			`[{"x": {"dateparution": {"year": 2025}, "famille": "JOUE"}, "n": 1}, {"x": {"dateparution": {"year": 2025}, "famille": "FNS"}, "n": 1}]`},
		"day of the year": {[]string{"x", "dateparution.yearday", "y.n.func", "COUNT", "refine.dateparution", "2025", "sort", "x.dateparution.yearday"},
			`[{"x": {"yearday": 15}, "n": 1}, {"x": {"yearday": 20}, "n": 1}]`},
		"weekday and hour": {[]string{"x", "datelimitereponse.weekday", "x", "datelimitereponse.hour", "y.n.func", "COUNT", "q", "idweb:25-400"},
			`[{"x": {"weekday": 4, "hour": 11}, "n": 1}]`},
		"by y.SERIE": {[]string{"x", "famille", "y.n.func", "COUNT", "sort", "y.n"}, `[{"x": "MAPA", "n": 3}, {"x": "FNS", "n": 2}, {"x": "JOUE", "n": 1}]`},
		"constant":   {[]string{"x", "famille", "y.n.func", "AVG", "y.n.expr", "12", "q", "repas"}, `[{"x": "JOUE", "n": 12.0}]`},
		"nothing":    {[]string{"x", "famille", "y.n.func", "COUNT", "q", "zzz"}, `[]`},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(t, h, analysis(c.pairs...))
			if a.StatusCode != 200 || a.body != c.want {
				t.Errorf("%d got\n%s\nwant\n%s", a.StatusCode, a.body, c.want)
			}
			cut := strings.Contains(strings.Join(c.pairs, " "), "maxpoints 1") || strings.Contains(strings.Join(c.pairs, " "), "maxpoints 2")
			if (a.Header.Get("ods-analyze-truncated") == "true") != cut {
				t.Errorf("truncated: %q", a.Header.Get("ods-analyze-truncated"))
			}
		})
	}
}

func TestAnalyzeFormats(t *testing.T) {
	h := newAPI(t).Handler()
	a := ask(t, h, analysis("x", "dateparution", "precision", "month", "y.n.func", "COUNT", "format", "csv", "csv_separator", ",", "sort", "-x", "refine.dateparution", "2025"))
	if a.body != "x.year,x.month,n\r\n2025,1,2\r\n" || a.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("csv: %q", a.body)
	}
	a = ask(t, h, analysis("x", "famille", "x", "dateparution", "periodic", "weekday", "y.n.func", "COUNT", "format", "csv", "sort", "-x", "refine.dateparution", "2025"))
	if a.body != "x.famille;x.dateparution.weekday;n\r\nFNS;0;1\r\nJOUE;2;1\r\n" {
		t.Errorf("csv of two fields: %q", a.body)
	}
	if a = ask(t, h, analysis("x", "famille", "y.n.func", "COUNT", "format", "jsonp", "callback", "f", "q", "zzz")); a.body != "/**/f([]);" {
		t.Errorf("jsonp: %q", a.body)
	}
}

func TestAnalyzeRefused(t *testing.T) {
	h := newAPI(t).Handler()
	for name, c := range map[string]struct {
		pairs   []string
		message string
	}{
		"no x":                {[]string{"y.n.func", "COUNT"}, "x is missing"},
		"no serie":            {[]string{"x", "famille"}, "No serie"},
		"unknown x":           {[]string{"x", "cpvs", "y.n.func", "COUNT"}, "Unknown field: cpvs in x"},
		"whole documents":     {[]string{"x", "donnees", "y.n.func", "COUNT"}, "whole documents"},
		"unknown function":    {[]string{"x", "famille", "y.n.func", "MODE"}, `"MODE" was found but one of COUNT`},
		"no function":         {[]string{"x", "famille", "y.n.expr", "lots"}, `"" was found`},
		"no expression":       {[]string{"x", "famille", "y.n.func", "SUM"}, "y.n.expr is missing"},
		"no number":           {[]string{"x", "famille", "y.n.func", "SUM", "y.n.expr", "objet"}, "of type text"},
		"unknown number":      {[]string{"x", "famille", "y.n.func", "SUM", "y.n.expr", "prix"}, "y.n.expr: ODSQL query is malformed: Unknown field: prix"},
		"two numbers":         {[]string{"x", "famille", "y.n.func", "SUM", "y.n.expr", "lots as a, lots as b"}, "one number"},
		"an aggregate":        {[]string{"x", "famille", "y.n.func", "SUM", "y.n.expr", "sum(lots)"}, "one number"},
		"no language":         {[]string{"x", "famille", "y.n.func", "SUM", "y.n.expr", "lots)"}, "syntax"},
		"unknown precision":   {[]string{"x", "dateparution", "y.n.func", "COUNT", "precision", "siècle"}, "one of year"},
		"unknown period":      {[]string{"x", "dateparution", "y.n.func", "COUNT", "periodic", "siècle"}, "one of year"},
		"weekday is no depth": {[]string{"x", "dateparution", "y.n.func", "COUNT", "precision", "weekday"}, "one of year"},
		"unknown order":       {[]string{"x", "famille", "y.n.func", "COUNT", "sort", "m"}, "the name of a serie"},
		"no part":             {[]string{"x", "famille.year", "y.n.func", "COUNT"}, "not a date"},
		"unknown part":        {[]string{"x", "dateparution.century", "y.n.func", "COUNT"}, "Unknown field: dateparution.century"},
		"points":              {[]string{"x", "famille", "y.n.func", "COUNT", "maxpoints", "-1"}, "maxpoints >= 0"},
		"percentage":          {[]string{"x", "famille", "y.n.func", "QUANTILES", "y.n.expr", "lots", "y.n.subsets", "101"}, "a percentage"},
		"cumulative":          {[]string{"x", "famille", "y.n.func", "COUNT", "y.n.cumulative", "oui"}, "true or false"},
		"format":              {[]string{"x", "famille", "y.n.func", "COUNT", "format", "geojson"}, "one of json"},
		"separator":           {[]string{"x", "famille", "y.n.func", "COUNT", "format", "csv", "csv_separator", "::"}, "delimiter"},
	} {
		t.Run(name, func(t *testing.T) { ask(t, h, analysis(c.pairs...)).fails(t, 400, c.message) })
	}
}

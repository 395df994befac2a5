package completeness_test

import (
	"testing"

	"github.com/boamp/boamp/internal/completeness"
)

func TestDay(t *testing.T) {
	for name, want := range map[string]string{
		"2026/09/11": "2026-09-11", "2026-09-11": "2026-09-11", "FluxHistorique/Boamp_v240/2024/02/29": "2024-02-29",
		"BOAMP-J-AO_2015_062009.taz": "2015-03-03", "in/BOAMP-N-IC-AA_2016_366001.taz": "2016-12-31", "export-20260911.json": "2026-09-11",
		"": "", "boamp.csv": "", "2026/13/11": "", "2023/02/29": "", "MAPA-AO_2015_366001.taz": "", "MAPA-AO_2015_000001.taz": "", "2026/09-11": "", "12026/09/11": "", "2026/09/112": "",
	} {
		got := ""
		if d := completeness.Day(name); !d.IsZero() {
			got = d.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func FuzzDay(f *testing.F) {
	f.Add("2026/09/11")
	f.Add("BOAMP-J-AO_2015_062009.taz")
	f.Fuzz(func(t *testing.T, name string) {
		if d := completeness.Day(name); !d.IsZero() && (d.Year < 2000 || d.Year > 2099 || d.AddDays(0) != d) {
			t.Errorf("%q is %s", name, d)
		}
	})
}

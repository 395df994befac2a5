package feed_test

import (
	"testing"

	"github.com/boamp/boamp/internal/feed"
)

func TestFrenchDate(t *testing.T) {
	for s, want := range map[string]string{
		"2 mars 2015": "2015-03-02", "1er août 2006": "2006-08-01", " 08  FÉVRIER 2008": "2008-02-08", "30 février 2015": "", "2 mars 1015": "",
		"le 2 mars 2015": "", "2015-03-02": "", "": "",
	} {
		if d, ok := feed.FrenchDate(s); ok != (want != "") || ok && d.String() != want {
			t.Errorf("FrenchDate(%q) = %v, %v; want %q", s, d, ok, want)
		}
	}
}

package params_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/params"
)

// TestNoWord: a text in which there is nothing to look for is refused. Without a filter the answer would be everything.
func TestNoWord(t *testing.T) {
	p := params.Parser{Fields: field.NewCatalogue(), Now: time.Date(2026, 3, 20, 11, 0, 0, 0, time.UTC)}
	for _, name := range []string{"q", "buyer", "winner"} {
		for _, v := range []string{"!!!", `""`, "-", "\xff", "voirie \xff", "« »"} {
			if req, err := p.Parse(url.Values{name: {v}}); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s=%q: %v, %v", name, v, req.Query.Where, err)
			}
		}
		for _, v := range []string{"", "  "} {
			if req, err := p.Parse(url.Values{name: {v}}); err != nil || req.Query.Where != nil {
				t.Errorf("%s=%q, a field of a form that was left empty: %v, %v", name, v, req.Query.Where, err)
			}
		}
		if _, err := p.Parse(url.Values{name: {"voirie", "!!!"}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: of two values one without a word: %v", name, err)
		}
	}
}

package whole_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/whole"
)

// place is documents by origin, in the order of a list: "a=text", "a!" for one that cannot be read, "a~" for a companion, "!" for a place that
// breaks.
type place []string

func (p place) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		yield(source.Edition{Name: "e", Items: p.items}, nil)
	}
}

func (p place) items(context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for _, d := range p {
			origin, text, _ := strings.Cut(d, "=")
			item, err := source.Item{Origin: origin, Bytes: []byte(text)}, error(nil)
			switch {
			case d == "!":
				yield(source.Item{}, errors.New("broken"))
				return
			case strings.HasSuffix(origin, "!"):
				item, err = source.Item{Origin: origin}, fault.New(fault.Unavailable, "unreadable")
			case strings.HasSuffix(origin, "~"):
				err = source.ErrCompanion
			}
			if !yield(item, err) {
				return
			}
		}
	}
}

func TestWhole(t *testing.T) {
	lines := map[string]ledger.Line{}
	for _, step := range []struct {
		what  string
		there place
		gives string
	}{
		{"all is new", place{"a=1", "b=2", "c~", "d!"}, "a b c~(companion) d!(error) e/(listing 3)"},
		{"nothing is", place{"a=1", "b=2", "c~", "d!"}, "c~(companion)"},
		{"changed, added, gone", place{"a=1", "b=3", "e=4"}, "b e d!(gone)"},
		{"told once", place{"a=1", "b=3", "e=4"}, ""},
		{"readable now, and back", place{"a=1", "b=3", "e=4", "d!=", "f=1"}, "d!(error) f e/(listing 5)"},
		{"breaks: nothing is gone, nothing listed", place{"a=1", "!"}, "(broken)"},
		{"empty", place{}, "a(gone) b(gone) d!(gone) e(gone) f(gone) e/(listing 0)"},
	} {
		s := whole.Source{Name: "folder:x", Place: step.there, Now: time.Now, Known: func(context.Context, string) (map[string]ledger.Line, error) { return maps.Clone(lines), nil }}
		var words []string
		for e, err := range s.Editions(t.Context()) {
			if err != nil || e.Source != "folder:x" {
				t.Fatal(e.Source, err)
			}
			for item, err := range e.Items(t.Context()) {
				words = append(words, tell(lines, item, err))
			}
		}
		if got := strings.Join(words, " "); got != step.gives {
			t.Errorf("%s: %s, want %s", step.what, got, step.gives)
		}
		listed, met := lines["e/"].Listed, int64(0)
		for _, l := range lines {
			if l.Met() {
				met++
			}
		}
		if listed != met {
			t.Errorf("%s: %d listed, %d accounted for", step.what, listed, met)
		}
	}
}

// tell writes the line of an item, and says what it is.
func tell(lines map[string]ledger.Line, item source.Item, err error) string {
	sum := sha256.Sum256(item.Bytes)
	l := ledger.Line{Outcome: ledger.Served, SHA256: hex.EncodeToString(sum[:]), Listed: item.Listed}
	word := item.Origin
	switch {
	case item.Origin == "":
		return "(broken)"
	case errors.Is(err, source.ErrCompanion):
		return word + "(companion)"
	case item.Note == source.Listing:
		l.Outcome, word = ledger.Listing, fmt.Sprintf("%s(listing %d)", word, item.Listed)
	case item.Note == source.Gone:
		l.Outcome, word = ledger.Gone, word+"(gone)"
	case err != nil:
		l.Outcome, l.SHA256, word = ledger.Quarantined, "", word+"(error)"
	}
	lines[item.Origin] = l
	return word
}

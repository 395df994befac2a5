package compare_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/compare"
)

// counter is an engine that counts what it is given, and fails after some.
type counter struct {
	compare.Engine
	seen, until int
}

func (c *counter) Name() string   { return "counter" }
func (c *counter) Schema() string { return "schema" }

func (c *counter) Load(_ context.Context, records iter.Seq2[*compare.Record, error]) error {
	for _, err := range records {
		if err != nil {
			return err
		}
		if c.seen++; c.seen == c.until {
			return errors.New("full")
		}
	}
	return nil
}

func TestLoadAllFromOneStream(t *testing.T) {
	for _, c := range []struct {
		name  string
		until int
		end   error
		want  string
	}{
		{"all", 0, nil, ""},
		{"one is full", 100, nil, "loading counter: full"},
		{"the stream breaks", 0, errors.New("broken"), "broken"},
	} {
		records := func(yield func(*compare.Record, error) bool) {
			for r := range corpus(2000) {
				if !yield(r, nil) {
					return
				}
			}
			if c.end != nil {
				yield(nil, c.end)
			}
		}
		first, second := &counter{}, &counter{until: c.until}
		_, err := compare.Load(context.Background(), []compare.Engine{first, second}, records)
		if c.want == "" && (err != nil || first.seen != 2000 || second.seen != 2000) {
			t.Errorf("%s: %d and %d records, %v", c.name, first.seen, second.seen, err)
		}
		if c.want != "" && !strings.Contains(fmt.Sprint(err), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestKept(t *testing.T) {
	file := t.TempDir() + "/kept.json"
	e := &counter{}
	now := compare.Corpus{Revision: 3, Notices: 90, LastUpdate: time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)}
	var k compare.Kept
	if ok, err := compare.Read(file, &k); ok || err != nil {
		t.Fatalf("a file that is not there: %v, %v", ok, err)
	}
	if err := compare.Write(file, compare.NewKept(now, e, time.Minute)); err != nil {
		t.Fatal(err)
	}
	if ok, err := compare.Read(file, &k); !ok || err != nil || !k.Fits(now, e) || k.Seconds != 60 {
		t.Errorf("kept: %+v, %v, %v", k, ok, err)
	}
	now.Revision++
	if k.Fits(now, e) {
		t.Error("fits another revision")
	}
}

func TestOnlyCodes(t *testing.T) {
	r := compare.Record{Donnees: `{"cpv":"45233141-3","siret":"21440109300015","titre":"Voirie 2024 lot12345678","no":1234567}`}
	if r.OnlyCodes(); r.Donnees != "45233141 21440109300015" {
		t.Errorf("codes: %q", r.Donnees)
	}
}

package explore_test

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	api "github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	flat "github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/explore"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
	"github.com/boamp/boamp/internal/synth"
)

// invented reads invented notices of every generation.
func invented(t *testing.T, n int) (list []*notice.Notice) {
	t.Helper()
	for d := range synth.Generate(synth.Options{Seed: 5, Notices: n, Today: notice.DateOf(now)}) {
		res, err := detect.New().Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path), Fetched: now})
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range res.Notices {
			v.Source.SHA256 = strings.Repeat("0", 56) + v.ID // any text that tells them apart
			v.Source.Fetched = now
		}
		list = append(list, res.Notices...)
	}
	return list
}

// publish adds notices to a store.
func commit(t *testing.T, db *memory.Store, list []*notice.Notice) {
	t.Helper()
	tx, err := db.Begin(t.Context())
	if err == nil {
		_, err = tx.Put(t.Context(), list)
	}
	if err == nil {
		_, err = tx.Commit(t.Context(), now)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// own is our own Explore API over a store.
func own(t *testing.T, fields *field.Catalogue, db *memory.Store) http.Handler {
	t.Helper()
	sets, err := dataset.Build(dataset.Options{
		Fields: fields, HTML: render.HTML, Summary: render.Summary, Open: func(ctx context.Context) (store.View, error) { return db.Snapshot(ctx) },
	})
	if err != nil {
		t.Fatal(err)
	}
	a := &api.API{Sets: sets, Formats: export.Formats(), Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler),
		Info: func(ctx context.Context) (store.Info, error) {
			s, err := db.Snapshot(ctx)
			if err != nil {
				return store.Info{}, err
			}
			defer s.Close()
			return s.Info(), nil
		}}
	return a.Handler()
}

// TestOwn follows boamp by the surface that stands in for the portal: every record comes, once, as it is there.
func TestOwn(t *testing.T) {
	notices := invented(t, 400)
	fields := field.NewCatalogue()
	db := memory.New(fields)
	t.Cleanup(func() { db.Close() })
	commit(t, db, notices[:300])
	s, a := follow(t, own(t, fields, db)), account{}
	s.From = notice.Date{Year: 1990, Month: 1, Day: 1}
	read := collect(t, s, a)
	want := map[string]*notice.Notice{}
	for _, n := range notices[:300] {
		if !n.Record.Dateparution.IsZero() {
			want[n.Record.Idweb] = n
		}
	}
	compare(t, read, want)
	if gives, err := a.pass(t, s); err != nil || gives != "" {
		t.Errorf("again: %q, %v", gives, err)
	}
	late := now.Add(time.Hour)
	for _, n := range notices[300:] {
		n.Source.Fetched = late
		if !n.Record.Dateparution.IsZero() {
			want[n.Record.Idweb] = n
		}
	}
	commit(t, db, notices[300:])
	for id, rec := range collect(t, s, a) {
		if _, twice := read[id]; twice {
			t.Errorf("%s came again, though nothing changed", id)
		}
		read[id] = rec
	}
	compare(t, read, want)
}

// collect reads the records of a pass, and accounts for them.
func collect(t *testing.T, s *explore.Source, a account) map[string]notice.Record {
	t.Helper()
	out := map[string]notice.Record{}
	s.Known = func(_ context.Context, edition string) (map[string]ledger.Line, error) {
		return maps.Clone(a[edition]), nil
	}
	for e, err := range s.Editions(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for item, err := range e.Items(t.Context()) {
			if err != nil {
				t.Fatalf("%s: %v", item.Origin, err)
			}
			if a[e.Name] == nil {
				a[e.Name] = map[string]ledger.Line{}
			}
			a[e.Name][item.Origin] = line(t, e, item, err)
			if item.Note != source.Document {
				continue
			}
			rec, warnings, err := flat.ParseRecord(item.Bytes)
			if err != nil || len(warnings) > 0 || strings.ReplaceAll(rec.Dateparution.String(), "-", "/") != e.Name || item.Published != now && item.Published != now.Add(time.Hour) {
				t.Errorf("%s: %v %v, published %v", item.Origin, err, warnings, item.Published)
			}
			if _, twice := out[rec.Idweb]; twice {
				t.Errorf("%s comes twice", rec.Idweb)
			}
			out[rec.Idweb] = rec
		}
		a.balance(t, e.Name)
	}
	return out
}

func compare(t *testing.T, got map[string]notice.Record, want map[string]*notice.Notice) {
	t.Helper()
	if len(got) != len(want) || len(got) < 250 {
		t.Errorf("%d records, %d published", len(got), len(want))
	}
	for id, n := range want {
		rec, ok := got[id]
		if d := flat.Diff(&rec, &n.Record); !ok || len(d) > 0 {
			t.Errorf("%s: there %v, %v", id, ok, d)
		}
	}
}

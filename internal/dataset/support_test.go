package dataset_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

var paris = func() *time.Location {
	z, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return z
}()

var committed = time.Date(2026, time.September, 1, 6, 30, 0, 0, time.UTC)

// build makes the data sets over a store in memory that holds the notices.
func build(t testing.TB, notices ...*notice.Notice) *dataset.Catalogue {
	t.Helper()
	fields := field.NewCatalogue()
	return buildOn(t, memory.New(fields), fields, notices...)
}

// buildOn makes the data sets over a store, which it closes at the end of the test.
func buildOn(t testing.TB, db store.Store, fields *field.Catalogue, notices ...*notice.Notice) *dataset.Catalogue {
	t.Helper()
	t.Cleanup(func() { db.Close() })
	if len(notices) > 0 {
		tx, err := db.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Put(t.Context(), notices); err != nil {
			t.Fatal(err)
		}
		if _, err := tx.Commit(t.Context(), committed); err != nil {
			t.Fatal(err)
		}
	}
	c, err := dataset.Build(dataset.Options{
		Fields:  fields,
		Open:    func(ctx context.Context) (store.View, error) { return db.Snapshot(ctx) },
		HTML:    func(n *notice.Notice) string { return "<h1>" + n.ID + "</h1>" },
		Summary: func(n *notice.Notice) string { return "<p>" + n.ID + "</p>" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func set(t testing.TB, c *dataset.Catalogue, id string) *dataset.Set {
	t.Helper()
	s, ok := c.Find(id)
	if !ok {
		t.Fatalf("there is no data set %q", id)
	}
	return s
}

func boamp(t testing.TB, notices ...*notice.Notice) *dataset.Set {
	t.Helper()
	return set(t, build(t, notices...), "boamp")
}

func open(t testing.TB, s *dataset.Set) store.View {
	t.Helper()
	v, err := s.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// refused checks that an error is one of the portal's, with this code and message.
func refused(t *testing.T, err error, code, message string) {
	t.Helper()
	var e *odsql.Error
	if !errors.As(err, &e) {
		t.Errorf("error %v, want the portal's %s: %s", err, code, message)
	} else if e.Code != code || e.Message != message {
		t.Errorf("error %s: %s\nwant  %s: %s", e.Code, e.Message, code, message)
	}
}

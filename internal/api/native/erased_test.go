package native_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store/memory"
)

// TestErased: for a notice that was taken out every path about it gives its tombstone, and others stay as they are.
func TestErased(t *testing.T) {
	ctx := context.Background()
	catalogue := field.NewCatalogue()
	db := memory.New(catalogue)
	tx, err := db.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	line := ledger.Line{Seq: 1, Time: now.Add(-time.Hour), Source: ledger.ErasureSource, Edition: ledger.ErasureEdition, Origin: "26-9", IDs: []string{"26-9"}, Changes: "e",
		Outcome: ledger.Erased, Reason: "court <order>", Revision: 1}
	if err := tx.Record(ctx, []ledger.Line{line}); err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Commit(ctx, now); err != nil {
		t.Fatal(err)
	}
	api := &native.API{Door: &search.Door{Store: db, Fields: catalogue}, Raw: rawMap{}, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	h := api.Handler()
	for _, path := range []string{"", "/raw", "/record", "/html", "/lots"} {
		res := get(t, h, "/api/v1/notices/26-9"+path)
		var p native.Problem
		if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusGone || p.Status != 410 || p.Tombstone == nil || p.Tombstone.ID != "26-9" || !p.Tombstone.Time.Equal(line.Time) || p.Tombstone.Reason != line.Reason ||
			p.Detail != "notice 26-9 was taken out on 2026-03-20: court <order>" || res.Header.Get("Content-Type") != "application/problem+json" || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %+v %v", path, res.StatusCode, p, res.Header)
		}
	}
	if res := get(t, h, "/api/v1/notices/26-8"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a notice that never was: %d", res.StatusCode)
	}
}

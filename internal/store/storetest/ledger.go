package storetest

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/store"
)

func testLedger(t *testing.T, db store.Store) {
	full := line(2)
	full.IDs, full.Reason, full.Kind = []string{"24-1", "24-2"}, "l'avis «2»\nne se lit pas", "invalid"
	tx := begin(t, db)
	record(t, tx, line(1), full, line(3))
	if got := lines(t, db, 0); len(got) != 0 {
		t.Errorf("%d lines before Commit", len(got))
	}
	if info := done(t, tx); info != (store.Info{Revision: 3, LastUpdate: now.Truncate(time.Microsecond), Sequence: 3}) {
		t.Errorf("Info after ledger lines alone = %+v", info)
	}
	if info := view(t, db).Info(); info.Sequence != 3 {
		t.Errorf("Info of a view = %+v", info)
	}
	got := lines(t, db, 0)
	if len(got) != 3 {
		t.Fatalf("%d lines, want 3", len(got))
	}
	diff(t, "Line", reflect.ValueOf(got[1]), reflect.ValueOf(full))
	tx = begin(t, db)
	again := line(3)
	again.Reason = "relu"
	put(t, tx, Titled("24-1", "un"))
	record(t, tx, again, line(4))
	record(t, tx, line(5))
	if info := done(t, tx); info.Sequence != 5 || info.Revision != 5 {
		t.Errorf("Info = %+v", info)
	}
	if got := lines(t, db, 3); len(got) != 3 || got[0].Reason != "relu" || got[1].Seq != 4 || got[2].Seq != 5 {
		t.Errorf("lines from 3 on: %+v", got)
	}
	tx = begin(t, db)
	record(t, tx, line(6))
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if got := lines(t, db, 6); len(got) != 0 {
		t.Errorf("%d lines of a transaction that was rolled back", len(got))
	}
	if info := view(t, db).Info(); info.Sequence != 5 {
		t.Errorf("Info after a transaction that was rolled back = %+v", info)
	}
}

// testManyLines records more lines than engines hold back, and replaces some of them in the same transaction.
func testManyLines(t *testing.T, db store.Store) {
	const most = 12_000
	tx := begin(t, db)
	for from := int64(1); from <= most; from += 3000 {
		var list []ledger.Line
		for seq := from; seq < from+3000; seq++ {
			list = append(list, line(seq))
		}
		put(t, tx, Titled("24-1", fmt.Sprint(from)))
		record(t, tx, list...)
	}
	again := line(7)
	again.Reason = "relu"
	record(t, tx, again, line(most+1))
	done(t, tx)
	got := lines(t, db, 0)
	if len(got) != most+1 || got[6].Reason != "relu" {
		t.Fatalf("%d lines, the seventh %+v", len(got), got[6])
	}
	for i, l := range got {
		if l.Seq != int64(i+1) {
			t.Fatalf("line %d has Seq %d", i, l.Seq)
		}
	}
}

func testKnown(t *testing.T, db store.Store) {
	known := func(tx store.Tx, hashes ...string) map[string]ledger.Line {
		t.Helper()
		got, err := tx.Known(t.Context(), hashes)
		if err != nil {
			t.Fatalf("Known: %v", err)
		}
		return got
	}
	tx := begin(t, db)
	if got := known(tx, line(1).SHA256); len(got) != 0 {
		t.Errorf("an empty ledger knows %v", got)
	}
	newer, blank := line(3), line(4)
	newer.SHA256, blank.SHA256 = line(1).SHA256, ""
	record(t, tx, line(1), line(2), newer, blank)
	done(t, tx)
	tx = begin(t, db)
	record(t, tx, line(5))
	put(t, tx, Titled("24-1", "un"))
	got := known(tx, line(1).SHA256, line(5).SHA256, line(9).SHA256, "", "\xff")
	if len(got) != 1 {
		t.Errorf("known: %v, want one line", got)
	}
	diff(t, "Line", reflect.ValueOf(got[line(1).SHA256]), reflect.ValueOf(newer))
	done(t, tx)
	tx = begin(t, db)
	if got := known(tx, line(5).SHA256, line(2).SHA256); len(got) != 2 {
		t.Errorf("known after the commit: %v, want two lines", got)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
}

// line makes a ledger line with everything that every line has.
func line(seq int64) ledger.Line {
	return ledger.Line{Seq: seq, Time: now, Edition: "2026-03-02/A", Origin: "https://exemple.invalid/a.taz", Name: "un.xml", Fetched: now,
		SHA256: fmt.Sprintf("%064d", seq), Size: 100 * seq, Raw: "2026/a.zip!un.xml", Generation: "v325", Reader: 3,
		Outcome: ledger.Served, Revision: seq}
}

func record(t testing.TB, tx store.Tx, lines ...ledger.Line) {
	t.Helper()
	if err := tx.Record(t.Context(), lines); err != nil {
		t.Fatalf("Record: %v", err)
	}
}

func lines(t testing.TB, db store.Store, from int64) []ledger.Line {
	t.Helper()
	return ask(t, db, func(ctx context.Context, s store.Snapshot) ([]ledger.Line, error) {
		var list []ledger.Line
		for l, err := range s.Ledger(ctx, from) {
			if err != nil {
				return nil, err
			}
			list = append(list, l)
		}
		return list, nil
	})
}

package duckdb_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/store/storetest"
)

func TestBody(t *testing.T) {
	empty, long := "", string(make([]byte, 1<<20))
	texts := storetest.Bare("24-1")
	texts.Record.Gestion, texts.Record.Donnees = &empty, &long
	for name, n := range map[string]*notice.Notice{"full": storetest.Full("24-1"), "bare": storetest.Bare("24-1"), "empty and long texts": texts} {
		got, err := duckdb.RoundTrip(n)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !reflect.DeepEqual(got, n) {
			t.Errorf("%s: %+v, want %+v", name, got, n)
		}
	}
	bad := storetest.Bare("24-1")
	bad.Lots = []notice.Lot{{Estimated: &notice.Amount{Value: math.NaN()}}}
	if _, err := duckdb.RoundTrip(bad); !fault.Is(err, fault.Invalid) {
		t.Errorf("a number that JSON cannot say: %v, want a fault of kind invalid", err)
	}
}

func FuzzBody(f *testing.F) {
	unpack, err := duckdb.Unpacker()
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range []*notice.Notice{storetest.Full("24-1"), storetest.Bare("24-1")} {
		plain, err := duckdb.Plain(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
		f.Add(plain[:len(plain)/2])
	}
	f.Add([]byte{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1})
	f.Fuzz(func(t *testing.T, plain []byte) {
		n, err := unpack(plain)
		if (n == nil) == (err == nil) {
			t.Errorf("%v and %v", n, err)
		}
		if err != nil && !fault.Is(err, fault.Conflict) {
			t.Errorf("%v, want a fault of kind conflict", err)
		}
	})
}

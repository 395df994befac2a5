package storetest

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// testPacked holds packed notices, with their values and lines, against the notices.
func testPacked(t *testing.T, db store.Store) {
	notices := NewGenerator(11).Notices(300)
	commit(t, db, notices...)
	commit(t, db, notices[:10]...)
	s, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, ok := s.(store.Packer)
	if !ok {
		t.Skip("this engine gives no packed notices")
	}
	fields := slices.DeleteFunc(catalogue.Columns(), func(f *field.Field) bool { return f.Opaque })
	lines := slices.DeleteFunc(slices.Clone(catalogue.All()), func(f *field.Field) bool { return !f.Words })
	some := []string{notices[7].ID, "no such notice", notices[3].ID, notices[7].ID, "\xff"}
	last := []string{notices[3].ID}
	for _, n := range notices[250:] {
		last = append(last, n.ID)
	}
	for _, c := range []struct {
		name string
		ids  []string
		want []*notice.Notice
	}{{"all", nil, notices}, {"last", last, append(slices.Clone(notices[250:]), notices[3])}, {"some", some, []*notice.Notice{notices[3], notices[7]}}, {"none", []string{}, nil}} {
		t.Run(c.name, func(t *testing.T) { checkPacked(t, p, c.ids, fields, lines, c.want) })
	}
	for range p.Packed(t.Context(), nil, fields, nil) {
		if _, err := s.Get(t.Context(), notices[0].ID); !fault.Is(err, fault.Internal) {
			t.Errorf("a second question inside the stream: %v", err)
		}
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range p.Packed(ctx, nil, fields, lines) {
		if !fault.Is(err, fault.Timeout) {
			t.Errorf("a context that has ended: %v", err)
		}
	}
}

func checkPacked(t *testing.T, p store.Packer, ids []string, fields, lines []*field.Field, want []*notice.Notice) {
	left := map[string]*notice.Notice{}
	for _, n := range want {
		left[n.ID] = n
	}
	for got, err := range p.Packed(t.Context(), ids, fields, lines) {
		if err != nil {
			t.Fatal(err)
		}
		n, ok := left[got.ID]
		if !ok {
			t.Fatalf("notice %s is not wanted, or came twice", got.ID)
		}
		delete(left, got.ID)
		if values := store.Values(n, fields); !sameRow(got.Values, values, fields) {
			t.Errorf("values of %s: %v, want %v", n.ID, got.Values, values)
		}
		for i, f := range lines {
			if line := f.Line(f.Get(n)); got.Lines[i] != line {
				t.Errorf("line of %s of %s: %q, want %q", f.Name, n.ID, got.Lines[i], line)
			}
		}
		data := slices.Clone(got.Data)
		whole, err := p.Unpack(got.ID, data, store.Whole)
		if err != nil {
			t.Fatal(err)
		}
		if values := store.Values(n, fields); !sameRow(store.Values(whole, fields), values, fields) {
			t.Errorf("unpacked %s has values %v, want %v", n.ID, store.Values(whole, fields), values)
		}
		diff(t, got.ID, reflect.ValueOf(whole.Record), reflect.ValueOf(n.Record))
		record, err := p.Unpack(got.ID, data, store.Flat)
		if err != nil || !reflect.DeepEqual(record.Record, whole.Record) {
			t.Errorf("unpacked record of %s: %v", n.ID, err)
		}
		halves, err := p.Unpack(got.ID, data, store.Halves)
		if err != nil || !reflect.DeepEqual(halves.Record.Gestion, whole.Record.Gestion) || !reflect.DeepEqual(halves.Record.Donnees, whole.Record.Donnees) {
			t.Errorf("unpacked halves of %s: %v", n.ID, err)
		}
	}
	if len(left) > 0 {
		t.Errorf("%d notices are missing", len(left))
	}
}

func sameRow(got, want [][]field.Value, fields []*field.Field) bool {
	for i, f := range fields {
		equal := func(a, b field.Value) bool { return f.Type.Compare(a, b) == 0 }
		if (got[i] == nil) != (want[i] == nil) || !slices.EqualFunc(got[i], want[i], equal) {
			return false
		}
	}
	return true
}

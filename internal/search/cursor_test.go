package search_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
)

// open takes a cursor apart.
func open(t testing.TB, cursor string) map[string]any {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func seal(t testing.TB, m map[string]any) string {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// TestForgedCursors changes a good cursor in every way that comes to mind.
func TestForgedCursors(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 30 {
		b.put(invented(rnd, i))
	}
	q := query.Query{Sort: b.keys("published,-estimated"), Limit: 5}
	first, err := b.page(q, "")
	if err != nil || first.Next == "" {
		t.Fatal(err)
	}
	change := func(do func(m map[string]any)) string {
		m := open(t, first.Next)
		do(m)
		return seal(t, m)
	}
	for name, c := range map[string]string{
		"no base64":              "!!!",
		"padding":                first.Next + "=",
		"a piece":                first.Next[:len(first.Next)-8],
		"text behind":            first.Next + base64.RawURLEncoding.EncodeToString([]byte("{}")),
		"no JSON":                base64.RawURLEncoding.EncodeToString([]byte("cursor")),
		"an array":               base64.RawURLEncoding.EncodeToString([]byte("[]")),
		"null":                   base64.RawURLEncoding.EncodeToString([]byte("null")),
		"two values":             base64.RawURLEncoding.EncodeToString([]byte("{} {}")),
		"too long":               change(func(m map[string]any) { m["i"] = strings.Repeat("x", 8<<10) }),
		"another query":          change(func(m map[string]any) { m["q"] = "AAAAAAAAAAAA" }),
		"a key less":             change(func(m map[string]any) { m["k"] = m["k"].([]any)[:1] }),
		"a key more":             change(func(m map[string]any) { m["k"] = append(m["k"].([]any), nil) }),
		"no keys":                change(func(m map[string]any) { m["k"] = []any{} }),
		"two values of a key":    change(func(m map[string]any) { m["k"] = []any{[]any{map[string]any{}, map[string]any{}}, nil} }),
		"a key of another type":  change(func(m map[string]any) { m["k"] = []any{"2026-01-01", nil} }),
		"unknown member":         change(func(m map[string]any) { m["x"] = 1 }),
		"keys left out, no such": change(func(m map[string]any) { m["k"], m["i"] = nil, "26-none" }),
		"before the beginning":   change(func(m map[string]any) { m["t"] = -1 }),
		"after the end":          change(func(m map[string]any) { m["t"] = int64(253402300800) }),
		"an overflow":            change(func(m map[string]any) { m["t"] = json.Number("9223372036854775808") }),
	} {
		page, err := b.page(q, c)
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid || !strings.HasPrefix(f.Message, "the cursor ") || f.Pos != "parameter cursor" || f.Hint == "" {
			t.Errorf("%s: %v, page of %d", name, err, len(page.Rows))
		}
		if !search.Now(c, now).Equal(now) && name != "another query" && !strings.HasPrefix(name, "a key") && name != "no keys" && !strings.HasPrefix(name, "keys left") {
			t.Errorf("%s: it says what now is: %s", name, search.Now(c, now))
		}
	}
	// A cursor of ours that was changed to another place is one for another place.
	for name, c := range map[string]string{
		"the beginning": change(func(m map[string]any) { m["k"] = []any{[]any{field.Str("")}, nil}; m["i"] = "" }),
		"odd text":      change(func(m map[string]any) { m["k"] = []any{[]any{field.Str("\x00é\u2028")}, nil} }),
		"the end":       change(func(m map[string]any) { m["k"] = []any{nil, nil}; m["i"] = "\U0010FFFF" }),
		"keys left out": change(func(m map[string]any) { m["k"] = nil }),
	} {
		if _, err := b.page(q, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	same, err := b.page(q, change(func(m map[string]any) { m["k"] = nil }))
	next, err2 := b.page(q, first.Next)
	if err != nil || err2 != nil || fmt.Sprint(same.Rows) != fmt.Sprint(next.Rows) {
		t.Error("without keys the cursor leads elsewhere")
	}
}

// TestCursorBelongsToItsQuery: filters and order are part of a cursor, page size and columns are not.
func TestCursorBelongsToItsQuery(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 30 {
		b.put(invented(rnd, i))
	}
	title := b.Fields.Must("title")
	where := query.Compare{Field: title, Op: query.Ge, Value: field.Str("a")}
	q := query.Query{Sort: b.keys("title"), Where: where, Limit: 5}
	first, err := b.page(q, "")
	if err != nil || first.Next == "" {
		t.Fatal(err)
	}
	for name, other := range map[string]query.Query{
		"no filter":      {Sort: q.Sort, Limit: 5},
		"another value":  {Sort: q.Sort, Where: query.Compare{Field: title, Op: query.Ge, Value: field.Str("b")}, Limit: 5},
		"other order":    {Sort: b.keys("-title"), Where: where, Limit: 5},
		"one more key":   {Sort: b.keys("title,idweb"), Where: where, Limit: 5},
		"default order":  {Where: where, Limit: 5},
		"another column": {Sort: b.keys("idweb"), Where: where, Limit: 5},
	} {
		if _, err := b.page(other, first.Next); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "another query") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, same := range map[string]query.Query{
		"another size":      {Sort: q.Sort, Where: where, Limit: 7},
		"written otherwise": {Sort: q.Sort, Where: query.And{where}, Limit: 5},
	} {
		if _, err := b.page(same, first.Next); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLongKeys: whole bodies can be sorted by, and their cursors still fit into an address.
func TestLongKeys(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 20 {
		n := invented(rnd, i)
		body := strings.Repeat(string(rune('a'+i%3)), 100_000) + "\x01"
		n.Record.Donnees = &body
		b.put(n)
	}
	q := query.Query{Sort: b.keys("donnees"), Limit: 3}
	want := all(t, b, q)
	var got []string
	for next := ""; ; {
		page, err := b.page(q, next)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			got = append(got, r.ID)
		}
		if next = page.Next; next == "" {
			break
		}
		if len(next) > 4<<10 {
			t.Fatalf("a cursor of %d bytes", len(next))
		}
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("pages give %q, want %q", got, want)
	}
}

// TestNow: all pages of a result have the now of the first.
func TestNow(t *testing.T) {
	b := newBench(t)
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 20 {
		b.put(invented(rnd, i))
	}
	first, err := b.page(query.Query{Limit: 5}, "")
	if err != nil {
		t.Fatal(err)
	}
	later := now.Add(90 * time.Minute)
	if got := search.Now(first.Next, later); !got.Equal(now) {
		t.Errorf("now of the second page is %s", got)
	}
	if got := search.Now("", later.Add(time.Nanosecond)); !got.Equal(later) || got.Location() != time.UTC {
		t.Errorf("now of a first page is %s", got)
	}
	if got := search.Now("xyz", later); !got.Equal(later) {
		t.Errorf("now of a bad cursor is %s", got)
	}
}

// FuzzCursor feeds cursors to a page: an answer or a fault of kind Invalid, never anything else.
func FuzzCursor(f *testing.F) {
	b := newBench(f)
	rnd := rand.New(rand.NewPCG(3, 3))
	for i := range 30 {
		b.put(invented(rnd, i))
	}
	for _, order := range orders {
		page, err := b.page(query.Query{Sort: b.keys(order), Limit: 5}, "")
		if err != nil {
			f.Fatal(err)
		}
		raw, _ := base64.RawURLEncoding.DecodeString(page.Next)
		f.Add(raw, order)
	}
	f.Add([]byte(`{"q":"","t":0,"k":null,"i":""}`), "")
	f.Fuzz(func(t *testing.T, raw []byte, order string) {
		known := false
		for _, o := range orders {
			known = known || o == order
		}
		if !known {
			order = ""
		}
		cursor := base64.RawURLEncoding.EncodeToString(raw)
		page, err := b.page(query.Query{Sort: b.keys(order), Limit: 5}, cursor)
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Fatalf("%q: %v", raw, err)
		}
		if err == nil && len(raw) > 0 && page.Total != 30 {
			t.Fatalf("total %d", page.Total)
		}
		if y := search.Now(cursor, now).Year(); y < 1970 || y > 9999 {
			t.Fatalf("now is in the year %d", y)
		}
	})
}

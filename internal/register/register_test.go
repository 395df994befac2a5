package register_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/register"
)

var (
	day   = time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC)
	hashA = strings.Repeat("ab", 32)
	hashB = strings.Repeat("cd", 32)
)

func open(t *testing.T, d disk.Disk, path string, readOnly bool) *register.Register {
	t.Helper()
	r, err := register.Open(d, path, readOnly)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRegister(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ERASED.jsonl")
	r := open(t, disk.OS{}, path, false)
	if r.Len() != 0 || len(r.All()) != 0 {
		t.Error("a new register is not empty")
	}
	one := register.Entry{ID: "26-1", SHA256: []string{hashB, hashA}, Reason: "court <order>", Time: day}
	two := register.Entry{ID: "26-2", Reason: "request", Time: day.Add(-time.Hour)}
	if err := r.Add([]register.Entry{one, two}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time says nothing new
		if err := r.Add([]register.Entry{{ID: "26-1", SHA256: []string{hashA}, Reason: "court <order>", Time: day.Add(time.Hour)}, two}); err != nil {
			t.Fatal(err)
		}
	}
	one.SHA256 = []string{hashA, hashB}
	check := func(r *register.Register) {
		t.Helper()
		if got := r.All(); !reflect.DeepEqual(got, []register.Entry{two, one}) {
			t.Errorf("all %+v", got)
		}
		if e, ok := r.Get("26-1"); !ok || !reflect.DeepEqual(e, one) {
			t.Errorf("Get %+v", e)
		}
		if e, ok := r.Held(hashB); !ok || e.ID != "26-1" {
			t.Errorf("Held %+v", e)
		}
		if _, ok := r.Get("26-3"); ok || r.Len() != 2 {
			t.Error("a notice that was never entered")
		}
		if _, ok := r.Held(strings.Repeat("00", 32)); ok {
			t.Error("a document that was never entered")
		}
	}
	check(r)
	check(open(t, disk.OS{}, path, true))
	if b, _ := os.ReadFile(path); strings.Count(string(b), "\n") != 2 || !strings.Contains(string(b), "court <order>") {
		t.Errorf("the file:\n%s", b)
	}
	if err := open(t, disk.OS{}, path, true).Add([]register.Entry{{ID: "26-3", Reason: "x", Time: day}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("reading only: %v", err)
	}
}

// TestMerge: of several lines of one notice the latest reason counts, and the hashes of all.
func TestMerge(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ERASED.jsonl")
	r := open(t, disk.OS{}, path, false)
	for _, e := range []register.Entry{
		{ID: "26-1", SHA256: []string{hashA}, Reason: "first", Time: day},
		{ID: "26-1", SHA256: []string{hashB}, Reason: "later", Time: day.Add(time.Hour)},
		{ID: "26-1", Reason: "from an old list", Time: day.Add(-time.Hour)},
	} {
		if err := r.Add([]register.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []*register.Register{r, open(t, disk.OS{}, path, false)} {
		if e, _ := r.Get("26-1"); e.Reason != "later" || !e.Time.Equal(day.Add(time.Hour)) || len(e.SHA256) != 2 {
			t.Errorf("%+v", e)
		}
	}
}

func TestInvalid(t *testing.T) {
	r := open(t, disk.OS{}, filepath.Join(t.TempDir(), "ERASED.jsonl"), false)
	for name, e := range map[string]register.Entry{
		"no id": {Reason: "x", Time: day}, "no reason": {ID: "26-1", Reason: " ", Time: day}, "no time": {ID: "26-1", Reason: "x"}, "a space": {ID: "26-1 ", Reason: "x", Time: day},
		"a long id": {ID: strings.Repeat("1", 201), Reason: "x", Time: day}, "a long reason": {ID: "26-1", Reason: strings.Repeat("x", 1001), Time: day},
		"no hash": {ID: "26-1", Reason: "x", Time: day, SHA256: []string{"AB"}}, "no text": {ID: "\xff", Reason: "x", Time: day},
	} {
		if err := r.Add([]register.Entry{{ID: "26-9", Reason: "x", Time: day}, e}); !fault.Is(err, fault.Invalid) || r.Len() != 0 {
			t.Errorf("%s: %v, %d entries", name, err, r.Len())
		}
	}
}

// TestTorn ends the file in every way a crash, or an editor, may end it.
func TestTorn(t *testing.T) {
	const first, second = `{"id":"26-1","reason":"x","time":"2026-09-11T05:00:00Z"}` + "\n", `{"id":"26-2","reason":"y","time":"2026-09-11T05:00:00Z"}`
	for name, c := range map[string]struct {
		text string
		ids  int
	}{
		"whole": {first + second + "\n", 2}, "no line feed": {first + second, 2}, "torn": {first + second[:30], 1}, "zeros": {first + string(make([]byte, 50)), 1},
		"only torn": {second[:10], 0}, "empty": {"", 0}, "empty lines": {first + "\n \n" + second + "\n", 2},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ERASED.jsonl")
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			if n := open(t, disk.OS{}, path, true).Len(); n != c.ids {
				t.Errorf("reading only: %d entries, want %d", n, c.ids)
			}
			if b, _ := os.ReadFile(path); string(b) != c.text {
				t.Error("reading only changed the file")
			}
			r := open(t, disk.OS{}, path, false)
			if err := r.Add([]register.Entry{{ID: "26-3", Reason: "z", Time: day}}); err != nil {
				t.Fatal(err)
			}
			if n := open(t, disk.OS{}, path, false).Len(); n != c.ids+1 || r.Len() != n {
				t.Errorf("%d entries, want %d", n, c.ids+1)
			}
		})
	}
}

func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ERASED.jsonl")
	for _, text := range []string{"nonsense\n", "{\"id\":\"26-1\"}\n", strings.Repeat("x", 2<<20) + "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := register.Open(disk.OS{}, path, true); !fault.Is(err, fault.Conflict) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

// TestDiskFails: an entry that was not written is not there, and the next one is.
func TestDiskFails(t *testing.T) {
	boom := errors.New("boom")
	for _, op := range []string{"append", "sync", "write"} {
		t.Run(op, func(t *testing.T) {
			d := &disktest.Disk{}
			path := filepath.Join(t.TempDir(), "ERASED.jsonl")
			r := open(t, d, path, false)
			if err := r.Add([]register.Entry{{ID: "26-1", Reason: "x", Time: day}}); err != nil {
				t.Fatal(err)
			}
			failed := false
			d.Fail = func(o, _ string) error {
				if o == op && !failed {
					failed = true
					return boom
				}
				return nil
			}
			d.Limited, d.Room = op == "write", 10
			if err := r.Add([]register.Entry{{ID: "26-2", Reason: "x", Time: day}}); !fault.Is(err, fault.Unavailable) || r.Len() != 1 {
				t.Fatalf("%v, %d entries", err, r.Len())
			}
			d.Limited = false
			if err := r.Add([]register.Entry{{ID: "26-3", Reason: "x", Time: day}}); err != nil {
				t.Fatal(err)
			}
			if got := open(t, d, path, false).All(); len(got) != 2 || got[1].ID != "26-3" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestRead reads what an operator wrote.
func TestRead(t *testing.T) {
	list, err := register.Read(strings.NewReader(`{"id":"26-1","reason":"x"}`+"\r\n"+`{"id":"26-2","reason":"y","time":"2026-01-01T01:00:00+01:00","sha256":["`+hashA+`"]}`), day)
	want := []register.Entry{{ID: "26-1", Reason: "x", Time: day}, {ID: "26-2", Reason: "y", Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), SHA256: []string{hashA}}}
	if err != nil || !reflect.DeepEqual(list, want) {
		t.Errorf("%+v, %v", list, err)
	}
	for text, line := range map[string]string{"{}": "line 1", "\n\n[1]": "line 3", `{"id":"26-1","reason":"x"}` + "\n26-2": "line 2"} {
		if _, err := register.Read(strings.NewReader(text), day); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"id":"26-1","sha256":["` + hashA + `"],"reason":"x","time":"2026-09-11T05:00:00Z"}` + "\n")
	f.Add("\n{\"id\":1}")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := register.Read(strings.NewReader(text), day)
		if err != nil {
			return
		}
		r := open(t, disk.OS{}, filepath.Join(t.TempDir(), "ERASED.jsonl"), false)
		if err := r.Add(list); err != nil {
			t.Fatalf("what was read cannot be entered: %v", err)
		}
		for _, e := range list {
			if _, ok := r.Get(e.ID); !ok {
				t.Fatalf("%q is not there", e.ID)
			}
		}
	})
}

package raw_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/raw"
)

var stone = raw.Tombstone{Time: day, Reason: "on request of a person"}

// wantErased holds that of the documents the first is a tombstone and the others are as they were.
func wantErased(t *testing.T, a *raw.Archive, docs []raw.Document, refs []string) {
	t.Helper()
	_, err := a.Get(refs[0])
	if !errors.Is(err, raw.ErrErased) || !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "2026-09-11: on request of a person") {
		t.Errorf("Get of the erased document: %v", err)
	}
	e, err := a.Stat(refs[0])
	if err != nil || e.Erased == nil || !e.Erased.Time.Equal(day) || e.Erased.Reason != stone.Reason || e.Size != int64(len(docs[0].Bytes)) || len(e.SHA256) != 64 {
		t.Errorf("Stat: %+v, %v", e, err)
	}
	for i, ref := range refs[1:] {
		if b, err := a.Get(ref); err != nil || !bytes.Equal(b, docs[i+1].Bytes) {
			t.Errorf("Get of document %d: %v", i+1, err)
		}
		if e, err := a.Stat(ref); err != nil || e.Erased != nil || e.Ref != ref {
			t.Errorf("Stat of document %d: %+v, %v", i+1, e, err)
		}
	}
}

// TestErase takes documents of every kind out: what is packed small, what is not packed at all, what is shorter than its tombstone.
func TestErase(t *testing.T) {
	docs := []raw.Document{doc(1), doc(2), {Bytes: []byte("<a/>"), Origin: "short.xml", Fetched: day}, {Bytes: []byte{}, Origin: "empty", Fetched: day}, doc(3)}
	for i := range docs {
		t.Run(docs[i].Origin, func(t *testing.T) {
			dir := t.TempDir()
			a := open(t, dir, nil)
			name, refs := keep(t, a, "e", docs...)
			before := offsets(t, filepath.Join(dir, name))
			order := append([]raw.Document{docs[i]}, append(append([]raw.Document{}, docs[:i]...), docs[i+1:]...)...)
			moved := append([]string{refs[i]}, append(append([]string{}, refs[:i]...), refs[i+1:]...)...)
			for range 2 { // again changes nothing
				if err := a.Erase(map[string]raw.Tombstone{refs[i]: stone}); err != nil {
					t.Fatal(err)
				}
				wantErased(t, a, order, moved)
				verify(t, a)
				if after := offsets(t, filepath.Join(dir, name)); fmt.Sprint(after) != fmt.Sprint(before) {
					t.Errorf("entries moved: %v, were %v", after, before)
				}
			}
			if b, _ := os.ReadFile(filepath.Join(dir, name)); len(docs[i].Bytes) > 0 && bytes.Contains(b, docs[i].Bytes) {
				t.Error("the bytes are still there")
			}
			wantErased(t, open(t, dir, nil), order, moved)
			if next, _ := keep(t, a, "after", doc(9)); next != "2026/000002-after.zip" {
				t.Errorf("the next archive is %s", next)
			}
		})
	}
}

// offsets tells where the bytes of each entry but the manifest begin.
func offsets(t *testing.T, path string) map[string]int64 {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	all := map[string]int64{}
	for _, f := range z.File {
		at, err := f.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != "manifest.jsonl" {
			all[f.Name] = at
		}
	}
	return all
}

// TestErasePacked erases in an archive that another program packed, and again in one that was packed after an erasure.
func TestErasePacked(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	docs := []raw.Document{doc(1), doc(2), doc(3)}
	name, refs := keep(t, a, "e", docs...)
	for range 2 {
		repack(t, filepath.Join(dir, name))
		if err := a.Erase(map[string]raw.Tombstone{refs[0]: stone}); err != nil {
			t.Fatal(err)
		}
		wantErased(t, a, docs, refs)
	}
	repack(t, filepath.Join(dir, name))
	wantErased(t, a, docs, refs)
}

func TestEraseSeveral(t *testing.T) {
	a := open(t, t.TempDir(), nil)
	_, one := keep(t, a, "one", doc(1), doc(2), doc(3))
	_, two := keep(t, a, "two", doc(4), doc(5))
	rest := raw.Tombstone{Time: day, Reason: "a part", Rest: two[1]}
	if err := a.Erase(map[string]raw.Tombstone{one[0]: stone, one[2]: rest, two[0]: stone}); err != nil {
		t.Fatal(err)
	}
	for ref, gone := range map[string]bool{one[0]: true, one[1]: false, one[2]: true, two[0]: true, two[1]: false} {
		if _, err := a.Get(ref); errors.Is(err, raw.ErrErased) != gone {
			t.Errorf("%s: %v", ref, err)
		}
	}
	if e, err := a.Stat(one[2]); err != nil || e.Erased.Rest != two[1] {
		t.Errorf("%+v, %v", e, err)
	}
	verify(t, a)
}

func TestEraseErrors(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	name, refs := keep(t, a, "e", doc(1))
	before, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	for ref, kind := range map[string]fault.Kind{
		"nonsense": fault.Invalid, "2026/000009-x.zip!00000000-x.xml": fault.NotFound, name + "!00000001-x.xml": fault.NotFound,
	} {
		if err := a.Erase(map[string]raw.Tombstone{ref: stone}); !fault.Is(err, kind) {
			t.Errorf("%s: %v, want %s", ref, err, kind)
		}
	}
	readOnly, err := raw.Open(dir, raw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := readOnly.Erase(map[string]raw.Tombstone{refs[0]: stone}); !fault.Is(err, fault.Conflict) {
		t.Errorf("reading only: %v", err)
	}
	if after, _ := os.ReadFile(filepath.Join(dir, name)); !bytes.Equal(before, after) {
		t.Error("an erasure that was refused changed the archive")
	}
}

// TestEraseCrash stops an erasure at every step: the archive is the old one or the new one, and the next start goes on.
func TestEraseCrash(t *testing.T) {
	boom := errors.New("boom")
	docs := []raw.Document{doc(1), doc(2)}
	for _, op := range []string{"create", "write", "sync", "close", "rename"} {
		t.Run(op, func(t *testing.T) {
			dir := t.TempDir()
			d := &disktest.Disk{}
			a := open(t, dir, d)
			_, refs := keep(t, a, "e", docs...)
			d.Fail = func(o, _ string) error {
				if o == op || o == "remove" && op != "create" {
					return boom
				}
				return nil
			}
			if d.Limited = op == "write"; d.Limited {
				d.Fail = nil
			}
			if err := a.Erase(map[string]raw.Tombstone{refs[0]: stone}); !fault.Is(err, fault.Unavailable) {
				t.Fatalf("Erase: %v", err)
			}
			d.Fail, d.Limited = nil, false
			b := open(t, dir, d)
			if temps, _ := filepath.Glob(filepath.Join(dir, "*", ".tmp-*")); len(temps) != 0 {
				t.Errorf("left behind: %q", temps)
			}
			for i, ref := range refs {
				if got, err := b.Get(ref); err != nil || !bytes.Equal(got, docs[i].Bytes) {
					t.Errorf("document %d: %v", i, err)
				}
			}
			if err := b.Erase(map[string]raw.Tombstone{refs[0]: stone}); err != nil {
				t.Fatal(err)
			}
			wantErased(t, b, docs, refs)
			verify(t, b)
		})
	}
}

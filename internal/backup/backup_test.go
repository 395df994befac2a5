package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/backup"
	"github.com/boamp/boamp/internal/fault"
)

// data is a data folder of plain files, as the packages that make them would.
type data struct {
	t    *testing.T
	root string
	seq  int64
}

func newData(t *testing.T) *data {
	d := &data{t: t, root: filepath.Join(t.TempDir(), "data")}
	d.put("FORMAT", "boamp-data 1\n")
	d.put("FEED", "boamp-feed 00\n")
	d.put("LOCK", "")
	d.put("store.duckdb", "the database")
	d.put("index/manifest.json", "{}")
	d.put("audit/2026-01-05.json", "{}")
	d.edition("2026-01", "000001-a.zip", "one")
	d.edition("2026-02", "000002-b.zip", "two")
	return d
}

func (d *data) put(name, text string) {
	d.t.Helper()
	p := filepath.Join(d.root, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o755), os.WriteFile(p, []byte(text), 0o644)); err != nil {
		d.t.Fatal(err)
	}
}

// edition keeps an archive and writes two lines about it, one of which only speaks of another.
func (d *data) edition(month, archive, text string) {
	d.t.Helper()
	d.put("raw/2026/"+archive, text)
	d.lines(month, "2026/"+archive)
}

func (d *data) lines(month, archive string) {
	d.t.Helper()
	p := filepath.Join(d.root, "ledger", month+".jsonl")
	old, _ := os.ReadFile(p)
	d.put("ledger/"+month+".jsonl", string(old)+fmt.Sprintf("{\"seq\":%d,\"origin\":\"a \\\"raw\\\":\\\"2026/000009-x.zip!y\\\"\",\"raw\":\"%s!00-e.xml\"}\n{\"seq\":%d,\"outcome\":\"listing\"}\n", d.seq+1, archive, d.seq+2))
	d.seq += 2
}

func (d *data) options() backup.Options {
	return backup.Options{
		Root: d.root, Now: func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) },
		Look: func(context.Context) (backup.State, error) {
			return backup.State{Program: "test", Sequence: d.seq, Revision: d.seq / 2, Notices: 7, Digest: "7-x"}, nil
		},
		Freeze: func(context.Context) (func(), error) { return func() {}, nil },
	}
}

// files gives the names and texts of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// want is what a backup of the folder has to hold.
func (d *data) want(more ...string) map[string]string {
	out := files(d.t, d.root)
	maps.DeleteFunc(out, func(name, _ string) bool {
		return name == "LOCK" || strings.HasPrefix(name, "index/") || strings.HasPrefix(name, "store.") && !slices.Contains(more, name)
	})
	return out
}

// restored gives what a backup gives back.
func restored(t *testing.T, from string) map[string]string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "restored")
	if _, err := backup.Verify(t.Context(), from, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), from, to, nil); err != nil {
		t.Fatal(err)
	}
	return files(t, to)
}

func toFolder(t *testing.T, d *data, dir string, o backup.Options) backup.Summary {
	t.Helper()
	sum, err := backup.ToFolder(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func equal(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// TestBackup: a backup gives back what cannot be made again, and only what the lines up to its state name.
func TestBackup(t *testing.T) {
	d := newData(t)
	whole := d.want()
	d.put("raw/2026/000003-under-way.zip", "kept, and not accounted for yet")
	d.put("raw/2026/.tmp-000004-x.zip", "half")
	d.lines("2026-02", "2026/000003-under-way.zip") // written, and not yet known to the store
	d.seq -= 2
	for _, database := range []bool{false, true} {
		want := maps.Clone(whole)
		o := d.options()
		if o.Database = database; database {
			want["store.duckdb"] = "the database"
		}
		dir := filepath.Join(t.TempDir(), "backup")
		sum := toFolder(t, d, dir, o)
		equal(t, "folder", restored(t, dir), want)
		if sum.Sequence != 4 || sum.Notices != 7 || sum.Copied != int64(len(want)) || sum.Bytes() != sum.CopiedBytes {
			t.Errorf("summary %+v", sum)
		}
		var b bytes.Buffer
		if _, err := backup.ToStream(t.Context(), &b, o); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "b.tar")
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		equal(t, "tar", restored(t, file), want)
	}
}

// TestIncremental: what is there is kept, what is new comes, what changed is replaced, what is gone goes.
func TestIncremental(t *testing.T) {
	for _, link := range []bool{false, true} {
		d := newData(t)
		dir := filepath.Join(t.TempDir(), "backup")
		o := d.options()
		o.Link = link
		toFolder(t, d, dir, o)
		if sum := toFolder(t, d, dir, o); sum.Copied != 0 || sum.Kept != int64(len(sum.Files)) {
			t.Errorf("nothing has changed: %s", sum)
		}
		d.edition("2026-02", "000003-c.zip", "three")
		if sum := toFolder(t, d, dir, o); sum.Copied != 2 { // the archive, and the month
			t.Errorf("one edition more: %s", sum)
		}
		equal(t, "one edition more", restored(t, dir), d.want())

		// A notice is erased: its archive is written anew, of the same size, and renamed.
		d.put("raw/2026/new", "TWO")
		if err := os.Rename(filepath.Join(d.root, "raw/2026/new"), filepath.Join(d.root, "raw/2026/000002-b.zip")); err != nil {
			t.Fatal(err)
		}
		d.put("ERASED.jsonl", `{"id":"26-1"}`+"\n")
		toFolder(t, d, dir, o)
		equal(t, "after an erasure", restored(t, dir), d.want())
		for name, text := range files(t, dir) {
			if strings.Contains(text, "two") {
				t.Errorf("%s still holds what was erased", name)
			}
		}

		// The time of a file alone says nothing.
		stamp := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		if err := os.Chtimes(filepath.Join(d.root, "raw/2026/000001-a.zip"), stamp, stamp); err != nil {
			t.Fatal(err)
		}
		if sum := toFolder(t, d, dir, o); sum.Copied != 0 {
			t.Errorf("another time: %s", sum)
		}
		o.Database = true
		toFolder(t, d, dir, o)
		o.Database = false
		if sum := toFolder(t, d, dir, o); sum.Dropped != 1 || sum.Database {
			t.Errorf("without the database again: %s", sum)
		}
	}
}

// TestErasedMeanwhile: what is erased while a backup is made is not in it.
func TestErasedMeanwhile(t *testing.T) {
	d := newData(t)
	o := d.options()
	erased := false
	o.Report = func(int64, int64) {
		if erased {
			return
		}
		erased = true
		d.put("raw/2026/new", "a tombstone")
		if err := os.Rename(filepath.Join(d.root, "raw/2026/new"), filepath.Join(d.root, "raw/2026/000001-a.zip")); err != nil {
			t.Error(err)
		}
		d.put("ERASED.jsonl", "{}\n")
	}
	dir := filepath.Join(t.TempDir(), "backup")
	toFolder(t, d, dir, o)
	equal(t, "after an erasure meanwhile", restored(t, dir), d.want())
	erased = false
	if _, err := backup.ToStream(t.Context(), io.Discard, o); !fault.Is(err, fault.Conflict) {
		t.Errorf("a tar file cannot take anything back: %v", err)
	}
}

// ending is a context that ends when it was looked at so often.
type ending struct {
	context.Context
	left int
}

func (e *ending) Err() error {
	if e.left--; e.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestInterrupted ends a backup before each of its reads: the one that was there counts, or none does, and the next one is right.
func TestInterrupted(t *testing.T) {
	for _, first := range []bool{true, false} {
		for after := 0; ; after++ {
			d := newData(t)
			dir := filepath.Join(t.TempDir(), "backup")
			before := d.want()
			if !first {
				toFolder(t, d, dir, d.options())
				d.put("raw/2026/000001-a.zip", "one, without what was erased")
				d.put("ERASED.jsonl", "{}\n")
				d.edition("2026-02", "000003-c.zip", "three")
			}
			_, err := backup.ToFolder(&ending{t.Context(), after}, dir, d.options())
			if err == nil {
				if after < 6 {
					t.Errorf("it was through after %d looks at its context", after)
				}
				break
			}
			to := filepath.Join(t.TempDir(), "restored")
			_, err = backup.Restore(t.Context(), dir, to, nil)
			if first && !fault.Is(err, fault.NotFound) {
				t.Fatalf("an interrupted backup is one: %v", err)
			}
			if !first {
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "the backup before", files(t, to), before)
			}
			toFolder(t, d, dir, d.options())
			equal(t, "the next backup", restored(t, dir), d.want())
		}
	}
}

// TestUnsettled: a backup that is whole counts, though its files have not all taken their names.
func TestUnsettled(t *testing.T) {
	d := newData(t)
	dir := filepath.Join(t.TempDir(), "backup")
	toFolder(t, d, dir, d.options())
	old := files(t, dir)
	d.put("FEED", "boamp-feed 11\n")
	toFolder(t, d, dir, d.options())
	// Put back as it stood a moment before: the new manifest and one new file beside the old.
	for name, text := range map[string]string{"MANIFEST.json.new": files(t, dir)["MANIFEST.json"], "FEED.new": "boamp-feed 11\n", "FEED": old["FEED"], "MANIFEST.json": old["MANIFEST.json"]} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	equal(t, "unsettled", restored(t, dir), d.want())
	toFolder(t, d, dir, d.options())
	equal(t, "settled", restored(t, dir), d.want())
	for name := range files(t, dir) {
		if strings.HasSuffix(name, ".new") {
			t.Errorf("%s is left", name)
		}
	}
}

// TestDamaged: every file of a backup that is not as it was is named.
func TestDamaged(t *testing.T) {
	d := newData(t)
	dir := filepath.Join(t.TempDir(), "backup")
	toFolder(t, d, dir, d.options())
	for name, text := range files(t, dir) {
		p := filepath.Join(dir, name)
		for how, damage := range map[string]func() error{
			"a byte":    func() error { return os.WriteFile(p, []byte(strings.Replace(text, text[:1], "~", 1)), 0o644) },
			"cut off":   func() error { return os.WriteFile(p, []byte(text[:len(text)-1]), 0o644) },
			"longer":    func() error { return os.WriteFile(p, []byte(text+"x"), 0o644) },
			"not there": func() error { return os.Remove(p) },
		} {
			if name == "MANIFEST.json" && (how == "longer" || how == "cut off") {
				continue // a byte behind its end, a line feed less
			}
			if err := damage(); err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(t.TempDir(), "to")
			_, err := backup.Verify(t.Context(), dir, nil)
			_, err2 := backup.Restore(t.Context(), dir, to, nil)
			if err == nil || err2 == nil || !strings.Contains(err.Error(), name) && name != "MANIFEST.json" || fault.KindOf(err) == fault.Internal {
				t.Errorf("%s: %s: %v, %v", name, how, err, err2)
			}
			if _, err := os.Stat(filepath.Join(to, "FORMAT")); err == nil {
				t.Errorf("%s: %s: half a folder looks whole", name, how)
			}
			if left, _ := os.ReadDir(to); len(left) > 0 && name != "MANIFEST.json" {
				if _, err := backup.Restore(t.Context(), dir, to, nil); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "did not come to its end") {
					t.Errorf("%s: %s: a restore upon what is left: %v", name, how, err)
				}
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	// The bytes of a backup are repaired by the next one that looks at them.
	if err := os.WriteFile(filepath.Join(dir, "raw/2026/000001-a.zip"), []byte("0ne"), 0o644); err != nil {
		t.Fatal(err)
	}
	o := d.options()
	o.Again = true
	toFolder(t, d, dir, o)
	equal(t, "repaired", restored(t, dir), d.want())
}

func TestDamagedTar(t *testing.T) {
	d := newData(t)
	var b bytes.Buffer
	if _, err := backup.ToStream(t.Context(), &b, d.options()); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	try := func(b []byte) error {
		file := filepath.Join(t.TempDir(), "b.tar")
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := backup.Verify(t.Context(), file, nil)
		return err
	}
	if err := try(whole); err != nil {
		t.Fatal(err)
	}
	for size := 0; size < len(whole)-2048; size += 97 {
		if err := try(whole[:size]); err == nil || fault.KindOf(err) == fault.Internal {
			t.Errorf("%d of %d bytes: %v", size, len(whole), err)
		}
	}
	at := bytes.Index(whole, []byte("one"))
	broken := bytes.Clone(whole)
	broken[at] = '0'
	if err := try(broken); err == nil || !strings.Contains(err.Error(), "raw/2026/000001-a.zip") {
		t.Errorf("a byte: %v", err)
	}
}

// TestHostile: a backup is bytes from outside: nothing of it is written outside of the folder, nor anything that is no part of one.
func TestHostile(t *testing.T) {
	for _, h := range []tar.Header{
		{Name: "../x", Typeflag: tar.TypeReg}, {Name: "/etc/x", Typeflag: tar.TypeReg}, {Name: "raw/../../x", Typeflag: tar.TypeReg},
		{Name: "raw/2026/000001-a.zip", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}, {Name: "LOCK", Typeflag: tar.TypeReg}, {Name: "ledger", Typeflag: tar.TypeDir},
	} {
		var b bytes.Buffer
		w := tar.NewWriter(&b)
		if err := errors.Join(w.WriteHeader(&h), w.Close()); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "b.tar")
		_ = os.WriteFile(file, b.Bytes(), 0o644)
		if _, err := backup.Restore(t.Context(), file, filepath.Join(dir, "to", "data"), nil); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", h.Name, err)
		}
		if got := files(t, dir); len(got) != 1 {
			t.Errorf("%s: %v was written", h.Name, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	d := newData(t)
	dir := filepath.Join(t.TempDir(), "backup")
	toFolder(t, d, dir, d.options())
	other := t.TempDir()
	_ = os.WriteFile(filepath.Join(other, "thesis.doc"), nil, 0o644)
	for what, err := range map[string]error{
		"a restore into the data folder": second(backup.Restore(t.Context(), dir, d.root, nil)),
		"a restore into the backup":      second(backup.Restore(t.Context(), dir, filepath.Join(dir, "data"), nil)),
		"a backup into the data folder":  second(backup.ToFolder(t.Context(), d.root, d.options())),
		"a backup beside other files":    second(backup.ToFolder(t.Context(), other, d.options())),
	} {
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := backup.Verify(t.Context(), t.TempDir(), nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("an empty folder: %v", err)
	}
	if err := os.Remove(filepath.Join(d.root, "raw/2026/000002-b.zip")); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.ToFolder(t.Context(), filepath.Join(t.TempDir(), "b"), d.options()); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "000002-b.zip") {
		t.Errorf("an archive is missing: %v", err)
	}
	d.seq += 5
	if _, err := backup.ToFolder(t.Context(), filepath.Join(t.TempDir(), "b"), d.options()); !fault.Is(err, fault.Conflict) {
		t.Errorf("a ledger that is too short: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// FuzzManifest: a manifest is read or refused as a fault, and never names a file outside.
func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"boamp_backup":1,"files":[{"path":"FORMAT","size":1,"sha256":"` + strings.Repeat("0", 64) + `"}]}`))
	f.Add([]byte(`{"boamp_backup":1,"files":[{"path":"../x"}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "MANIFEST.json"), b, 0o644); err != nil {
			t.Fatal(err)
		}
		m, err := backup.Verify(t.Context(), dir, nil)
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("%v", err)
		}
		for _, x := range m.Files {
			if strings.Contains(x.Path, "..") && !strings.Contains(strings.ReplaceAll(x.Path, "/..", "/!!"), "..") || strings.HasPrefix(x.Path, "/") {
				t.Errorf("%q", x.Path)
			}
		}
	})
}

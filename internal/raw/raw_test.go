package raw_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/raw"
)

var day = time.Date(2026, 9, 11, 4, 46, 10, 123456789, time.UTC)

func open(t testing.TB, dir string, d disk.Disk) *raw.Archive {
	t.Helper()
	a, err := raw.Open(dir, raw.Options{Write: true, Disk: d, Now: func() time.Time { return day }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// notice invents a document that compresses as notices do.
func notice(n, size int) []byte {
	words := strings.Fields("travaux fourniture maintenance toiture école voirie éclairage nettoyage locaux gymnase collecte déchets transport scolaire mobilier chauffage")
	rnd := rand.New(rand.NewPCG(uint64(n), 5))
	var b bytes.Buffer
	fmt.Fprintf(&b, "<ANNONCE><IDWEB>26-%d</IDWEB>", n)
	for b.Len() < size {
		fmt.Fprintf(&b, "<LOT><NUM>%d</NUM><INTITULE>%s %s %x</INTITULE></LOT>", rnd.IntN(100), words[rnd.IntN(len(words))], words[rnd.IntN(len(words))], rnd.Uint32())
	}
	b.WriteString("</ANNONCE>")
	return b.Bytes()
}

func doc(n int) raw.Document {
	return raw.Document{Bytes: notice(n, 500), Origin: fmt.Sprintf("in/2026/09/11/26-%d.xml", n), Name: fmt.Sprintf("26-%d", n), Fetched: day}
}

// keep keeps documents as one edition and gives their references.
func keep(t testing.TB, a *raw.Archive, edition string, docs ...raw.Document) (name string, refs []string) {
	t.Helper()
	w, err := a.Begin(edition, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		ref, sha, err := w.Add(d)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("%x", sha256.Sum256(d.Bytes)); sha != want {
			t.Fatalf("SHA-256 %s, want %s", sha, want)
		}
		refs = append(refs, ref)
	}
	if name, err = w.Commit(); err != nil {
		t.Fatal(err)
	}
	return name, refs
}

func TestKeepAndGet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "raw")
	a := open(t, dir, nil)
	docs := []raw.Document{
		doc(1), {Bytes: nil, Origin: "empty"}, {Bytes: []byte("x"), Origin: "p/a.taz!d/15-1.xml"}, {Bytes: []byte(`{"a":1}`), Origin: "export.jsonl#12"},
		{Bytes: bytes.Repeat([]byte("\x00\xff"), 100_000), Origin: strings.Repeat("é", 300)}, {Bytes: []byte("\xef\xbb\xbf<A/>"), Origin: `C:\odd\..\name .xml`},
	}
	for i := range docs {
		docs[i].Fetched = day.Add(time.Duration(i) * time.Second)
	}
	name, refs := keep(t, a, "2026/09/11", docs...)
	if name != "2026/000001-2026-09-11.zip" || refs[0] != name+"!00000000-26-1.xml" {
		t.Errorf("archive %s, first reference %s", name, refs[0])
	}
	for i, part := range []string{"-26-1.xml", "-empty.bin", "-15-1.bin", "-export-12.json", "-x.bin", "-name.xml"} {
		if !strings.HasSuffix(refs[i], part) {
			t.Errorf("reference %s, want it to end in %s", refs[i], part)
		}
	}
	for i, ref := range refs {
		b, err := a.Get(ref)
		if err != nil || !bytes.Equal(b, docs[i].Bytes) {
			t.Errorf("Get(%s): %d bytes, %v", ref, len(b), err)
		}
	}
	readOnly, err := raw.Open(dir, raw.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := readOnly.Get(refs[0]); err != nil || !bytes.Equal(b, docs[0].Bytes) {
		t.Errorf("reading only: %v", err)
	}
	if _, err := readOnly.Begin("x", nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("Begin when reading only: %v", err)
	}
	n := 0
	for e, err := range readOnly.Editions() {
		if err != nil || e.Name != "2026/09/11" || e.Sequence != 1 || !e.Begun.Equal(day) || e.Archive != name {
			t.Errorf("edition %+v, %v", e, err)
		}
		for k, err := range e.Documents() {
			d := docs[n]
			if err != nil || k.Ref != refs[n] || k.Origin != d.Origin || k.Name != d.Name || !k.Fetched.Equal(d.Fetched) || k.Size != int64(len(d.Bytes)) || !bytes.Equal(k.Bytes, d.Bytes) {
				t.Errorf("document %+v, %v", k.Entry, err)
			}
			n++
		}
	}
	if n != len(docs) {
		t.Errorf("%d documents", n)
	}
	verify(t, readOnly)
}

// verify asks that Verify finds exactly these faults, each a part of the text.
func verify(t testing.TB, a *raw.Archive, faults ...string) {
	t.Helper()
	var found []string
	for _, err := range a.Verify(context.Background()) {
		if err != nil {
			found = append(found, err.Error())
		}
	}
	for i := range max(len(found), len(faults)) {
		if i >= len(found) || i >= len(faults) || !strings.Contains(found[i], faults[i]) {
			t.Errorf("found %q, want %q", found, faults)
			return
		}
	}
}

// TestAnyToolOpensIt reads an archive by its directory alone.
func TestAnyToolOpensIt(t *testing.T) {
	dir := t.TempDir()
	name, refs := keep(t, open(t, dir, nil), "e", doc(1), doc(2))
	z, err := zip.OpenReader(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r) // checks the CRC
		if err != nil {
			t.Fatal(err)
		}
		switch i {
		case 0, 1:
			if !strings.HasSuffix(refs[i], "!"+f.Name) || !bytes.Equal(b, doc(i+1).Bytes) {
				t.Errorf("entry %s", f.Name)
			}
			if d := f.Modified.Sub(day); d < -2*time.Second || d > 0 {
				t.Errorf("time of %s is %s", f.Name, f.Modified)
			}
		case 2:
			if want := `{"boamp_raw":1,"sequence":1,"edition":"e","begun":"2026-09-11T04:46:10.123456789Z"}` + "\n"; f.Name != "manifest.jsonl" || !strings.HasPrefix(string(b), want) || bytes.Count(b, []byte("\n")) != 3 {
				t.Errorf("%s: %s", f.Name, b)
			}
		default:
			t.Errorf("unexpected entry %s", f.Name)
		}
	}
}

func TestKnownBytesAreKeptOnce(t *testing.T) {
	a := open(t, t.TempDir(), nil)
	_, refs := keep(t, a, "one", doc(1), doc(1), doc(2))
	if refs[0] != refs[1] || refs[0] == refs[2] {
		t.Errorf("references %q", refs)
	}
	kept := map[string]string{fmt.Sprintf("%x", sha256.Sum256(doc(1).Bytes)): refs[0]}
	known := func(sha string) (string, bool) { ref, ok := kept[sha]; return ref, ok }
	w, err := a.Begin("two", known)
	if err != nil {
		t.Fatal(err)
	}
	ref, _, err := w.Add(doc(1))
	if err != nil || ref != refs[0] || w.Len() != 0 {
		t.Errorf("Add of known bytes: %s, %v", ref, err)
	}
	if name, err := w.Commit(); name != "" || err != nil {
		t.Errorf("nothing to keep gives archive %q, %v", name, err)
	}
	if name, _ := keep(t, a, "three", doc(3)); name != "2026/000002-three.zip" {
		t.Errorf("the sequence went on over nothing: %s", name)
	}
	verify(t, a)
}

func TestSequence(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	for _, c := range []struct{ edition, want string }{
		{"2026/09/11", "2026/000001-2026-09-11.zip"}, {"../../etc/passwd", "2026/000002-etc-passwd.zip"}, {"BOAMP-J-AO_2015_062009.taz", "2026/000003-BOAMP-J-AO_2015_062009.taz.zip"},
		{"", "2026/000004-x.zip"}, {"é\x00/ !?" + strings.Repeat("n", 200), "2026/000005-" + strings.Repeat("n", 60) + ".zip"},
	} {
		if name, _ := keep(t, a, c.edition, doc(1)); name != c.want {
			t.Errorf("edition %q is %s, want %s", c.edition, name, c.want)
		}
	}
	w, err := a.Begin("given up", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Begin("at once", nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("two editions at once: %v", err)
	}
	if _, _, err := w.Add(doc(9)); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	w.Abort()
	if _, _, err := w.Add(doc(9)); err == nil {
		t.Error("Add after Abort")
	}
	// Another year, another process.
	b, err := raw.Open(dir, raw.Options{Write: true, Now: func() time.Time { return day.AddDate(1, 0, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	if name, _ := keep(t, b, "next", doc(1)); name != "2027/000006-next.zip" {
		t.Errorf("after another start: %s", name)
	}
	verify(t, b)
}

func TestGetErrors(t *testing.T) {
	a := open(t, t.TempDir(), nil)
	name, _ := keep(t, a, "e", doc(1))
	for ref, kind := range map[string]fault.Kind{
		"":                                       fault.Invalid,
		"x.zip!a":                                fault.Invalid,
		"../2026/000001-e.zip!00000000-26-1.xml": fault.Invalid,
		"2026/000001-e.zip!../../00000000-x":     fault.Invalid,
		"2026/000001-...zip!00000000-x":          fault.Invalid,
		"2026/000009-e.zip!00000000-26-1.xml":    fault.NotFound,
		name + "!00000000-26-2.xml":              fault.NotFound,
		name + "!00000001-26-1.xml":              fault.NotFound,
		name + "!ffffffffffffffff-26-1.xml":      fault.Invalid,
		name + "!7fffffffffffffff-26-1.xml":      fault.NotFound,
	} {
		if _, err := a.Get(ref); err == nil || fault.KindOf(err) != kind {
			t.Errorf("Get(%q): %v, want %s", ref, err, kind)
		}
	}
}

// TestDamage changes every byte of an archive in turn: Get gives the right bytes or an error, never wrong bytes, and Verify
// finds what Get cannot read.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	small := raw.Document{Bytes: []byte(strings.Repeat("<A>un deux trois</A>", 5)), Origin: "1.xml"}
	name, refs := keep(t, a, "e", small, raw.Document{Bytes: []byte("<B/>"), Origin: "2.xml"})
	path := filepath.Join(dir, name)
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for i := range sound {
		b := bytes.Clone(sound)
		b[i] ^= 0xa5
		if err := os.WriteFile(path, b, 0o644); err != nil {
			t.Fatal(err)
		}
		for n, want := range [][]byte{small.Bytes, []byte("<B/>")} {
			got, err := a.Get(refs[n])
			switch {
			case err == nil && !bytes.Equal(got, want):
				t.Fatalf("byte %d: Get gives wrong bytes", i)
			case err != nil:
				lost++
				if !strings.Contains(err.Error(), name) {
					t.Errorf("byte %d: the error does not name the archive: %v", i, err)
				}
				found := false
				for _, err := range a.Verify(context.Background()) {
					found = found || err != nil
				}
				if !found {
					t.Errorf("byte %d: Verify finds nothing, Get says %v", i, err)
				}
			}
		}
	}
	if lost == 0 || lost > len(sound)/2 {
		t.Errorf("%d of %d changes made a document unreadable", lost, len(sound))
	}
}

func TestVerifyFinds(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	var names []string
	for i := range 5 {
		name, _ := keep(t, a, fmt.Sprint("e", i), doc(i), doc(100+i))
		names = append(names, filepath.Join(dir, name))
	}
	verify(t, a)
	b, _ := os.ReadFile(names[0])
	b[200] ^= 1
	_ = os.WriteFile(names[0], b, 0o644)
	_ = os.Remove(names[1])
	_ = os.Truncate(names[2], 500)
	repack(t, names[3])
	verify(t, a, "2026/000001-e0.zip!", "000002 is missing", "2026/000003-e2.zip: the archive is damaged", "has 3 documents, its manifest 2")
	n := 0
	for e, err := range a.Editions() {
		if err != nil {
			continue
		}
		for k, err := range e.Documents() {
			if err == nil && len(k.Bytes) > 0 {
				n++
			}
		}
	}
	if n != 1+2+2 {
		t.Errorf("%d documents can still be read, want 5", n)
	}
}

// repack writes the archive again with another program's habits and one entry more, so that no offset is right.
func repack(t *testing.T, path string) {
	t.Helper()
	old, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	put := func(name string, r io.Reader) {
		e, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(e, r); err != nil {
			t.Fatal(err)
		}
	}
	put("00readme.txt", strings.NewReader("packed again"))
	for _, f := range old.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		put(f.Name, r)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestRepackedArchiveIsRead(t *testing.T) {
	dir := t.TempDir()
	a := open(t, dir, nil)
	name, refs := keep(t, a, "e", doc(1), doc(2))
	repack(t, filepath.Join(dir, name))
	for i, ref := range refs {
		if b, err := a.Get(ref); err != nil || !bytes.Equal(b, doc(i+1).Bytes) {
			t.Errorf("Get(%s): %v", ref, err)
		}
	}
}

// TestCrash stops at every step of writing an edition: what was there before is untouched, nothing half is to be seen, and
// the next start cleans up and goes on.
func TestCrash(t *testing.T) {
	boom := errors.New("boom")
	for _, op := range []string{"create", "sync", "close", "rename"} {
		t.Run(op, func(t *testing.T) {
			dir := t.TempDir()
			var fail bool
			d := &disktest.Disk{}
			d.Fail = func(o, _ string) error {
				if fail && (o == op || o == "remove") { // after a crash nobody cleans up
					return boom
				}
				return nil
			}
			a := open(t, dir, d)
			_, before := keep(t, a, "before", doc(1))
			fail = true
			w, err := a.Begin("crash", nil)
			if op == "create" {
				if !errors.Is(err, boom) || !fault.Is(err, fault.Unavailable) {
					t.Fatalf("Begin: %v", err)
				}
			} else {
				if _, _, err := w.Add(doc(2)); err != nil {
					t.Fatal(err)
				}
				if _, err := w.Commit(); !errors.Is(err, boom) || !fault.Is(err, fault.Unavailable) {
					t.Fatalf("Commit: %v", err)
				}
				if temps, _ := filepath.Glob(filepath.Join(dir, "*", ".tmp-*")); len(temps) != 1 {
					t.Errorf("the crash left %q", temps)
				}
			}
			fail = false
			_, err = a.Begin("at once", nil)
			if broken := op == "rename"; broken != (err != nil) { // whether the name is there cannot be told
				t.Errorf("Begin after the crash: %v", err)
			}
			readOnly, err := raw.Open(dir, raw.Options{})
			if err != nil {
				t.Fatal(err)
			}
			verify(t, readOnly)
			b := open(t, dir, nil)
			if temps, _ := filepath.Glob(filepath.Join(dir, "*", ".tmp-*")); len(temps) != 0 {
				t.Errorf("left behind: %q", temps)
			}
			if name, _ := keep(t, b, "after", doc(3)); name != "2026/000002-after.zip" {
				t.Errorf("the next edition is %s", name)
			}
			if got, err := b.Get(before[0]); err != nil || !bytes.Equal(got, doc(1).Bytes) {
				t.Errorf("the edition before: %v", err)
			}
			verify(t, b)
		})
	}
}

// TestCrashAfterRename: the name is there though the writer was told otherwise.
func TestCrashAfterRename(t *testing.T) {
	dir := t.TempDir()
	d := &disktest.Disk{}
	a := open(t, dir, renamesAndFails{d})
	w, err := a.Begin("e", nil)
	if err != nil {
		t.Fatal(err)
	}
	ref, _, _ := w.Add(doc(1))
	if _, err := w.Commit(); err == nil {
		t.Fatal("no error")
	}
	if _, err := a.Get(ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("an edition that was reported as not kept is there: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(files) != 0 {
		t.Errorf("left behind: %q", files)
	}
}

type renamesAndFails struct{ *disktest.Disk }

func (d renamesAndFails) Rename(from, to string) error {
	_ = d.Disk.Rename(from, to)
	return syscall.EIO
}

// TestDiskFull lets the disk run full after every possible number of bytes.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	d := &disktest.Disk{}
	a := open(t, dir, d)
	big := raw.Document{Bytes: make([]byte, 400<<10), Origin: "big"} // larger than the buffers, so that Add meets the end
	for i := range big.Bytes {
		big.Bytes[i] = byte(rand.Uint32())
	}
	write := func() (err error) {
		w, err := a.Begin("e", nil)
		if err != nil {
			return err
		}
		for _, x := range []raw.Document{doc(1), big, doc(2)} {
			if _, _, err := w.Add(x); err != nil {
				if _, _, again := w.Add(doc(3)); again == nil {
					t.Error("Add goes on after an error")
				}
				_, commit := w.Commit()
				if commit == nil {
					t.Error("Commit goes on after an error")
				}
				return err
			}
		}
		_, err = w.Commit()
		return err
	}
	full := 0
	for room := 0; ; room += 23_000 {
		d.Limited, d.Room = true, room
		err := write()
		if err == nil {
			break
		}
		if full++; !errors.Is(err, disktest.ErrFull) || !fault.Is(err, fault.Unavailable) {
			t.Fatalf("room for %d bytes: %v", room, err)
		}
		if files, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(files) != 0 {
			t.Fatalf("room for %d bytes: left behind %q", room, files)
		}
	}
	if full < 15 {
		t.Errorf("the disk was full %d times only", full)
	}
	verify(t, a)
}

// TestMemory keeps many documents in one archive.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 10 MB")
	}
	a := open(t, t.TempDir(), nil)
	const n = 30_000
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	w, err := a.Begin("many", nil)
	if err != nil {
		t.Fatal(err)
	}
	var last string
	for i := range n {
		if last, _, err = w.Add(raw.Document{Bytes: fmt.Appendf(nil, "<A>%d</A>", i), Origin: fmt.Sprintf("in/2016/BOAMP-J-AO_2016_062009.taz!d/16-%d.xml", i), Name: "BOAMP-J-AO_2016_062009", Fetched: day}); err != nil {
			t.Fatal(err)
		}
	}
	grown := int64(heap()) - int64(before)
	t.Logf("%d bytes of memory for each document", grown/n)
	if grown > 600*n { // maps grow by doubling
		t.Errorf("the writer holds %d MB", grown>>20)
	}
	if _, err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if b, err := a.Get(last); err != nil || string(b) != fmt.Sprintf("<A>%d</A>", n-1) {
		t.Errorf("Get: %q, %v", b, err)
	}
	t.Logf("Get in an archive of %d documents: %s", n, time.Since(start))
	verify(t, a)
}

// BenchmarkKeep writes 20,000 documents of 8 kB as one edition; BenchmarkGet reads them one by one at random.
//
//	go test ./internal/raw -run '^$' -bench . -benchtime 1x
func BenchmarkKeep(b *testing.B) {
	docs := many(20_000)
	b.SetBytes(size(docs))
	for b.Loop() {
		keep(b, open(b, b.TempDir(), nil), "e", docs...)
	}
	b.ReportMetric(float64(len(docs)*b.N)/b.Elapsed().Seconds(), "docs/s")
}

func BenchmarkGet(b *testing.B) {
	docs := many(20_000)
	a := open(b, b.TempDir(), nil)
	_, refs := keep(b, a, "e", docs...)
	for b.Loop() {
		if _, err := a.Get(refs[rand.IntN(len(refs))]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	docs := many(20_000)
	a := open(b, b.TempDir(), nil)
	keep(b, a, "e", docs...)
	b.SetBytes(size(docs))
	for b.Loop() {
		verify(b, a)
	}
}

func many(n int) (docs []raw.Document) {
	for i := range n {
		d := doc(i)
		d.Bytes = notice(i, 8000)
		docs = append(docs, d)
	}
	return docs
}

func size(docs []raw.Document) (n int64) {
	for _, d := range docs {
		n += int64(len(d.Bytes))
	}
	return n
}

package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/disk/disktest"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

var day = time.Date(2026, 9, 11, 4, 46, 10, 123456789, time.UTC)

func open(t testing.TB, dir string, readOnly bool) *ledger.Journal {
	t.Helper()
	j, err := ledger.Open(dir, readOnly)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	return j
}

func line(n int, at time.Time) ledger.Line {
	return ledger.Line{Time: at, Edition: "2026/09/11", Origin: fmt.Sprintf("in/26-%d.xml", n), Fetched: at, SHA256: strings.Repeat("ab", 32), Size: 8000 + int64(n),
		Raw: "2026/000001-e.zip!00000000-x.xml", Generation: "v325", IDs: []string{fmt.Sprintf("26-%d", n)}, Reader: 1, Outcome: ledger.Served, Revision: 7}
}

// add appends n lines of one time in one call; the origin of the k-th line of a journal is k.
func add(t testing.TB, j *ledger.Journal, n int, at time.Time) {
	t.Helper()
	last, _ := j.Last()
	var lines []ledger.Line
	for i := range n {
		lines = append(lines, line(int(last.Seq)+1+i, at))
	}
	if err := j.Append(lines); err != nil {
		t.Fatal(err)
	}
	if lines[n-1].Seq != last.Seq+int64(n) {
		t.Fatalf("Seq %d after %d", lines[n-1].Seq, last.Seq)
	}
}

// seqs reads from a line on and gives the sequence as "5-9", and the error.
func seqs(t testing.TB, j *ledger.Journal, from int64) (string, error) {
	t.Helper()
	var first, last int64
	for l, err := range j.Lines(from) {
		if err != nil {
			return fmt.Sprintf("%d-%d", first, last), err
		}
		if first == 0 {
			first = l.Seq
		}
		if last = l.Seq; l.Origin != fmt.Sprintf("in/26-%d.xml", l.Seq) {
			t.Fatalf("line %d is that of %s", l.Seq, l.Origin)
		}
	}
	return fmt.Sprintf("%d-%d", first, last), nil
}

func wantSeqs(t testing.TB, j *ledger.Journal, from int64, want string) {
	t.Helper()
	if got, err := seqs(t, j, from); got != want || err != nil {
		t.Errorf("lines from %d: %s, %v; want %s", from, got, err, want)
	}
}

func TestAppendAndRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	j := open(t, dir, false)
	if _, ok := j.Last(); ok {
		t.Error("an empty journal has a last line")
	}
	wantSeqs(t, j, 1, "0-0")
	odd := ledger.Line{Time: day.In(time.FixedZone("x", 7200)), Edition: "é", Origin: "a<b>&\u2028\n\"\xff", Outcome: ledger.Quarantined, Kind: "invalid", Reason: "because"}
	lines := []ledger.Line{line(1, day), odd, line(3, day)}
	if err := j.Append(lines); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(nil); err != nil {
		t.Fatal(err)
	}
	lines[1].Origin = strings.ToValidUTF8(lines[1].Origin, "\ufffd")
	lines[1].Time = day
	check := func(j *ledger.Journal) {
		t.Helper()
		var got []ledger.Line
		for l, err := range j.Lines(1) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, l)
		}
		if !reflect.DeepEqual(got, lines) {
			t.Errorf("got\n%+v\nwant\n%+v", got, lines)
		}
		if last, ok := j.Last(); !ok || !reflect.DeepEqual(last, lines[2]) {
			t.Errorf("last %+v", last)
		}
	}
	check(j)
	check(open(t, dir, true))
	j.Close()
	check(open(t, dir, false))
	if b, _ := os.ReadFile(filepath.Join(dir, "2026-09.jsonl")); bytes.Count(b, []byte("\n")) != 3 || !bytes.HasPrefix(b, []byte(`{"seq":1,"time":"2026-09-11T04:46:10.123456789Z","edition":"2026/09/11",`)) {
		t.Errorf("the file:\n%s", b)
	}
}

func TestMonths(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, false)
	add(t, j, 10, day)
	add(t, j, 10, day.AddDate(0, 1, 0))
	add(t, j, 5, day) // the clock was put back
	add(t, j, 5, time.Date(2027, 1, 1, 0, 30, 0, 0, time.FixedZone("Paris", 3600)))
	add(t, j, 5, day.AddDate(0, 6, 0))
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for i, want := range []string{"2026-09.jsonl 10", "2026-10.jsonl 15", "2026-12.jsonl 5", "2027-03.jsonl 5"} {
		b, _ := os.ReadFile(files[i])
		if got := fmt.Sprint(filepath.Base(files[i]), " ", bytes.Count(b, []byte("\n"))); got != want {
			t.Errorf("file %s, want %s", got, want)
		}
	}
	j.Close()
	j = open(t, dir, false)
	add(t, j, 1, day)
	for from, want := range map[int64]string{-5: "1-36", 0: "1-36", 1: "1-36", 10: "10-36", 11: "11-36", 12: "12-36", 25: "25-36", 26: "26-36", 36: "36-36", 37: "0-0", 1000: "0-0"} {
		wantSeqs(t, j, from, want)
	}
}

// TestFromAnywhere reads from every part of a file that is large enough to be searched.
func TestFromAnywhere(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, false)
	for range 10 {
		add(t, j, 700, day)
	}
	add(t, j, 700, day.AddDate(0, 1, 0))
	for from := int64(1); from <= 7700; from += 97 {
		n := 0
		for l, err := range j.Lines(from) {
			if err != nil || l.Seq != from+int64(n) {
				t.Fatalf("line %d, want %d: %v", l.Seq, from+int64(n), err)
			}
			if n++; n == 3 {
				break
			}
		}
	}
	wantSeqs(t, j, 7700, "7700-7700")
}

// TestTorn ends the newest file in every way a crash may end it: of two lines that were appended together both are left, or
// none.
func TestTorn(t *testing.T) {
	full := func(t *testing.T) (string, string, []byte) {
		dir := t.TempDir()
		j := open(t, dir, false)
		add(t, j, 3, day)
		add(t, j, 2, day.AddDate(0, 1, 0))
		j.Close()
		p := filepath.Join(dir, "2026-10.jsonl")
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		return dir, p, b
	}
	_, _, sound := full(t)
	firstLine := bytes.IndexByte(sound, '\n') + 1
	for _, c := range []struct {
		name string
		b    []byte
		last int64
	}{
		{"sound", sound, 5},
		{"without the last line feed", sound[:len(sound)-1], 3},
		{"within a line", sound[:firstLine+20], 3},
		{"at a line's end", sound[:firstLine], 3},
		{"within the first line", sound[:20], 3},
		{"nothing was written", nil, 3},
		{"zeros at the end", append(bytes.Clone(sound), make([]byte, 5000)...), 5},
		{"zeros in the last line", append(append(bytes.Clone(sound[:firstLine]), make([]byte, 4000)...), "rest\"}\n"...), 3},
		{"zeros in several lines", append(append(bytes.Clone(sound), make([]byte, 40)...), "rest\"}\n\x00\n\x00\n"...), 5},
		{"only zeros", make([]byte, 100), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, p, _ := full(t)
			if err := os.WriteFile(p, c.b, 0o644); err != nil {
				t.Fatal(err)
			}
			r := open(t, dir, true)
			if last, _ := r.Last(); last.Seq != c.last {
				t.Errorf("reading only: last %d, want %d", last.Seq, c.last)
			}
			if b, _ := os.ReadFile(p); !bytes.Equal(b, c.b) {
				t.Error("reading only changed the file")
			}
			w := open(t, dir, false)
			wantSeqs(t, w, 1, fmt.Sprintf("1-%d", c.last))
			add(t, w, 2, day.AddDate(0, 1, 0))
			wantSeqs(t, w, 1, fmt.Sprintf("1-%d", c.last+2))
			w.Close()
			wantSeqs(t, open(t, dir, false), 1, fmt.Sprintf("1-%d", c.last+2))
			wantSeqs(t, r, 1, fmt.Sprintf("1-%d", c.last+2)) // an older reader sees what was added
		})
	}
}

func TestReadersIgnoreWhatIsBeingWritten(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, false)
	add(t, w, 3, day)
	r := open(t, dir, true)
	f, err := os.OpenFile(filepath.Join(dir, "2026-09.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(`{"seq":4,"ti`); err != nil {
		t.Fatal(err)
	}
	wantSeqs(t, r, 1, "1-3")
	wantSeqs(t, w, 1, "1-3")
}

func TestDamage(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(lines [][]byte) [][]byte
		seqs   string
		want   string // in the error of Lines
		open   string // in the error of Open
	}{
		{"a broken line", func(l [][]byte) [][]byte { l[20] = l[20][:30]; return l }, "1-20", "2026-09.jsonl line 21: a line of the ledger is damaged", ""},
		{"a line of zeros in the middle", func(l [][]byte) [][]byte { clear(l[20]); return l }, "1-20", "2026-09.jsonl line 21", ""},
		{"a line is missing", func(l [][]byte) [][]byte { return append(l[:20:20], l[21:]...) }, "1-20", "2026-09.jsonl line 21: sequence 22 stands in the ledger after 20", ""},
		{"a line stands twice", func(l [][]byte) [][]byte { return append(l[:20:20], l[19:]...) }, "1-20", "line 21: sequence 20 stands in the ledger after 20", ""},
		{"the beginning is missing", func(l [][]byte) [][]byte { return l[2:] }, "0-0", "2026-09.jsonl line 1: sequence 3 stands in the ledger after 0", ""},
		{"the first line is broken", func(l [][]byte) [][]byte { l[0][0] = 'x'; return l }, "0-0", "2026-09.jsonl line 1", ""},
		{"the last line is broken", func(l [][]byte) [][]byte { l[99][3] = 'x'; return l }, "", "", "2026-09.jsonl line 100: the last line of the ledger is damaged"},
		{"the last line is none of ours", func(l [][]byte) [][]byte { l[99] = []byte("{}"); return l }, "", "", "2026-09.jsonl line 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			j := open(t, dir, false)
			add(t, j, 100, day)
			j.Close()
			p := filepath.Join(dir, "2026-09.jsonl")
			b, _ := os.ReadFile(p)
			lines := bytes.Split(bytes.TrimSuffix(b, []byte("\n")), []byte("\n"))
			b = append(bytes.Join(c.change(lines), []byte("\n")), '\n')
			if err := os.WriteFile(p, b, 0o644); err != nil {
				t.Fatal(err)
			}
			for _, readOnly := range []bool{true, false} {
				j, err := ledger.Open(dir, readOnly)
				if c.open != "" {
					if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), c.open) {
						t.Errorf("Open: %v", err)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				got, err := seqs(t, j, 1)
				if got != c.seqs || !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("lines %s, %v; want %s, %s", got, err, c.seqs, c.want)
				}
				j.Close()
			}
			if after, _ := os.ReadFile(p); !bytes.Equal(after, b) {
				t.Error("the damaged file was changed")
			}
		})
	}
}

func TestMissingMonth(t *testing.T) {
	dir := t.TempDir()
	j := open(t, dir, false)
	for m := range 3 {
		add(t, j, 4, day.AddDate(0, m, 0))
	}
	if err := os.Remove(filepath.Join(dir, "2026-10.jsonl")); err != nil {
		t.Fatal(err)
	}
	if got, err := seqs(t, j, 1); got != "1-4" || !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "2026-11.jsonl line 1: sequence 9") {
		t.Errorf("%s, %v", got, err)
	}
	wantSeqs(t, j, 9, "9-12")
}

func TestAppendErrors(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, false)
	add(t, w, 1, day)
	if err := w.Append([]ledger.Line{line(2, day), {Origin: "x"}}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a line without time: %v", err)
	}
	if err := open(t, dir, true).Append([]ledger.Line{line(2, day)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("reading only: %v", err)
	}
	long := line(2, day)
	long.Reason = strings.Repeat("x", 17<<20)
	if err := w.Append([]ledger.Line{long}); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a line too long: %v", err)
	}
	add(t, w, 1, day)
	w.Close()
	if err := w.Append([]ledger.Line{line(3, day)}); !fault.Is(err, fault.Conflict) {
		t.Errorf("closed: %v", err)
	}
	wantSeqs(t, w, 1, "1-2")
}

// TestDiskFull runs out of room at every byte of an append; nothing of it remains, and later appends go on.
func TestDiskFull(t *testing.T) {
	dir := t.TempDir()
	d := &disktest.Disk{}
	j, err := ledger.OpenOn(d, dir, false)
	if err != nil {
		t.Fatal(err)
	}
	add(t, j, 2, day)
	batch := []ledger.Line{line(3, day), line(4, day)}
	full := 0
	for room := 0; ; room += 13 {
		d.Limited, d.Room = true, room
		err := j.Append(batch)
		if err == nil {
			break
		}
		if full++; !errors.Is(err, disktest.ErrFull) || !fault.Is(err, fault.Unavailable) || batch[0].Seq != 0 {
			t.Fatalf("room for %d: %v, Seq %d", room, err, batch[0].Seq)
		}
		wantSeqs(t, j, 1, "1-2")
		wantSeqs(t, open(t, dir, true), 1, "1-2")
	}
	if full < 50 {
		t.Errorf("the disk was full %d times only", full)
	}
	wantSeqs(t, j, 1, "1-4")
	d.Limited = false
	add(t, j, 1, day.AddDate(0, 1, 0))
	j.Close()
	wantSeqs(t, open(t, dir, false), 1, "1-5")
}

func TestDiskBroken(t *testing.T) {
	boom := errors.New("boom")
	for _, ops := range []string{"sync", "append", "sync truncate"} {
		t.Run(ops, func(t *testing.T) {
			dir := t.TempDir()
			d := &disktest.Disk{}
			j, err := ledger.OpenOn(d, dir, false)
			if err != nil {
				t.Fatal(err)
			}
			add(t, j, 2, day)
			once := map[string]bool{}
			d.Fail = func(op, _ string) error {
				if strings.Contains(" "+ops+" ", " "+op+" ") && !once[op] {
					once[op] = true
					return boom
				}
				return nil
			}
			next := day.AddDate(0, 1, 0)
			if err := j.Append([]ledger.Line{line(3, next)}); !errors.Is(err, boom) || !fault.Is(err, fault.Unavailable) {
				t.Fatalf("Append: %v", err)
			}
			wantSeqs(t, j, 1, "1-2")
			err = j.Append([]ledger.Line{line(3, next)})
			if poisoned := strings.Contains(ops, "truncate"); poisoned != (err != nil) {
				t.Errorf("the next Append: %v", err)
			}
			j.Close()
			w := open(t, dir, false)
			wantSeqs(t, w, 1, "1-3") // when it could not be undone, the line is whole in the file, and stays
			add(t, w, 1, next)
		})
	}
}

func TestConcurrent(t *testing.T) {
	j := open(t, t.TempDir(), false)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				if err := j.Append([]ledger.Line{{Time: day}, {Time: day}}); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 10 {
				n := int64(0)
				for l, err := range j.Lines(1) {
					if n++; err != nil || l.Seq != n {
						t.Errorf("line %d, want %d: %v", l.Seq, n, err)
						return
					}
				}
			}
		})
	}
	wg.Wait()
	if last, _ := j.Last(); last.Seq != 200 {
		t.Errorf("last %d", last.Seq)
	}
}

// FuzzJournal puts any bytes after whole lines, as a crash or a bad disk may: opening and reading end without panic, lines
// before are there, and after Open for writing a new line can be added and read unless a fault was reported.
func FuzzJournal(f *testing.F) {
	for _, s := range []string{"", "{", "\n", "\x00\x00\n", "{\"seq\":3,\"time\":\"2026-09-11T04:46:10Z\"}\n", "{\"seq\":3}", "{\"seq\":7}\n", "{\"seq\":3}\n\x00", "[]\n{\"seq\":3}\n", "{\"seq\":-1}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, tail []byte) {
		dir := t.TempDir()
		j, err := ledger.OpenOn(noSync{disk.OS{}}, dir, false)
		if err != nil {
			t.Fatal(err)
		}
		add(t, j, 2, day)
		j.Close()
		p := filepath.Join(dir, "2026-09.jsonl")
		b, _ := os.ReadFile(p)
		if err := os.WriteFile(p, append(b, tail...), 0o644); err != nil {
			t.Fatal(err)
		}
		if r, err := ledger.Open(dir, true); err == nil {
			n := int64(0)
			for l, err := range r.Lines(1) {
				if err == nil {
					n++
					if l.Seq != n {
						t.Fatalf("line %d, want %d", l.Seq, n)
					}
				}
			}
			if n < 2 {
				t.Fatalf("%d lines", n)
			}
		}
		w, err := ledger.OpenOn(noSync{disk.OS{}}, dir, false)
		if err != nil {
			return
		}
		defer w.Close()
		last, _ := w.Last()
		one := []ledger.Line{{Time: day}}
		if err := w.Append(one); err != nil || one[0].Seq != last.Seq+1 {
			t.Fatalf("Seq %d after %d: %v", one[0].Seq, last.Seq, err)
		}
		if again, _ := w.Last(); again.Seq != last.Seq+1 {
			t.Fatalf("last %d", again.Seq)
		}
	})
}

// noSync is a fast disk.
type noSync struct{ disk.OS }

func (d noSync) Append(path string) (disk.File, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	return unsynced{f}, err
}

type unsynced struct{ *os.File }

func (unsynced) Sync() error { return nil }

// BenchmarkAppend adds the lines of a day's edition; BenchmarkLines reads 100,000, BenchmarkLinesNearTheEnd the last of them.
//
//	go test ./internal/ledger -run '^$' -bench .
func BenchmarkAppend(b *testing.B) {
	j := open(b, b.TempDir(), false)
	lines := make([]ledger.Line, 400)
	for i := range lines {
		lines[i] = line(i, day)
	}
	for b.Loop() {
		if err := j.Append(lines); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(lines)*b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkLines(b *testing.B) {
	j := hundredThousand(b)
	for b.Loop() {
		wantSeqs(b, j, 1, "1-100000")
	}
	b.ReportMetric(float64(100_000*b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkLinesNearTheEnd(b *testing.B) {
	j := hundredThousand(b)
	for b.Loop() {
		wantSeqs(b, j, 99_990, "99990-100000")
	}
}

func hundredThousand(b *testing.B) *ledger.Journal {
	j := open(b, b.TempDir(), false)
	for range 100 {
		add(b, j, 1000, day)
	}
	return j
}

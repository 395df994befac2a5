package e2e_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDamagedDatabase spoils the database of a folder in many places, one at a time. Whatever is spoilt, no command gives a wrong answer or
// falls over; verify tells; and the one command that it names gives the same notices again.
func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, flat(documents(60))))
	d := damaging{t: t, data: data, file: filepath.Join(data, "store.duckdb"), want: contents(t, data)}
	d.good = read(t, d.file)
	seed := uint64(time.Now().UnixNano())
	rnd := rand.New(rand.NewPCG(seed, 5))
	t.Logf("seed %d", seed)

	cases := map[string]func(b []byte) []byte{
		"something else": func(b []byte) []byte { return bytes.Repeat([]byte("ceci n'est pas une base\n"), len(b)/24) },
		"empty":          func([]byte) []byte { return nil },
		"cut short":      func(b []byte) []byte { return b[:len(b)/3] },
		"first header":   flip(100),
		"headers":        flip(4096+40, 8192+40),
		"first block":    flip(12288 + 1000),
		"all blocks":     every(12288+1000, 256<<10),
	}
	for _, n := range []string{"one byte", "another byte", "a third"} {
		cases[n] = flip(12288 + rnd.IntN(len(d.good)-12288))
	}
	told := 0
	for name, spoil := range cases {
		if d.spoilt(name, d.file, spoil(bytes.Clone(d.good))) {
			told++
		}
	}
	if told < 7 {
		t.Errorf("%d of %d damages were told", told, len(cases))
	}
}

// TestDamagedLog does so with the changes that DuckDB has not yet brought into its file: a server is killed that has just taken some.
func TestDamagedLog(t *testing.T) {
	t.Parallel()
	docs := documents(80)
	data := filepath.Join(t.TempDir(), "data")
	must(t, "import", "--data", data, tree(t, flat(docs[:40])))
	s := serve(t, data)
	must(t, "import", "--data", data, tree(t, flat(docs)))
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.end()
	file := filepath.Join(data, "store.duckdb.wal")
	log := read(t, file)
	d := damaging{t: t, data: data, file: filepath.Join(data, "store.duckdb"), want: contents(t, data)}
	d.good = read(t, d.file)
	if len(log) < 10_000 {
		t.Fatalf("the log has %d bytes", len(log))
	}
	for name, spoilt := range map[string][]byte{
		"gone": nil, "half": log[:len(log)/2], "a byte less": log[:len(log)-1], "something else": []byte(strings.Repeat("journal", 500)),
		"first byte": flip(0)(bytes.Clone(log)), "in the middle": flip(len(log) / 2)(bytes.Clone(log)), "in all of it": every(500, 5000)(bytes.Clone(log)),
	} {
		if !d.spoilt(name, file, spoilt) {
			t.Errorf("%s: not told", name)
		}
	}
}

// damaging is a folder that is spoilt again and again.
type damaging struct {
	t    *testing.T
	data string
	file string
	good []byte // what file holds
	want string // its contents
}

// spoilt replaces a file, looks what is said of it, does as told, and looks again. It reports whether verify found the damage.
func (d *damaging) spoilt(name, file string, spoilt []byte) (told bool) {
	t := d.t
	t.Helper()
	remove(t, d.file+".wal")
	write(t, d.file, d.good)
	write(t, file, spoilt)
	asked := boamp(t, "query", "--data", d.data, "--format", "csv", "--sort", "idweb", "--fields", strings.Join(columns(), ","))
	verified := boamp(t, "verify", "--data", d.data)
	said := verified.out + verified.err
	switch {
	case verified.code == 0 && hash([]byte(asked.out)) == d.want: // nothing that counts was hit
		return false
	case verified.code == 0:
		t.Errorf("%s: verify finds nothing, a question ends with %d: %s", name, asked.code, asked.err)
	case verified.code != 1 || asked.code > 1:
		t.Errorf("%s: exit codes %d of verify, %d of a question\n%s%s", name, verified.code, asked.code, said, asked.err)
	case asked.code == 1 && !strings.Contains(asked.err, "boamp rebuild --data "+d.data):
		t.Errorf("%s: a question ends with\n%s", name, asked.err)
	}
	if b := read(t, file); !bytes.Equal(b, spoilt) {
		t.Errorf("%s: %s was changed by commands that read", name, file)
	}
	switch {
	case strings.Contains(said, "boamp rebuild"):
		must(t, "rebuild", "--data", d.data)
	case strings.Contains(said, "boamp import, sync or serve make up for it"):
		must(t, "import", "--data", d.data, t.TempDir()) // of nothing: what is made up for is what the folder itself keeps
	default:
		t.Errorf("%s: verify names no command:\n%s", name, said)
	}
	if got := contents(t, d.data); got != d.want {
		t.Errorf("%s: after that command the notices are others\n%s", name, said)
	}
	must(t, "verify", "--data", d.data)
	return true
}

// flip turns bytes over.
func flip(at ...int) func(b []byte) []byte {
	return func(b []byte) []byte {
		for _, i := range at {
			b[i] ^= 0xFF
		}
		return b
	}
}

// every turns a byte over at every step.
func every(from, step int) func(b []byte) []byte {
	return func(b []byte) []byte {
		for i := from; i < len(b); i += step {
			b[i] ^= 0xFF
		}
		return b
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func remove(t *testing.T, file string) {
	t.Helper()
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

package archive_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"syscall"
	"testing"

	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

type failing struct{}

func (failing) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: "x", Err: syscall.EIO}
}

// FuzzArchive: whatever the bytes, unpacking ends, gives bounded output, and accounts for every error with an origin.
func FuzzArchive(f *testing.F) {
	inner := sourcetest.File{Name: "i.tgz", Body: string(sourcetest.TarGz(f, a, b))}
	for _, seed := range [][]byte{
		sourcetest.Tar(f, a, b), sourcetest.TarGz(f, a, b, a), sourcetest.Zip(f, a, b, a), sourcetest.StoredZip(f, a, b),
		sourcetest.Zip(f, inner, c), sourcetest.Tar(f, sourcetest.File{Name: "i.zip", Body: string(sourcetest.Zip(f, a))}),
		sourcetest.Zip(f, a, b)[:90], sourcetest.StoredZip(f, a, b)[:80], sourcetest.Gzip(f, []byte("<A/>")), []byte("PK\x03\x04"), []byte("\x1f\x8b"),
		setFlags(sourcetest.Zip(f, a, b), 1, 1), setMethod(sourcetest.Zip(f, a, b), 0, 9),
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	lim := archive.Limits{Expanded: 1 << 20, RatioFrom: 1 << 14, Entries: 100, Name: 100, Nested: 1 << 16}
	f.Fuzz(func(t *testing.T, b []byte, random bool) {
		s := source.Stream{Origin: "x", Name: "x", R: bytes.NewReader(b), Size: int64(len(b))}
		if random {
			s.At = bytes.NewReader(b)
		}
		var total int64
		members := 0
		for m, err := range (archive.Reader{Limits: lim}).Members(context.Background(), s) {
			if m.Origin == "" {
				t.Fatal("no origin")
			}
			if members++; members > 2*lim.Entries+10 {
				t.Fatalf("%d members", members)
			}
			if err == nil {
				n, _ := io.Copy(io.Discard, m.R)
				total += n
			}
		}
		if most := 2*lim.Expanded + int64(len(b)); total > most {
			t.Fatalf("%d bytes came out, more than %d", total, most)
		}
	})
}

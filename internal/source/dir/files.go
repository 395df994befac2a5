package dir

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/boamp/boamp/internal/source"
)

// files gives the documents of an edition's files.
func (o Opener) files(ctx context.Context, files []file) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		r := o.run(ctx, yield)
		var before int64
		for _, f := range files {
			if !r.file(f, before) {
				return
			}
			before += f.size
		}
		r.consumed = func() int64 { return before }
		r.finish()
	}
}

// file gives the documents of one file; before is the size of those that came before it.
func (r *run) file(f file, before int64) bool {
	origin := f.origin
	r.consumed = func() int64 { return before + f.size }
	if f.err != nil {
		return r.fail(origin, f.err)
	}
	h, err := os.Open(f.path)
	if err != nil {
		return r.fail(origin, readFault(err))
	}
	defer h.Close()
	info, err := h.Stat()
	if err == nil {
		err = irregular(info.Mode()) // it may have changed since it was listed
	}
	if err != nil {
		return r.fail(origin, readFault(err))
	}
	p := &progress{f: h}
	r.consumed = func() int64 { return before + min(p.at.Load(), f.size) }
	return r.stream(source.Stream{Origin: origin, Name: source.NameOf(origin), R: p, At: p, Size: info.Size()})
}

// progress knows how far a file was read: for a zip, where it was read last.
type progress struct {
	f  *os.File
	at atomic.Int64
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.f.Read(b)
	p.at.Add(int64(n))
	return n, err
}

func (p *progress) ReadAt(b []byte, off int64) (int, error) {
	n, err := p.f.ReadAt(b, off)
	p.at.Store(off + int64(n))
	return n, err
}

// bulkSize is the size above which a file of JSON or CSV is an edition by itself: below, it holds the records of one page
// at most, and folders full of such files are common.
const bulkSize = 1 << 20

// isBulk looks into a file and reports whether it is an edition by itself. Files that cannot be read are not: what they
// suffer from is said when their edition is.
func (l *listing) isBulk(f file) bool {
	h, err := os.Open(f.path)
	if err != nil {
		return false
	}
	defer h.Close()
	head := make([]byte, source.HeadSize)
	n, _ := io.ReadFull(h, head)
	switch head = head[:n]; source.FormOf(head) {
	case source.Zip, source.Tar:
		return true
	case source.Gzip:
		return f.size > bulkSize || packsTar(io.MultiReader(bytes.NewReader(head), h))
	case source.JSON, source.CSV:
		return f.size > bulkSize
	}
	return false
}

// packsTar reports whether a gzip holds a tar.
func packsTar(r io.Reader) bool {
	z, err := gzip.NewReader(r)
	if err != nil {
		return false
	}
	head := make([]byte, source.HeadSize)
	n, _ := io.ReadFull(z, head)
	return source.FormOf(head[:n]) == source.Tar
}

// batchDate finds the date and the number in the name of a batch: _2015_062009 is batch 009 of day 062, 20060127 a date.
var batchDate = regexp.MustCompile(`([0-9]{4})_?([0-9]{6}|[0-9]{4})(?:\.|$)`)

// sortBatches puts archives in the order of the dates in their names, those without first.
func sortBatches(files []file) {
	key := func(f file) string {
		m := batchDate.FindStringSubmatch(filepath.Base(f.path))
		if m == nil {
			return ""
		}
		return m[1] + m[2]
	}
	slices.SortStableFunc(files, func(a, b file) int { return cmp.Compare(key(a), key(b)) })
}

// sortNatural orders names with their numbers as numbers.
func sortNatural(entries []fs.DirEntry) {
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return natural(a.Name(), b.Name()) })
}

func natural(a, b string) int {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		x, y := number(a[i:]), number(b[j:])
		if x == "" || y == "" {
			if c := cmp.Compare(a[i], b[j]); c != 0 {
				return c
			}
			i, j = i+1, j+1
			continue
		}
		m, n := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if c := cmp.Or(cmp.Compare(len(m), len(n)), cmp.Compare(m, n)); c != 0 {
			return c
		}
		i, j = i+len(x), j+len(y)
	}
	// One is the beginning of the other, or they differ in leading zeros.
	return cmp.Or(cmp.Compare(len(a)-i, len(b)-j), cmp.Compare(a, b))
}

// number is the digits that s begins with.
func number(s string) string {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}

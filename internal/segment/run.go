package segment

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"unsafe"
)

// memoryRun is keys in order with their places.
type memoryRun struct {
	keys   []string
	order  []sortedKey
	starts []uint32 // of each key in places
	places []uint32
}

func (r *memoryRun) of(id uint32) []uint32 { return r.places[r.starts[id]:r.starts[id+1]] }

// fileRun is where a run stands in the temporary file.
type fileRun struct{ off, size int64 }

// countWriter counts what is written.
type countWriter struct {
	w io.Writer
	n int64
}

func (c *countWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// writeRun writes a run: for each key what it shares with the one before, the rest, the number of its places, their differences.
func writeRun(to io.Writer, r *memoryRun) (size int64, err error) {
	count := &countWriter{w: to}
	w := bufio.NewWriterSize(count, 1<<20)
	last := ""
	var buf []byte
	for _, k := range r.order {
		key, places := r.keys[k.id], r.of(k.id)
		if !slices.IsSorted(places) {
			slices.Sort(places)
		}
		n := shared(last, key)
		last = key
		buf = binary.AppendUvarint(buf[:0], uint64(n))
		buf = binary.AppendUvarint(buf, uint64(len(key)-n))
		buf = append(buf, key[n:]...)
		buf = binary.AppendUvarint(buf, uint64(len(places)))
		before := uint32(0)
		for _, p := range places {
			buf = binary.AppendUvarint(buf, uint64(p-before))
			before = p
		}
		if _, err := w.Write(buf); err != nil {
			return count.n, err
		}
	}
	err = w.Flush()
	return count.n, err
}

// shared is the number of bytes that two texts begin with in common.
func shared(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// cursor goes through a run.
type cursor interface {
	next() (bool, error)
	key() []byte
	// places appends those of the key; it is called once before the next next.
	places(to []uint32) ([]uint32, error)
	// number is the place of the run among all, for equal keys.
	number() int
}

// cursors are a heap by key, then by run.
type cursors []cursor

func (c cursors) Len() int { return len(c) }
func (c cursors) Less(i, j int) bool {
	if d := bytes.Compare(c[i].key(), c[j].key()); d != 0 {
		return d < 0
	}
	return c[i].number() < c[j].number()
}
func (c cursors) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *cursors) Push(x any)   { *c = append(*c, x.(cursor)) }
func (c *cursors) Pop() any {
	old := *c
	x := old[len(old)-1]
	*c = old[:len(old)-1]
	return x
}

// memoryCursor goes through a run in memory.
type memoryCursor struct {
	run *memoryRun
	at  int
}

func (c *memoryCursor) next() (bool, error) {
	c.at++
	return c.at < len(c.run.order), nil
}

func (c *memoryCursor) key() []byte {
	k := c.run.keys[c.run.order[c.at].id]
	return unsafe.Slice(unsafe.StringData(k), len(k))
}

func (c *memoryCursor) places(to []uint32) ([]uint32, error) {
	return append(to, c.run.of(c.run.order[c.at].id)...), nil
}

func (c *memoryCursor) number() int { return 1 << 30 }

// fileCursor goes through a run in a file.
type fileCursor struct {
	r    *bufio.Reader
	text []byte
	nth  int
}

func newFileCursor(f *os.File, r fileRun, nth int) *fileCursor {
	return &fileCursor{r: bufio.NewReaderSize(io.NewSectionReader(f, r.off, r.size), 128<<10), nth: nth}
}

func (c *fileCursor) next() (bool, error) {
	n, err := binary.ReadUvarint(c.r)
	if err == io.EOF {
		return false, nil
	}
	var rest uint64
	if err == nil {
		rest, err = binary.ReadUvarint(c.r)
	}
	if err != nil || n > uint64(len(c.text)) || rest > 1<<30 {
		return false, cmpErr(err, io.ErrUnexpectedEOF)
	}
	c.text = slices.Grow(c.text[:n], int(rest))[:n+rest]
	_, err = io.ReadFull(c.r, c.text[n:])
	return err == nil, err
}

// cmpErr is err, or fallback where there is none.
func cmpErr(err, fallback error) error {
	if err != nil {
		return err
	}
	return fallback
}

func (c *fileCursor) key() []byte { return c.text }
func (c *fileCursor) number() int { return c.nth }

func (c *fileCursor) places(to []uint32) ([]uint32, error) {
	n, err := binary.ReadUvarint(c.r)
	if err != nil {
		return to, err
	}
	last := uint64(0)
	for ; n > 0; n-- {
		d, err := binary.ReadUvarint(c.r)
		if err != nil {
			return to, err
		}
		last += d
		to = append(to, uint32(last))
	}
	return to, nil
}

// unsafeString is a text over bytes that do not change any more.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

package archive

import (
	"bufio"
	"compress/gzip"
	"io"

	"github.com/boamp/boamp/internal/source"
)

// streamBuffer stands between a decompressor and tar, which asks for single blocks.
const streamBuffer = 64 << 10

// gzip takes a gzip apart: a tar is walked, an inner archive opened, anything else is the one member.
func (w *walk) gzip(s source.Stream, level int) bool {
	in := &meter{r: s.R}
	packed := bufio.NewReaderSize(in, streamBuffer)
	z, err := gzip.NewReader(packed)
	if err != nil {
		return w.fail(s.Origin, explain(err))
	}
	l := &layer{lim: w.lim, in: func() int64 { return in.n }}
	out := bufio.NewReaderSize(&guard{r: z, layer: l}, streamBuffer)
	inner := source.Stream{Origin: s.Origin, Name: s.Name, R: out, Size: -1}
	head, _ := out.Peek(source.HeadSize)
	switch form := source.FormOf(head); {
	case form == source.Tar:
		return w.tar(inner, level, l)
	case form.Archive():
		return w.open(inner, form, level, true)
	}
	return w.count(s.Origin) && w.yield(inner, nil)
}

// drain reads on to the end, where gzip checks its sum. Bytes after the end of a tar are of no interest.
func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}

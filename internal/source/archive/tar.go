package archive

import (
	"archive/tar"
	"errors"
	"io"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
)

const tarBlock = 512

// tar gives the files of a tar. Outer is the compression directly around it, nil for a plain tar.
func (w *walk) tar(s source.Stream, level int, outer *layer) bool {
	in := &meter{r: s.R}
	end := &tail{r: in}
	t := tar.NewReader(end)
	c := newContainer(s, level, false)
	// A sparse file is larger than what stands in the tar for it.
	sparse := &layer{lim: w.lim, in: func() int64 { return in.n }}
	for {
		h, err := t.Next()
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) { // names are checked by admit
			return w.tarEnd(c, err, end, outer)
		}
		ok, stop := w.admit(c, h.Name)
		switch {
		case stop:
			return false
		case !ok || h.Typeflag == tar.TypeDir || h.Typeflag == tar.TypeXGlobalHeader:
			continue
		}
		if what := notAFile(h.Typeflag); what != "" {
			if !w.fail(s.Origin+"!"+printable(h.Name), fault.New(fault.Unsupported, "%s, not a file", what)) {
				return false
			}
			continue
		}
		if !w.member(c, entry{name: h.Name, size: h.Size, r: &guard{r: t, layer: sparse}}) {
			return false
		}
		if sparse.broken != nil {
			return w.fail(s.Origin, sparse.broken)
		}
	}
}

// tarEnd tells the end of a tar from a break.
func (w *walk) tarEnd(c *container, err error, end *tail, outer *layer) bool {
	if err == io.EOF {
		if end.zeros < tarBlock {
			return w.fail(c.Origin, after(fault.New(fault.Invalid, "the tar has no end mark: it may have been cut off"), c.count))
		}
		if err = drain(c.R); err == nil {
			return true
		}
	}
	if outer != nil && outer.broken != nil {
		return w.fail(c.Origin, outer.broken)
	}
	return w.fail(c.Origin, after(explain(err), c.count))
}

func notAFile(flag byte) string {
	switch flag {
	case tar.TypeReg, '\x00', tar.TypeGNUSparse, tar.TypeCont:
		return ""
	case tar.TypeSymlink:
		return "a symbolic link"
	case tar.TypeLink:
		return "a link to another entry"
	case tar.TypeChar, tar.TypeBlock, tar.TypeFifo:
		return "a device or pipe"
	}
	return "a special entry"
}

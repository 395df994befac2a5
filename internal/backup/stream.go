package backup

import (
	"archive/tar"
	"context"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// ToStream writes a whole backup as a tar file. The manifest is its last entry: what was cut off is no backup. An erasure that comes
// meanwhile is a Conflict, because what was written cannot be taken back.
func ToStream(ctx context.Context, w io.Writer, o Options) (Summary, error) {
	list, state, done, err := o.parts(ctx, nil)
	if err != nil {
		return Summary{}, err
	}
	release := sync.OnceFunc(func() {
		if done != nil {
			done()
		}
	})
	defer release()
	sum := Summary{Manifest: Manifest{Format: format, Made: o.Now().UTC(), State: state, Database: o.Database}}
	out := tar.NewWriter(w)
	count := o.progress(list)
	for _, p := range list {
		if !isDatabase(p.name) {
			release() // it was copied: imports need not wait any more
		}
		if err := header(out, p.name, p.size, p.modified); err != nil {
			return sum, err
		}
		f, err := p.copyTo(ctx, out, count)
		if err != nil {
			return sum, err
		}
		sum.Files = append(sum.Files, f)
		sum.Copied, sum.CopiedBytes = sum.Copied+1, sum.CopiedBytes+f.Size
	}
	if changed(o.Root, list) {
		return sum, restless()
	}
	slices.SortFunc(sum.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	b, err := sum.encode()
	if err != nil {
		return sum, err
	}
	if err := header(out, manifestName, int64(len(b)), sum.Made); err != nil {
		return sum, err
	}
	if _, err = out.Write(b); err == nil {
		err = out.Close()
	}
	if err != nil {
		return sum, fault.Wrap(fault.Unavailable, err, "the backup cannot be written")
	}
	return sum, nil
}

func header(out *tar.Writer, name string, size int64, modified time.Time) error {
	err := out.WriteHeader(&tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: size, ModTime: modified, Format: tar.FormatPAX})
	if err != nil {
		return fault.Wrap(fault.Unavailable, err, "the backup cannot be written").At(name)
	}
	return nil
}

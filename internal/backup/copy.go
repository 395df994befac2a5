package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// Options say what is backed up, and how.
type Options struct {
	Root     string // the data folder
	Database bool   // with store.duckdb, which must not change meanwhile: see Freeze
	Link     bool   // archives become hard links where the disk allows it
	Again    bool   // look at the bytes of every file, whatever its time says
	Now      func() time.Time
	// Look tells the state of the data. It is called before anything is read.
	Look func(ctx context.Context) (State, error)
	// Freeze keeps the database from changing until done is called; needed with Database.
	Freeze func(ctx context.Context) (done func(), err error)
	Report func(done, total int64) // bytes, now and then; may be nil
}

// parts are what belongs to the backup, the database first, and the state that it is of. With the database nothing may change it from before the look until done
// is called, which is nil without.
func (o Options) parts(ctx context.Context, before *Manifest) (list []part, state State, done func(), err error) {
	if o.Database {
		if done, err = o.Freeze(ctx); err != nil {
			return nil, state, nil, err
		}
		defer func() {
			if err != nil {
				done()
			}
		}()
	}
	if state, err = o.Look(ctx); err != nil {
		return nil, state, nil, err
	}
	if list, err = gather(ctx, o.Root, state.Sequence, before); err != nil {
		return nil, state, nil, err
	}
	var database []part
	if o.Database {
		for _, name := range []string{"store.duckdb", "store.duckdb.wal"} {
			p, ok, err := stat(o.Root, name)
			if err != nil {
				return nil, state, nil, err
			}
			if ok {
				database = append(database, p)
			}
		}
	}
	return append(database, list...), state, done, nil
}

// progress counts bytes for Report.
type progress struct {
	report      func(done, total int64)
	done, total int64
	told        int64
}

func (o Options) progress(list []part) *progress {
	p := &progress{report: o.Report}
	for _, x := range list {
		p.total += x.size
	}
	return p
}

func (p *progress) add(n int64) {
	p.done += n
	if p.report != nil && (p.done-p.told > 16<<20 || p.done == p.total) {
		p.told = p.done
		p.report(p.done, p.total)
	}
}

// copyTo writes the bytes of a part and gives what it is in the backup. A file that is shorter than it was is a Conflict.
func (p part) copyTo(ctx context.Context, w io.Writer, count *progress) (File, error) {
	f, err := os.Open(p.from)
	if err != nil {
		return File{}, fault.Wrap(fault.Unavailable, err, "a file of the data folder cannot be read").At(p.name)
	}
	defer f.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), &reading{ctx: ctx, r: io.LimitReader(f, p.size), count: count})
	if err != nil {
		return File{}, fault.Wrap(fault.Unavailable, err, "a file of the data folder cannot be copied").At(p.name)
	}
	if n != p.size {
		return File{}, fault.New(fault.Conflict, "a file of the data folder became shorter while it was copied").At(p.name).WithHint("make the backup again")
	}
	return File{p.name, p.size, hex.EncodeToString(sum.Sum(nil)), p.modified}, nil
}

// reading reads until ctx ends, and counts.
type reading struct {
	ctx   context.Context
	r     io.Reader
	count *progress
}

func (r *reading) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.r.Read(b)
	if r.count != nil {
		r.count.add(int64(n))
	}
	return n, err
}

// changed reports that what was erased, or an archive, is no longer what it was when the backup began: an erasure came meanwhile.
func changed(root string, list []part) bool {
	for _, p := range list {
		if p.name != "ERASED.jsonl" && !isArchive(p.name) {
			continue
		}
		now, ok, err := stat(root, p.name)
		if err != nil || !ok || now.size != p.size || !now.modified.Equal(p.modified) {
			return true
		}
	}
	_, ok, err := stat(root, "ERASED.jsonl")
	had := false
	for _, p := range list {
		had = had || p.name == "ERASED.jsonl"
	}
	return err != nil || ok != had
}

func isArchive(name string) bool { return len(name) > 4 && name[:4] == "raw/" }

// rounds is how often a backup is begun again because of erasures.
const rounds = 5

func restless() error {
	return fault.New(fault.Conflict, "notices were erased again and again while the backup was made").WithHint("make it again when that has ended")
}

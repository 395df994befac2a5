package bulk

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// Make makes a snapshot of the data as they are now, and gives its manifest; made is false when there is one of this revision
// already. Report is told of each step; nil tells nobody. Errors: Conflict (there is nothing yet), Unavailable (the disk). After an
// error, or a crash, there is no new snapshot.
func (f *Folder) Make(ctx context.Context, report func(step string)) (m Manifest, made bool, err error) {
	if f.ReadOnly {
		return m, false, fault.New(fault.Conflict, "the data folder is open for reading only")
	}
	f.making.Lock()
	defer f.making.Unlock()
	if err := f.clean(); err != nil {
		return m, false, err
	}
	if err := f.sweep(ctx); err != nil {
		return m, false, err
	}
	snap, err := f.Store.Snapshot(ctx)
	if err != nil {
		return m, false, err
	}
	defer snap.Close()
	list, _, err := f.list()
	if err != nil {
		return m, false, err
	}
	if i := slices.IndexFunc(list, func(x Manifest) bool { return x.Revision == snap.Info().Revision && x.Reader == feed.ReaderVersion }); i >= 0 {
		return list[i], false, nil
	}
	if snap.Info().Revision == 0 {
		return m, false, fault.New(fault.Conflict, "there are no data yet to make a snapshot of").WithHint("import something first: boamp import, boamp sync")
	}
	b := build{Folder: f, ctx: ctx, snap: snap, info: snap.Info(), report: report}
	if err := b.run(); err != nil {
		_ = os.RemoveAll(b.temp) // else the next Make does
		return m, false, err
	}
	f.swept = min(f.swept, b.m.Sequence) // what was erased meanwhile has not been looked for in this one
	return b.m, true, f.sweep(ctx)
}

// build is the making of one snapshot.
type build struct {
	*Folder
	ctx    context.Context
	snap   store.Snapshot
	info   store.Info
	report func(string)
	temp   string // its folder until it is whole
	m      Manifest
}

func (b *build) say(format string, args ...any) {
	if b.report != nil {
		b.report(fmt.Sprintf(format, args...))
	}
}

// name finds one that was never given.
func (b *build) name() string {
	base := fmt.Sprintf("%d-%s", b.info.Revision, b.Now().UTC().Format(time.DateOnly))
	name := base
	for n := 2; ; n++ {
		_, err := os.Stat(filepath.Join(b.Dir, name))
		_, errGone := os.Stat(filepath.Join(b.Dir, name+withdrawnExt))
		if os.IsNotExist(err) && os.IsNotExist(errGone) {
			return name
		}
		name = fmt.Sprintf("%s-%d", base, n)
	}
}

func (b *build) run() error {
	if err := b.describe(); err != nil {
		return err
	}
	b.temp = filepath.Join(b.Dir, tempPrefix+b.m.Snapshot)
	archives, err := b.ledger()
	for _, step := range []func() error{
		b.notices, b.records, func() error { return b.archives(archives) }, b.keepHashes,
	} {
		if err == nil {
			err = step()
		}
	}
	if err != nil {
		return err
	}
	if err := b.write(filepath.Join(tempPrefix+b.m.Snapshot, ManifestName), b.m); err != nil {
		return err
	}
	if err := b.Disk.Rename(b.temp, filepath.Join(b.Dir, b.m.Snapshot)); err != nil {
		return fault.Wrap(fault.Unavailable, err, "the snapshot %s cannot be named", b.m.Snapshot)
	}
	return nil
}

// describe begins the manifest.
func (b *build) describe() error {
	id, err := b.Feed.ID()
	if err != nil {
		return err
	}
	at, err := b.Feed.Behind(b.info.Sequence)
	if err != nil {
		return err
	}
	b.say("digest of %d notices", b.info.Notices)
	digest, err := b.snap.Digest(b.ctx)
	if err != nil {
		return err
	}
	meta := b.Meta(b.info)
	b.m = Manifest{
		Snapshot: b.name(), Feed: id, Revision: b.info.Revision, Sequence: b.info.Sequence, Token: at.Token(id), Time: b.Now().UTC().Truncate(time.Second),
		LastUpdate: b.info.LastUpdate.UTC(), Notices: b.info.Notices, Digest: digest.String(), Reader: feed.ReaderVersion, Program: b.Program,
		Source: meta.Source, SourceURL: meta.SourceURL, Licence: meta.Licence, LicenceURL: meta.LicenceURL,
	}
	return nil
}

// hashed counts and hashes what is written.
type hashed struct {
	w    io.Writer
	sum  io.Writer
	size int64
}

func (h *hashed) Write(p []byte) (int, error) {
	n, err := h.w.Write(p)
	h.size += int64(n)
	_, _ = h.sum.Write(p[:n])
	return n, err
}

// add writes a file of the snapshot; write gives the number of its rows.
func (b *build) add(f File, write func(w io.Writer) (int64, error)) error {
	b.say("%s", f.Path)
	sum := sha256.New()
	var count int64
	err := b.file(filepath.Join(b.temp, f.Path), func(w disk.File) error {
		h := &hashed{w: w, sum: sum}
		buffer := bufio.NewWriterSize(h, 256<<10)
		rows, err := write(buffer)
		if err == nil {
			err = buffer.Flush()
		}
		f.Rows, count = rows, h.size
		return err
	})
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return err
	case err != nil:
		return fault.Wrap(fault.Unavailable, err, "the file %s of the snapshot cannot be written", f.Path)
	}
	f.Size, f.SHA256 = count, hex.EncodeToString(sum.Sum(nil))
	b.m.Files = append(b.m.Files, f)
	return nil
}

// lines writes JSON Lines, packed with gzip.
func (b *build) lines(f File, each func(put func(v any) error) error) error {
	f.MediaType = "application/gzip"
	return b.add(f, func(w io.Writer) (n int64, err error) {
		packed := gzip.NewWriter(w)
		enc := json.NewEncoder(packed)
		enc.SetEscapeHTML(false)
		err = each(func(v any) error {
			n++
			return enc.Encode(v)
		})
		if err == nil {
			err = packed.Close()
		}
		return n, err
	})
}

// ledger writes the account up to the snapshot, and gives the archives that it names.
func (b *build) ledger() (archives map[string]bool, err error) {
	archives = map[string]bool{}
	doc := "the account of all documents up to the snapshot, JSON Lines"
	err = b.lines(File{Path: LedgerName, Doc: doc}, func(put func(any) error) error {
		for line, err := range b.Feed.Lines(1) {
			if err == nil {
				err = b.ctx.Err()
			}
			if err != nil {
				return err
			}
			if line.Seq > b.info.Sequence {
				return nil
			}
			if archive, _, ok := strings.Cut(line.Raw, "!"); ok {
				archives[archive] = true
			}
			if err := put(line); err != nil {
				return err
			}
		}
		return nil
	})
	return archives, err
}

// notices writes the typed notices.
func (b *build) notices() error {
	return b.lines(File{Path: NoticesName, Doc: "typed notices as /api/v1/notices/{id} gives them, JSON Lines"}, func(put func(any) error) error {
		packer, ok := b.snap.(store.Packer)
		if !ok {
			return fault.New(fault.Unsupported, "this store does not give packed notices")
		}
		for p, err := range packer.Packed(b.ctx, nil, nil, nil) {
			if err != nil {
				return err
			}
			n, err := packer.Unpack(p.ID, p.Data, store.Whole)
			if err != nil {
				return err
			}
			if err := put(n); err != nil {
				return err
			}
		}
		return nil
	})
}

// records writes the flat records.
func (b *build) records() error {
	f := File{Path: RecordsName + "." + b.Records.Ext, Doc: "flat records of 41 fields, as the Explore API has them", MediaType: b.Records.MediaType}
	return b.add(f, func(w io.Writer) (n int64, err error) {
		enc := b.Records.New(w, export.Options{Meta: b.Meta(b.info), Compression: "zstd"})
		fields := b.Fields.Flat()
		if err := enc.Begin(fields); err != nil {
			return 0, err
		}
		by := []query.Key{{Field: b.Fields.Must("idweb")}}
		for row, err := range b.snap.Rows(b.ctx, query.Query{Sort: by, Limit: -1}, fields) {
			if err == nil {
				err = enc.Row(row.Values)
			}
			if err != nil {
				return n, err
			}
			n++
		}
		return n, enc.End()
	})
}

// archives names the archives of source bytes.
func (b *build) archives(names map[string]bool) error {
	b.say("%d archives of source documents", len(names))
	for _, archive := range slices.Sorted(maps.Keys(names)) {
		if err := b.ctx.Err(); err != nil {
			return fault.Wrap(fault.Timeout, err, "the snapshot was given up")
		}
		file, f, err := b.OpenRaw(RawPrefix + archive)
		if err != nil {
			return err
		}
		file.Close()
		f.Doc = "source documents, as they came"
		b.m.Files = append(b.m.Files, f)
	}
	return nil
}

// Due reports whether it is time for the next snapshot, when one is to be made every so often.
func (f *Folder) Due(ctx context.Context, every time.Duration) (bool, error) {
	list, _, err := f.List(ctx)
	if err != nil || len(list) == 0 {
		return err == nil, err
	}
	return !f.Now().Before(list[0].Time.Add(every)), nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/export/parquet"
	"github.com/boamp/boamp/internal/export/rdf"
	"github.com/boamp/boamp/internal/export/xlsx"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/index"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
)

// dataFormat is the format number of the data folders that this program writes.
const dataFormat = datadir.Format

// formats lists the export formats.
func formats() []export.Format {
	list := append(append(export.Formats(), rdf.Formats()...), parquet.Format(), xlsx.Format())
	slices.SortFunc(list, func(a, b export.Format) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// rawReader gives kept bytes.
type rawReader interface {
	Get(ref string) ([]byte, error)
}

// folder is an opened data folder with its parts.
type folder struct {
	*datadir.Folder
	catalogue *field.Catalogue
	raw       *raw.Archive
	journal   *ledger.Journal
	erased    *register.Register
	store     *duckdb.Store
	index     *index.Index // nil: off
	work      *work
	url       atomic.Pointer[string] // where a server serves it; nil for none
	turn      *turn                  // to change it, of those who work inside of a server
	scheduler *follow.Scheduler      // of a server that follows its sources; nil for none
	followed  []string               // names of the places that the scheduler follows
	follows   *places                // which these are, of a server
	watch     *completeness.Watch    // how complete it is
	feed      *feeding               // for those who follow it
}

// address is where a server serves the folder, "" when none does.
func (f *folder) address() string {
	if url := f.url.Load(); url != nil {
		return *url
	}
	return ""
}

// openFolder opens all parts of a data folder. fresh drops the store first, for a rebuild, and the index with it.
func openFolder(ctx context.Context, path string, mode datadir.Mode, fresh bool, with indexing) (f *folder, err error) {
	dir, err := datadir.Open(path, mode, time.Now())
	if err != nil {
		return nil, err
	}
	f = &folder{Folder: dir, catalogue: field.NewCatalogue(), turn: newTurn(), feed: newFeeding()}
	f.watch = f.newWatch()
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if f.raw, err = raw.Open(dir.Raw(), raw.Options{Write: mode == datadir.Write}); err != nil {
		return f, err
	}
	if f.journal, err = ledger.Open(dir.Ledger(), mode == datadir.Read); err != nil {
		return f, err
	}
	if f.erased, err = register.Open(disk.OS{}, dir.Erased(), mode == datadir.Read); err != nil {
		return f, err
	}
	if !fresh && mode == datadir.Write {
		if fresh, err = f.beginsAnew(); err != nil {
			return f, err
		}
	}
	if fresh {
		if err := wholeLedger(f.journal); err != nil {
			return f, err
		}
		if err := duckdb.Remove(dir.Store()); err != nil {
			return f, err
		}
		if err := os.RemoveAll(dir.Index()); err != nil {
			return f, fault.Wrap(fault.Unavailable, err, "the search index cannot be removed").At(dir.Index())
		}
	}
	f.store, err = duckdb.Open(duckdb.Options{
		Path: dir.Store(), Temp: dir.Temp(), Catalogue: f.catalogue, ReadOnly: mode == datadir.Read, Memory: with.memory, Readers: with.readers,
	})
	if err != nil {
		return f, err
	}
	return f, f.openIndex(ctx, with)
}

// wholeLedger reads the ledger to its end. What cannot be made again of it is not to be dropped.
func wholeLedger(j *ledger.Journal) error {
	for _, err := range j.Lines(1) {
		if err != nil {
			return fmt.Errorf("the database was left as it is, because it could not be made anew: %w", err)
		}
	}
	return nil
}

// Close closes all parts; those that were never opened are passed over.
func (f *folder) Close() error {
	var errs []error
	if f.work != nil {
		f.work.end()
	}
	if f.index != nil {
		errs = append(errs, f.index.Close())
	}
	if f.store != nil {
		errs = append(errs, f.store.Close())
	}
	if f.journal != nil {
		errs = append(errs, f.journal.Close())
	}
	return errors.Join(append(errs, f.Folder.Close())...)
}

// importer is the way into the folder.
func (f *folder) importer(report func(ingest.Progress)) *ingest.Importer {
	return &ingest.Importer{
		Raw: f.raw, Journal: f.journal, Store: f.watched(f.mayChange), Fields: f.catalogue, Erased: f.erased, Reader: detect.New(), Now: time.Now,
		Workers: runtime.GOMAXPROCS(0), Report: report, Marks: f.Folder,
	}
}

// beginsAnew reports whether the store is what a rebuild by other readers left that was cut off: nobody knows any more which of its notices
// they read otherwise.
func (f *folder) beginsAnew() (bool, error) {
	c, ok, err := f.CatchUp()
	if err != nil || !ok {
		return false, err
	}
	on, err := ingest.Resumable(f.journal, c.From, c.Reader)
	return !on, err
}

// data is the store, behind its index.
func (f *folder) data() store.Store {
	if f.index == nil {
		return f.store
	}
	return f.index
}

// door is the way to its data.
func (f *folder) door() *search.Door { return &search.Door{Store: f.data(), Fields: f.catalogue} }

// withFolder calls do with an opened data folder. When a server has the folder, do is called in the server's process instead
// (see forward), with the server's folder.
func withFolder(ctx context.Context, std stdio, path string, mode datadir.Mode, do func(f *folder) error) (err error) {
	if host := sessionOf(ctx).host; host != nil {
		return do(host)
	}
	if err, ok := forward(ctx, std, path); ok {
		return err
	}
	f, err := openFolder(ctx, path, mode, false, indexing{mode: indexFound})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return do(f)
}

// withReader calls do with the door to the data and the kept bytes. plain asks the store itself.
func withReader(ctx context.Context, std stdio, path string, plain bool, do func(door *search.Door, raw rawReader) error) error {
	return withFolder(ctx, std, path, datadir.Read, func(f *folder) error {
		door := f.door()
		if plain {
			door.Store = f.store
		}
		return do(door, f.raw)
	})
}

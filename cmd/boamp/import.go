package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/record"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/store"
)

func importCommand() command {
	c := command{
		name: "import", args: "[FLAGS] PATH...", short: "Bring documents into a data folder: files, folders, archives, exports",
		long: `PATH is a file or a folder. XML of every generation of the BOAMP, plain eForms, and records of the Explore API (JSON, JSON
Lines, CSV export) are read, alone or inside of gzip, tar, zip and .taz archives. What a file is, is told by its content. A document
that cannot be read is kept and named in the ledger with the reason; the others go on. Importing the same again changes nothing.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		strict := f.Bool("strict", false, "end with an error when a document was set aside")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() == 0 {
			return wrongUsage(fault.New(fault.Invalid, "no path to import").WithHint("boamp import path/to/2026 archive.taz records.jsonl"))
		}
		return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error {
			done, err := sessionOf(ctx).takeTurn(ctx)
			if err != nil {
				return err
			}
			defer done()
			p := newProgress(std)
			im := data.importer(p.report)
			if sessionOf(ctx).host != nil { // readers are to have the other processors
				im.Workers, ctx = 1, store.WithWorkers(ctx, 1)
			}
			if err := makeUp(ctx, im, p); err != nil {
				return err
			}
			sum, err := im.Import(ctx, dir.Source{Paths: sessionOf(ctx).paths(f.Args()), Open: opener()})
			p.end()
			printSummary(std.out, sum)
			if sum.Inserted+sum.Updated > 0 {
				printSearchable(std.out, data)
			}
			if err == nil && *strict && sum.Quarantined > 0 {
				err = fault.New(fault.Invalid, "%d documents were set aside", sum.Quarantined).WithHint("`boamp status --quarantined` lists them")
			}
			return err
		})
	}
	return c
}

// makeUp brings the folder to where it should be before it is changed: what a crash cut off, what the register wants to be gone, and what
// an older program could not read.
func makeUp(ctx context.Context, im *ingest.Importer, p *progress) error {
	recovered, err := im.Recover(ctx)
	if err != nil {
		return err
	}
	if recovered.Removed > 0 {
		p.say("erased what the register names: %d notices", recovered.Removed)
	}
	if recovered.Documents > 0 {
		p.say("made up for an interrupted import: %d documents", recovered.Documents)
	}
	retried, err := im.Retry(ctx)
	if retried.Documents > 0 {
		p.say("read again what an older program set aside: %d documents, %d new notices", retried.Documents, retried.Inserted)
	}
	return err
}

// printSearchable says how long the last change took to be found.
func printSearchable(w io.Writer, data *folder) {
	if data.index == nil {
		return
	}
	if c := data.index.Status().Last; c.Notices > 0 {
		fmt.Fprintf(w, "searchable  %.1f ms after the last commit, which took %.1f ms and changed %d notices\n",
			float64(c.Searchable.Microseconds())/1000, float64(c.Commit.Microseconds())/1000, c.Notices)
	}
}

// opener opens every form of input.
func opener() dir.Opener {
	return dir.Opener{Unpack: archive.Reader{}.Members, CSV: record.CSV, Now: time.Now}
}

func rebuildCommand() command {
	c := command{
		name: "rebuild", args: "[FLAGS]", short: "Make the store anew from the kept documents, with this program's readers",
		long: "The raw archives and the ledger are not changed, except for lines about documents that are now read otherwise.",
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		data, err := openFolder(ctx, *path, datadir.Write, true, indexing{mode: indexOff})
		if err != nil {
			return err
		}
		p := newProgress(std)
		im := data.importer(p.report)
		sum, err := data.recover(ctx, im)
		p.end()
		printSummary(std.out, sum)
		if _, mirror, _ := data.Mirror(); err == nil && !mirror {
			err = makeUp(ctx, im, p)
		}
		if err != nil {
			err = fmt.Errorf("the rebuild is not complete, run it again: %w", err)
		}
		return errors.Join(err, data.Close())
	}
	return c
}

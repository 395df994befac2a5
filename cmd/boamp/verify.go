package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/inspection"
)

func verifyCommand() command {
	c := command{
		name: "verify", args: "[FLAGS]", short: "Say whether a data folder is sound: bytes, ledger, store, index and erasures hold what they should",
		long: `Reads everything that is kept and changes nothing. One line for each part; below it what is wrong, where, and the command that mends it.
Ends with exit code 1 when something is. Works beside a server, whose readers go on.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		deep := f.Bool("deep", false, "read every document again and compare what comes of it with what is served")
		mend := f.Bool("mend", false, "enter damaged documents in the ledger, so that boamp sync fetches them again and boamp import takes them anew")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		mode := datadir.Read
		if *mend {
			mode = datadir.Write
		}
		return withFolder(ctx, std, *path, mode, func(data *folder) error {
			res, err := inspect(ctx, std, data, *deep)
			if err == nil && *mend && len(res.Lost) > 0 {
				err = enterLost(ctx, std, data, res.Lost)
			}
			if err == nil && !res.Sound() {
				err = exitCode(1)
			}
			return err
		})
	}
	return c
}

// inspect prints part after part.
func inspect(ctx context.Context, std stdio, data *folder, deep bool) (res inspection.Result, err error) {
	f := inspection.Folder{Raw: data.raw, Journal: data.journal, Erased: data.erased, Reader: detect.New(), Workers: 1, Deep: deep}
	if sessionOf(ctx).host == nil {
		f.Workers = runtime.GOMAXPROCS(0)
	}
	closeViews, err := openViews(ctx, data, &f)
	if err != nil {
		return res, err
	}
	defer func() { err = errors.Join(err, closeViews()) }()
	return inspection.Run(ctx, f, func(p inspection.Part) { p.Print(std.out) })
}

// openViews opens views of store and index at a moment at which nobody changes the folder, so that they fit the journal.
func openViews(ctx context.Context, data *folder, f *inspection.Folder) (closeAll func() error, err error) {
	done, err := sessionOf(ctx).takeTurn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if last, ok := data.journal.Last(); ok {
		f.Last = last.Seq
	}
	if f.Store, err = data.store.Snapshot(ctx); err != nil {
		return nil, err
	}
	if data.index == nil {
		return f.Store.Close, nil
	}
	view, err := data.index.Snapshot(ctx)
	if err != nil {
		return nil, errors.Join(err, f.Store.Close())
	}
	f.Index, _ = view.(inspection.Summed)
	return func() error { return errors.Join(view.Close(), f.Store.Close()) }, nil
}

// enterLost writes lines for damaged documents.
func enterLost(ctx context.Context, std stdio, data *folder, lost []inspection.Lost) error {
	done, err := sessionOf(ctx).takeTurn(ctx)
	if err != nil {
		return err
	}
	defer done()
	var list []ingest.Lost
	for _, l := range lost {
		list = append(list, ingest.Lost(l))
	}
	im := data.importer(nil)
	if _, err := im.Recover(ctx); err != nil {
		return err
	}
	sum, err := im.Missed(ctx, list)
	if err == nil {
		fmt.Fprintf(std.out, "%d damaged documents entered in the ledger: boamp sync fetches those of its sources, boamp import of the others' sources takes them anew\n", sum.Quarantined)
	}
	return err
}

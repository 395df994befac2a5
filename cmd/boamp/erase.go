package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ingest"
	"github.com/boamp/boamp/internal/register"
	"github.com/boamp/boamp/internal/store"
)

func eraseCommand() command {
	c := command{
		name: "erase", args: "[FLAGS] ID...", short: "Take notices out for good, with the documents that hold them",
		long: `The notices leave the store, the index and the raw archives: in the place of each document that held them stands a tombstone with its hash.
Of a document with other notices the rest is kept. They never come back: the data folder has a register, ERASED.jsonl, which every import, sync and
rebuild honours, and so does a backup that is restored beside it. Those who follow the change feed are told. A notice that is not
there is entered all the same. There is no way to undo it but to restore a backup and its register.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		reason := f.String("reason", "", "`text` why, for whoever asks for the notice later")
		file := f.String("register", "", "`file` with more to erase, in the form of ERASED.jsonl: one JSON object a line with id and reason")
		list := f.Bool("list", false, "list what was erased, and erase nothing")
		if done, err := f.parse(args); done {
			return err
		}
		if *list {
			return listErased(ctx, std, *path)
		}
		if err := checkErasure(f.Args(), *reason, *file); err != nil {
			return wrongUsage(err)
		}
		return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error {
			what, err := erasuresOf(sessionOf(ctx), f.Args(), *reason, *file, time.Now())
			if err != nil {
				return err
			}
			return erase(ctx, std, data, what)
		})
	}
	return c
}

func checkErasure(ids []string, reason, file string) *fault.Error {
	switch {
	case len(ids) == 0 && file == "":
		return fault.New(fault.Invalid, "no notice to erase").WithHint(`boamp erase 24-12345 --reason "request of the person named"`)
	case len(ids) > 0 && strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, "an erasure needs its reason").At("--reason").WithHint("it is told to whoever asks for the notice later")
	case len(ids) == 0 && reason != "":
		return fault.New(fault.Invalid, "the reason is that of the notices on the command line; a register has its own").At("--reason")
	}
	return nil
}

// erasuresOf gathers what the command line and a register name.
func erasuresOf(s session, ids []string, reason, file string, now time.Time) (all []ingest.Erasure, err error) {
	for _, id := range ids {
		all = append(all, ingest.Erasure{ID: id, Reason: reason, Time: now.UTC().Truncate(time.Second)})
	}
	if file == "" {
		return all, nil
	}
	name := s.paths([]string{file})[0]
	in, err := os.Open(name)
	if err != nil {
		return nil, fault.Wrap(fault.NotFound, err, "the register cannot be read").At(name)
	}
	defer in.Close()
	more, err := register.Read(in, now.UTC().Truncate(time.Second))
	return append(all, more...), err
}

func erase(ctx context.Context, std stdio, data *folder, what []ingest.Erasure) error {
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
	var fresh []string
	for _, e := range what {
		if _, known := data.erased.Get(e.ID); !known && !slices.Contains(fresh, e.ID) {
			fresh = append(fresh, e.ID)
		}
	}
	sum, err := im.Erase(ctx, what)
	p.end()
	if err != nil {
		return fmt.Errorf("the erasure did not come to its end, and goes on with the next start or command that writes: %w", err)
	}
	fmt.Fprintf(std.out, "%d taken out of %d named; data revision %d\n", sum.Removed, len(what), sum.Revision)
	if sum.Removed > 0 {
		fmt.Fprintln(std.out, "nobody is given them any more; what DuckDB leaves of their bytes in store.duckdb goes with `boamp compact`")
	}
	if never := len(fresh) - sum.Removed; never > 0 {
		fmt.Fprintf(std.out, "%d were not there: they are in the register, and will not come in\n", never)
	}
	if known := len(what) - len(fresh); known > 0 {
		fmt.Fprintf(std.out, "%d were in the register already\n", known)
	}
	for _, archive := range sum.Damaged {
		fmt.Fprintf(std.err, "raw archive %s is no zip any more and could not be written anew: delete it, since it may still hold what was erased\n", archive)
	}
	return nil
}

// listErased prints the register.
func listErased(ctx context.Context, std stdio, path string) error {
	return withFolder(ctx, std, path, datadir.Read, func(data *folder) error {
		t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
		for _, e := range data.erased.All() {
			fmt.Fprintf(t, "%s\t%s\t%d documents\t%s\n", e.Time.Format(time.RFC3339), e.ID, len(e.SHA256), e.Reason)
		}
		return t.Flush()
	})
}

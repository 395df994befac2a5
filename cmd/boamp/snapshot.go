package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
)

func snapshotCommand() command {
	c := command{
		name: "snapshot", args: "[FLAGS]", short: "Make a snapshot of all data as files for download",
		long: `All notices as JSON Lines, all records as Parquet and the account of documents are written to snapshots/ in the data folder, with a manifest
that also names the archives of source documents. boamp serve offers it at /api/v1/snapshots; it tells where in the change feed to go
on. A snapshot never changes. One that holds what is erased later is withdrawn. Imports and readers go on meanwhile. docs/changes.md.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		keep := f.Int("keep", 0, "remove all but so many of the newest snapshots; 0 removes none")
		list := f.Bool("list", false, "list the snapshots, and make none")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if *keep < 0 {
			return wrongUsage(fault.New(fault.Invalid, "%d snapshots cannot be kept", *keep).At("--keep"))
		}
		mode := datadir.Write
		if *list {
			mode = datadir.Read
		}
		return withFolder(ctx, std, *path, mode, func(data *folder) error {
			if *list {
				return listSnapshots(ctx, std, data.snapshots())
			}
			return makeSnapshot(ctx, std, data.snapshots(), *keep)
		})
	}
	return c
}

func makeSnapshot(ctx context.Context, std stdio, all *bulk.Folder, keep int) error {
	p := newProgress(std)
	m, made, err := all.Make(ctx, func(step string) { p.say("%s", step) })
	p.end()
	if err != nil {
		return err
	}
	if made {
		fmt.Fprintf(std.out, "snapshot %s: %d notices, revision %d, line %d of the account, digest %s\n", m.Snapshot, m.Notices, m.Revision, m.Sequence, m.Digest)
	} else {
		fmt.Fprintf(std.out, "nothing has changed since the snapshot %s\n", m.Snapshot)
	}
	if keep > 0 {
		return all.Keep(keep)
	}
	return nil
}

func listSnapshots(ctx context.Context, std stdio, all *bulk.Folder) error {
	list, gone, err := all.List(ctx)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	for _, m := range list {
		own := int64(0)
		for _, f := range m.Files {
			own += f.Size
		}
		fmt.Fprintf(t, "%s\t%d notices\trevision %d\t%.1f MB\t%s\n", m.Snapshot, m.Notices, m.Revision, float64(own)/1e6, m.Time.Format(time.DateTime))
	}
	for _, w := range gone {
		fmt.Fprintf(t, "%s\twithdrawn\trevision %d\t\t%s\n", w.Snapshot, w.Revision, w.Time.Format(time.DateTime))
	}
	return t.Flush()
}

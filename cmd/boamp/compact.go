package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store/duckdb"
)

func compactCommand() command {
	c := command{
		name: "compact", args: "[FLAGS]", short: "Write the database anew, so that nothing is left in it of what was erased",
		long: `DuckDB keeps the bytes of rows that were deleted in its file. After an erasure this command writes the file anew, with what stands in it and nothing
else, and proves the copy by the digest of all notices before it takes the old one's place. It needs the folder for itself, stop the server
first, and as much room again while it lasts. A rebuild has the same effect and takes longer.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) (err error) {
		f := newFlags(c, std)
		path := f.data()
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		dir, err := datadir.Open(*path, datadir.Write, time.Now())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, dir.Close()) }()
		done, err := duckdb.Compact(ctx, duckdb.Options{Path: dir.Store(), Temp: dir.Temp(), Catalogue: field.NewCatalogue()})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(std.out, "notices of which nothing is left now  %d\nstore.duckdb  %.1f MB, before %.1f MB\n", done.Removed, float64(done.After)/1e6, float64(done.Before)/1e6)
		return err
	}
	return c
}

package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/synth"
)

func demoCommand() command {
	c := command{
		name: "demo", args: "[FLAGS]", short: "Load invented notices of every generation into a temporary folder and serve them",
		long: "The notices are made by the program in the true formats of 2006 to today; buyers, firms and persons do not exist. The folder is\nremoved at the end.",
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		listen := f.String("listen", "127.0.0.1:8080", "`address` to listen on; when the port is taken, a free one is used")
		count := f.Int("notices", 400, "about how many `notices` to make")
		mode := f.index()
		load := f.Bool("load-only", false, "load, print the summary, and end")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if err := checkIndex(*mode); err != nil {
			return err
		}
		dir, err := os.MkdirTemp("", "boamp-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		data, err := openFolder(ctx, filepath.Join(dir, "data"), datadir.Write, false, indexing{mode: *mode})
		if err != nil {
			return err
		}
		if data.index != nil {
			err = data.index.Build(ctx) // of nothing yet: what is loaded goes into it
		}
		if err == nil {
			err = loadDemo(ctx, std, data, *count)
		}
		if err == nil && !*load {
			err = serveDemo(ctx, std, data, *listen)
		}
		return errors.Join(err, data.Close())
	}
	return c
}

// loadDemo imports invented notices into a data folder.
func loadDemo(ctx context.Context, std stdio, data *folder, count int) error {
	p := newProgress(std)
	now := time.Now()
	sum, err := data.importer(p.report).Import(ctx, demoSource{synth.Options{Seed: 1, Notices: count, Today: notice.DateOf(now.In(notice.Paris))}, now})
	p.end()
	if err == nil {
		printSummary(std.out, sum)
	}
	return err
}

// demoSource gives the invented notices as one edition.
type demoSource struct {
	options synth.Options
	now     time.Time
}

// Editions gives the one edition.
func (s demoSource) Editions(context.Context) iter.Seq2[source.Edition, error] {
	return func(yield func(source.Edition, error) bool) {
		yield(source.Edition{Name: "demonstration", Items: s.items}, nil)
	}
}

func (s demoSource) items(context.Context) iter.Seq2[source.Item, error] {
	return func(yield func(source.Item, error) bool) {
		for d := range synth.Generate(s.options) {
			if !yield(source.Item{Bytes: d.Bytes, Origin: "demo:" + d.Path, Name: source.NameOf(d.Path), Fetched: s.now}, nil) {
				return
			}
		}
	}
}

func serveDemo(ctx context.Context, std stdio, data *folder, listen string) error {
	log := slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	ready := func(url string) { printDemo(std, data.Path(), url) }
	err := serveFolder(ctx, data, log, public{}, listen, ready)
	if errors.Is(err, syscall.EADDRINUSE) {
		err = serveFolder(ctx, data, log, public{}, "127.0.0.1:0", ready)
	}
	return err
}

func printDemo(std stdio, path, url string) {
	self := os.Args[0]
	fmt.Fprintf(std.out, `
open calls        %[1]s/api/v1/notices?open=true
as a spreadsheet  %[1]s/api/v1/notices.xlsx?open=true
works, by words   %[1]s/api/v1/notices?kind=works&q=voirie
Explore API       %[1]s/api/explore/v2.1/catalog/datasets/boamp/records?where=search(objet,%%22voirie%%22)&order_by=-dateparution
  counted         %[1]s/api/explore/v2.1/catalog/datasets/boamp/facets?facet=famille&facet=dateparution
  as a file       %[1]s/api/explore/v2.1/catalog/datasets/boamp/exports/csv?select=idweb,objet,nomacheteur
  to try          %[1]s/api/explore/v2.1/console

three commands to try in another terminal:
  curl '%[1]s/api/v1/notices?departement=44&open=true&limit=2'
  %[2]s query --data %[3]s --cpv 45 --open
  %[2]s query --data %[3]s --stage award --format csv --fields idweb,title,winner_name,awarded

serving until Ctrl-C
`, url, self, path)
}

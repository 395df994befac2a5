package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/ledger"
)

func statusCommand() command {
	c := command{
		name: "status", args: "[FLAGS]", short: "Say what a data folder holds and what became of its documents",
		long: "The ledger is a folder of JSON Lines files, ledger/yyyy-mm.jsonl, that any program can read; this command counts its lines.",
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		aside := f.Bool("quarantined", false, "list the documents that are set aside, with the reasons")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		return withFolder(ctx, std, *path, datadir.Read, func(data *folder) error {
			return printStatus(ctx, std, data, *aside)
		})
	}
	return c
}

func printStatus(ctx context.Context, std stdio, data *folder, aside bool) error {
	info, err := data.door().Info(ctx)
	if err != nil {
		return err
	}
	counts, latest, err := countLedger(data.journal)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(t, "data folder\t%s\tformat %d\n", data.Path(), dataFormat)
	fmt.Fprintf(t, "notices\t%d\trevision %d\n", info.Notices, info.Revision)
	if !info.LastUpdate.IsZero() {
		fmt.Fprintf(t, "last update\t%s\t\n", info.LastUpdate.UTC().Format(time.RFC3339))
	}
	describeIndex(t, data)
	fmt.Fprintf(t, "ledger lines\t%d\t\n", latest)
	for _, o := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(t, "  %s\t%d\t\n", o, counts[o])
	}
	if err := t.Flush(); err != nil || !aside {
		return err
	}
	return listAside(std, data.journal)
}

func countLedger(j *ledger.Journal) (counts map[ledger.Outcome]int, lines int64, err error) {
	counts = map[ledger.Outcome]int{}
	for line, err := range j.Lines(1) {
		if err != nil {
			return nil, 0, err
		}
		counts[line.Outcome]++
		lines = line.Seq
	}
	return counts, lines, nil
}

// listAside prints the lines that are still true: a document that was read later is not set aside any more.
func listAside(std stdio, j *ledger.Journal) error {
	last := map[string]ledger.Line{}
	for line, err := range j.Lines(1) {
		if err != nil {
			return err
		}
		delete(last, line.Origin) // it could not be fetched, and now it was
		key := cmp.Or(line.SHA256, line.Origin)
		if line.Kind != "" { // also of bytes that came again
			last[key] = line
		} else {
			delete(last, key)
		}
	}
	lines := slices.SortedFunc(maps.Values(last), func(a, b ledger.Line) int { return int(a.Seq - b.Seq) })
	for _, l := range lines {
		outcome := ledger.Quarantined
		if len(l.IDs) > 0 {
			outcome = ledger.Partial
		}
		if _, err := fmt.Fprintf(std.out, "%s\t%s\t%s: %s\n", outcome, l.Origin, l.Kind, l.Reason); err != nil {
			return err
		}
	}
	return nil
}

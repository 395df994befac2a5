package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

// exitAlarm is the exit code of status --check when there is an alarm.
const exitAlarm = 4

func statusCommand() command {
	c := command{
		name: "status", args: "[FLAGS]", short: "Say what a data folder holds and what became of its documents",
		long: `Counts what became of every document that was met or listed, as the ledger tells, and lists the editions that are not complete and the alarms with
what to do. The ledger is a folder of JSON Lines files, ledger/yyyy-mm.jsonl, that any program can read. docs/completeness.md explains each number.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		aside := f.Bool("quarantined", false, "list the documents that are set aside or missing, with the reasons")
		check := f.Bool("check", false, "end with the exit code 4 when there is an alarm")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		return withFolder(ctx, std, *path, datadir.Read, func(data *folder) error {
			alarms, err := printStatus(ctx, std, data, *aside)
			if err == nil && *check && alarms > 0 {
				err = exitCode(exitAlarm)
			}
			return err
		})
	}
	return c
}

// printStatus prints the state of a folder and gives the number of alarms.
func printStatus(ctx context.Context, std stdio, data *folder, aside bool) (alarms int, err error) {
	snap, r, err := data.watch.Look(ctx)
	if err != nil {
		return 0, err
	}
	defer snap.Close()
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	fmt.Fprintf(t, "data folder\t%s, format %d\n", data.Path(), dataFormat)
	fmt.Fprintf(t, "notices\t%d\trevision %d\n", r.Info.Notices, r.Info.Revision)
	if !r.Info.LastUpdate.IsZero() {
		fmt.Fprintf(t, "last update\t%s\n", utc(r.Info.LastUpdate))
	}
	describeIndex(t, data)
	fmt.Fprintf(t, "ledger lines\t%d\t\n", r.Info.Sequence)
	describeAccount(t, r)
	describeSources(t, r)
	describeAudit(t, r.Audit)
	if err := t.Flush(); err != nil {
		return 0, err
	}
	printIncomplete(std.out, r.Account)
	printAlarms(std.out, r.Alarms)
	if aside {
		err = listAside(ctx, std.out, snap)
	}
	return len(r.Alarms), err
}

func several(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func utc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// describeAccount writes what became of the documents, over all editions.
func describeAccount(w io.Writer, r completeness.Report) {
	_, total := r.Account.Rows(completeness.Choice{By: completeness.ByYear})
	fmt.Fprintf(w, "complete\t%s\t%s\n", r.Health, several(int64(total.Editions), "edition"))
	for _, line := range []struct {
		name string
		n    int64
		note string
	}{
		{"listed", total.Listed, fmt.Sprintf("%d fetched, %d read", total.Fetched, total.Read)}, {"served", total.Served, fmt.Sprintf("%d notices, %d documents in part", total.Notices, total.Partial)},
		{"quarantined", total.Quarantined, ""}, {"erased", total.Erased, ""}, {"missing", total.Missing, ""}, {"unaccounted", total.Unaccounted(), ""}, {"gone", total.Gone, "no more listed"},
	} {
		if line.n != 0 || line.name == "listed" || line.name == "served" {
			fmt.Fprintf(w, "  %s\t%d\t%s\n", line.name, line.n, line.note)
		}
	}
	if l := total.Lag; l.Documents > 0 {
		fmt.Fprintf(w, "lag\t%s, half of %d documents; 95 of 100 %s, worst %s\n", l.P50, l.Documents, l.P95, l.Worst)
	}
}

// describeSources writes a line for each place that is or was followed.
func describeSources(w io.Writer, r completeness.Report) {
	names := map[string]string{}
	for _, s := range r.Account.Sources {
		names[s.Name] = "since " + utc(s.Followed) + ", newest of " + utc(s.News)
	}
	passes := map[string]string{}
	for _, f := range r.Following {
		names[f.Source] += "" // also of one that gave nothing yet
		switch {
		case f.Last.IsZero():
			passes[f.Source] = "followed, no pass yet"
		case f.Failures > 0:
			passes[f.Source] = fmt.Sprintf("last pass %s failed, the %d. time: %s", utc(f.Last), f.Failures, f.Error)
		default:
			passes[f.Source] = "last pass " + utc(f.Last)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Fprintf(w, "source %s\t%s\n", name, strings.Trim(names[name]+"; "+passes[name], "; "))
	}
}

func describeAudit(w io.Writer, a *completeness.Result) {
	if a == nil {
		return
	}
	found := "nothing found"
	if n := int64(len(a.Findings)) + a.More; n > 0 {
		found = several(n, "finding")
	}
	fmt.Fprintf(w, "last audit\t%s, %s; %d of %d documents hashed, %d notices compared, %d days listed again\n", utc(a.Time), found, a.Hashed, a.Kept, a.Compared, len(a.Days))
}

// shownEditions are listed by status; the API has all.
const shownEditions = 10

// printIncomplete lists the newest editions in which something is not served.
func printIncomplete(w io.Writer, a *completeness.Account) {
	rows, _ := a.Rows(completeness.Choice{By: completeness.ByEdition, Incomplete: true})
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\nnot complete, %s:\n", several(int64(len(rows)), "edition"))
	t := tabwriter.NewWriter(w, 2, 4, 2, ' ', 0)
	for _, r := range rows[:min(len(rows), shownEditions)] {
		var parts []string
		for _, p := range []struct {
			n    int64
			what string
		}{{r.Quarantined, "quarantined"}, {r.Partial, "in part"}, {r.Missing, "missing"}, {r.Unaccounted(), "unaccounted"}} {
			if p.n != 0 {
				parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
			}
		}
		fmt.Fprintf(t, "  %s\t%s\t%d listed\t%s\n", r.Source, r.Edition, r.Listed, strings.Join(parts, ", "))
	}
	_ = t.Flush() // as the prints before it
	if n := len(rows) - shownEditions; n > 0 {
		fmt.Fprintf(w, "  and %d more\n", n)
	}
}

func printAlarms(w io.Writer, alarms []completeness.Alarm) {
	if len(alarms) == 0 {
		return
	}
	fmt.Fprintln(w, "\nalarms:")
	for _, x := range alarms {
		fmt.Fprintf(w, "  %s since %s (Paris): %s\n", x.Kind, x.Since.In(notice.Paris).Format("2006-01-02 15:04"), x.Text)
		if len(x.Editions) > 0 {
			fmt.Fprintf(w, "    in %s\n", strings.Join(x.Editions, ", "))
		}
		fmt.Fprintf(w, "    to do: %s\n", x.Todo)
	}
}

// listAside prints the documents that are set aside or missing, in the order in which they became so.
func listAside(ctx context.Context, w io.Writer, snap store.Snapshot) error {
	type document struct{ source, edition, origin string }
	aside := map[document]ledger.Line{}
	for l, err := range snap.Ledger(ctx, 1) {
		if err != nil {
			return err
		}
		if l.Outcome == ledger.Derived || l.Outcome == ledger.Listing {
			continue
		}
		key := document{l.Source, l.Edition, l.Origin}
		switch completeness.StateOf(l) {
		case completeness.Quarantined, completeness.Partial, completeness.Missing:
			aside[key] = l
		default:
			delete(aside, key)
		}
	}
	for _, l := range slices.SortedFunc(maps.Values(aside), func(a, b ledger.Line) int { return int(a.Seq - b.Seq) }) {
		if _, err := fmt.Fprintf(w, "%s\t%s\t%s: %s\n", completeness.StateOf(l), l.Origin, l.Kind, l.Reason); err != nil {
			return err
		}
	}
	return nil
}

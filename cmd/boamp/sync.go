package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/store"
)

// exitLacking is the exit code of a sync that found a source down, or not giving all that it lists.
const exitLacking = 3

func syncCommand() command {
	c := command{
		name: "sync", args: "[FLAGS]", short: "Bring a data folder in step with its sources, once",
		long: `What is new at a source, or has changed there, is fetched, kept, read and accounted for, each day of publication at once. What it lists no
more is marked and stays. Without --from the last days are looked at; with it the history from that day on: a sync that was interrupted
goes on where it ended when it is called again. A server that has the folder does the work and keeps answering; another sync or
import waits for its turn. Proxies are taken from HTTPS_PROXY and NO_PROXY. docs/sources.md tells what is asked of each source.

Exit codes: 0 in step; 1 the folder could not be brought in step; 3 a source was down, or did not give all that it lists: what it gave is
served, the next sync asks for the rest; 130 interrupted.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		p := f.placeFlags("")
		f.StringVar(&p.to, "to", "", "last `day` of publication")
		f.BoolVar(&p.again, "again", false, "look into every day from --from to --to, whatever is known of it")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if _, _, err := p.check(); err != nil {
			return err
		}
		return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error { return syncOnce(ctx, std, data, p) })
	}
	return c
}

// syncOnce makes one pass.
func syncOnce(ctx context.Context, std stdio, data *folder, p *places) error {
	s := sessionOf(ctx)
	bar := newProgress(std)
	list, err := p.open(s, data, func(source, edition string, err error) { bar.say("%s %s: %s", source, edition, inWords(err)) })
	if err != nil {
		return err
	}
	turn, err := s.hold(ctx)
	if err != nil {
		return err
	}
	defer turn.end()
	im := data.importer(bar.report)
	if s.host != nil { // readers are to have the other processors
		im.Workers, ctx = 1, store.WithWorkers(ctx, 1)
	}
	recovered, err := im.Recover(ctx)
	if err != nil {
		return err
	}
	if recovered.Editions > 0 {
		bar.say("made up for an interrupted import: %d documents", recovered.Documents)
	}
	pass := &follow.Pass{Importer: im, Places: list, Now: time.Now, Between: func(ctx context.Context) error { return turn.giveWay(ctx, im) }}
	r := pass.Run(ctx)
	bar.end()
	printPass(std, r)
	if r.Changed() > 0 {
		printSearchable(std.out, data)
	}
	switch {
	case r.Err != nil:
		return r.Err
	case r.Lacking():
		return exitCode(exitLacking)
	}
	return nil
}

// printPass says what a pass did.
func printPass(std stdio, r follow.Result) {
	if r.Retried.Documents > 0 {
		fmt.Fprintf(std.out, "read again  %d documents that an older program had set aside: %d new notices, %d updated\n", r.Retried.Documents, r.Retried.Inserted, r.Retried.Updated)
	}
	for _, o := range r.Places {
		fmt.Fprintf(std.out, "%s\n", o.Name)
		printOutcome(std.out, o)
		for _, f := range o.Faults {
			at := o.Name
			if f.Edition != "" {
				at += " " + f.Edition
			}
			fmt.Fprintf(std.err, "%s: %s\n", at, inWords(f.Err))
		}
		if o.Down {
			fmt.Fprintf(std.err, "%s was given up; the next sync asks for the rest\n", o.Name)
		}
	}
}

func printOutcome(w io.Writer, o follow.Outcome) {
	if o.Summary.Editions == 0 {
		fmt.Fprintln(w, "nothing new")
		return
	}
	fmt.Fprintf(w, "days or archives  %d\n", o.Summary.Editions)
	printSummary(w, o.Summary)
	if o.Missing > 0 {
		fmt.Fprintf(w, "missing  %d documents that are listed and could not be had; the next sync asks again\n", o.Missing)
	}
}

// inWords is an error in one line for people, with its hint and its cause.
func inWords(err error) string {
	var f *fault.Error
	text := err.Error()
	if errors.As(err, &f) && f.Hint != "" {
		text += " (" + f.Hint + ")"
	}
	return text
}

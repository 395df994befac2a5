package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

// parts are what can be measured, in the order in which it is.
var parts = []string{"start", "single", "load", "rate", "export", "edition"}

func benchCommand() command {
	c := command{
		name: "bench", args: "[FLAGS]", short: "Put a load on a boamp and measure it",
		long: `Starts ` + "`boamp serve`" + ` on the data folder for each engine (or takes the server at --url), draws questions from the data, and measures:

start    from the start of the process to the first page of notices, and what it holds in memory
single   the questions of the table in docs/performance.md, one after the other
load     the mixed load, closed loop: each client asks again once it has its answer
rate     the mixed load at a fixed rate; latencies run from when a request was due, so that waiting counts
export   CSV, JSON Lines and Parquet of everything
edition  an edition of new notices that is imported under load; the notices stay in the folder

The driver takes processor time, too: the tables say how much, and what other programs took.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		var b bench
		f.StringVar(&b.start.Data, "data", "boamp-data", "data `folder`")
		f.StringVar(&b.start.Program, "boamp", "./bin/boamp", "`program` to start")
		f.StringVar(&b.url, "url", "", "`address` of a server that runs already; nothing is started")
		engines := f.String("engine", "duckdb", "`engines` to compare, separated by commas: index, small (without words of the bodies), duckdb")
		only := f.String("only", "start,single,load,rate", "`parts` to measure, separated by commas: "+strings.Join(parts, ", "))
		f.Uint64Var(&b.seed, "seed", 1, "`seed` of the questions")
		f.IntVar(&b.start.Clients, "clients", 16, "`number` of clients of the mixed load")
		f.DurationVar(&b.warm, "warm", 5*time.Second, "`time` of mixed load before each measured one")
		f.DurationVar(&b.run, "for", 20*time.Second, "`time` of a mixed load")
		f.IntVar(&b.repeat, "repeat", 3, "`number` of times that each part is measured; the median is told")
		targets := f.Bool("targets", false, "measure all that has a target, by each engine what is asked of it, and print the table of targets")
		f.Float64Var(&b.rate, "rate", 0, "requests a `second` of the part rate; 0: half of what the part load gave")
		f.IntVar(&b.runs, "runs", 50, "`number` of runs of a single question")
		f.IntVar(&b.questions, "questions", 20000, "`number` of different questions of the mixed load")
		f.Int64Var(&b.whole, "whole", 200000, "`rows` of the export of whole records, 0 for all")
		f.IntVar(&b.edition, "edition", 1000, "`notices` of the edition")
		f.BoolVar(&b.cold, "cold", false, "make the system forget the files of the folder before each start (Linux)")
		jsonFile := f.String("json", "", "`file` for the measurements as JSON Lines, appended")
		if done, err := f.parse(args); done {
			return err
		}
		b.only, b.out, b.progress = strings.Split(*only, ","), std.out, std.err
		if *targets {
			return b.targets(ctx, strings.Split(*engines, ","), *jsonFile)
		}
		return b.all(ctx, strings.Split(*engines, ","), *jsonFile)
	}
	return c
}

// bench is one run of the command.
type bench struct {
	start          load.Options
	url            string
	only           []string
	seed           uint64
	warm, run      time.Duration
	repeat, runs   int
	questions      int
	edition        int
	whole          int64
	rate           float64
	cold           bool
	out, progress  io.Writer
	report         load.Report
	engine         string // that is measured now
	server         *load.Server
	sample         *load.Sample
	mixed          []load.Question
	answersASecond float64 // that the part load found
	begun          []time.Duration
	made           time.Duration // from a start without an index that fits to its first answer
}

// all measures the engines one after the other and prints the tables.
func (b *bench) all(ctx context.Context, engines []string, jsonFile string) error {
	return errors.Join(b.measure(ctx, engines, jsonFile), b.report.Markdown(b.out))
}

// measure measures the engines one after the other.
func (b *bench) measure(ctx context.Context, engines []string, jsonFile string) (err error) {
	for _, p := range b.only {
		if !slices.Contains(parts, p) {
			return fmt.Errorf("part %q is not known: %s", p, strings.Join(parts, ", "))
		}
	}
	if jsonFile != "" {
		file, err := os.OpenFile(jsonFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
		if err != nil {
			return err
		}
		defer file.Close()
		b.report.JSON = file
	}
	if b.url != "" {
		engines = []string{"server"}
	}
	flags := b.start.Flags
	for _, e := range engines {
		if b.engine = e; b.url == "" {
			more, err := b.engineFlags(e)
			if err != nil {
				return err
			}
			b.start.Flags = append(slices.Clone(flags), more...)
		}
		if err := b.one(ctx); err != nil {
			return err
		}
	}
	return nil
}

// engineFlags are the flags of `boamp serve` that choose an engine.
func (b *bench) engineFlags(engine string) ([]string, error) {
	help, err := exec.Command(b.start.Program, "serve", "--help").Output()
	if err != nil {
		return nil, fmt.Errorf("%s serve --help: %w", b.start.Program, err)
	}
	flags, ok := map[string][]string{
		"index": {"--index=on"}, "small": {"--index=small"}, "duckdb": {"--index=off"},
	}[engine]
	switch {
	case !ok:
		return nil, fmt.Errorf("engine %q is not known: index, small, duckdb", engine)
	case strings.Contains(string(help), "--index "):
	case engine == "duckdb":
		flags = nil // a program without the index has only that
	default:
		return nil, fmt.Errorf("%s has no index", b.start.Program)
	}
	if strings.Contains(string(help), "--cache ") {
		flags = append(flags, "--cache=0") // answers are to be worked out
	}
	return flags, nil
}

// one measures one engine.
func (b *bench) one(ctx context.Context) (err error) {
	if b.url != "" {
		b.server = load.Use(b.url, b.start.Clients)
	} else {
		if err := b.prepare(ctx); err != nil {
			return err
		}
		b.say("starting")
		if err := b.begin(ctx); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, b.server.Close()) }()
	b.say("drawing questions")
	if b.sample, err = load.Draw(ctx, b.server, b.seed); err != nil {
		return err
	}
	if err := b.about(ctx); err != nil {
		return err
	}
	singles := b.sample.Singles(b.runs)
	b.mixed = b.sample.Mixed(b.questions)
	for _, step := range []struct {
		part string
		do   func(context.Context) error
	}{
		{"start", b.started},
		{"single", func(ctx context.Context) error { return b.single(ctx, singles) }},
		{"load", b.closed}, {"rate", b.open}, {"export", b.exports}, {"edition", b.comesIn},
	} {
		if !slices.Contains(b.only, step.part) {
			continue
		}
		b.say(step.part)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s, engine %s: %w", step.part, b.engine, err)
		}
	}
	return b.held("at the end")
}

// begin starts the server, several times where starts are measured.
func (b *bench) begin(ctx context.Context) (err error) {
	b.begun = nil
	for {
		if b.cold {
			if err := load.Forget(b.start.Data); err != nil {
				return err
			}
		}
		if b.server, err = load.Start(ctx, b.start); err != nil {
			return err
		}
		if b.begun = append(b.begun, b.server.Begun); len(b.begun) >= b.repeat || !slices.Contains(b.only, "start") {
			return nil
		}
		if err := b.server.Close(); err != nil {
			return err
		}
	}
}

// prepare lets an index be made, so that the start that is measured finds one.
func (b *bench) prepare(ctx context.Context) error {
	if b.made = 0; b.engine == "duckdb" {
		return nil
	}
	b.say("waiting for the index")
	begin := time.Now()
	s, err := load.Start(ctx, b.start)
	if err != nil {
		return err
	}
	if err := s.Indexed(ctx); err != nil {
		return errors.Join(err, s.Close())
	}
	b.made = time.Since(begin)
	return s.Close()
}

// about keeps with the measurements what was measured where.
func (b *bench) about(ctx context.Context) error {
	version, err := b.server.Version(ctx)
	if err != nil {
		return err
	}
	return b.add(load.Line{Table: "run", What: version, Note: fmt.Sprintf("%s; %s; seed %d, %d clients, %d repeats",
		time.Now().UTC().Format(time.DateTime), load.Machine(), b.seed, b.start.Clients, b.repeat)})
}

func (b *bench) say(what string) {
	fmt.Fprintf(b.progress, "%s %s: %s\n", time.Now().Format(time.TimeOnly), b.engine, what)
}

// add completes a line and reports it.
func (b *bench) add(l load.Line) error {
	l.Engine, l.Notices = b.engine, b.sample.Notices
	return b.report.Add(l)
}

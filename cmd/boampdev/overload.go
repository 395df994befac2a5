package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

func overloadCommand() command {
	c := command{
		name: "overload", args: "[FLAGS]", short: "Offer a boamp many times what it can answer, and see that it stays on its feet",
		long: `Starts ` + "`boamp serve`" + ` on the data folder (or takes the server of this machine at --url), draws questions from the data, and finds its capacity: the
mixed load as a closed loop. Then requests come at half of that, and at --times of it, whatever the server does; latencies run from when a request was due.
It fails when an answer is neither 200 nor 503 with Retry-After, when those let in take more than three times the 99th percentile at capacity, when memory
grows beyond --memory, or when the server does not answer as before afterwards.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		o := overload{out: std.out}
		f.StringVar(&o.start.Data, "data", "boamp-data", "data `folder`")
		f.StringVar(&o.start.Program, "boamp", "./bin/boamp", "`program` to start")
		url := f.String("url", "", "`address` of a server of this machine that runs already; nothing is started")
		serve := f.String("serve", "--cache=0", "more flags of `boamp serve`, separated by blanks")
		f.DurationVar(&o.run, "for", time.Minute, "`time` of the overload")
		f.DurationVar(&o.find, "find", 15*time.Second, "`time` of each load before it")
		f.Float64Var(&o.times, "times", 10, "`times` the capacity")
		f.IntVar(&o.start.Clients, "clients", 16, "`number` of clients of the closed loop")
		f.IntVar(&o.most, "most", 128, "`requests` under way at once in the overload")
		f.Int64Var(&o.memory, "memory", 500, "`megabytes` by which the server may grow in the overload")
		f.Uint64Var(&o.seed, "seed", 1, "`seed` of the questions")
		if done, err := f.parse(args); done {
			return err
		}
		o.start.Flags = strings.Fields(*serve)
		return o.all(ctx, *url)
	}
	return c
}

// overload is one run of the command.
type overload struct {
	start     load.Options
	run, find time.Duration
	times     float64
	most      int
	memory    int64
	seed      uint64
	out       io.Writer
	server    *load.Server
	questions []load.Question
}

func (o *overload) all(ctx context.Context, url string) (err error) {
	clients := o.start.Clients
	o.start.Clients = o.most // connections
	if url != "" {
		o.server = load.Use(url, o.most)
	} else if o.server, err = load.Start(ctx, o.start); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.server.Close()) }()
	if err := o.server.Loopback(); err != nil {
		return err
	}
	sample, err := load.Draw(ctx, o.server, o.seed)
	if err != nil {
		return err
	}
	o.questions = sample.Mixed(20_000)
	version, err := o.server.Version(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(o.out, "%s; %d notices; %s; %s; %d clients, %v times capacity for %v\n\n", version, sample.Notices, time.Now().UTC().Format(time.DateTime), load.Machine(), clients, o.times, o.run)
	fmt.Fprint(o.out, "| load | offered/s | answered/s | p50 ms | p99 ms | refused | p99 of those ms | not sent | busy: server, driver, others | resident MB |\n|---|---|---|---|---|---|---|---|---|---|\n")
	closed := load.Run{Questions: o.questions, Clients: clients, For: o.find}
	_ = closed.Do(ctx, o.server) // files come into memory
	full := closed.Do(ctx, o.server)
	if full.Failed > 0 {
		return fmt.Errorf("at capacity %d requests failed: %s", full.Failed, full.FirstFail)
	}
	before := load.MemoryOf(o.server.PID).Resident
	fmt.Fprintf(o.out, "| capacity, closed loop | | %.0f | %.1f | %.1f | | | | %s | %.0f |\n", full.PerSecond(), load.Millis(full.All.Percentile(50)), load.Millis(full.All.Percentile(99)),
		shares(full.Processor), mb(before))
	half := o.flood(ctx, "half of it", full.PerSecond()/2, o.find)
	over := o.flood(ctx, fmt.Sprintf("%v times", o.times), full.PerSecond()*o.times, o.run)
	after := closed.Do(ctx, o.server)
	fmt.Fprintf(o.out, "| afterwards, closed loop | | %.0f | %.1f | %.1f | | | | %s | %.0f |\n\n", after.PerSecond(), load.Millis(after.All.Percentile(50)), load.Millis(after.All.Percentile(99)),
		shares(after.Processor), mb(load.MemoryOf(o.server.PID).Resident))
	return o.judge(full, half, over, after, before)
}

// flood offers requests at a rate and prints a row.
func (o *overload) flood(ctx context.Context, what string, rate float64, run time.Duration) load.FloodResult {
	r := load.Flood{Questions: o.questions, Rate: rate, For: run, Most: o.most}.Do(ctx, o.server)
	fmt.Fprintf(o.out, "| %s | %.0f | %.0f | %.1f | %.1f | %.1f %% | %.1f | %d | %s | %.0f |\n", what, rate, r.PerSecond(), load.Millis(r.Answered.Percentile(50)), load.Millis(r.Answered.Percentile(99)),
		100*r.RefusedShare(), load.Millis(r.Refused.Percentile(99)), r.Held, shares(r.Processor), mb(r.MostResident))
	return r
}

func shares(s load.Shares) string {
	return fmt.Sprintf("%.2f, %.2f, %.2f", s.Server, s.Driver, s.Others)
}

// judge says what was not as it should be.
func (o *overload) judge(full load.Result, half, over load.FloodResult, after load.Result, before int64) error {
	var wrong []error
	for name, r := range map[string]load.FloodResult{"at half of the capacity": half, "in the overload": over} {
		if r.Broken+r.Bare > 0 {
			wrong = append(wrong, fmt.Errorf("%s %d answers were neither 200 nor 503 (%s), %d had no Retry-After", name, r.Broken, r.FirstBroken, r.Bare))
		}
	}
	most, at := over.Answered.Percentile(99), full.All.Percentile(99)
	fmt.Fprintf(o.out, "The 99th percentile of those let in is %.1f times that at capacity.\n", float64(most)/float64(max(1, at)))
	if most > 3*at {
		wrong = append(wrong, fmt.Errorf("the 99th percentile of those let in is %v, at capacity it is %v", most, at))
	}
	if o.server.PID > 0 && over.MostResident > before+o.memory*1e6 {
		wrong = append(wrong, fmt.Errorf("the server grew from %.0f to %.0f MB", mb(before), mb(over.MostResident)))
	}
	if after.Failed > 0 || after.PerSecond() < full.PerSecond()/2 {
		wrong = append(wrong, fmt.Errorf("afterwards %d requests failed, %.0f/s were answered", after.Failed, after.PerSecond()))
	}
	return errors.Join(wrong...)
}

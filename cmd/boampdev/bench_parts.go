package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

// started tells how the server began. The sample was drawn since, which no start has to wait for.
func (b *bench) started(context.Context) error {
	if b.server.PID == 0 {
		return nil
	}
	note := "files in memory"
	if b.cold {
		note = "files on disk"
	}
	line := load.Line{Table: "server", What: "start to first answer", Value: b.server.Begun.Seconds(), Unit: "s", Target: "<= 1 s", Note: note}
	if err := b.add(line); err != nil {
		return err
	}
	if b.made > 0 {
		if err := b.add(load.Line{Table: "server", What: "start before it, until the index answered", Value: b.made.Seconds(), Unit: "s"}); err != nil {
			return err
		}
	}
	return b.held("after the start")
}

// held tells what the server holds in memory.
func (b *bench) held(when string) error {
	if b.server.PID == 0 {
		return nil
	}
	m := load.MemoryOf(b.server.PID)
	for _, l := range []load.Line{
		{What: "resident, " + when, Value: mb(m.Resident), Target: "<= 2,500 MB"},
		{What: "of it its own, " + when, Value: mb(m.Own), Note: "the rest are pages of files"},
		{What: "most resident, " + when, Value: mb(m.Peak)},
	} {
		l.Table, l.Unit = "server", "MB"
		if err := b.add(l); err != nil {
			return err
		}
	}
	return nil
}

func mb(n int64) float64 { return float64(n) / 1e6 }

func (b *bench) single(ctx context.Context, list []load.Single) error {
	for _, q := range list {
		r, err := q.Ask(ctx, b.server)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := load.Line{Table: "single", What: q.Name, First: load.Millis(r.First), Work: load.Millis(r.Processor), Bytes: r.Bytes, Found: max(0, r.Found)}
		if q.Target > 0 {
			line.Target = fmt.Sprintf("<= %v", q.Target)
		}
		if err != nil { // a server gives up after its own time; what it answered before counts
			line.Failed, line.Note = 1, err.Error()[max(0, len(err.Error())-40):]
		}
		if err := b.add(line.With(r.Latencies)); err != nil {
			return err
		}
	}
	return nil
}

// closed measures what the server can do at most.
func (b *bench) closed(ctx context.Context) error {
	run := load.Run{Questions: b.mixed, Clients: b.start.Clients, For: b.warm}
	run.Do(ctx, b.server)
	var results []load.Result
	run.For = b.run
	for i := range b.repeat {
		// Each run begins elsewhere in the questions: no run finds the answers of the one before.
		run.Questions = rotate(b.mixed, (i+1)*len(b.mixed)/(b.repeat+1))
		results = append(results, run.Do(ctx, b.server))
	}
	slices.SortFunc(results, func(x, y load.Result) int { return int(x.PerSecond() - y.PerSecond()) })
	r := results[len(results)/2]
	b.answersASecond = r.PerSecond()
	note := fmt.Sprintf("median of %d runs of %v, from %.0f to %.0f", b.repeat, b.run, results[0].PerSecond(), results[len(results)-1].PerSecond())
	return b.loaded("mixed load, closed loop", ">= 500 requests/s", note, r)
}

func rotate(list []load.Question, by int) []load.Question {
	return append(slices.Clone(list[by:]), list[:by]...)
}

// open measures the latencies at a rate that the server can bear.
func (b *bench) open(ctx context.Context) error {
	rate := b.rate
	if rate == 0 {
		rate = b.answersASecond / 2
	}
	if rate == 0 {
		return errors.New("half of which rate? give --rate or measure the part load before")
	}
	run := load.Run{Questions: b.mixed, Clients: 4 * b.start.Clients, For: b.warm, Rate: rate}
	run.Do(ctx, b.server)
	run.Questions, run.For = rotate(b.mixed, len(b.mixed)/2), b.run
	r := run.Do(ctx, b.server)
	return b.loaded(fmt.Sprintf("mixed load at %.0f requests/s", rate), "p99 <= 150 ms", "latencies from when a request was due", r)
}

// loaded tells the result of a load, as a whole and by kind of question.
func (b *bench) loaded(what, target, note string, r load.Result) error {
	line := load.Line{
		Table: "load", What: what, Target: target, Note: note, Value: r.PerSecond(), Unit: "requests/s", Failed: r.Failed,
		Bytes: r.Bytes / int64(max(1, len(r.All))), Busy: &r.Processor, Work: 1000 * r.Processor.Server * r.Seconds / float64(max(1, r.Requests)),
	}
	if r.Failed > 0 {
		line.Note += "; failed: " + r.FirstFail
	}
	if err := b.add(line.With(r.All)); err != nil {
		return err
	}
	for _, kind := range []string{"find", "words", "notice", "facets", "group"} {
		k := r.Kinds[kind]
		if k == nil {
			continue
		}
		line := load.Line{Table: "kind", What: what + ": " + kind, Bytes: k.Bytes / int64(max(1, len(k.Latencies)))}
		if err := b.add(line.With(k.Latencies)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) exports(ctx context.Context) error {
	for _, e := range load.Exports(b.whole) {
		r, err := e.Do(ctx, b.server, b.sample.Notices)
		if err != nil {
			return err
		}
		seconds := r.Took.Seconds()
		if err := b.add(load.Line{
			Table: "export", What: e.Name, Target: e.Target, Value: float64(r.Rows) / seconds, Unit: "rows/s", First: load.Millis(r.First), Bytes: r.Bytes,
			Note: fmt.Sprintf("%.2f s, %.2f s of processors, %.0f MB/s; resident %.0f MB before, at most %.0f MB",
				seconds, r.Seconds, mb(r.Bytes)/seconds, mb(r.Before.Resident), mb(r.Highest)),
		}); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) comesIn(ctx context.Context) error {
	if b.url != "" {
		return errors.New("an edition needs a data folder")
	}
	rate := b.rate
	if rate == 0 {
		rate = max(1, b.answersASecond/2)
	}
	run := load.Run{Questions: b.mixed, Clients: 4 * b.start.Clients, For: b.run, Rate: rate}
	r, err := load.Edition(ctx, b.server, b.start, run, b.edition)
	if err != nil {
		return err
	}
	for _, l := range []load.Line{
		{What: fmt.Sprintf("import of %d notices: start to end", r.Notices), Value: load.Millis(r.Imported), Unit: "ms"},
		{What: "start to searchable", Value: load.Millis(r.Searchable), Unit: "ms"},
		{What: "its commit in the database", Value: load.Millis(r.Commit), Unit: "ms"},
		{What: "commit to searchable", Value: load.Millis(r.After), Unit: "ms", Target: "<= 1,000 ms"},
		load.Line{What: fmt.Sprintf("readers before, %.0f requests/s", rate), Busy: &r.Quiet.Processor, Failed: r.Quiet.Failed}.With(r.Quiet.All),
		load.Line{What: "readers meanwhile", Busy: &r.Meanwhile.Processor, Failed: r.Meanwhile.Failed, Target: "p99 <= 2x"}.With(r.Meanwhile.All),
	} {
		l.Table = "edition"
		if err := b.add(l); err != nil {
			return err
		}
	}
	return nil
}

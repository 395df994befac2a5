package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

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
	begun := median(b.begun, func(d time.Duration) float64 { return d.Seconds() })
	note += fmt.Sprintf("; median of %d starts, from %.2f to %.2f s", len(b.begun), b.begun[0].Seconds(), b.begun[len(b.begun)-1].Seconds())
	line := load.Line{Table: "server", What: "start to first answer", Value: begun.Seconds(), Unit: "s", Target: "<= 1 s", Note: note}
	if err := b.add(line); err != nil {
		return err
	}
	for _, part := range []struct{ name, files string }{{"database", "store.duckdb"}, {"index", "index"}} {
		size, err := load.SizeOf(filepath.Join(b.start.Data, part.files))
		if err != nil {
			return err
		}
		if err := b.add(load.Line{Table: "server", What: part.name + " on disk", Value: mb(size), Unit: "MB"}); err != nil {
			return err
		}
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

// median sorts a list by a value and gives what is in the middle.
func median[T any](list []T, by func(T) float64) T {
	slices.SortStableFunc(list, func(x, y T) int { return cmp.Compare(by(x), by(y)) })
	return list[len(list)/2]
}

func mb(n int64) float64 { return float64(n) / 1e6 }

func (b *bench) single(ctx context.Context, list []load.Single) error {
	for _, q := range list {
		r, between, err := b.repeated(ctx, q)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		line := load.Line{Table: "single", What: q.Name, First: load.Millis(r.First), Work: load.Millis(r.Processor), Bytes: r.Bytes, Found: max(0, r.Found), Note: between, Busy: &r.Busy}
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

// repeated asks a single question several times over; the time with the median of medians counts.
func (b *bench) repeated(ctx context.Context, q load.Single) (load.SingleResult, string, error) {
	var results []load.SingleResult
	middle := func(r load.SingleResult) float64 { return load.Millis(r.Latencies.Percentile(50)) }
	for range b.repeat {
		r, err := q.Ask(ctx, b.server)
		if err != nil {
			return r, "", err
		}
		results = append(results, r)
		if q.Slow(r) {
			break
		}
	}
	r := median(results, middle)
	r.First = results[0].First
	return r, fmt.Sprintf("medians from %.2f to %.2f", middle(results[0]), middle(results[len(results)-1])), nil
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
	r := median(results, load.Result.PerSecond)
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
	run.For = b.run
	var results []load.Result
	tail := func(r load.Result) float64 { return load.Millis(r.All.Percentile(99)) }
	for i := range b.repeat {
		run.Questions = rotate(b.mixed, (i+1)*len(b.mixed)/(b.repeat+1))
		results = append(results, run.Do(ctx, b.server))
	}
	r := median(results, tail)
	note := fmt.Sprintf("latencies from when a request was due; median of %d runs, p99 from %.1f to %.1f", b.repeat, tail(results[0]), tail(results[len(results)-1]))
	return b.loaded(fmt.Sprintf("mixed load at %.0f requests/s", rate), "p99 <= 150 ms", note, r)
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
		var results []load.ExportResult
		for range b.repeat {
			r, err := e.Do(ctx, b.server, b.sample.Notices)
			if err != nil {
				return err
			}
			results = append(results, r)
		}
		r := median(results, func(r load.ExportResult) float64 { return r.Took.Seconds() })
		seconds := r.Took.Seconds()
		if err := b.add(load.Line{
			Table: "export", What: e.Name, Target: e.Target, Value: float64(r.Rows) / seconds, Unit: "rows/s", First: load.Millis(r.First), Bytes: r.Bytes, Found: r.Rows, Busy: &r.Busy,
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
	var results []load.EditionResult
	for i := range b.repeat {
		run.Questions = rotate(b.mixed, (i+1)*len(b.mixed)/(b.repeat+1))
		r, err := load.Edition(ctx, b.server, b.start, run, b.edition)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	r := median(results, load.EditionResult.Slower)
	between := fmt.Sprintf("median of %d editions, from %.1f to %.1f times", b.repeat, results[0].Slower(), results[len(results)-1].Slower())
	for _, l := range []load.Line{
		{What: fmt.Sprintf("import of %d notices: start to end", r.Notices), Value: load.Millis(r.Imported), Unit: "ms"},
		{What: "start to searchable", Value: load.Millis(r.Searchable), Unit: "ms"},
		{What: "its commit in the database", Value: load.Millis(r.Commit), Unit: "ms"},
		{What: "commit to searchable", Value: load.Millis(r.After), Unit: "ms", Target: "<= 1,000 ms"},
		load.Line{What: fmt.Sprintf("readers before, %.0f requests/s", rate), Busy: &r.Quiet.Processor, Failed: r.Quiet.Failed}.With(r.Quiet.All),
		load.Line{What: "readers meanwhile", Busy: &r.Meanwhile.Processor, Failed: r.Meanwhile.Failed, Target: "p99 <= 2x", Note: between}.With(r.Meanwhile.All),
	} {
		l.Table = "edition"
		if err := b.add(l); err != nil {
			return err
		}
	}
	return nil
}

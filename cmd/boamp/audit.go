package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/store"
)

// auditing is how much an audit looks at.
type auditing struct {
	share float64
	days  int
	seed  uint64
}

// auditFlags adds the flags that say so. Those of a server begin with "audit-".
func (f *flags) auditFlags(prefix string) *auditing {
	a := &auditing{}
	f.Float64Var(&a.share, prefix+"share", 0.01, "`share` of the kept documents to hash and to compare with what is served, 0 to 1")
	f.IntVar(&a.days, prefix+"days", 7, "`days` to list again at dila, any from the first that was met to yesterday; 0 for none")
	return a
}

func (a *auditing) check(prefix string) error {
	switch {
	case !(a.share >= 0 && a.share <= 1):
		return wrongUsage(fault.New(fault.Invalid, "a share of %v: 0 to 1 is expected", a.share).At("--" + prefix + "share"))
	case a.days < 0 || a.days > 10_000:
		return wrongUsage(fault.New(fault.Invalid, "%d days: 0 to 10,000 are expected", a.days).At("--" + prefix + "days"))
	}
	return nil
}

// auditPlace adds the flags that say where days are listed again.
func (f *flags) auditPlace() *places {
	p := &places{concurrency: 2, pace: 100 * time.Millisecond}
	f.StringVar(&p.sources, "source", dila.Name, "where days are listed again: dila, which may carry its address: dila=https://... A server that follows sources lists at its own")
	f.StringVar(&p.url, "url", "", "`address` of the tree; default the official one")
	f.StringVar(&p.agent, "user-agent", "", "`text` that says who asks. Default the name of the program")
	return p
}

// given reports whether the command line, or what stands in its place, has a flag.
func (f *flags) given(name string) (given bool) {
	f.Visit(func(x *flag.Flag) { given = given || x.Name == name })
	return given
}

func auditCommand() command {
	c := command{
		name: "audit", args: "[FLAGS]", short: "Look again at a sample of what was done: days at the source, kept bytes, served notices",
		long: `Lists some days again at the source: files that came late are fetched, vanished ones are marked. Hashes a sample of the kept documents and compares with the
manifests of their archives, and reads them to compare with the notices that are served. The result is kept in the data folder, as
audit/<time>.json; the newest is part of boamp status and of /api/v1/completeness. Nothing that is found wrong is repaired: the result
says what to do. A server that follows its sources does this once a week.

Exit codes: 0 nothing found; 1 the audit could not be done; 4 something is wrong.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		a := f.auditFlags("")
		f.Uint64Var(&a.seed, "seed", 0, "`number` that chooses the sample; default another one each time")
		p := f.auditPlace()
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if err := a.check(""); err != nil {
			return err
		}
		given := f.given("source") || f.given("url")
		return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error {
			s := sessionOf(ctx)
			if !given && data.follows != nil {
				p = data.follows
			}
			r, err := data.audit(ctx, *a, p, func(ctx context.Context) (func(), error) { return s.takeTurn(ctx) }, func(text string) { fmt.Fprintln(std.err, text) })
			if err != nil {
				return err
			}
			printAudit(std.out, r)
			if len(r.Findings) > 0 {
				return exitCode(exitAlarm)
			}
			return nil
		})
	}
	return c
}

// audit does an audit and keeps its result. turn is taken while days are listed again.
func (f *folder) audit(ctx context.Context, a auditing, p *places, turn func(context.Context) (func(), error), report func(string)) (completeness.Result, error) {
	if a.seed == 0 {
		a.seed = rand.Uint64()
	}
	do := completeness.Audit{
		Raw: f.raw, Reader: detect.New(), Open: f.watch.Open, Fold: f.watch.Fold, Lines: f.journal.Lines, Now: time.Now, Seed: a.seed, Share: a.share, Days: a.days,
		Source: dila.Name, Report: report,
	}
	places, _, err := p.check()
	if err != nil {
		return completeness.Result{}, err
	}
	for _, at := range places {
		if at.name == dila.Name && f.mayChange() == nil { // the account of a mirror is its server's
			do.Relist = func(ctx context.Context, days []notice.Date) error { return f.relist(ctx, days, at.address, p, turn) }
		}
	}
	r, err := do.Run(ctx)
	if err != nil {
		return r, err
	}
	return r, f.watch.Results.Keep(r)
}

// relist brings days up to date at DILA's tree.
func (f *folder) relist(ctx context.Context, list []notice.Date, address string, p *places, turn func(context.Context) (func(), error)) error {
	place := opening{p, sessionOf(ctx), f, days{}, func(_, _ string, _ error) {}}.dila(address) // what fails is the fault of the pass
	src, ok := place.Source.(*dila.Source)
	if !ok {
		return fault.New(fault.Internal, "the place of %s is no tree of DILA", dila.Name)
	}
	src.Days = list
	done, err := turn(ctx)
	if err != nil {
		return err
	}
	defer done()
	im := f.importer(nil)
	im.Workers = 1
	if _, err := f.recover(ctx, im); err != nil {
		return err
	}
	pass := &follow.Pass{Importer: im, Places: []follow.Place{place}, Now: time.Now}
	return pass.Run(store.WithWorkers(ctx, 1)).Fault()
}

func printAudit(w io.Writer, r completeness.Result) {
	for _, d := range r.Days {
		fmt.Fprintf(w, "%s  %d listed, %d new, %d gone\n", d.Day, d.Listed, d.New, d.Gone)
	}
	fmt.Fprintf(w, "%d of %d documents of %d archives hashed (%.1f MB), %d notices compared, seed %d\n", r.Hashed, r.Kept, r.Archives, float64(r.Bytes)/1e6, r.Compared, r.Seed)
	for _, x := range r.Findings {
		fmt.Fprintf(w, "%s  %s: %s\n", x.Kind, x.Where, x.Text)
	}
	if r.More > 0 {
		fmt.Fprintf(w, "and %d more\n", r.More)
	}
	if len(r.Findings) == 0 {
		fmt.Fprintln(w, "nothing is wrong")
		return
	}
	fmt.Fprintf(w, "to do: %s\n", r.Findings[0].Kind.Todo())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/compare"
	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

func compareCommand() command {
	c := command{
		name: "compare", args: "[FLAGS]", short: "Put the same corpus and questions to boamp, SQLite FTS5 and PostgreSQL",
		long: `Starts ` + "`boamp serve`" + ` on the data folder, loads what it serves into a SQLite database and a PostgreSQL server, both at once, in a
temporary folder or that of --keep, and asks each the same twelve questions in several variants. Answers are held against one another: a variant counts only when
all give the same, and the table says how many did. SQLite and PostgreSQL are asked by their own protocols, boamp over HTTP with JSON.

In the folder of --keep the databases stay, and the next run takes them again when the data folder is at the same revision and they were made
in the same way; else they are loaded anew.

FTS5 is in the program only when it was built with -tags sqlite_fts5.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		var x comparison
		f.StringVar(&x.start.Data, "data", "boamp-data", "data `folder`")
		f.StringVar(&x.start.Program, "boamp", "./bin/boamp", "`program` to start")
		engine := f.String("engine", "duckdb", "`engines` of boamp, separated by commas: index, small, duckdb")
		only := f.String("with", "sqlite,postgres", "`databases` to compare with, separated by commas")
		f.StringVar(&x.postgres.Bin, "postgres", "/usr/lib/postgresql/15/bin", "`folder` of PostgreSQL's programs")
		f.StringVar(&x.postgres.User, "postgres-user", "postgres", "`user` that PostgreSQL runs as when this program is root")
		scratch := f.String("scratch", "", "`folder` for the temporary files")
		keep := f.String("keep", "", "`folder` where the loaded databases stay")
		f.BoolVar(&x.codes, "codes", false, "of donnees load only words of eight digits and more, which is all that the questions ask for there")
		f.BoolVar(&x.loadOnly, "load-only", false, "load the databases of --keep and ask nothing")
		f.Uint64Var(&x.seed, "seed", 1, "`seed` of the questions")
		f.IntVar(&x.variants, "variants", 25, "`number` of variants of a question")
		f.IntVar(&x.rounds, "rounds", 2, "`number` of times that each variant is asked; the first round counts as warm-up")
		f.DurationVar(&x.mixed, "mixed", 10*time.Second, "`time` of the load of all questions in turn, 0 for none")
		f.IntVar(&x.clients, "clients", 16, "`number` of clients of that load")
		if done, err := f.parse(args); done {
			return err
		}
		dir, remove, err := databases(*keep, *scratch)
		if err != nil {
			return err
		}
		defer remove()
		x.out, x.progress, x.dir = std.out, std.err, dir
		return x.run(ctx, strings.Split(*engine, ","), strings.Split(*only, ","))
	}
	return c
}

// databases makes the folder of the databases; remove is to be called at the end.
func databases(keep, scratch string) (dir string, remove func(), err error) {
	if keep != "" {
		if dir, err = filepath.Abs(keep); err == nil {
			err = os.MkdirAll(dir, 0o755)
		}
		return dir, func() {}, err
	}
	if dir, err = os.MkdirTemp(scratch, "boamp-compare-"); err != nil {
		return "", nil, err
	}
	return dir, func() { _ = os.RemoveAll(dir) }, os.Chmod(dir, 0o755) // another user's server has a folder in it
}

// comparison is one run of the command.
type comparison struct {
	start            load.Options
	postgres         compare.PostgresOptions
	dir              string
	seed             uint64
	variants, rounds int
	clients          int
	mixed            time.Duration
	codes, loadOnly  bool
	out, progress    io.Writer
	engines          []compare.Engine
	loaded           []time.Duration
}

func (x *comparison) run(ctx context.Context, boamps, others []string) (err error) {
	x.start.Clients = x.clients
	var sources []*compare.Boamp
	for _, name := range boamps {
		flags, err := (&bench{start: x.start}).engineFlags(name)
		if err != nil {
			return err
		}
		o := x.start
		if o.Flags = flags; len(sources) > 0 {
			return errors.New("a data folder has one server: compare one engine of boamp at a time")
		}
		s, err := load.Start(ctx, o)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 2 * x.clients, ReadBufferSize: 64 << 10}}
		b := &compare.Boamp{Title: "boamp, " + name, URL: s.URL, Data: x.start.Data, Client: client}
		sources = append(sources, b)
		x.engines, x.loaded = append(x.engines, b), append(x.loaded, 0)
	}
	var databases []compare.Engine
	for _, name := range others {
		e, err := x.open(ctx, name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, e.Close()) }()
		databases = append(databases, e)
	}
	draw, err := x.fill(ctx, sources[0], others, databases)
	if err != nil || x.loadOnly {
		return err
	}
	return x.compare(ctx, draw.Sets(x.variants, x.seed))
}

// sample are the notices that questions are made of, kept beside the databases.
type sample struct {
	compare.Corpus
	Records []compare.Record
}

// fill loads what does not fit the corpus, and gives what questions are drawn from.
func (x *comparison) fill(ctx context.Context, source *compare.Boamp, names []string, databases []compare.Engine) (*compare.Drawer, error) {
	corpus, err := source.Corpus(ctx)
	if err != nil {
		return nil, err
	}
	corpus.Codes = x.codes
	draw, at := compare.NewDrawer(), filepath.Join(x.dir, "sample.json")
	var drawn sample
	known, err := compare.Read(at, &drawn)
	if err != nil {
		return nil, err
	}
	known = known && drawn.Equal(corpus)
	var missing []compare.Engine
	var which []int
	for i, e := range databases {
		var kept compare.Kept
		ok, err := compare.Read(x.kept(names[i]), &kept)
		if err != nil {
			return nil, err
		}
		x.engines, x.loaded = append(x.engines, e), append(x.loaded, time.Duration(kept.Seconds*float64(time.Second)))
		if !ok || !known || !kept.Fits(corpus, e) {
			missing, which = append(missing, e), append(which, i)
		}
	}
	if draw.Use(drawn.Records); len(missing) == 0 {
		x.say("the databases are loaded")
		return draw, nil
	}
	x.say(fmt.Sprintf("loading %d databases with %d notices", len(missing), corpus.Notices))
	draw = compare.NewDrawer()
	took, err := compare.Load(ctx, missing, x.counted(draw.Watch(source.Records(ctx))))
	if err != nil {
		return nil, err
	}
	for i, e := range missing {
		x.loaded[len(x.loaded)-len(databases)+which[i]] = took[i]
		if err := compare.Write(x.kept(names[which[i]]), compare.NewKept(corpus, e, took[i])); err != nil {
			return nil, err
		}
	}
	return draw, compare.Write(at, sample{corpus, draw.Kept()})
}

// kept is the file that describes a database.
func (x *comparison) kept(name string) string { return filepath.Join(x.dir, name+".json") }

// counted tells now and then how far a stream is, and leaves of donnees what is asked for.
func (x *comparison) counted(records iter.Seq2[*compare.Record, error]) iter.Seq2[*compare.Record, error] {
	return func(yield func(*compare.Record, error) bool) {
		n := 0
		for r, err := range records {
			if err == nil && x.codes {
				r.OnlyCodes()
			}
			if n++; n%100_000 == 0 {
				x.say(fmt.Sprintf("%d notices", n))
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (x *comparison) say(what string) {
	fmt.Fprintf(x.progress, "%s %s\n", time.Now().Format(time.TimeOnly), what)
}

func (x *comparison) open(ctx context.Context, name string) (compare.Engine, error) {
	switch name {
	case "sqlite":
		return compare.OpenSQLite(x.dir)
	case "postgres":
		o := x.postgres
		o.Dir = filepath.Join(x.dir, "postgres")
		return compare.StartPostgres(ctx, o)
	}
	return nil, fmt.Errorf("database %q is not known: sqlite, postgres", name)
}

// compare asks all questions and prints the tables.
func (x *comparison) compare(ctx context.Context, sets []compare.Set) error {
	if err := x.about(); err != nil {
		return err
	}
	head, rule := "| question, median ms (p90) |", "|---|"
	for _, e := range x.engines {
		head, rule = head+" "+e.Name()+" |", rule+"---|"
	}
	fmt.Fprintf(x.out, "%s same answers |\n%s---|\n", head, rule)
	var mixed []compare.Question
	var differences []string
	for _, s := range sets {
		x.say(s.Name)
		kept, difference, err := compare.Agreeing(ctx, x.engines, s)
		if err != nil {
			return err
		}
		if difference != "" {
			differences = append(differences, "* "+s.Name+": "+difference)
		}
		row := "| " + s.Name + " |"
		for _, e := range x.engines {
			list, err := x.time(ctx, e, kept)
			if err != nil {
				return err
			}
			row += fmt.Sprintf(" %.2f (%.2f) |", load.Millis(list.Percentile(50)), load.Millis(list.Percentile(90)))
		}
		fmt.Fprintf(x.out, "%s %d of %d |\n", row, len(kept), len(s.Variants))
		mixed = append(mixed, kept...)
	}
	if len(differences) > 0 {
		fmt.Fprintf(x.out, "\nFirst difference of each question, against %s:\n\n%s\n", x.engines[0].Name(), strings.Join(differences, "\n"))
	}
	return x.load(ctx, mixed)
}

// about prints what is compared.
func (x *comparison) about() error {
	fmt.Fprintf(x.out, "%s; seed %d\n\n| engine | version | loading s | MB on disk |\n|---|---|---|---|\n", load.Machine(), x.seed)
	for i, e := range x.engines {
		size, err := e.Size()
		if err != nil {
			return err
		}
		loading := "-"
		if x.loaded[i] > 0 {
			loading = fmt.Sprintf("%.0f", x.loaded[i].Seconds())
		}
		fmt.Fprintf(x.out, "| %s | %s | %s | %.0f |\n", e.Name(), e.Version(), loading, float64(size)/1e6)
	}
	fmt.Fprintln(x.out)
	return nil
}

// time asks one engine; the first round, which Agreeing has asked, is not asked again.
func (x *comparison) time(ctx context.Context, e compare.Engine, questions []compare.Question) (load.Latencies, error) {
	var list load.Latencies
	for range max(1, x.rounds-1) {
		for _, q := range questions {
			t, err := compare.Ask(ctx, e, q)
			if err != nil {
				return nil, err
			}
			list = append(list, t.Took)
		}
	}
	return list, nil
}

// load puts all questions to each engine by several clients at once.
func (x *comparison) load(ctx context.Context, questions []compare.Question) error {
	if x.mixed <= 0 || len(questions) == 0 {
		return nil
	}
	fmt.Fprintf(x.out, "\n| all questions in turn, %d clients, %v | requests/s | p50 ms | p99 ms |\n|---|---|---|---|\n", x.clients, x.mixed)
	for _, e := range x.engines {
		x.say("load on " + e.Name())
		list, seconds, err := x.flood(ctx, e, questions)
		if err != nil {
			return err
		}
		fmt.Fprintf(x.out, "| %s | %.0f | %.1f | %.1f |\n", e.Name(), float64(len(list))/seconds, load.Millis(list.Percentile(50)), load.Millis(list.Percentile(99)))
	}
	return nil
}

func (x *comparison) flood(ctx context.Context, e compare.Engine, questions []compare.Question) (load.Latencies, float64, error) {
	var wait sync.WaitGroup
	var next atomic.Int64
	lists, errs := make([]load.Latencies, x.clients), make([]error, x.clients)
	start := time.Now()
	for c := range x.clients {
		wait.Go(func() {
			for time.Since(start) < x.mixed && ctx.Err() == nil {
				// A step that has no divisor in common with the number of questions mixes the kinds.
				i := int(next.Add(1)) * 7919 % len(questions)
				t, err := compare.Ask(ctx, e, questions[i])
				if err != nil {
					errs[c] = err
					return
				}
				lists[c] = append(lists[c], t.Took)
			}
		})
	}
	wait.Wait()
	return slices.Concat(lists...), time.Since(start).Seconds(), errors.Join(errs...)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/index"
)

// indexing says what a command does with the search index of a folder.
type indexing struct {
	mode    string
	report  func(err error) // of what goes wrong without failing anything; nil tells nobody
	memory  int64           // for the database, see duckdb.Options
	readers int             // views of the database at once; 0 is its own default
}

const (
	indexFound = "found" // as the folder has it; when it has none that fits, the store answers
	indexOn    = "on"
	indexSmall = "small" // without the words of donnees and gestion
	indexOff   = "off"
)

// indexMemory is what the database takes at most while it is only read from its beginning to its end: more does not make it faster.
const indexMemory = 384 << 20

// indexFlag adds the flag of commands that make the index.
func (f *flags) index() *string {
	return f.String("index", indexOn, "`mode` of the search index: on, small (without the words of donnees and gestion, and with less memory) or off (the database answers everything)")
}

// plain adds the flag of commands that ask.
func (f *flags) plain() *bool {
	return f.Bool("no-index", false, "let the database answer everything, without the search index")
}

func checkIndex(mode string) error {
	switch mode {
	case indexOn, indexSmall, indexOff:
		return nil
	}
	return wrongUsage(fault.New(fault.Invalid, "%q is none of on, small, off", mode).At("--index"))
}

// openIndex opens the index of the folder, as far as it is there.
func (f *folder) openIndex(ctx context.Context, with indexing) (err error) {
	f.work = newWork()
	if with.mode == indexOff {
		return nil
	}
	f.index, err = index.Open(ctx, index.Options{
		Store: f.store, Catalogue: f.catalogue, Dir: f.Index(), Temp: f.Temp(), ReadOnly: f.Mode() == datadir.Read,
		Small: with.mode == indexSmall, AsFound: with.mode == indexFound, Report: with.report, Behind: f.work.do,
	})
	return err
}

// work is what goes on behind the scenes until the folder is closed.
type work struct {
	ctx  context.Context
	stop context.CancelFunc
	wait sync.WaitGroup
}

func newWork() *work {
	w := &work{}
	w.ctx, w.stop = context.WithCancel(context.Background())
	return w
}

func (w *work) do(work func(ctx context.Context)) {
	w.wait.Go(func() {
		if w.ctx.Err() == nil {
			work(w.ctx)
		}
	})
}

// end tells all to stop and waits until they have.
func (w *work) end() {
	w.stop()
	w.wait.Wait()
}

// makeIndex makes the index behind the scenes when it is not ready: until then the database answers. Folders that are only read
// keep what they have.
func (f *folder) makeIndex(log *slog.Logger) {
	if f.index == nil || f.index.Status().Ready || f.Mode() == datadir.Read {
		return
	}
	f.work.do(func(ctx context.Context) {
		begun := time.Now()
		log.Info("making the search index", "why", f.index.Status().Why)
		if err := f.index.Build(ctx); err != nil {
			if ctx.Err() == nil {
				log.Error("the search index could not be made: the database answers", "error", err)
			}
			return
		}
		log.Info("the search index is ready", "notices", f.index.Status().Info.Notices, "seconds", int(time.Since(begun).Seconds()))
	})
}

func indexCommand() command {
	c := command{
		name: "index", args: "[FLAGS]", short: "Make the search index of a data folder anew, and say what it is",
		long: `The index is derived from the database and makes questions faster; without it the database answers the same. boamp serve makes it by
itself when it is missing, damaged or does not fit, and every import brings it up to date: this command is for making it in advance.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		small := f.Bool("small", false, "without the words of donnees and gestion: searches through these are answered by the database")
		show := f.Bool("show", false, "say what it is, and make nothing")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if *show {
			return withFolder(ctx, std, *path, datadir.Read, func(data *folder) error { return printIndex(std, data) })
		}
		if host := sessionOf(ctx).host; host != nil {
			if *small {
				return fault.New(fault.Unsupported, "a server is running, whose index is as its own flag --index says").At("--small").
					WithHint("stop it, or start it with --index small")
			}
			return remakeIndex(ctx, std, host)
		}
		if err, ok := forward(ctx, std, *path); ok {
			return err
		}
		mode := indexOn
		if *small {
			mode = indexSmall
		}
		data, err := openFolder(ctx, *path, datadir.Write, false, indexing{mode: mode, memory: indexMemory})
		if err != nil {
			return err
		}
		return errors.Join(remakeIndex(ctx, std, data), data.Close())
	}
	return c
}

// remakeIndex makes the index of a folder anew.
func remakeIndex(ctx context.Context, std stdio, data *folder) error {
	if data.index == nil {
		return fault.New(fault.Conflict, "the server runs without the search index").WithHint("start it with --index on")
	}
	if err := data.index.Build(ctx); err != nil {
		return err
	}
	return printIndex(std, data)
}

// printIndex says what the index is.
func printIndex(std stdio, data *folder) error {
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	describeIndex(t, data)
	if data.index != nil {
		for _, s := range data.index.Status().Segments {
			name := s.File
			if name == "" {
				name = "in memory"
			}
			fmt.Fprintf(t, "  %s\t%d notices\t%.1f MB, %d replaced\n", name, s.Notices, float64(s.Bytes)/1e6, s.Deleted)
		}
	}
	return t.Flush()
}

// describeIndex writes the lines about the index of boamp status.
func describeIndex(t *tabwriter.Writer, data *folder) {
	if data.index == nil {
		fmt.Fprintf(t, "search index\toff\tthe database answers\n")
		return
	}
	s := data.index.Status()
	switch {
	case s.Ready:
		bytes := int64(0)
		for _, p := range s.Segments {
			bytes += p.Bytes
		}
		fmt.Fprintf(t, "search index\tready\trevision %d, %d segments, %.1f MB\n", s.Info.Revision, len(s.Segments), float64(bytes)/1e6)
	default:
		fmt.Fprintf(t, "search index\tnot ready\tthe database answers: %s\n", s.Why)
	}
	if s.Failure != nil {
		fmt.Fprintf(t, "  last failure\t%v\t\n", s.Failure)
	}
}

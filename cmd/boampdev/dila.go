package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dilafake"
	"github.com/boamp/boamp/internal/synth"
)

func dilaCommand() command {
	c := command{
		name: "dila", args: "[FLAGS]", short: "Serve what DILA's server serves, with every kind of trouble when asked to",
		long: `Serves a tree of invented notices, or of the folder of --from, as DILA's server does: Apache's listings, a file for each notice since October 2023,
archives before, closed years in FluxHistorique. Notices appear as time passes: half of a day at 04:46, the others every half hour
from 07:45 to 19:45, by the clock of --clock. Follow it with ` + "`boamp sync --source dila=ADDRESS`" + `, where ADDRESS is what is printed.

Trouble is a list of rules, separated by semicolons. A rule is a kind and, after commas, path= (a pattern of the path in the tree, * for
anything), chance= (0 to 1), count= (so many requests, then no more). Kinds:

status=404      an answer of that status; after= gives it a Retry-After
truncate        half of the body, then the connection ends
short, long     declares half of the body and sends that; declares more than it sends
drip, hang      a byte now and then; no answer
reset           the connection breaks
page, empty     a page of excuses with status 200; status 200 and nothing
cut, bare       a listing that ends in its middle; one without entries
stale           the listing of age= ago, 1h by default
changing        a listing that differs each time`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		o := dilaOptions{}
		f.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` to listen at; port 0 for any")
		f.IntVar(&o.notices, "notices", 2_000, "how many `notices` there are, about")
		f.IntVar(&o.days, "days", 10, "`days` over which they were published, up to the day of the clock; 0: all since 2015")
		f.Uint64Var(&o.seed, "seed", 1, "`seed` of all that is drawn")
		f.StringVar(&o.from, "from", "", "`folder` whose files are served in place of invented notices; they appear at the times of their modification")
		f.StringVar(&o.faults, "faults", "", "`rules` of trouble")
		f.StringVar(&o.clock, "clock", "", "`time` in Paris at which the server's clock begins, as 2026-09-11T04:30; default the time of this machine")
		f.Float64Var(&o.speed, "speed", 1, "how many `times` as fast the clock goes")
		f.StringVar(&o.style, "style", "pre", "how listings look: pre, table, nginx")
		f.BoolVar(&o.track, "track", false, "listings have entity tags")
		if done, err := f.parse(args); done {
			return err
		}
		return o.serve(ctx, std)
	}
	return c
}

// dilaOptions are the flags of the command.
type dilaOptions struct {
	listen, from, faults, clock, style string
	notices, days                      int
	seed                               uint64
	speed                              float64
	track                              bool
}

func (o dilaOptions) serve(ctx context.Context, std stdio) error {
	rules, err := dilafake.ParseRules(o.faults)
	if err != nil {
		return fmt.Errorf("--faults: %w", err)
	}
	now, err := o.running(time.Now)
	if err != nil {
		return err
	}
	s := &dilafake.Server{Tree: dilafake.NewTree(), Now: now, Style: dilafake.Style(o.style), Track: o.track, Seed: o.seed}
	s.Trouble(rules...)
	if o.from != "" {
		err = o.folder(s.Tree)
	} else {
		err = o.invent(s.Tree, notice.DateOf(now().In(notice.Paris)))
	}
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", o.listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "http://%s%s\n", l.Addr(), dilafake.Root)
	fmt.Fprintf(std.err, "%d files, clock at %s\n", len(s.Tree.Below("", now().AddDate(100, 0, 0))), now().In(notice.Paris).Format("2006-01-02 15:04 MST"))
	web := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stop()
	if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// running gives the clock of the server.
func (o dilaOptions) running(machine func() time.Time) (func() time.Time, error) {
	if o.speed <= 0 || o.days < 0 || o.notices < 1 {
		return nil, errors.New("--speed is above 0, --notices at least 1, --days not negative")
	}
	switch dilafake.Style(o.style) {
	case dilafake.Preformatted, dilafake.Table, dilafake.Nginx:
	default:
		return nil, fmt.Errorf("--style is pre, table or nginx, not %q", o.style)
	}
	start := machine()
	begin := start
	if o.clock != "" {
		var err error
		if begin, err = time.ParseInLocation("2006-01-02T15:04", o.clock, notice.Paris); err != nil {
			return nil, fmt.Errorf("--clock: %w", err)
		}
	}
	return func() time.Time { return begin.Add(time.Duration(float64(machine().Sub(start)) * o.speed)) }, nil
}

// maxPlanned bounds what is planned to get at the notices of few days.
const maxPlanned = 2_000_000

// invent fills the tree with notices. Those of the last days are the end of a corpus that is large enough.
func (o dilaOptions) invent(tree *dilafake.Tree, today notice.Date) error {
	n, first := o.notices, notice.Date{}
	if o.days > 0 {
		since := today.In(time.UTC).Sub(notice.Date{Year: 2015, Month: time.January, Day: 1}.In(time.UTC)).Hours() / 24
		n = int(min(float64(o.notices)*max(1, since/float64(o.days)), maxPlanned))
		first = today.AddDays(1 - o.days)
	}
	corpus := synth.NewCorpus(synth.Options{Seed: o.seed, Notices: n, Today: today})
	begin := first.String()
	files := map[string][]byte{}
	for i := corpus.Len() - 1; i >= 0; i-- {
		d := corpus.Document(i)
		if o.days > 0 && filepath.ToSlash(filepath.Dir(d.Path)) < begin[:4]+"/"+begin[5:7]+"/"+begin[8:] {
			break
		}
		files[d.Path] = d.Bytes
	}
	return dilafake.Fill(tree, files, today)
}

// folder fills the tree with what lies in a folder.
func (o dilaOptions) folder(tree *dilafake.Tree) error {
	return filepath.WalkDir(o.from, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(o.from, path)
		if err == nil {
			tree.Put(filepath.ToSlash(rel), b, info.ModTime())
		}
		return err
	})
}

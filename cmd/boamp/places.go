package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/follow"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/boamp"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/source/explore"
	"github.com/boamp/boamp/internal/source/whole"
)

// places says what is followed, and how.
type places struct {
	sources, url string
	from, to     string
	again        bool
	agent        string
	concurrency  int
	pace, budget time.Duration
}

const folderSource = "folder"

// sourceNames are the kinds of places, the default first.
func sourceNames() []string { return []string{dila.Name, explore.Name, boamp.Name, folderSource} }

// placeFlags adds the flags that say what is followed; the names of those of a server begin with "sync-".
func (f *flags) placeFlags(prefix string) *places {
	p := &places{}
	f.StringVar(&p.sources, prefix+"source", dila.Name,
		"`names` of what is followed, in this order: "+strings.Join(sourceNames(), ", ")+"; each may carry its address: explore=https://www.boamp.fr")
	f.StringVar(&p.url, prefix+"url", "", "`address` of the source, when there is one: of the tree, of the portal, path of the folder; default the official one")
	f.StringVar(&p.from, prefix+"from", "", "first `day` of publication (2015-03-01); without it the last days, and what was published since the folder was last in step")
	f.StringVar(&p.agent, prefix+"user-agent", "", "`text` that says who asks; add an address at which you can be reached. Default the name of the program")
	f.IntVar(&p.concurrency, prefix+"concurrency", 2, "`requests` at once")
	f.DurationVar(&p.pace, prefix+"pace", 100*time.Millisecond, "least `time` from one request to the next")
	f.DurationVar(&p.budget, prefix+"budget", 0, "`time` that one source may take in a pass; what is left is for the next. Default no limit")
	return p
}

// agentOf is the User-Agent of this program.
func (p *places) agentOf() string {
	return cmp.Or(p.agent, "boamp/"+build().Version+" (+https://github.com/boamp/boamp)")
}

// sourceAt is a source with its address, "" for the official one.
type sourceAt struct{ name, address string }

// check reads the flags.
func (p *places) check() (list []sourceAt, span days, err error) {
	if span, err = p.span(); err != nil {
		return nil, span, err
	}
	words := strings.Split(p.sources, ",")
	if p.url != "" && (len(words) > 1 || strings.Contains(p.sources, "=")) {
		return nil, span, wrongUsage(fault.New(fault.Invalid, "one address for several sources").WithHint("write dila=ADDRESS,explore=ADDRESS"))
	}
	for _, word := range words {
		var n sourceAt
		n.name, n.address, _ = strings.Cut(strings.TrimSpace(word), "=")
		n.address = cmp.Or(n.address, p.url)
		if err := n.check(); err != nil {
			return nil, span, err
		}
		if slices.ContainsFunc(list, func(o sourceAt) bool { return o.name == n.name && (n.name != folderSource || o == n) }) {
			return nil, span, wrongUsage(fault.New(fault.Invalid, "the source %s is named twice", n.name))
		}
		list = append(list, n)
	}
	return list, span, nil
}

func (n sourceAt) check() error {
	u, err := url.Parse(n.address)
	switch {
	case !slices.Contains(sourceNames(), n.name):
		return wrongUsage(fault.New(fault.Invalid, "%q is no source", n.name).WithHint("there are %s", strings.Join(sourceNames(), ", ")))
	case n.name == folderSource && n.address == "":
		return wrongUsage(fault.New(fault.Invalid, "which folder is to be followed?").WithHint("write --source folder --url path/to/documents"))
	case n.name == boamp.Name && n.address == "":
		return wrongUsage(fault.New(fault.Invalid, "which server is to be followed?").WithHint("write --source boamp --url https://boamp.example"))
	case n.name == folderSource || n.address == "":
		return nil
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "":
		return wrongUsage(fault.New(fault.Invalid, "%q is no address of a server", n.address).WithHint("write https://www.boamp.fr"))
	}
	return nil
}

// days is a span of days of publication; zero for no limit.
type days struct{ from, to notice.Date }

func (p *places) span() (d days, err error) {
	for _, x := range []struct {
		name, text string
		to         *notice.Date
	}{{"--from", p.from, &d.from}, {"--to", p.to, &d.to}} {
		if x.text == "" {
			continue
		}
		day, ok := notice.ParseDate(x.text)
		if !ok || !day.Plausible() {
			return d, wrongUsage(fault.New(fault.Invalid, "%q is no day of publication", x.text).At(x.name).WithHint("write 2015-03-01"))
		}
		*x.to = day
	}
	if !d.to.IsZero() && d.from.Compare(d.to) > 0 {
		return d, wrongUsage(fault.New(fault.Invalid, "the last day, %s, is before the first, %s", d.to, d.from))
	}
	if p.again && d.from.IsZero() {
		return d, wrongUsage(fault.New(fault.Invalid, "which days are to be looked at again?").At("--again").WithHint("add --from and --to"))
	}
	return d, nil
}

// opening makes places out of what the flags say.
type opening struct {
	*places
	session session // whose paths they are
	folder  *folder
	span    days
	report  func(source, edition string, err error) // what went wrong with an edition
}

// open makes the places.
func (p *places) open(s session, f *folder, report func(source, edition string, err error)) (list []follow.Place, err error) {
	names, span, err := p.check()
	if err != nil {
		return nil, err
	}
	o := opening{p, s, f, span, report}
	for _, n := range names {
		switch n.name {
		case dila.Name:
			list = append(list, o.dila(n.address))
		case explore.Name:
			list = append(list, o.explore(n.address))
		case boamp.Name:
			list = append(list, o.boamp(n.address))
		case folderSource:
			place, err := o.path(n.address)
			if err != nil {
				return nil, err
			}
			list = append(list, place)
		}
	}
	return list, nil
}

// client makes the client of a server.
func (o opening) client() *fetch.Client {
	return &fetch.Client{UserAgent: o.agentOf(), Concurrency: o.concurrency, Pace: o.pace, Budget: o.budget, HTTP: &http.Client{}}
}

func (o opening) dila(address string) follow.Place {
	client := o.client()
	return follow.Place{Name: dila.Name, Begin: client.Reset, Source: &dila.Source{
		Base: address, Fetch: client, Open: opener().Items, Known: o.folder.known(dila.Name), From: o.span.from, To: o.span.to, Days: o.each(o.span),
		Workers: o.concurrency, Temporary: o.folder.Temp(), Report: func(edition string, err error) { o.report(dila.Name, edition, err) },
	}}
}

func (o opening) explore(address string) follow.Place {
	client := o.client()
	client.HTTP.Transport = &explore.Quota{Next: fetch.Transport(o.concurrency), Now: time.Now}
	return follow.Place{Name: explore.Name, Begin: client.Reset, Source: &explore.Source{
		Base: cmp.Or(address, explore.Portal), Client: client, Known: o.folder.known(explore.Name), From: o.span.from, To: o.span.to, All: o.again,
	}}
}

func (o opening) boamp(address string) follow.Place {
	client := o.client()
	return follow.Place{Name: boamp.Name, Begin: client.Reset, Source: &boamp.Source{
		URL: address, Client: client, Now: time.Now, Known: o.folder.known(boamp.Name),
	}}
}

// path makes the place of a folder. Two folders may have editions of one name, so the ledger's source is named by the folder and by a hash of its
// path: the path itself would be published.
func (o opening) path(path string) (follow.Place, error) {
	full, err := filepath.Abs(o.session.paths([]string{path})[0])
	if err != nil {
		return follow.Place{}, fault.Wrap(fault.Unavailable, err, "the path cannot be made absolute").At(path)
	}
	sum := sha256.Sum256([]byte(filepath.ToSlash(full)))
	name := folderSource + ":" + filepath.Base(full) + "-" + hex.EncodeToString(sum[:4])
	everything := dir.Source{Paths: []string{full}, Open: opener()}
	return follow.Place{Name: name, Source: whole.Source{Name: name, Place: everything, Known: o.folder.known(name), Now: time.Now}}, nil
}

// each lists the days of a span that are to be looked at whatever is known of them; nil for the usual way.
func (p *places) each(span days) (list []notice.Date) {
	if !p.again {
		return nil
	}
	to := span.to
	if to.IsZero() {
		to = notice.DateOf(time.Now().In(notice.Paris))
	}
	for d := span.from; d.Compare(to) <= 0; d = d.AddDays(1) {
		list = append(list, d)
	}
	return list
}

// known gives what the ledger knows of an edition of a source.
func (f *folder) known(source string) func(ctx context.Context, edition string) (map[string]ledger.Line, error) {
	return func(ctx context.Context, edition string) (map[string]ledger.Line, error) {
		snap, err := f.data().Snapshot(ctx)
		if err != nil {
			return nil, err
		}
		defer snap.Close()
		return snap.Edition(ctx, source, edition)
	}
}

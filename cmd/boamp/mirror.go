package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/mirror"
)

func mirrorCommand() command {
	c := command{
		name: "mirror", args: "[FLAGS] URL", short: "Make a data folder an exact copy of that of another boamp, and prove it",
		long: `The source documents and the account of another server are copied, from its newest snapshot and then line by line, each checked by its
SHA-256, and notices are read from them here. Then both are compared: the digest of all notices at the same revision. What the server
erases is erased here. The copy has the server's change feed, so that tokens of its clients are good here, and takes nothing from elsewhere
until --detach. Called again it goes on where it ended. With a server on the folder (boamp serve --data DIR) the work is done inside of it.

Exit codes: 0 identical; 1 not identical (the ids are named), or an error; 130 interrupted.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		follow := f.Bool("follow", false, "stay, and keep the copy in step until interrupted")
		detach := f.Bool("detach", false, "end being a copy: the folder gets a change feed of its own and takes imports again; no URL")
		if done, err := f.parse(args); done {
			return err
		}
		if *detach {
			if err := f.none(); err != nil {
				return err
			}
			return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error { return detachMirror(ctx, std, data) })
		}
		if f.NArg() != 1 {
			return wrongUsage(fault.New(fault.Invalid, "the address of one server is expected").WithHint("boamp mirror https://boamp.example"))
		}
		address := strings.TrimRight(f.Arg(0), "/")
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" {
			return wrongUsage(fault.New(fault.Invalid, "%q is no address of a server", address).WithHint("write https://boamp.example"))
		}
		return withFolder(ctx, std, *path, datadir.Write, func(data *folder) error { return copyServer(ctx, std, data, address, *follow) })
	}
	return c
}

// copyServer copies, proves, and stays when it is asked to.
func copyServer(ctx context.Context, std stdio, data *folder, address string, follow bool) error {
	p := newProgress(std)
	m := data.copier(ctx, address)
	m.Report = p.say
	if err := m.Clone(ctx); err != nil {
		return err
	}
	proof, err := m.Prove(ctx)
	p.end()
	if err != nil {
		return err
	}
	err = printProof(std, proof)
	if !follow {
		return err
	}
	return m.Follow(ctx, func(p mirror.Proof) error { _ = printProof(std, p); return nil })
}

// copier copies a server into the folder.
func (f *folder) copier(ctx context.Context, address string) *mirror.Mirror {
	s := sessionOf(ctx)
	agent := "boamp/" + build().Version + " (+https://github.com/boamp/boamp)"
	im := f.importer(nil)
	im.Store = f.watched(nil)
	if s.host != nil { // readers are to have the other processors
		im.Workers = 1
	}
	m := &mirror.Mirror{
		URL: address, Client: &fetch.Client{UserAgent: agent}, HTTP: &http.Client{Transport: fetch.Transport(2)}, Agent: agent,
		Importer: im, Raw: f.Raw(), Temp: f.Temp(), Disk: disk.OS{}, Sleep: pause,
		Adopt: func(feed string) error { return f.adopt(address, feed) },
	}
	m.Alone = func(ctx context.Context, do func() error) error {
		done, err := s.takeTurn(ctx)
		if err != nil {
			return err
		}
		defer done()
		return do()
	}
	return m
}

// adopt makes the folder a mirror, when it is empty, or holds that it is one of this server.
func (f *folder) adopt(address, feed string) error {
	m, is, err := f.Mirror()
	if err != nil {
		return err
	}
	if last, ok := f.journal.Last(); ok && !is {
		return fault.New(fault.Conflict, "the data folder has %d lines of its own account, and is no copy of %s", last.Seq, address).WithHint("name an empty folder: --data DIR")
	}
	if is && m.Feed != feed {
		return fault.New(fault.Conflict, "the data folder is a mirror of the feed %s (%s), this server has %s: its history is another one", m.Feed, m.URL, feed).
			WithHint("make the copy anew in an empty folder: --data DIR")
	}
	if !is || m.URL != address {
		if err := f.SetMirror(datadir.Mirror{URL: address, Feed: feed, Since: time.Now().UTC().Truncate(time.Second)}); err != nil {
			return err
		}
	}
	return f.SetFeed(feed)
}

// printProof says how the copy compares; an error when it is none.
func printProof(std stdio, p mirror.Proof) error {
	if p.Identical {
		fmt.Fprintf(std.out, "identical: %d notices at revision %d, line %d of the account, digest %s\n", p.Own.Notices, p.Own.Revision, p.Own.Sequence, p.Own.Digest)
		return nil
	}
	fmt.Fprintf(std.out, "NOT identical at line %d of the account\n  there  %d notices, revision %d, digest %s\n  here   %d notices, revision %d, digest %s\n", p.Own.Sequence,
		p.Server.Notices, p.Server.Revision, p.Server.Digest, p.Own.Notices, p.Own.Revision, p.Own.Digest)
	for _, d := range p.Differences {
		switch {
		case d.Own == "":
			fmt.Fprintf(std.out, "  %s  only there\n", d.ID)
		case d.Server == "":
			fmt.Fprintf(std.out, "  %s  only here\n", d.ID)
		default:
			fmt.Fprintf(std.out, "  %s  read otherwise: %s there, %s here\n", d.ID, d.Server, d.Own)
		}
	}
	if p.More {
		fmt.Fprintln(std.out, "  and more")
	}
	err := fault.New(fault.Conflict, "the copy is not identical")
	if p.Server.Reader != feed.ReaderVersion {
		return err.WithHint("the server's readers have version %d, those of this program %d: use the same version of boamp, then boamp rebuild", p.Server.Reader, feed.ReaderVersion)
	}
	return err.WithHint("boamp rebuild reads all documents anew; it also makes up for documents that an older program has read")
}

// detachMirror makes a mirror a folder of its own.
func detachMirror(ctx context.Context, std stdio, data *folder) error {
	m, is, err := data.Mirror()
	if err != nil {
		return err
	}
	if !is {
		return fault.New(fault.Conflict, "the data folder is no mirror")
	}
	if sessionOf(ctx).host != nil { // it does not know the archives that were copied, and would give their numbers again
		return fault.New(fault.Conflict, "a server has the folder").WithHint("stop it, detach, and start it again")
	}
	if err := data.Detach(rand.Reader); err != nil {
		return err
	}
	id, err := data.feedID()
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "no mirror of %s any more; the change feed is %s, and tokens of the old one begin anew\n", m.URL, id)
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/backup"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
)

func backupCommand() command {
	c := command{
		name: "backup", args: "[FLAGS] FOLDER|FILE.tar|-", short: "Back a data folder up, also beside a running server, and check backups",
		long: `What cannot be made again is copied: source documents, ledger, register of erasures, id of the change feed, results of audits; with
--database the database, which is made again otherwise. The state is that of one moment; imports and readers go on. Into a FOLDER that
holds a backup only what is new or has changed is copied, and what was erased since leaves it. A FILE.tar (or the standard output) is a
whole backup. One that was interrupted is no backup; one that was there stays. A server writes a FOLDER itself: it must be allowed to.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		var o backup.Options
		f.BoolVar(&o.Database, "database", false, "with the database, so that a restore takes minutes and no hours; imports wait while it is copied")
		f.BoolVar(&o.Link, "link", false, "archives become hard links where the disk allows it: no room is taken, and no second copy made")
		f.BoolVar(&o.Again, "again", false, "look at the bytes of all files, not only of those whose time or size changed")
		verify := f.Bool("verify", false, "read a backup, compare every byte with its manifest, and say what it holds")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() != 1 {
			return wrongUsage(fault.New(fault.Invalid, "one place for the backup is expected, not %d", f.NArg()).WithHint("boamp backup /srv/backup/boamp"))
		}
		to := f.Arg(0)
		stream := to == "-" || strings.HasSuffix(to, ".tar")
		switch {
		case *verify:
			return verifyBackup(ctx, std, to)
		case stream && o.Link:
			return wrongUsage(fault.New(fault.Invalid, "a tar file has no hard links").At("--link"))
		case !stream:
			if info, err := os.Stat(to); err == nil && !info.IsDir() {
				return wrongUsage(fault.New(fault.Invalid, "%s is neither a folder nor called .tar", to))
			}
		}
		file := to
		if !stream || to == "-" {
			file = ""
		}
		out, finish, err := redirect(ctx, std, file)
		if err != nil {
			return err
		}
		return finish(withFolder(ctx, out, *path, datadir.Write, func(data *folder) error {
			if sessionOf(ctx).host == nil { // a server did it when it started
				if _, err := data.recover(ctx, data.importer(nil)); err != nil {
					return err
				}
			}
			o.Root, o.Now, o.Look, o.Freeze, o.Report = data.Path(), time.Now, data.look, data.freeze, reportBytes(std)
			sum, err := backupTo(ctx, out.out, stream, sessionOf(ctx).paths([]string{to})[0], o)
			if err == nil {
				printBackup(std.err, "backed up", sum.Manifest, sum.String())
			}
			return err
		}))
	}
	return c
}

func backupTo(ctx context.Context, out io.Writer, stream bool, to string, o backup.Options) (backup.Summary, error) {
	if stream {
		return backup.ToStream(ctx, out, o)
	}
	return backup.ToFolder(ctx, to, o)
}

// look tells the state of the data, for a backup.
func (f *folder) look(ctx context.Context) (backup.State, error) {
	snap, err := f.store.Snapshot(ctx)
	if err != nil {
		return backup.State{}, err
	}
	defer snap.Close()
	digest, err := snap.Digest(ctx)
	if err != nil {
		return backup.State{}, err
	}
	info := snap.Info()
	return backup.State{
		Program: build().Version, Reader: feed.ReaderVersion, Revision: info.Revision, Sequence: info.Sequence, Notices: info.Notices,
		Updated: info.LastUpdate, Digest: digest.String(),
	}, nil
}

// freeze keeps the database from changing until done is called. Who imports meanwhile waits.
func (f *folder) freeze(ctx context.Context) (done func(), err error) {
	end, err := sessionOf(ctx).takeTurn(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := f.store.Begin(ctx)
	if err != nil {
		end()
		return nil, err
	}
	return func() {
		_ = tx.Rollback() // nothing was written
		end()
	}, nil
}

// reportBytes tells now and then how far the copying is.
func reportBytes(std stdio) func(done, total int64) {
	last := time.Now()
	return func(done, total int64) {
		if time.Since(last) > linePause {
			last = time.Now()
			fmt.Fprintf(std.err, "%s of %s\n", size(done), size(total))
		}
	}
}

func printBackup(w io.Writer, what string, m backup.Manifest, more string) {
	fmt.Fprintf(w, "%s: revision %d, %d notices, ledger up to line %d, made %s\n", what, m.Revision, m.Notices, m.Sequence, m.Made.Format(time.RFC3339))
	fmt.Fprintf(w, "digest %s\n%s\n", m.Digest, more)
}

func verifyBackup(ctx context.Context, std stdio, from string) error {
	m, err := backup.Verify(ctx, from, reportBytes(std))
	if err == nil {
		printBackup(std.out, "the backup is whole", m, fmt.Sprintf("%d files, %s", len(m.Files), size(m.Bytes())))
	}
	return err
}

func restoreCommand() command {
	c := command{
		name: "restore", args: "[FLAGS] FOLDER|FILE.tar", short: "Bring a backup back into a new data folder, and prove that it is the same",
		long: `The data folder must be missing or empty. Every file is compared with the manifest of the backup; then the database is made from the documents,
unless the backup has it, and in the end the notices are compared with those that were backed up, by their digest. The search index is made
when the folder is served.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() != 1 {
			return wrongUsage(fault.New(fault.Invalid, "one backup is expected, not %d", f.NArg()).WithHint("boamp restore --data /var/lib/boamp /srv/backup/boamp"))
		}
		m, err := backup.Restore(ctx, f.Arg(0), *path, reportBytes(std))
		if err != nil {
			return err
		}
		fmt.Fprintf(std.err, "%d files are back and as they were\n", len(m.Files))
		return revive(ctx, std, *path, m)
	}
	return c
}

// revive makes what is derived in a restored folder, and compares it with what was backed up.
func revive(ctx context.Context, std stdio, path string, m backup.Manifest) error {
	with := indexing{mode: indexOff}
	data, err := openFolder(ctx, path, datadir.Write, false, with)
	if fault.Is(err, fault.Conflict) && m.Database { // of another version of the program
		fmt.Fprintln(std.err, "the database of the backup cannot be used, it is made from the documents")
		data, err = openFolder(ctx, path, datadir.Write, true, with)
	}
	if err != nil {
		return err
	}
	p := newProgress(std)
	_, err = data.recover(ctx, data.importer(p.report))
	p.end()
	var is backup.State
	if err == nil {
		is, err = data.look(ctx)
	}
	if err == nil {
		err = sameState(m.State, is)
	}
	if err == nil {
		proof := "the notices are those that were backed up"
		if m.Reader != is.Reader {
			proof = fmt.Sprintf("read anew by readers of version %d, not %d: revision %d, %d notices", is.Reader, m.Reader, is.Revision, is.Notices)
		}
		printBackup(std.out, "restored", m, proof)
	}
	return errors.Join(err, data.Close())
}

// sameState compares what was backed up with what is there now. Other readers may read documents otherwise, and then say so in the ledger: only
// with the same ones the notices must be equal.
func sameState(was, is backup.State) error {
	switch {
	case was.Reader != is.Reader && is.Sequence >= was.Sequence:
		return nil
	case is.Revision != was.Revision || is.Sequence != was.Sequence || is.Notices != was.Notices || is.Digest != was.Digest:
		return fault.New(fault.Conflict, "the restored data differ from those that were backed up: revision %d, line %d, digest %s, and not revision %d, line %d, digest %s",
			is.Revision, is.Sequence, is.Digest, was.Revision, was.Sequence, was.Digest).WithHint("the folder stays as it is; an older backup may be right")
	}
	return nil
}

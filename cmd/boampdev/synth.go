package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

func synthCommand() command {
	c := command{
		name: "synth", args: "--notices N --out DIR [FLAGS]", short: "Make a corpus of invented notices with the proportions of the real data set",
		long: `Writes the notices in the true formats of their time (V110, V230, V240, 3.2.5, eForms), laid out as DILA does: yyyy/mm/dd/<idweb>.xml.
With --store they go straight into the store of a new data folder, through the same readers as an import: what is served is the
same, but the folder keeps neither source bytes nor ledger lines, so that it cannot be rebuilt from itself.

The same seed, number and day give the same bytes. What a purchase says depends on seed and day alone; a larger number adds
purchases, and only the numbers of notices, which count through the year, move.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		count := f.Int("notices", 10_000, "how many `notices` to make")
		seed := f.Uint64("seed", 1, "`seed` of all that is drawn")
		out := f.String("out", "", "`folder` to write to; must not exist or be empty")
		today := f.String("today", "2026-11-24", "latest `day` of publication; calls of the last weeks are open on it")
		straight := f.Bool("store", false, "make a data folder for boamp serve")
		if done, err := f.parse(args); done {
			return err
		}
		day, err := time.Parse(time.DateOnly, *today)
		switch {
		case *out == "":
			return errors.New("--out names the folder to write to")
		case err != nil:
			return fmt.Errorf("--today: %w", err)
		case *count < 1:
			return errors.New("--notices is at least 1")
		}
		if entries, err := os.ReadDir(*out); err == nil && len(entries) > 0 {
			return fmt.Errorf("the folder %s is not empty", *out)
		}
		s := &synthesis{std: std, out: *out, start: time.Now()}
		s.corpus = synth.NewCorpus(synth.Options{Seed: *seed, Notices: *count, Today: notice.DateOf(day)})
		fmt.Fprintf(std.err, "planned %d notices in %v\n", s.corpus.Len(), time.Since(s.start).Round(time.Millisecond))
		debug.SetGCPercent(200) // little is kept, much is made
		debug.SetMemoryLimit(768 << 20)
		if *straight {
			err = s.fill(ctx)
		} else {
			err = s.files(ctx)
		}
		if err == nil {
			s.summary()
		}
		return err
	}
	return c
}

// synthesis is one run of the command.
type synthesis struct {
	std    stdio
	out    string
	corpus *synth.Corpus
	start  time.Time
	last   time.Time // of a line of progress
	done   int
	bytes  int64 // of documents
}

// files writes the documents.
func (s *synthesis) files(ctx context.Context) error {
	dir := ""
	for d := range s.corpus.Documents() {
		if err := ctx.Err(); err != nil {
			return err
		}
		path := filepath.Join(s.out, filepath.FromSlash(d.Path))
		if at := filepath.Dir(path); at != dir {
			if err := os.MkdirAll(at, 0o755); err != nil {
				return err
			}
			dir = at
		}
		if err := os.WriteFile(path, d.Bytes, 0o644); err != nil {
			return err
		}
		s.made(1, int64(len(d.Bytes)))
	}
	return nil
}

// made counts, and tells now and then how far it is.
func (s *synthesis) made(notices int, bytes int64) {
	s.done += notices
	s.bytes += bytes
	if now := time.Now(); now.Sub(s.last) > 10*time.Second {
		s.last = now
		fmt.Fprintf(s.std.err, "%d of %d notices, %.0f/s\n", s.done, s.corpus.Len(), float64(s.done)/now.Sub(s.start).Seconds())
	}
}

func (s *synthesis) summary() {
	elapsed := time.Since(s.start)
	fmt.Fprintf(s.std.out, "%d notices in %v: %.0f/s, %d MB of documents, %d MB on disk in %s\n",
		s.done, elapsed.Round(time.Second), float64(s.done)/elapsed.Seconds(), s.bytes>>20, sizeOf(s.out)>>20, s.out)
}

// sizeOf adds up the files of a folder.
func sizeOf(dir string) (total int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				total += info.Size()
			}
		}
		return nil
	})
	return total
}

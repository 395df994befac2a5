package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/duckdb"
	"github.com/boamp/boamp/internal/synth"
)

const (
	synthBatch  = 512     // notices put at once
	synthCommit = 200_000 // and committed at once
)

// fill makes a data folder and puts the notices into its store: written and read by all processors, put in their order.
func (s *synthesis) fill(ctx context.Context) (err error) {
	dir, err := datadir.Open(s.out, datadir.Write, time.Now())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	if _, err := raw.Open(dir.Raw(), raw.Options{Write: true}); err != nil {
		return err
	}
	journal, err := ledger.Open(dir.Ledger(), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	db, err := duckdb.Open(duckdb.Options{Path: dir.Store(), Temp: filepath.Join(dir.Path(), "tmp"), Catalogue: field.NewCatalogue()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	return s.put(ctx, db, s.read(ctx))
}

// synthesised is a run of notices, read.
type synthesised struct {
	notices []*notice.Notice
	bytes   int64
	err     error
}

// read makes and reads the notices, batch by batch in order, a few batches ahead.
func (s *synthesis) read(ctx context.Context) <-chan chan synthesised {
	workers := runtime.GOMAXPROCS(0)
	order := make(chan chan synthesised, 2*workers)
	type job struct {
		from int
		into chan synthesised
	}
	jobs := make(chan job)
	go func() {
		defer close(order)
		defer close(jobs)
		for from := 0; from < s.corpus.Len(); from += synthBatch {
			j := job{from, make(chan synthesised, 1)}
			select {
			case order <- j.into:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				return
			}
		}
	}()
	reader := detect.New()
	for range workers {
		go func() {
			for j := range jobs {
				j.into <- readBatch(s.corpus, reader, j.from)
			}
		}()
	}
	return order
}

func readBatch(corpus *synth.Corpus, reader feed.Reader, from int) (b synthesised) {
	for i := from; i < min(from+synthBatch, corpus.Len()); i++ {
		d := corpus.Document(i)
		sum := sha256.Sum256(d.Bytes)
		res, err := reader.Read(feed.Document{
			Bytes: d.Bytes, Origin: "synth:" + d.Path, Name: strings.TrimSuffix(filepath.Base(d.Path), ".xml"), SHA256: hex.EncodeToString(sum[:]),
		})
		if err == nil && len(res.Rejects) > 0 {
			err = res.Rejects[0].Err
		}
		if err != nil {
			b.err = fmt.Errorf("%s: %w", d.Path, err)
			return b
		}
		for _, n := range res.Notices {
			n.Source.Fetched = n.Published.In(time.UTC).Add(6 * time.Hour)
		}
		b.notices = append(b.notices, res.Notices...)
		b.bytes += int64(len(d.Bytes))
	}
	return b
}

// put writes the batches into the store.
func (s *synthesis) put(ctx context.Context, db store.Writer, batches <-chan chan synthesised) error {
	tx, err := db.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing after a commit
	waiting := 0
	for next := range batches {
		b := <-next
		if b.err == nil {
			_, b.err = tx.Put(ctx, b.notices)
		}
		if b.err != nil {
			return b.err
		}
		s.made(len(b.notices), b.bytes)
		if waiting += len(b.notices); waiting < synthCommit || s.done == s.corpus.Len() {
			continue
		}
		if _, err := tx.Commit(ctx, time.Now()); err != nil {
			return err
		}
		waiting = 0
		if tx, err = db.Begin(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err = tx.Commit(ctx, time.Now())
	return err
}

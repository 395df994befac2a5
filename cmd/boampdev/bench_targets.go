package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

// asked is what the table of targets needs of each engine, in the order in which it is measured: editions change the folder.
var asked = []struct {
	engine string
	parts  []string
}{
	{"duckdb", []string{"load"}},
	{"index", []string{"start", "single", "load", "rate", "export", "edition"}},
	{"small", []string{"start", "single", "load"}},
}

// targets measures what has a target and prints the table, after those of the measurements.
func (b *bench) targets(ctx context.Context, engines []string, jsonFile string) (err error) {
	if b.url != "" {
		return errors.New("the targets need servers that are started here: give no --url")
	}
	for _, a := range asked {
		if !slices.Contains(engines, a.engine) {
			continue
		}
		b.only = a.parts
		if err := b.with(a.engine, func() error { return b.measure(ctx, []string{a.engine}, jsonFile) }); err != nil {
			return errors.Join(err, b.report.Markdown(b.out))
		}
		b.start.Flags = nil
	}
	return errors.Join(b.report.Markdown(b.out), load.Targets(b.report.Lines()).Markdown(b.out))
}

// with measures an engine. The index without the words of bodies stands in for the other one meanwhile, and stays beside it for the
// next time.
func (b *bench) with(engine string, do func() error) (err error) {
	if engine != "small" {
		return do()
	}
	at := filepath.Join(b.start.Data, "index")
	whole, small := at+".whole", at+".small"
	if err := swap(at, whole, small); err != nil {
		return err
	}
	begun := time.Now()
	defer func() {
		err = errors.Join(err, swap(at, small, whole))
		fmt.Fprintf(b.progress, "the index as it was stands again after %v\n", time.Since(begun).Round(time.Second))
	}()
	return do()
}

// swap puts the folder at aside and another in its place, where there is one.
func swap(at, aside, other string) error {
	if err := os.Rename(at, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(other, at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

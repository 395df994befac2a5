package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/tree"
)

func checkCommand() command {
	c := command{
		name: "check", args: "corpus PATH...", short: "Read documents without keeping them and say what came of each kind",
		long: `Reads every document below PATH with the readers of this program. Lists what would be served, what would be set aside and why,
warnings and quality flags by kind; and for each full record of the Explore API derives the flat fields from its two halves and
compares them with the fields of the record.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		details := f.Bool("details", false, "list each document set aside and each difference")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() < 2 || f.Arg(0) != "corpus" {
			return wrongUsage(fault.New(fault.Invalid, "what to check is not said").WithHint("boamp check corpus PATH..."))
		}
		check := newCheck(std.out, *details)
		if err := check.run(ctx, dir.Source{Paths: f.Args()[1:], Open: opener()}); err != nil {
			return err
		}
		return check.report()
	}
	return c
}

// check gathers what reading a set of documents gives.
type check struct {
	out        io.Writer
	details    bool
	reader     feed.Reader
	documents  int
	companions int
	notices    map[string]int // by generation, famille and stage
	aside      map[string]int // by reason
	warnings   map[string]int
	flags      map[string]int
	records    int // full records, derived and compared
	values     int
	unequal    map[string]int // by field
}

func newCheck(out io.Writer, details bool) *check {
	return &check{out: out, details: details, reader: detect.New(), notices: map[string]int{}, aside: map[string]int{}, warnings: map[string]int{},
		flags: map[string]int{}, unequal: map[string]int{}}
}

func (c *check) run(ctx context.Context, src source.Source) error {
	for edition, err := range src.Editions(ctx) {
		if err != nil {
			return err
		}
		for item, err := range edition.Items(ctx) {
			switch {
			case errors.Is(err, source.ErrCompanion):
				c.companions++
			case err != nil && item.Origin == "":
				return err
			case err != nil:
				c.documents++
				c.setAside(item.Origin, err)
			default:
				c.documents++
				c.document(item)
			}
		}
	}
	return nil
}

func (c *check) setAside(what string, err error) {
	var f *fault.Error
	reason := err.Error()
	if errors.As(err, &f) {
		reason = f.Kind.String() + ": " + f.Message
	}
	c.aside[reason]++
	if c.details {
		fmt.Fprintf(c.out, "%s: %v\n", what, err)
	}
}

func (c *check) document(item source.Item) {
	sum := sha256.Sum256(item.Bytes)
	res, err := c.reader.Read(feed.Document{Bytes: item.Bytes, Origin: item.Origin, Name: item.Name, SHA256: hex.EncodeToString(sum[:]), Fetched: item.Fetched})
	if err != nil {
		c.setAside(item.Origin, err)
		return
	}
	for _, r := range res.Rejects {
		c.setAside(item.Origin+" "+r.Part, r.Err)
	}
	for _, n := range res.Notices {
		c.notices[fmt.Sprintf("%s %s %s", n.Version, n.Famille, n.Stage)]++
		for _, w := range n.Warnings {
			c.warnings[w.Reason+": "+w.Path]++
		}
		for _, f := range n.Flags {
			c.flags[string(f.Code)+": "+f.Field]++
		}
		if n.Source.Form == "record" {
			c.compare(item.Origin, n)
		}
	}
}

// compare derives the flat fields from the two halves that a full record holds.
func (c *check) compare(origin string, n *notice.Notice) {
	rec := &n.Record
	if rec.Gestion == nil || rec.Donnees == nil {
		return
	}
	gestion, err := tree.ParseJSON([]byte(*rec.Gestion), "GESTION", tree.Limits{})
	if err != nil {
		return // the reader has warned about it
	}
	donnees, err := tree.ParseJSON([]byte(*rec.Donnees), "DONNEES", tree.Limits{})
	if err != nil {
		return
	}
	in := portal.Input{Gestion: gestion.Root(), Donnees: donnees.Root()}
	if rec.SourceSchema != nil {
		in.Schema = *rec.SourceSchema
	}
	if rec.Filename != nil {
		in.Filename = *rec.Filename
	}
	derived := portal.Derive(in)
	c.records++
	c.values += len(portal.Names())
	for _, d := range portal.Diff(&derived, rec) {
		c.unequal[d.Field]++
		if c.details {
			fmt.Fprintf(c.out, "%s: field %s: derived %s, record has %s\n", origin, d.Field, clip(d.Got, 120), clip(d.Want, 120))
		}
	}
}

// minEqual is the share of field values that must be equal for the check to pass.
const minEqual = 0.995

func (c *check) report() error {
	fmt.Fprintf(c.out, "%d documents read", c.documents)
	if c.companions > 0 {
		fmt.Fprintf(c.out, ", %d pages beside notices", c.companions)
	}
	fmt.Fprintln(c.out)
	c.table("notices by generation, famille and stage", c.notices)
	c.table("set aside", c.aside)
	c.table("warnings", c.warnings)
	c.table("quality flags", c.flags)
	if c.records == 0 {
		return nil
	}
	wrong := 0
	for _, n := range c.unequal {
		wrong += n
	}
	share := 1 - float64(wrong)/float64(c.values)
	fmt.Fprintf(c.out, "\n%d full records: %d of %d field values derived as the portal has them (%.2f %%)\n", c.records, c.values-wrong, c.values, 100*share)
	c.table("fields that differ", c.unequal)
	if share < minEqual {
		return fault.New(fault.Invalid, "only %.2f %% of the field values are equal, %.1f %% expected", 100*share, 100*minEqual).WithHint("--details lists each difference")
	}
	return nil
}

func (c *check) table(title string, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	fmt.Fprintf(c.out, "\n%s:\n", title)
	t := tabwriter.NewWriter(c.out, 2, 4, 2, ' ', tabwriter.AlignRight)
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(t, "%d\t  %s\n", counts[k], k)
	}
	_ = t.Flush()
}

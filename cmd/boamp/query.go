package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/lang/params"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

func queryCommand() command {
	c := command{
		name: "query", args: "[FLAGS]", short: "Find notices by criteria and print them as a table or in an export format",
		long: `The criteria are those of GET /api/v1/notices, with hyphens: --published-from 2026-01-01 --cpv 45 --open. A criterion may be
given several times or hold a list separated by commas: any of the values may match. Different criteria must all hold.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		dir := f.data()
		plain := f.plain()
		format := f.String("format", "table", "table, "+strings.Join(formatNames(), ", "))
		output := f.String("o", "", "write to this `file` instead of the standard output")
		var o export.Options
		f.BoolVar(&o.Labels, "labels", false, "csv, xlsx: headings are French labels")
		f.BoolVar(&o.Spreadsheet, "spreadsheet", false, "csv: defuse cells that a spreadsheet would take for formulas")
		f.BoolVar(&o.BOM, "bom", false, "csv: start with a byte-order mark, for spreadsheets")
		count := f.Bool("count", false, "print only how many notices match")
		explain := f.Bool("explain", false, "say on the standard error who answered, the index or the store, why, and how long it took")
		values := url.Values{}
		addCriteria(f.FlagSet, values)
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		std, finish, err := redirect(ctx, std, *output)
		if err != nil {
			return err
		}
		return finish(withReader(ctx, std, *dir, *plain, func(door *search.Door, _ rawReader) error {
			p := params.Parser{Fields: door.Fields, Now: time.Now().UTC(), Unbounded: true}
			req, err := p.Parse(values)
			if err != nil {
				return err
			}
			if *explain {
				traced, trace := search.WithTrace(ctx)
				ctx = traced
				defer func() { printPlan(std, trace.Steps()) }()
			}
			if *count {
				return printCount(ctx, std, door, req)
			}
			return printResult(ctx, std, door, req, *format, o)
		}))
	}
	return c
}

// criterion is a flag that adds to the parameters of the query.
type criterion struct {
	values url.Values
	name   string
	bool   bool
}

func (c criterion) String() string     { return "" }
func (c criterion) Set(v string) error { c.values.Add(c.name, v); return nil }
func (c criterion) IsBoolFlag() bool   { return c.bool }

// addCriteria makes a flag of every criterion and of sort, limit and fields.
func addCriteria(f *flag.FlagSet, values url.Values) {
	add := func(name, value, doc string) {
		yesNo := strings.HasPrefix(value, "true")
		if !yesNo {
			doc = "`" + strings.ReplaceAll(value, " ", "-") + "`: " + doc
		}
		f.Var(criterion{values, name, yesNo}, strings.ReplaceAll(name, "_", "-"), doc)
	}
	for _, p := range params.Table() {
		add(p.Name, p.Value, p.Doc)
	}
	for _, o := range params.Options() {
		if o.Name != "cursor" {
			add(o.Name, o.Value, o.Doc)
		}
	}
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.Name)
	}
	return names
}

// printPlan says how the question was answered.
func printPlan(std stdio, steps []store.Step) {
	if len(steps) == 0 {
		fmt.Fprintln(std.err, "plan: the store answered, there is no index")
	}
	for _, s := range steps {
		why := ""
		if s.Why != "" {
			why = ", because " + s.Why
		}
		fmt.Fprintf(std.err, "plan: %s by the %s in %.2f ms%s\n", s.What, s.Where, float64(s.Time)/float64(time.Millisecond), why)
	}
}

func printCount(ctx context.Context, std stdio, door *search.Door, req params.Request) error {
	page, err := door.Page(ctx, search.Request{Query: req.Query, At: time.Now()})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, page.Total)
	return err
}

// printResult streams the result.
func printResult(ctx context.Context, std stdio, door *search.Door, req params.Request, format string, o export.Options) error {
	make := newTable
	if format != "table" {
		f, err := export.Find(formats(), format)
		if err != nil {
			return err
		}
		make = f.New
	}
	if req.Fields == nil {
		req.Fields = native.ExportFields(door.Fields)
		if format == "table" {
			req.Fields = tableFields(door.Fields)
		}
	}
	if format == "table" && req.Query.Limit < 0 {
		req.Query.Limit = params.DefaultLimit
	}
	return door.Stream(ctx, req.Query, req.Fields, func(info store.Info, total int64) export.Encoder {
		o.Meta = search.Meta(info, total)
		return make(std.out, o)
	})
}

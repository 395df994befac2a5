package main

import (
	"compress/gzip"
	"context"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// exportRequest is what the flags of an export ask for.
type exportRequest struct {
	format, dataset, zone, lang string
	delimiter, flavour          string
	where, refine, exclude      texts
	ask                         odsql.Request
	options                     export.Options
	compressed, plain           bool
	parquet                     string
}

// texts is a flag that may stand several times.
type texts []string

func (t *texts) String() string     { return "" }
func (t *texts) Set(s string) error { *t = append(*t, s); return nil }

func exportCommand() command {
	c := command{
		name: "export", args: "[FLAGS]", short: "Write all records or groups that match an ODSQL query to a file",
		long: `The query is that of the Explore API: --select, --where, --group-by and --order-by are ODSQL (docs/odsql.md), and the file is
the one that .../exports/FORMAT gives for it. Without --where it holds every record of the data set.

The file is written as FILE.part and takes its name when it is whole; after an error it is removed. Memory does not grow with the
number of rows.

  boamp export --format parquet --where "dateparution >= date'2026'" -o boamp-2026.parquet
  boamp export --format xlsx --select "nature, count(*) as n" --group-by nature --order-by "-n" -o natures.xlsx
  boamp export --dataset boamp-enrichi --flavour tableur --use-labels --where "code_departement = '44'" -o loire-atlantique.csv`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		dir := f.data()
		plain := f.plain()
		output := f.String("o", "", "write to this `file` instead of the standard output")
		r := exportFlags(f)
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if err := r.check(); err != nil {
			return err
		}
		std, finish, err := redirect(ctx, std, *output)
		if err != nil {
			return err
		}
		return finish(withReader(ctx, std, *dir, *plain, func(door *search.Door, _ rawReader) error { return r.run(ctx, std, door) }))
	}
	return c
}

// exportFlags adds the flags of an export.
func exportFlags(f *flags) *exportRequest {
	r := &exportRequest{}
	f.StringVar(&r.format, "format", "csv", strings.Join(formatNames(), ", "))
	f.StringVar(&r.dataset, "dataset", dataset.Boamp, "data set: boamp, boamp-enrichi (with the typed fields of boamp), boamp-html, or a list")
	f.StringVar(&r.ask.Select, "select", "", "`ODSQL`: columns and what is computed; default all fields of the data set")
	f.Var(&r.where, "where", "`ODSQL`: which records; several of them must all hold")
	f.StringVar(&r.ask.GroupBy, "group-by", "", "`ODSQL`: a row for each group instead of each record")
	f.StringVar(&r.ask.OrderBy, "order-by", "", "`ODSQL`: the order; default that of the data set, oldest first")
	f.Var(&r.refine, "refine", "`FIELD:VALUE`: records with this value of a facet")
	f.Var(&r.exclude, "exclude", "`FIELD:VALUE`: records without this value of a facet")
	f.IntVar(&r.ask.Limit, "limit", -1, "`rows` at most; -1 means all")
	f.IntVar(&r.ask.Offset, "offset", 0, "`rows` to leave out at the beginning")
	f.StringVar(&r.zone, "timezone", "", "`zone` of dates in the query and of instants in the file, such as Europe/Paris; default UTC, for xlsx with --native Europe/Paris")
	f.StringVar(&r.lang, "lang", "fr", "`language` of the names of months and days")
	f.StringVar(&r.delimiter, "delimiter", ";", "csv: between cells; tab or \\t for a tab")
	f.StringVar(&r.options.ListSep, "list-separator", ",", "csv, xlsx: between the values of one cell")
	f.BoolVar(&r.options.QuoteAll, "quote-all", false, "csv: quotes around every text")
	f.BoolVar(&r.options.BOM, "with-bom", false, "csv: start with a byte-order mark, for spreadsheets")
	f.StringVar(&r.flavour, "flavour", "raw", "csv: raw, or tableur: with a byte-order mark, and cells that a spreadsheet would take for formulas are defused")
	f.BoolVar(&r.options.Labels, "use-labels", false, "French labels instead of names of fields")
	f.StringVar(&r.parquet, "parquet-compression", "snappy", "parquet: snappy or zstd")
	f.StringVar(&r.options.Base, "base", "", "rdfxml, n3, turtle, jsonld: `IRI` of the data set, from which names are made")
	f.BoolVar(&r.compressed, "compressed", false, "pack the file with gzip")
	f.BoolVar(&r.plain, "native", false, "boamp's own style instead of the portal's: JSON with the source, instants with a Z, line feeds")
	return r
}

// check reads the flags that need no data.
func (r *exportRequest) check() (err error) {
	if _, err = export.Find(formats(), r.format); err != nil {
		return err
	}
	if r.delimiter == "tab" || r.delimiter == `\t` {
		r.delimiter = "\t"
	}
	if r.options.Delimiter, err = export.CheckDelimiter(r.delimiter); err != nil {
		return err
	}
	if r.options.Compression, err = export.CheckCompression(r.parquet); err != nil {
		return err
	}
	if err = r.options.SetFlavour(r.flavour); err != nil {
		return err
	}
	r.options.Portal = !r.plain
	if r.ask.Limit < -1 || r.ask.Offset < 0 {
		return fault.New(fault.Invalid, "--limit is -1 or more, --offset 0 or more")
	}
	if r.zone != "" {
		if r.options.Zone, err = time.LoadLocation(r.zone); err != nil {
			return fault.New(fault.Invalid, "unknown time zone %q", r.zone).At("--timezone").WithHint("zones are called as in the tz database: Europe/Paris, UTC")
		}
	} else if !r.plain { // as the Explore API, whose instants are often clocks of Paris that are marked as UTC
		r.options.Zone = time.UTC
	}
	return nil
}

// run compiles the query and writes the file.
func (r *exportRequest) run(ctx context.Context, std stdio, door *search.Door) (err error) {
	sets, err := dataset.Build(dataset.Options{Fields: door.Fields, Open: door.Open, HTML: render.HTML, Summary: render.Summary})
	if err != nil {
		return err
	}
	set, err := findSet(sets, r.dataset)
	if err != nil {
		return err
	}
	format, err := export.Find(formats(), r.format)
	if err != nil {
		return err
	}
	table, err := r.compile(set, format)
	if err != nil {
		return err
	}
	out := std.out
	if r.compressed {
		packed := gzip.NewWriter(out)
		defer func() {
			if err == nil {
				err = packed.Close()
			}
		}()
		out = packed
	}
	view, err := set.Open(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	return search.Send(ctx, view, table, func(info store.Info, total int64) export.Encoder {
		r.options.Meta, r.options.Subject, r.options.Title = search.Meta(info, total), "idweb", strings.Trim(set.ID, "/")
		return format.New(out, r.options)
	})
}

// compile makes the table of the query.
func (r *exportRequest) compile(set *dataset.Set, format export.Format) (query.Table, error) {
	refinements, err := set.Refinements(r.refine, r.exclude, nil)
	if err != nil {
		return query.Table{}, err
	}
	r.ask.Where, r.ask.Export, r.ask.PlainJSON, r.ask.AnyLimit = r.where, true, !format.JSON, true
	zone := r.options.Zone
	if zone == nil {
		zone = time.UTC
	}
	r.ask.Also = refinements.Predicate(zone)
	table, err := odsql.Compile(odsql.Env{
		Fields: set.Fields, Columns: set.Columns, Text: set.Text, Dataset: set.ID, Now: time.Now(), Zone: zone, Lang: r.lang,
	}, r.ask)
	if err == nil && table.Groups == nil && len(table.Sort) == 0 {
		table.Sort = set.Order
	}
	return table, err
}

// findSet finds a data set by its id, which may end with a slash that nobody types.
func findSet(sets *dataset.Catalogue, id string) (*dataset.Set, error) {
	var names []string
	for _, s := range sets.Sets {
		if strings.TrimSuffix(s.ID, "/") == strings.TrimSuffix(id, "/") {
			return s, nil
		}
		names = append(names, s.ID)
	}
	return nil, fault.New(fault.NotFound, "no data set is called %q", id).At("--dataset").WithHint("data sets are: %s", strings.Join(names, ", "))
}

package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// tableEncoder prints a result for people at a terminal: columns in line, long texts cut, instants on the clock of Paris.
type tableEncoder struct {
	w      *tabwriter.Writer
	o      export.Options
	fields []*field.Field
	rows   int64
}

func newTable(w io.Writer, o export.Options) export.Encoder {
	return &tableEncoder{w: tabwriter.NewWriter(w, 2, 4, 2, ' ', 0), o: o}
}

// tableFields are the columns of the table unless others are asked for.
func tableFields(c *field.Catalogue) []*field.Field {
	var list []*field.Field
	for _, name := range []string{"idweb", "version", "published", "deadline", "stage", "departement", "buyer_name", "title"} {
		list = append(list, c.Must(name))
	}
	return list
}

func (e *tableEncoder) Begin(fields []*field.Field) error {
	e.fields = fields
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	_, err := fmt.Fprintln(e.w, strings.Join(names, "\t"))
	return err
}

func (e *tableEncoder) Row(values [][]field.Value) error {
	e.rows++
	cells := make([]string, len(e.fields))
	for i, f := range e.fields {
		text := export.Join(f.Type, values[i], ",")
		if f.Type == field.DateTime && len(values[i]) > 0 {
			text = values[i][0].Time.In(notice.Paris).Format("2006-01-02 15:04")
		}
		cells[i] = clip(strings.Join(strings.Fields(text), " "), 48)
	}
	_, err := fmt.Fprintln(e.w, strings.Join(cells, "\t"))
	return err
}

func clip(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most-1]) + "…"
}

func (e *tableEncoder) End() error {
	update := "never"
	if !e.o.Meta.LastUpdate.IsZero() {
		update = e.o.Meta.LastUpdate.Format(time.RFC3339)
	}
	fmt.Fprintf(e.w, "\n%d of %d notices. %s, %s. Last update %s, revision %d.\n", e.rows, e.o.Meta.Total, e.o.Meta.Source, e.o.Meta.Licence, update, e.o.Meta.Revision)
	return e.w.Flush()
}

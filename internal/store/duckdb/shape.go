package duckdb

import (
	"context"
	"strings"
	"sync"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/scalar"
)

// shapes keeps the shape of the revision that was asked for last.
type shapes struct {
	mu   sync.Mutex
	last *shape
}

// shape is what is known of the rows of a revision: how wide they are and where they stand. Its parts are made when they are
// needed.
type shape struct {
	revision int64
	mu       sync.Mutex
	widths   map[string]float64 // mean bytes, by field
	days     map[string][]span  // by field
}

// span is a day that some rows have.
type span struct {
	day         string // "" for none
	rows        int64
	first, last int64 // where they stand in the table
}

// shape of the rows that the view sees.
func (v *snapshot) shape() *shape {
	s := &v.store.shapes
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || s.last.revision != v.info.Revision {
		s.last = &shape{revision: v.info.Revision, days: map[string][]span{}}
	}
	return s.last
}

// sampleRows is the number of rows, old ones and newer ones, whose values are measured.
const sampleRows = 4096

// width is the mean size of a row of the wanted columns, in bytes.
func (v *snapshot) width(ctx context.Context, read *rowReader) (float64, error) {
	s := v.shape()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.widths == nil {
		widths, err := v.widths(ctx)
		if err != nil {
			return 0, err
		}
		s.widths = widths
	}
	width := 32.0
	if read.opaque {
		width += s.widths[colBody]
	}
	for _, f := range read.fields {
		for _, from := range scalar.Fields(scalar.Of(f)) {
			width += 16 + s.widths[from.Name]
		}
	}
	return width, nil
}

// widths measures all columns.
func (v *snapshot) widths(ctx context.Context) (map[string]float64, error) {
	fields := v.store.schema.fields
	parts := make([]string, len(fields), len(fields)+1)
	for i, f := range fields {
		size := "strlen(CAST(" + column(f) + " AS VARCHAR))"
		if f.Type == field.Text && !f.Multi {
			size = "strlen(" + column(f) + ")"
		}
		parts[i] = "coalesce(sum(" + size + ") / count(*), 0)"
	}
	parts = append(parts, "coalesce(sum(octet_length("+colBody+")) / count(*), 0)")
	newer := v.info.Notices * 3 / 4
	widths := make(map[string]float64, len(fields))
	_, err := v.c.one(ctx, func(r *result) {
		for i, f := range fields {
			widths[f.Name] = at[float64](&r.columns[i], r.row)
		}
		widths[colBody] = at[float64](&r.columns[len(fields)], r.row)
	}, "SELECT "+strings.Join(parts, ", ")+" FROM notices WHERE rowid < $1 OR rowid BETWEEN $2 AND $3", int64(sampleRows/2), newer, newer+sampleRows/2)
	return widths, err
}

// days lists the days of a field that rows have, in order, and last how many have none.
func (v *snapshot) days(ctx context.Context, f *field.Field) ([]span, error) {
	s := v.shape()
	s.mu.Lock()
	defer s.mu.Unlock()
	if days, ok := s.days[f.Name]; ok {
		return days, nil
	}
	r, err := v.c.query(ctx, "SELECT "+column(f)+", count(*), min(rowid), max(rowid) FROM notices GROUP BY 1 ORDER BY 1 NULLS LAST")
	if err != nil {
		return nil, err
	}
	defer r.close()
	var list []span
	for {
		more, err := r.next(ctx)
		if err != nil {
			return nil, err
		}
		if !more {
			s.days[f.Name] = list
			return list, nil
		}
		d := span{rows: r.int(1), first: r.int(2), last: r.int(3)}
		if !r.null(0) {
			d.day = dateOf(day(r.int32(0))).String()
		}
		list = append(list, d)
	}
}

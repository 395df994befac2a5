package native

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

func (a *API) fieldRoutes() []Route {
	return []Route{{
		Pattern: "GET " + Prefix + "/fields", ID: "listFields", Tag: "model", Doc: "the data model: every field with its meaning, its source and how often it is filled",
		Params: []Param{
			{Name: "name", In: "query", Type: "string", Value: "names", Repeated: true, Example: "deadline,amount", Doc: "these fields alone"},
			{Name: "fill", In: "query", Type: "boolean", Value: "true or false", Default: "true", Doc: "with the number of notices that have a value, measured once for each state of the data"},
		},
		Answers: []Answer{{jsonMedia, "the fields", FieldsAnswer{}}}, Errors: listErrors, Cache: CacheRevision, handler: a.fields,
	}}
}

// fields answers with the data model.
func (a *API) fields(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	fill, err := truth(values, "fill", true)
	if err != nil {
		return err
	}
	list := a.Door.Fields.Columns()
	if wanted := names(values["name"]); len(wanted) > 0 {
		var all []string
		for _, f := range list {
			all = append(all, f.Name)
		}
		for _, name := range wanted {
			if !contains(all, name) {
				return unknownName("field", name, all).At("parameter name")
			}
		}
		list = slices.DeleteFunc(list, func(f *field.Field) bool { return !contains(wanted, f.Name) })
	}
	v, err := a.asked(w, r)
	if v == nil {
		return err
	}
	defer v.Close()
	var measured measures
	if fill {
		if measured, err = a.filled.of(r.Context(), v, a.Door.Fields); err != nil {
			return err
		}
	}
	total := v.Info().Notices
	body := FieldsAnswer{Meta: meta(v.Info(), total), Fields: []FieldDoc{}, Links: self(r)}
	criteria := a.criteria()
	for _, f := range list {
		d := FieldDoc{Name: f.Name, Label: f.Label, LabelEN: f.LabelEN, Type: f.Type.String(), Multi: f.Multi, Doc: f.Doc, Flat: f.Flat,
			Sortable: !f.Multi && !f.Opaque && f.Type != field.JSON, Countable: !f.Opaque && !contains(longTexts, f.Name), Words: f.Words, Parameters: []string{}}
		for _, c := range criteria {
			if contains(c.Of, f.Name) {
				d.Parameters = append(d.Parameters, c.Name)
			}
		}
		d.Sources = measured.sources[f.Name]
		if n, ok := measured.counts[f.Name]; ok {
			d.Filled = &n
			if total > 0 {
				share := float64(n) / float64(total)
				d.Share = &share
			}
		}
		body.Fields = append(body.Fields, d)
	}
	return writeJSON(w, body)
}

// measures are what is measured of the fields on the data.
type measures struct {
	counts  map[string]int64         // notices that have a value
	sources map[string][]FieldSource // where typed values stood in the latest documents
}

// fillCounts keeps what was measured, for the revision that was asked last.
type fillCounts struct {
	mu       sync.Mutex
	revision int64
	measured *measures
}

// of measures, or gives what was measured before of the same revision. One request measures at a time.
func (c *fillCounts) of(ctx context.Context, v store.View, fields *field.Catalogue) (measures, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.measured != nil && c.revision == v.Info().Revision {
		return *c.measured, nil
	}
	counts, err := filledCounts(ctx, v, fields)
	if err != nil {
		return measures{}, err
	}
	sources, err := fieldSources(ctx, v, fields)
	if err != nil {
		return measures{}, err
	}
	c.revision, c.measured = v.Info().Revision, &measures{counts, sources}
	return *c.measured, nil
}

// filledCounts counts the notices that have a value of each field.
func filledCounts(ctx context.Context, v store.View, fields *field.Catalogue) (map[string]int64, error) {
	total := v.Info().Notices
	counts := map[string]int64{}
	g := query.Groups{Limit: 1}
	for _, f := range fields.Columns() {
		switch {
		case f.Opaque:
		case contains(longTexts, f.Name): // no question for those that index and columns answer
			n, err := v.Count(ctx, query.Null{Field: f})
			if err != nil {
				return nil, err
			}
			counts[f.Name] = total - n
		default:
			g.Values = append(g.Values, query.Aggregate{Func: query.Count, Field: f})
		}
	}
	for row, err := range v.Groups(ctx, g) {
		if err != nil {
			return nil, err
		}
		for i, a := range g.Values {
			counts[a.Field.Name] = int64(row[i][0].Num)
		}
	}
	return counts, nil
}

package explorev1

import (
	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/store"
)

// lookupDataset answers with one data set.
func lookupDataset(q *request) error {
	if _, err := q.format("json", "jsonp"); err != nil {
		return err
	}
	ctx, cancel := q.bounded()
	defer cancel()
	info, err := q.set.Info(ctx)
	if err != nil {
		return err
	}
	if q.unchanged(info) {
		return nil
	}
	return q.write(q.object(q.set, info), info)
}

// object is a data set as version 1 shows it. extrametas and interopmetas ask for metadata of other templates: none has a value.
func (q *request) object(s *dataset.Set, info store.Info) export.Object {
	o := export.Object{
		{Name: "datasetid", Value: s.ID},
		{Name: "metas", Value: metas(s, info)},
		{Name: "has_records", Value: true},
		{Name: "data_visible", Value: true},
		{Name: "features", Value: append([]string{}, s.Features...)},
		{Name: "attachments", Value: export.List{}},
		{Name: "alternative_exports", Value: export.List{}},
		{Name: "fields", Value: fields(s)},
	}
	for _, kind := range []string{"extra", "interop"} {
		if on, err := q.params.Flag(kind+"metas", false); err == nil && on {
			o = append(o, export.Member{Name: kind + "_metas", Value: export.Object{}})
		}
	}
	return o
}

// metas are the metadata of the template "default" that have a value.
func metas(s *dataset.Set, info store.Info) export.Object {
	out := export.Object{}
	for _, m := range s.List(info) {
		if m.Template == "default" && len(m.Values) > 0 {
			f := &field.Field{Type: m.Type, Multi: m.Multi}
			out = append(out, export.Member{Name: m.Name, Value: raw(style.AppendValues(nil, f, m.Values))})
		}
	}
	return out
}

// fields are the columns of a data set. An annotation of version 1 has a list of arguments.
func fields(s *dataset.Set) []export.Object {
	list := make([]export.Object, len(s.Columns))
	for i, f := range s.Columns {
		o := export.Object{{Name: "label", Value: f.Label}, {Name: "type", Value: dataset.TypeName(f)}}
		annotations := []export.Object{}
		for _, a := range s.Annotations[f.Name].List() {
			args := []string{}
			if text, ok := a.Value.(string); ok {
				args = append(args, text)
			}
			annotations = append(annotations, export.Object{{Name: "name", Value: a.Name}, {Name: "args", Value: args}})
		}
		if len(annotations) > 0 {
			o = append(o, export.Member{Name: "annotations", Value: annotations})
		}
		o = append(o, export.Member{Name: "name", Value: f.Name})
		if d := s.Descriptions[f.Name]; d != "" {
			o = append(o, export.Member{Name: "description", Value: d})
		}
		list[i] = o
	}
	return list
}

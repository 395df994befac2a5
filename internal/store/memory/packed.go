package memory

import (
	"context"
	"iter"
	"slices"

	"github.com/go-json-experiment/json"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

var _ store.Packer = (*snapshot)(nil)

// whole is a notice with its record, which its own JSON leaves out.
type whole struct {
	Notice *notice.Notice `json:"notice"`
	Record *notice.Record `json:"record"`
}

// options of the JSON: lists that are empty and not nil stay.
func options() json.Options {
	return json.JoinOptions(json.OmitZeroStructFields(true), json.FormatNilSliceAsNull(true), json.FormatNilMapAsNull(true))
}

// Packed implements store.Packer: a notice is packed as JSON.
func (s *snapshot) Packed(ctx context.Context, ids []string, fields, lines []*field.Field) iter.Seq2[store.Packed, error] {
	return func(yield func(store.Packed, error) bool) {
		if err := s.usable(ctx); err != nil {
			yield(store.Packed{}, err)
			return
		}
		s.streaming = true
		defer func() { s.streaming = false }()
		for _, n := range s.state.notices {
			if ids != nil && !slices.Contains(ids, n.ID) {
				continue
			}
			p := store.Packed{ID: n.ID, Values: store.Values(n, fields)}
			for _, f := range lines {
				p.Lines = append(p.Lines, f.Line(f.Get(n)))
			}
			err := ended(ctx)
			if err == nil {
				p.Data, err = json.Marshal(whole{n, &n.Record}, options())
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// Unpack implements store.Packer.
func (s *snapshot) Unpack(id string, data []byte, _ store.Part) (*notice.Notice, error) {
	n := &notice.Notice{}
	if err := json.Unmarshal(data, &whole{n, &n.Record}, options()); err != nil {
		return nil, fault.Wrap(fault.Internal, err, "notice %s cannot be read", id)
	}
	return n, nil
}

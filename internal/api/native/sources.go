package native

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
)

// sampled is the number of notices of each generation that origins are read from.
const sampled = 100

// members are the members of a notice (paths of Notice.Origins) that typed fields show; their own members count as well.
var members = map[string][]string{
	"stage": {"stage"}, "state": {"state"}, field.Title: {"title"}, "description": {"description"}, "reference": {"reference"},
	field.BuyerName: {"buyers.name"}, "buyer_siret": {"buyers.id"}, "buyer_siren": {"buyers.id"}, "buyer_postcode": {"buyers.address.postcode", "buyers.address"},
	"kind": {"kinds"}, "cpv": {"cpv", "lots.cpv"}, "cpv_main": {"cpv.main"}, "departement": {"departements_publication", "departements_prestation"},
	"departement_prestation": {"departements_prestation"}, "nuts": {"places", "lots.places"}, "procedure": {"procedure"}, "published": {"published"}, "display_end": {"display_end"},
	field.Deadline: {"deadline"}, "amount": {"awarded", "estimated"}, "estimated": {"estimated"}, "maximum": {"maximum"}, "awarded": {"awarded"}, "framework": {"framework"},
	"lots": {"lots"}, "winner_name": {"results.winners.name"}, "winner_siret": {"results.winners.id"}, "winner_siren": {"results.winners.id"},
	"social": {"clauses.social"}, "environmental": {"clauses.environmental"}, "procedure_id": {"procedure_id"}, "notice_id": {"notice_id"}, "linked": {"links"},
}

// origins shows the origins of a notice as texts of member, kind and path.
func origins() *field.Field {
	return &field.Field{Name: "origins", Label: "origins", LabelEN: "origins", Multi: true, Opaque: true, Get: func(r field.Record) []field.Value {
		var list []field.Value
		for member, o := range r.(*notice.Notice).Origins {
			list = append(list, field.Str(member+"\t"+string(o.Kind)+"\t"+o.Path))
		}
		slices.SortFunc(list, func(a, b field.Value) int { return strings.Compare(a.Str, b.Str) })
		return list
	}}
}

// fieldSources reads where the values of typed fields stood in the latest notices of each generation.
func fieldSources(ctx context.Context, v store.View, fields *field.Catalogue) (map[string][]FieldSource, error) {
	counts := map[string]map[FieldSource]int{}
	for _, version := range notice.Versions() {
		q := query.Query{Where: query.Compare{Field: fields.Must("version"), Op: query.Eq, Value: field.Str(string(version))},
			Sort: []query.Key{{Field: fields.Must("published"), Desc: true}}, Limit: sampled}
		for row, err := range v.Rows(ctx, q, []*field.Field{origins()}) {
			if err != nil {
				return nil, err
			}
			seen := map[string]bool{} // once for each notice, however many members were read from one place
			for _, value := range row.Values[0] {
				parts := strings.SplitN(strings.Clone(value.Str), "\t", 3)
				for name, shown := range members {
					if slices.ContainsFunc(shown, func(m string) bool { return parts[0] == m || strings.HasPrefix(parts[0], m+".") && m != "lots" }) {
						if counts[name] == nil {
							counts[name] = map[FieldSource]int{}
						}
						if once := name + "\t" + parts[1] + "\t" + parts[2]; !seen[once] {
							seen[once] = true
							counts[name][FieldSource{Version: version, Path: parts[2], Kind: notice.OriginKind(parts[1])}]++
						}
					}
				}
			}
		}
	}
	out := map[string][]FieldSource{}
	for name, sources := range counts {
		for s, n := range sources {
			s.Notices = n
			out[name] = append(out[name], s)
		}
		order := notice.Versions()
		slices.SortFunc(out[name], func(a, b FieldSource) int {
			return cmp.Or(cmp.Compare(slices.Index(order, a.Version), slices.Index(order, b.Version)), cmp.Compare(b.Notices, a.Notices), strings.Compare(a.Path, b.Path), strings.Compare(string(a.Kind), string(b.Kind)))
		})
	}
	return out, nil
}

package record

import (
	"slices"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// fillFormer takes from the former fields of V110 records what the header does not say: the place in the printed bulletin and
// the earlier notices.
func fillFormer(n *notice.Notice, f portal.Former, limits tree.Limits) {
	if f.Reference != "" {
		const path = "annonce_reference_schema_v110"
		p, ok := notice.ParseBOAMP(f.Reference)
		if p.Date = n.Published; !ok {
			n.Warn(path, f.Reference, "no reference to the printed bulletin")
		} else if !slices.ContainsFunc(n.Publications, p.SameNotice) {
			n.Publications = append(n.Publications, p)
			n.Declare("publications", path)
		}
	}
	if f.Earlier == "" {
		return
	}
	const path = "annonces_anterieures_schema_v110"
	doc, err := tree.ParseJSON([]byte(`{"a": [`+f.Earlier+`]}`), path, limits)
	if err != nil {
		n.Warn(path, f.Earlier, "not readable: "+err.Error())
		return
	}
	seen := map[string]bool{}
	for _, l := range n.Links {
		seen[l.ID] = true
	}
	for a := range doc.Root().Each("a") {
		id := feed.LinkedID(n, a.Child("IDWEB"))
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		day, _ := feed.FrenchDate(a.Child("DATEPARUTION").Text())
		n.Links = append(n.Links, notice.Link{ID: id, Evidence: notice.EvidenceAnteriorNotice, Path: path, Date: day})
		n.Declare("links", path)
	}
}

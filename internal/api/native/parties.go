package native

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/party"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

const (
	defaultParties = 20
	maxParties     = 100
	partyNotices   = 10 // open calls, and latest notices, of a profile
)

// partySide is one of the two lists of parties.
type partySide struct {
	path, name, names string
	without           []string // criteria that the parameters of the list stand for
	side              func(c *field.Catalogue) party.Side
}

// partySides lists both.
func partySides() []partySide {
	return []partySide{
		{"/buyers", "Buyer", "buyers", []string{"q", "siret", "buyer", "sort"}, party.Buyers},
		{"/suppliers", "Supplier", "suppliers", []string{"q", "siret", "winner", "winner_siret", "sort"}, party.Suppliers},
	}
}

func (a *API) partyRoutes() []Route {
	var list []Route
	for _, s := range partySides() {
		criteria := slices.DeleteFunc(a.criteria(), func(p Param) bool { return slices.Contains(s.without, p.Name) })
		own := []Param{
			{Name: "q", In: "query", Type: "string", Value: "words", Whole: true, Example: "commune", Doc: "words of the party's name, all of them"},
			{Name: "siret", In: "query", Type: "string", Value: "digits", Example: "356000000", Doc: "SIRET (14 digits) or SIREN (9) of the party"},
			{Name: "by", In: "query", Type: "string", Value: "name", Enum: []string{"number", "name"}, Default: "number", Doc: "number: a party for each SIRET; name: one for each name, spellings that differ in case, accents and punctuation together, with a number or without"},
			{Name: "sort", In: "query", Type: "string", Value: "name", Enum: []string{"count", "last", "amount"}, Default: "count", Doc: "order: most notices, latest notice, greatest sum of awarded totals first; equal ones by key"},
			{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxParties, Default: strconv.Itoa(defaultParties), Doc: "parties a page"},
			{Name: "cursor", In: "query", Type: "string", Value: "text", Doc: "continue behind a page: the cursor of its answer"},
		}
		list = append(list, Route{
			Pattern: "GET " + Prefix + s.path, ID: "list" + s.name + "s", Tag: "parties", Doc: s.names + " by number or name, with the notices that match counted",
			Params: slices.Concat(own, criteria), Answers: []Answer{{jsonMedia, "a page of parties", PartiesAnswer{}}},
			Errors: append(slices.Clone(listErrors), http.StatusRequestEntityTooLarge), Cache: CacheRevision, handler: a.parties(s),
		}, Route{
			Pattern: "GET " + Prefix + s.path + "/{key}", ID: "get" + s.name, Tag: "parties", Doc: "what is known of one of the " + s.names + ": names, numbers, sums, open calls, latest notices",
			Params:  []Param{{Name: "key", In: "path", Type: "string", Value: "SIRET, SIREN or slug", Doc: "SIRET (14 digits), SIREN (9 digits: all its establishments), or the words of a name joined by hyphens", Example: "commune-de-saint-exemple", Required: true}},
			Answers: []Answer{{jsonMedia, "the party", PartyAnswer{}}}, Errors: oneErrors, Cache: CacheBody, handler: a.party(s),
		})
	}
	return list
}

// parties answers with a page of a list.
func (a *API) parties(s partySide) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		values, err := readQuery(r)
		if err != nil {
			return err
		}
		limit, err := whole(values, "limit", defaultParties, 1, maxParties)
		if err != nil {
			return err
		}
		side := s.side(a.Door.Fields)
		req, choice, err := a.partyRequest(s, side, values)
		if err != nil {
			return err
		}
		v, err := a.asked(w, r)
		if v == nil {
			return err
		}
		defer v.Close()
		list, err := a.books.list(r.Context(), v, s.path, side, a.Door.Fields, req, choice)
		if err != nil {
			return err
		}
		start, err := resume(r, values, v.Info(), len(list))
		if err != nil {
			return err
		}
		page := slices.Clone(list[start:min(start+limit, len(list))])
		if err := side.Describe(r.Context(), v, req.Where, a.Door.Fields.Must("published"), page); err != nil {
			return err
		}
		body := PartiesAnswer{Meta: meta(v.Info(), -1), Total: len(list), Parties: []PartyEntry{}}
		body.Links, body.Cursor = paging(w, r, v.Info(), start, limit, len(list))
		for _, e := range page {
			body.Parties = append(body.Parties, PartyEntry{Key: e.Key.String(), Name: e.Name, SIRET: e.SIRET, SIREN: e.SIREN, Slug: party.Slug(e.Name), Count: e.Count, Last: e.Last, Awarded: e.Amount,
				URL: Prefix + s.path + "/" + url.PathEscape(e.Key.String())})
		}
		return writeTagged(w, r, body)
	}
}

// partyRequest reads the parameters of a list.
func (a *API) partyRequest(s partySide, side party.Side, values url.Values) (req party.Request, c party.Choice, err error) {
	by, err := choice(values, "by", "number", "name")
	if err != nil {
		return req, c, err
	}
	if req.Sort, err = choice(values, "sort", "count", "last", "amount"); err != nil {
		return req, c, err
	}
	if c, err = party.ParseChoice(values.Get("q"), values.Get("siret")); err != nil {
		return req, c, err
	}
	criteria := url.Values{}
	for name, list := range values {
		if !slices.Contains(s.without, name) {
			criteria[name] = list
		}
	}
	req.Where, err = a.filter(criteria, "")
	if req.ByName = by == "name"; req.ByName && c.Key != (party.Key{}) {
		req.Where = both(req.Where, side.Has(c.Key)) // of a name, the notices with the number
	}
	return req, c, err
}

// party answers with what is known of one party.
func (a *API) party(s partySide) func(w http.ResponseWriter, r *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		key, err := party.ParseKey(r.PathValue("key"))
		if err != nil {
			return at("key", err)
		}
		v, err := a.Door.View(r.Context())
		if err != nil {
			return err
		}
		defer v.Close()
		stamp(w, v.Info())
		side := s.side(a.Door.Fields)
		p, err := side.Profile(r.Context(), v, a.Door.Fields, key)
		if err != nil {
			return err
		}
		body := a.profile(s, v.Info(), p, r)
		open, err := a.filter(url.Values{"open": {"true"}}, "")
		if err != nil {
			return err
		}
		for _, l := range []struct {
			to    *PartyNotices
			where query.Expr
			sort  query.Key
		}{
			{&body.Open, both(p.Where, open), query.Key{Field: a.Door.Fields.Must("deadline")}},
			{&body.Latest, p.Where, query.Key{Field: a.Door.Fields.Must("published"), Desc: true}},
		} {
			if err := a.partyNotices(r.Context(), v, l.to, l.where, l.sort); err != nil {
				return err
			}
		}
		return writeTagged(w, r, body)
	}
}

func (a *API) partyNotices(ctx context.Context, v store.View, to *PartyNotices, where query.Expr, sort query.Key) (err error) {
	to.Notices = []Hit{}
	if to.Total, err = v.Count(ctx, where); err != nil {
		return err
	}
	fields := append([]*field.Field{a.Door.Fields.Must("version")}, HitFields(a.Door.Fields)...)
	for row, err := range v.Rows(ctx, query.Query{Where: where, Sort: []query.Key{sort}, Limit: partyNotices}, fields) {
		if err != nil {
			return err
		}
		to.Notices = append(to.Notices, hit(search.Row{ID: row.ID, Values: row.Values}, fields[1:]))
	}
	return nil
}

func (a *API) profile(s partySide, info store.Info, p party.Profile, r *http.Request) PartyAnswer {
	uses := func(list []party.Use) []PartyUse {
		out := make([]PartyUse, 0, len(list))
		for _, u := range list {
			out = append(out, PartyUse{u.Text, u.Count})
		}
		return out
	}
	other := partySides()[0]
	if s.path == other.path {
		other = partySides()[1]
	}
	body := PartyAnswer{
		Meta: meta(info, p.Count), Key: p.Key.String(), Kind: "name", Name: p.Name, Slug: party.Slug(p.Name), SIRET: p.Key.SIRET, SIREN: p.Key.SIREN,
		Names: uses(p.Names), SIRETs: uses(p.SIRETs), Read: p.Read, Count: p.Count, First: p.First, Last: p.Last, Amounts: amounts(p.Sums),
		Years: partyGroups("", p.Years), Kinds: partyGroups("kind", p.Kinds), Procedures: partyGroups("procedure", p.Procs), Stages: partyGroups("stage", p.Stages),
		Partners: []PartyGroup{}, Links: self(r),
	}
	switch {
	case p.Key.SIRET != "":
		body.Kind, body.SIREN = "siret", p.Key.SIRET[:9]
	case p.Key.SIREN != "":
		body.Kind = "siren"
	}
	for _, g := range p.Others {
		one := PartyGroup{Value: g.Value, Count: g.Count, Amounts: amounts(g.Sums)}
		if slug := party.Slug(g.Value); slug != "" {
			one.URL = Prefix + other.path + "/" + url.PathEscape(slug)
		}
		body.Partners = append(body.Partners, one)
	}
	return body
}

func amounts(s party.Sums) PartyAmounts { return PartyAmounts{s.Awarded, s.Median, s.Known} }

func partyGroups(name string, list []party.Group) []PartyGroup {
	out := make([]PartyGroup, 0, len(list))
	for _, g := range list {
		out = append(out, PartyGroup{Value: g.Value, Label: label(name, g.Value), Count: g.Count, Amounts: amounts(g.Sums)})
	}
	return out
}

package native

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/render"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/text"
)

// codeList is a list of codes, from above.
type codeList struct {
	name, doc, doc2 string
	field           string // by which notices have the codes
	levels          []string
	entries         func() []codeEntry
}

// codeEntry is a code of a list.
type codeEntry struct {
	code, label, parent string
	level               int    // from 0
	prefix              string // notices whose codes begin so have it; "" for exactly the codes in of
	of                  []string
}

const (
	defaultCodes = 100
	maxCodes     = 1000
)

func codeLists() []codeList {
	return []codeList{
		{"cpv", "common procurement vocabulary: what is bought", "European Union, 2008", "cpv", []string{"division", "group", "class", "category", "subcategory", "subcategory", "subcategory"}, cpvEntries},
		{"nuts", "regions of Europe for statistics: where", "Eurostat", "nuts", []string{"country", "1", "2", "3"}, nutsEntries},
		{"departements", "regions and departments of France, codes as the BOAMP writes them", "INSEE and BOAMP", "departement", []string{"region", "departement"}, departementEntries},
		{"descripteurs", "key words of the BOAMP", "BOAMP", "descripteur_code", []string{"descripteur"}, descripteurEntries},
		{"natures", "kinds of notice as the BOAMP writes them", "BOAMP", "nature", []string{"nature"}, func() []codeEntry { return flat(codelist.Natures()) }},
		{"familles", "thresholds under which notices fall", "BOAMP", "famille", []string{"famille"}, func() []codeEntry { return flat(codelist.Familles()) }},
		{"procedures", "types of procedure, normalised over the generations", "boamp", "procedure", []string{"procedure"}, procedureEntries},
	}
}

func (a *API) codeRoutes() []Route {
	var lists []string
	for _, l := range codeLists() {
		lists = append(lists, l.name)
	}
	return []Route{
		{
			Pattern: "GET " + Prefix + "/codes", ID: "listCodeLists", Tag: "model", Doc: "the lists of codes",
			Answers: []Answer{{jsonMedia, "the lists", CodeListsAnswer{}}}, Errors: listErrors, Cache: CacheRevision, handler: a.codeListsPage,
		},
		{
			Pattern: "GET " + Prefix + "/codes/{list}", ID: "listCodes", Tag: "model", Doc: "codes of a list with their French labels: search, and tree by parent",
			Params: []Param{
				{Name: "list", In: "path", Type: "string", Value: "name", Doc: "name of the list", Enum: lists, Example: "cpv", Required: true},
				{Name: "q", In: "query", Type: "string", Value: "words or beginning", Example: "voirie", Doc: "words that the label has, each from its beginning, or the beginning of the code"},
				{Name: "parent", In: "query", Type: "string", Value: "code", Example: "45000000", Doc: "codes directly below this one; root for those at the top"},
				{Name: "code", In: "query", Type: "string", Value: "codes", Repeated: true, Example: "45233140", Doc: "these codes"},
				{Name: "counts", In: "query", Type: "boolean", Value: "true or false", Default: "false", Doc: "notices of each code and those below it"},
				{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxCodes, Default: strconv.Itoa(defaultCodes), Doc: "codes a page"},
				{Name: "cursor", In: "query", Type: "string", Value: "text", Doc: "continue behind a page: the cursor of its answer"},
			},
			Answers: []Answer{{jsonMedia, "a page of codes", CodesAnswer{}}}, Errors: oneErrors, Cache: CacheRevision, handler: a.codes,
		},
	}
}

func (a *API) codeListsPage(w http.ResponseWriter, r *http.Request) error {
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	if a.unchanged(w, r, info) {
		return nil
	}
	body := CodeListsAnswer{Meta: meta(info, -1), Links: self(r)}
	for _, l := range codeLists() {
		body.Lists = append(body.Lists, CodeList{Name: l.name, Doc: l.doc, Source: l.doc2, Field: l.field, Levels: slices.Compact(slices.Clone(l.levels)), Codes: len(l.entries()), URL: Prefix + "/codes/" + l.name})
	}
	return writeJSON(w, body)
}

// codes answers with a page of a list.
func (a *API) codes(w http.ResponseWriter, r *http.Request) error {
	i := slices.IndexFunc(codeLists(), func(l codeList) bool { return l.name == r.PathValue("list") })
	if i < 0 {
		var valid []string
		for _, l := range codeLists() {
			valid = append(valid, l.name)
		}
		f := unknownName("list of codes", r.PathValue("list"), valid)
		f.Kind = fault.NotFound
		return f.At("path")
	}
	list := codeLists()[i]
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	limit, err := whole(values, "limit", defaultCodes, 1, maxCodes)
	if err != nil {
		return err
	}
	counts, err := truth(values, "counts", false)
	if err != nil {
		return err
	}
	all := list.entries()
	found, err := list.find(all, values.Get("q"), strings.TrimSpace(values.Get("parent")), names(values["code"]))
	if err != nil {
		return err
	}
	v, err := a.Door.View(r.Context())
	if err != nil {
		return err
	}
	defer v.Close()
	start, err := resume(r, values, v.Info(), len(found))
	if err != nil {
		return err
	}
	stamp(w, v.Info())
	if a.unchanged(w, r, v.Info()) {
		return nil
	}
	body := CodesAnswer{Meta: meta(v.Info(), -1), List: list.name, Field: list.field, Total: len(found), Codes: []CodeValue{}}
	body.Links, body.Cursor = paging(w, r, v.Info(), start, limit, len(found))
	children := map[string]int{}
	for _, e := range all {
		children[e.parent]++
	}
	for _, e := range found[start:min(start+limit, len(found))] {
		one := CodeValue{Code: e.code, Label: e.label, Parent: e.parent, Level: list.levels[e.level], Children: children[e.code]}
		if counts {
			n, err := a.countCode(r.Context(), v, list, e)
			if err != nil {
				return err
			}
			one.Count = &n
		}
		body.Codes = append(body.Codes, one)
	}
	return writeJSON(w, body)
}

func (a *API) countCode(ctx context.Context, v store.View, l codeList, e codeEntry) (int64, error) {
	f := a.Door.Fields.Must(l.field)
	any := query.Or{}
	if e.prefix != "" {
		any = append(any, query.Prefix{Field: f, Prefix: e.prefix})
	}
	if len(e.of) > 0 {
		any = append(any, query.In{Field: f, Values: strs(e.of)})
	}
	return v.Count(ctx, any)
}

// find chooses among the entries of a list.
func (l codeList) find(all []codeEntry, q, parent string, codes []string) ([]codeEntry, error) {
	q = strings.TrimSpace(q)
	if parent != "" && parent != "root" && !slices.ContainsFunc(all, func(e codeEntry) bool { return e.code == parent }) {
		f := fault.New(fault.Invalid, "list %s has no code %q", l.name, parent).At("parameter parent").WithHint("root stands for the top")
		if i := slices.IndexFunc(all, func(e codeEntry) bool { return strings.HasPrefix(e.code, parent) }); i >= 0 {
			f = f.WithHint("did you mean %s? root stands for the top", all[i].code)
		}
		return nil, f
	}
	words := strings.Fields(text.Fold(q))
	if q != "" && len(words) == 0 {
		return nil, fault.New(fault.Invalid, "%q holds no word to look for", q).At("parameter q")
	}
	return slices.DeleteFunc(all, func(e codeEntry) bool {
		switch {
		case parent == "root" && e.parent != "", parent != "" && parent != "root" && e.parent != parent:
			return true
		case len(codes) > 0 && !slices.Contains(codes, e.code):
			return true
		}
		return q != "" && !hasPrefixFold(e.code, q) && !allWords(e.label, words)
	}), nil
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// allWords reports whether a label has words that begin with each of words.
func allWords(label string, words []string) bool {
	have := strings.FieldsFunc(text.Fold(label), func(r rune) bool {
		return r == ' ' || r == '-' || r == '\'' || r == '’' || r == ',' || r == '(' || r == ')' || r == '/'
	})
	for _, w := range words {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}

func flat(list []codelist.Code) []codeEntry {
	out := make([]codeEntry, 0, len(list))
	for _, c := range list {
		out = append(out, codeEntry{code: c.Code, label: c.Label, of: []string{c.Code}})
	}
	return out
}

func procedureEntries() []codeEntry {
	var out []codeEntry
	for _, code := range notice.ProcedureTypes() {
		label, _ := render.Label("procedure", code)
		out = append(out, codeEntry{code: code, label: label, of: []string{code}})
	}
	return out
}

func descripteurEntries() []codeEntry {
	var out []codeEntry
	for _, code := range codelist.Descripteurs() {
		label, _ := codelist.Descripteur(code)
		out = append(out, codeEntry{code: code, label: label, of: []string{code}})
	}
	return out
}

// departementEntries are the regions, each with its departments behind it, then what lies outside of regions.
func departementEntries() []codeEntry {
	var out []codeEntry
	for _, r := range codelist.Regions() {
		out = append(out, codeEntry{code: "R" + r.Code, label: r.Label, of: r.Departements})
	}
	for _, d := range codelist.Departements() {
		e := codeEntry{code: d.Code, label: d.Label, level: 1, of: []string{d.Code}}
		if d.Region != "" {
			e.parent = "R" + d.Region
		}
		out = append(out, e)
	}
	return out
}

func nutsEntries() []codeEntry {
	var out []codeEntry
	for _, code := range codelist.NUTSCodes() {
		label, _ := codelist.NUTS(code)
		e := codeEntry{code: code, label: label, level: max(0, min(3, len(code)-2)), prefix: code, of: codelist.FormerNUTS(code)}
		if len(code) > 2 {
			e.parent = code[:len(code)-1]
		}
		out = append(out, e)
	}
	return out
}

// cpvEntries are all codes; the parent of one is the nearest code above it that the list has.
func cpvEntries() []codeEntry {
	codes := codelist.CPVs()
	known := make(map[string]string, len(codes)) // by digits without the zeros at the end
	for _, code := range codes {
		prefix, _ := codelist.CPVPrefix(code)
		known[prefix] = code
	}
	out := make([]codeEntry, 0, len(codes))
	for _, code := range codes {
		label, _ := codelist.CPV(code)
		prefix, _ := codelist.CPVPrefix(code)
		e := codeEntry{code: code, label: label, prefix: prefix, level: min(6, len(prefix)-2)}
		for above := prefix[:len(prefix)-1]; len(above) >= 2 && e.parent == ""; above = above[:len(above)-1] {
			e.parent = known[above]
		}
		out = append(out, e)
	}
	return out
}

package legacy

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lang/criterion"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/tree"
)

// maxItems is how many items a page has at most, and when nothing is said.
const maxItems = 1000

// columns are the fields that items are made of.
var columns = [...]string{"version", "objet", field.Title, "state", "code_departement"}

// search answers the first stage.
func (a *API) search(w http.ResponseWriter, r *http.Request) error {
	req, first, err := a.parse(r)
	if err != nil {
		return err
	}
	page, err := a.Door.Page(r.Context(), req)
	if err != nil {
		return err
	}
	stamp(w, page.Info)
	f := accepted(r)
	if httpx.NotModified(w, r, a.tag(strconv.FormatInt(page.Info.Revision, 10), string(f))) {
		return nil
	}
	if int64(first) > page.Total { // the store has nothing to skip there, so the page is empty
		page.Rows = nil
	}
	return send(w, f, answer(f, page))
}

// parse reads the parameters of a search. Others than its own are left alone, as the old service did.
func (a *API) parse(r *http.Request) (req search.Request, first int, err error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return req, 0, fault.Wrap(fault.Invalid, err, "the query string cannot be read").
			WithHint("encode reserved characters: %%26 for &, %%2B for +, %%25 for %%, %%3B for ;")
	}
	if !values.Has("criterion") {
		return req, 0, fault.New(fault.Invalid, "the parameter criterion is missing").WithHint("criterion=%%23all asks for everything")
	}
	size, err := number(values, "nbItemParPage", maxItems)
	if err != nil {
		return req, 0, err
	}
	if first, err = number(values, "curseur", 1); err != nil {
		return req, 0, err
	}
	first = max(first, 1)
	if size < 1 {
		return req, 0, fault.New(fault.Invalid, "nbItemParPage is %d: a page has 1 item or more", size)
	}
	sort, err := a.sort(values.Get("sort"))
	if err != nil {
		return req, 0, err
	}
	where, err := criterion.Parse(criterion.Env{Fields: a.Door.Fields, Zone: a.Zone}, values.Get("criterion"))
	if err != nil {
		return req, 0, err
	}
	req.Query = query.Query{Where: where, Sort: sort, Limit: min(size, maxItems), Offset: first - 1}
	for _, name := range columns {
		req.Fields = append(req.Fields, a.Door.Fields.Must(name))
	}
	return req, first, nil
}

// number reads a whole number, not below 0; def when it is not given or empty. What is too large to count is as good as the largest.
func number(values url.Values, name string, def int) (int, error) {
	s := strings.TrimSpace(values.Get(name))
	if s == "" {
		return def, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil && !errors.Is(err, strconv.ErrRange) || n < 0 {
		return 0, fault.New(fault.Invalid, "%s is %q: a whole number, 0 or more, is expected", name, s)
	}
	return int(n), nil
}

// sorts are what results can be ordered by.
var sorts = [...]struct{ name, field string }{
	{"dateparution", "published"}, {"datefindiffusion", "datefindiffusion"}, {"datelimitereponse", field.Deadline}, {"idweb", "idweb"},
}

func sortNames() []string {
	var list []string
	for _, s := range sorts {
		list = append(list, s.name)
	}
	return list
}

// sort reads an order; the old service had none that anybody knew.
func (a *API) sort(s string) ([]query.Key, error) {
	if s == "" {
		s = "-dateparution,-idweb"
	}
	var keys []query.Key
next:
	for part := range strings.SplitSeq(s, ",") {
		name, desc := strings.CutPrefix(strings.TrimSpace(part), "-")
		for _, by := range sorts {
			if strings.EqualFold(by.name, name) {
				keys = append(keys, query.Key{Field: a.Door.Fields.Must(by.field), Desc: desc})
				continue next
			}
		}
		return nil, fault.New(fault.Invalid, "sort by %q: there is no such order", name).WithHint("orders are: %s", strings.Join(sortNames(), ", "))
	}
	if len(keys) > len(sorts) {
		return nil, fault.New(fault.Invalid, "sort has %d keys, at most %d are read", len(keys), len(sorts))
	}
	return keys, nil
}

// answer writes a page of items.
func answer(f format, page search.Page) []byte {
	if f == asXMLDoc {
		return xmlAnswer(page)
	}
	dst := append([]byte(`{"nbItemsRetournes":`), strconv.Itoa(len(page.Rows))...)
	dst = append(strconv.AppendInt(append(dst, `,"nbItemsExistants":`...), page.Total, 10), `,"item":[`...)
	for i, row := range page.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = tree.AppendString(append(dst, `{"id":"idweb","value":`...), row.ID)
		dst = tree.AppendString(append(dst, `,"schema":`...), schemaOf(row))
		dst = tree.AppendString(append(dst, `,"description":`...), describe(row))
		dst = append(dst, '}')
	}
	return append(dst, "]}"...)
}

func xmlAnswer(page search.Page) []byte {
	dst := append([]byte(declaration), `<resultat nbItemsRetournes="`...)
	dst = append(strconv.AppendInt(dst, int64(len(page.Rows)), 10), `" nbItemsExistants="`...)
	dst = append(strconv.AppendInt(dst, page.Total, 10), `">`...)
	for _, row := range page.Rows {
		dst = append(dst, `<item id="idweb"`...)
		for _, attr := range [...]struct{ name, value string }{{"value", row.ID}, {"schema", schemaOf(row)}, {"description", describe(row)}} {
			dst = append(dst, " "+attr.name+`="`+attributeEscaper.Replace(strings.Map(inXML, attr.value))+`"`...)
		}
		dst = append(dst, "/>"...)
	}
	return append(dst, "</resultat>"...)
}

// schemaOf is the address of the schema, whose name holds the version with which the notice is asked for.
func schemaOf(row search.Row) string {
	return "http://schemas.journal-officiel.gouv.fr/schemabook/boamp/Boamp_" + text(row, 0) + ".xsd"
}

func text(row search.Row, column int) string {
	if values := row.Values[column]; len(values) > 0 {
		return values[0].Str
	}
	return ""
}

// Descriptions in characters: real ones have up to maxDescription as they are; a longer one, which no real answer has, is cut.
const (
	maxDescription = 203
	cutDescription = 200
)

// ownDepartment takes the number of a notice's department from the front of a summary, as those of V110 begin with it. That of another
// department stays, as it did in the old service. The flat record lacks it already where it is written as GESTION/R3 has it; the zero
// that may stand before it is what is left.
func ownDepartment(summary, department string) string {
	if rest, ok := strings.CutPrefix(summary, "0"+department+" "); ok && department != "" {
		return rest
	}
	return summary
}

// describe is the description of an item: the summary, and what the notice does to an earlier one.
func describe(row search.Row) string {
	s := text(row, 1)
	if notice.Version(text(row, 0)) == notice.V110 {
		s = ownDepartment(s, text(row, 4)) // the first, which GESTION/R3 is
	}
	if s == "" {
		s = text(row, 2)
	}
	suffix := ""
	switch notice.State(text(row, 3)) {
	case notice.StateCorrected:
		suffix = " (rectificatif)"
	case notice.StateCancelled:
		suffix = " (annulation)"
	}
	s = strings.TrimSuffix(strings.TrimSpace(s), suffix)
	if utf8.RuneCountInString(s) > maxDescription {
		s = string([]rune(s)[:cutDescription]) + ".."
	}
	return s + suffix
}

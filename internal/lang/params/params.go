// Package params is the language of named criteria: the parameters of the native API and the flags of `boamp query` are
// one table, read into one query. A parameter may be given several times or hold a comma-separated list: any of the values
// may match. Different parameters must all hold.
package params

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// Param describes one criterion.
type Param struct {
	Name    string
	Value   string // form of the value, for help: "code", "yyyy-mm-dd"
	Doc     string
	Whole   bool     // commas belong to the value
	Once    bool     // has one value
	Enum    []string // values that there are, when a list bounds them
	Example string
	Of      []string // fields that it decides about
	Generic bool     // made from a field (see OfFields), not a criterion of its own
	build   func(p *Parser, values []string) (query.Expr, error)
}

// Option describes a parameter that shapes the answer and is no criterion.
type Option struct {
	Name, Value, Doc string
}

// Request is what the parameters ask for.
type Request struct {
	Query  query.Query
	Cursor string
	Fields []*field.Field // columns asked for; nil when not said
	Score  *field.Field   // by which the best come first, when relevance is asked for; else nil
}

// Limits of a request.
const (
	DefaultLimit = 20
	MaxLimit     = 1000
	maxValues    = 200  // values of one parameter
	maxValue     = 2000 // bytes of one value
)

// Parser reads parameters for one moment.
type Parser struct {
	Fields *field.Catalogue
	Now    time.Time // what "open now" means, UTC
	// Extra lists further option names that a surface reads itself.
	Extra []string
	// Unbounded is for exports: without limit all notices are asked for, and any limit is allowed.
	Unbounded bool

	includeUnknown bool          // an amount range keeps notices without amount
	sought         []query.Token // by q
	relevance      *field.Field  // of these, when the order is by it
}

// Options lists the parameters that shape an answer.
func Options() []Option {
	return []Option{
		{"sort", "field", "order: fields separated by commas, a minus before a field for descending; default -published; relevance: the best answers to q first"},
		{"limit", "number", fmt.Sprintf("notices a page, 1 to %d; default %d", MaxLimit, DefaultLimit)},
		{"cursor", "text", "continue behind a page: the cursor of its answer"},
		{"fields", "names", "columns, separated by commas"},
	}
}

// Parse reads parameters. Errors are faults of kind Invalid that name the parameter, what was expected and the nearest
// valid names.
func (p *Parser) Parse(values url.Values) (Request, error) {
	reader := *p
	p = &reader
	p.includeUnknown, _ = boolean(values["include_unknown"]) // a wrong value is reported by checkRange
	req := Request{Query: query.Query{Limit: DefaultLimit}}
	if p.Unbounded {
		req.Query.Limit = -1
	}
	var where query.And
	var options []string
	table, whole := Table(), false
	for _, name := range sortedNames(values) {
		named := func(x Param) bool { return x.Name == name }
		i := slices.IndexFunc(table, named)
		if i < 0 && !whole && !slices.ContainsFunc(Options(), func(o Option) bool { return o.Name == name }) {
			table, whole = p.table(), true // which is long, and few requests need more than the beginning
			i = slices.IndexFunc(table, named)
		}
		if i < 0 {
			options = append(options, name)
			continue
		}
		list, err := split(table[i], values[name])
		if err != nil {
			return Request{}, err
		}
		if table[i].build == nil || len(list) == 0 {
			continue // read with the range that it widens
		}
		e, err := table[i].build(p, list)
		if err != nil {
			return Request{}, at(name, err)
		}
		where = append(where, e)
		if name == "q" {
			p.sought = sought(e)
		}
	}
	slices.SortStableFunc(options, func(a, b string) int { return rank(a) - rank(b) })
	for _, name := range options {
		if err := p.option(&req, name, values[name]); err != nil {
			return Request{}, err
		}
	}
	req.Score = p.relevance
	if err := p.checkRange(values); err != nil {
		return Request{}, err
	}
	req.Query.Where = query.Simplify(where)
	return req, nil
}

// rank puts the order before what may show the score of it.
func rank(option string) int {
	if option == "sort" {
		return 0
	}
	return 1
}

func sortedNames(values url.Values) []string {
	names := make([]string, 0, len(values))
	for n := range values {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// split gives the non-empty values of a parameter.
func split(p Param, raw []string) ([]string, error) {
	var list []string
	for _, v := range raw {
		if len(v) > maxValue {
			return nil, at(p.Name, fault.New(fault.Invalid, "value of %d bytes, at most %d", len(v), maxValue))
		}
		parts := []string{v}
		if !p.Whole {
			parts = strings.Split(v, ",")
		}
		for _, s := range parts {
			if s = strings.TrimSpace(s); s != "" {
				list = append(list, s)
			}
		}
	}
	if len(list) > maxValues {
		return nil, at(p.Name, fault.New(fault.Invalid, "%d values, at most %d", len(list), maxValues))
	}
	return list, nil
}

func at(name string, err error) error {
	f, ok := err.(*fault.Error)
	if !ok {
		return err
	}
	return f.At("parameter " + name)
}

func (p *Parser) option(req *Request, name string, values []string) error {
	v := ""
	if len(values) > 0 {
		v = strings.TrimSpace(values[len(values)-1])
	}
	var err error
	switch name {
	case "sort":
		req.Query.Sort, err = p.sort(v)
	case "limit":
		most := MaxLimit
		if p.Unbounded {
			most = math.MaxInt32
		}
		req.Query.Limit, err = number(v, 1, most)
	case "cursor":
		req.Cursor = v
	case "fields":
		req.Fields, err = p.columns(v)
	default:
		if slices.Contains(p.Extra, name) {
			return nil
		}
		return p.unknown(name)
	}
	if err != nil {
		return at(name, err)
	}
	return nil
}

func (p *Parser) unknown(name string) error {
	err := fault.New(fault.Invalid, "unknown parameter %q", name).At("parameter " + name)
	if near := field.Nearest(name, p.Names(), 3); len(near) > 0 {
		return err.WithHint("did you mean %s?", strings.Join(near, ", "))
	}
	var names []string
	for _, x := range Table() {
		names = append(names, x.Name)
	}
	for _, o := range Options() {
		names = append(names, o.Name)
	}
	return err.WithHint("parameters are: %s, and the names of fields", strings.Join(append(names, p.Extra...), ", "))
}

// table lists all criteria: those with a name of their own, and those that the fields give.
func (p *Parser) table() []Param { return append(Table(), OfFields(p.Fields)...) }

// Names lists all parameter names in the order of the tables.
func (p *Parser) Names() []string {
	var names []string
	for _, x := range p.table() {
		names = append(names, x.Name)
	}
	for _, o := range Options() {
		names = append(names, o.Name)
	}
	return append(names, p.Extra...)
}

func (p *Parser) sort(v string) ([]query.Key, error) {
	var keys []query.Key
	for name := range strings.SplitSeq(v, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			continue
		}
		key, err := p.key(name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	if len(keys) > 4 {
		return nil, fault.New(fault.Invalid, "%d sort keys, at most 4", len(keys))
	}
	if n := len(keys); n > 0 && keys[n-1].Field == p.relevance {
		keys = append(keys, query.Key{Field: p.Fields.Must("published"), Desc: true})
	}
	return keys, nil
}

func (p *Parser) key(name string) (query.Key, error) {
	name, desc := strings.CutPrefix(name, "-")
	if name == relevance {
		if desc {
			return query.Key{}, fault.New(fault.Invalid, "relevance has one direction: the best first").WithHint("sort=relevance")
		}
		f, err := p.score()
		p.relevance = f
		return query.Key{Field: f, Desc: true}, err
	}
	f, err := p.column(name)
	if err == nil && f.Multi {
		err = fault.New(fault.Invalid, "%s has several values and is no sort key", f.Name)
	}
	return query.Key{Field: f, Desc: desc}, err
}

func (p *Parser) columns(v string) ([]*field.Field, error) {
	var list []*field.Field
	for name := range strings.SplitSeq(v, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		f, err := p.column(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list, nil
}

func (p *Parser) column(name string) (*field.Field, error) {
	if f, ok := p.Fields.Lookup(name); ok && !f.Hidden {
		return f, nil
	}
	if name == query.ScoreField {
		if p.relevance != nil {
			return p.relevance, nil
		}
		return nil, fault.New(fault.Invalid, "there is a score only in the order of relevance").WithHint("sort=relevance, and q with the words to look for")
	}
	var names []string
	for _, f := range p.Fields.Columns() {
		names = append(names, f.Name)
	}
	return nil, unknownValue("field", name, names)
}

// unknownValue is the error for a value that is none of a list.
func unknownValue(what, v string, valid []string) *fault.Error {
	err := fault.New(fault.Invalid, "unknown %s %q", what, v)
	if near := field.Nearest(v, valid, 5); len(near) > 0 {
		return err.WithHint("did you mean %s?", strings.Join(near, ", "))
	}
	if len(valid) > 30 {
		return err.WithHint("there are %d, such as %s", len(valid), strings.Join(valid[:3], ", "))
	}
	return err.WithHint("valid: %s", strings.Join(valid, ", "))
}

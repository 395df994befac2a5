package explore

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/dataset"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/lang/odsql"
	"github.com/boamp/boamp/internal/lang/v1q"
	"github.com/boamp/boamp/internal/query"
)

// terms are what a request says of any table: how times and names are read and shown, and which records count.
type terms struct {
	zone *time.Location
	lang string
	qv1  query.Expr
	// refinements are those of refine and exclude; specs say what they mean.
	refinements dataset.Refinements
	specs       []dataset.Spec
}

// terms reads the parameters that every table has in common.
func (q *request) terms(set *dataset.Set) (terms, error) {
	t, err := q.shows()
	if err != nil {
		return t, err
	}
	if t.specs, err = set.Specs(q.params.All("facet")); err != nil {
		return t, err
	}
	if t.refinements, err = set.Refinements(q.params.All("refine"), q.params.All("exclude"), t.specs); err != nil {
		return t, err
	}
	t.qv1, err = q.qv1(set, t)
	return t, err
}

// shows reads how times and names are read and shown.
func (q *request) shows() (terms, error) {
	var t terms
	var err error
	if t.zone, err = q.params.Zone(); err != nil {
		return t, err
	}
	if t.lang, err = q.params.Lang(); err != nil {
		return t, err
	}
	q.w.Header().Set("Content-Language", q.contentLanguage(t.lang))
	return t, nil
}

// also is the condition that does not come from where.
func (t terms) also() query.Expr {
	return query.Simplify(query.And{t.refinements.Predicate(t.zone), t.qv1})
}

// contentLanguage is the language of an answer: the one asked for, or that of the server.
func (q *request) contentLanguage(lang string) string {
	if q.params.One("lang") == "" {
		return q.api.language()
	}
	return lang
}

// env is what the names of a request mean.
func (q *request) env(set *dataset.Set, t terms) odsql.Env {
	return odsql.Env{
		Fields: set.Fields, Columns: set.Columns, Text: set.Text, Dataset: set.ID, Now: q.start, Zone: t.zone, Lang: t.lang, V20: q.v == v20,
	}
}

// compile makes the table of a request.
func (q *request) compile(set *dataset.Set, t terms, r odsql.Request) (query.Table, error) {
	r.Select, r.Where, r.OrderBy, r.Also = q.params.List("select"), q.params.All("where"), q.params.List("order_by"), t.also()
	table, err := odsql.Compile(q.env(set, t), r)
	if err != nil {
		return query.Table{}, err
	}
	if table.Groups == nil && len(table.Sort) == 0 {
		table.Sort = set.Order
	}
	return table, nil
}

// style is how a request wants its JSON.
func (t terms) style() export.Style {
	s := style
	s.Zone = t.zone
	return s
}

// qv1 reads the conditions in the language of version 1.
func (q *request) qv1(set *dataset.Set, t terms) (query.Expr, error) {
	var all query.And
	for _, text := range q.params.All("qv1") {
		x, err := v1q.Parse(v1q.Env{Fields: set.Fields, Text: set.Text, Now: q.start, Zone: t.zone}, text)
		var e *v1q.Error
		if errors.As(err, &e) {
			pattern := "ODSQL query is malformed: %s. Clause(s) containing the error(s): qv1."
			if e.Code == v1q.SyntaxError {
				pattern = "ODSQL syntax exception: %s at position %d in %s. Clause(s) containing the error(s): qv1."
				return nil, &problem{http.StatusBadRequest, e.Code, fmt.Sprintf(pattern, e.Message, e.Position, text)}
			}
			return nil, &problem{http.StatusBadRequest, e.Code, fmt.Sprintf(pattern, strings.TrimSuffix(e.Message, "."))}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

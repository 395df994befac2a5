package duckdb

import (
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// sideTable holds what a notice has several of, with plain typed columns: it is there for people who open the database
// themselves, and for statistics. Nothing reads it to give a notice back. The first two columns are the notice and the
// position in it, from 1.
type sideTable struct {
	name    string
	columns []string // name and type
	long    string   // of these the one that is packed; "" for none
	count   func(n *notice.Notice) int
	write   func(a *appender, n *notice.Notice, i int) // all columns behind the first two
}

func (t *sideTable) create() string {
	columns := strings.Join(t.columns, ", ")
	if t.long != "" {
		columns = strings.Replace(columns, t.long, t.long+packed, 1)
	}
	return "CREATE TABLE " + t.name + " (" + colNotice + " VARCHAR, position INTEGER, " + columns + ")"
}

// sideTables lists them.
func sideTables() []*sideTable { return []*sideTable{lotsTable(), resultsTable(), linksTable()} }

func lotsTable() *sideTable {
	return &sideTable{
		name: "lots",
		long: "description VARCHAR",
		columns: []string{"number VARCHAR", "lot_id VARCHAR", "title VARCHAR", "description VARCHAR", "kinds VARCHAR[]", "cpv_main VARCHAR",
			"cpv_additional VARCHAR[]", "nuts VARCHAR[]", "departements VARCHAR[]", "currency VARCHAR", "estimated DOUBLE", "minimum DOUBLE",
			"maximum DOUBLE", "duration DOUBLE", "duration_unit VARCHAR", "starts DATE", "ends DATE", "deadline TIMESTAMP",
			"social BOOLEAN", "environmental BOOLEAN"},
		count: func(n *notice.Notice) int { return len(n.Lots) },
		write: func(a *appender, n *notice.Notice, i int) { writeLot(a, &n.Lots[i]) },
	}
}

func writeLot(a *appender, l *notice.Lot) {
	a.textOrNull(l.Number)
	a.textOrNull(l.ID)
	a.textOrNull(l.Title)
	a.textOrNull(l.Description)
	a.texts(collect(l.Kinds, func(k *notice.Kind) string { return string(*k) }))
	a.textOrNull(l.CPV.Main)
	a.texts(l.CPV.Additional)
	a.texts(collect(l.Places, func(p *notice.Place) string { return p.NUTS }))
	a.texts(collect(l.Places, func(p *notice.Place) string { return p.Departement }))
	a.textOrNull(currency(l.Estimated, l.Minimum, l.Maximum))
	a.amount(l.Estimated)
	a.amount(l.Minimum)
	a.amount(l.Maximum)
	d := l.Duration
	if d == nil {
		d = &notice.Duration{}
	}
	if d.Value != 0 {
		a.number(d.Value)
	} else {
		a.null()
	}
	a.textOrNull(d.Unit)
	a.date(d.Start)
	a.date(d.End)
	if l.Deadline != nil {
		a.instant(l.Deadline.Instant)
	} else {
		a.null()
	}
	a.bool(l.Clauses.Social)
	a.bool(l.Clauses.Environmental)
}

func resultsTable() *sideTable {
	return &sideTable{
		name: "results",
		columns: []string{"lot VARCHAR", "outcome VARCHAR", "reason VARCHAR", "title VARCHAR", "contract VARCHAR", "winners VARCHAR[]",
			"winner_sirets VARCHAR[]", "currency VARCHAR", "amount DOUBLE", "minimum DOUBLE", "maximum DOUBLE", "estimated DOUBLE",
			"lowest DOUBLE", "highest DOUBLE", "tenders INTEGER", "decided DATE", "concluded DATE"},
		count: func(n *notice.Notice) int { return len(n.Results) },
		write: func(a *appender, n *notice.Notice, i int) { writeResult(a, &n.Results[i]) },
	}
}

func writeResult(a *appender, r *notice.Result) {
	a.textOrNull(r.Lot)
	a.textOrNull(string(r.Outcome))
	a.textOrNull(r.Reason)
	a.textOrNull(r.Title)
	a.textOrNull(r.Contract)
	a.texts(collect(r.Winners, func(w *notice.Winner) string { return w.Name }))
	a.texts(collect(r.Winners, func(w *notice.Winner) string {
		if w.ID == nil {
			return ""
		}
		return w.ID.SIRET
	}))
	a.textOrNull(currency(r.Amount, r.Minimum, r.Maximum, r.Estimated, r.Lowest, r.Highest))
	for _, m := range []*notice.Amount{r.Amount, r.Minimum, r.Maximum, r.Estimated, r.Lowest, r.Highest} {
		a.amount(m)
	}
	if r.Tenders != nil {
		a.int32(int32(*r.Tenders))
	} else {
		a.null()
	}
	a.date(r.Decided)
	a.date(r.Concluded)
}

func linksTable() *sideTable {
	return &sideTable{
		name:    "links",
		columns: []string{"target VARCHAR", "target_notice_id VARCHAR", "journal VARCHAR", "number VARCHAR", "evidence VARCHAR", "path VARCHAR", "nature VARCHAR", "published DATE"},
		count:   func(n *notice.Notice) int { return len(n.Links) },
		write:   func(a *appender, n *notice.Notice, i int) { writeLink(a, &n.Links[i]) },
	}
}

func writeLink(a *appender, l *notice.Link) {
	p := l.Publication
	if p == nil {
		p = &notice.Publication{}
	}
	a.textOrNull(l.ID)
	a.textOrNull(l.NoticeID)
	a.textOrNull(p.Journal)
	a.textOrNull(p.Number)
	a.textOrNull(string(l.Evidence))
	a.textOrNull(l.Path)
	a.textOrNull(l.Nature)
	a.date(l.Date)
}

// amount writes a usable amount, null else. Its currency stands in the row's column of that name.
func (a *appender) amount(m *notice.Amount) {
	if !m.Usable() {
		a.null()
		return
	}
	a.number(m.Value)
}

// currency is that of the usable amounts of a row; where they differ, all of them joined by a slash.
func currency(amounts ...*notice.Amount) string {
	var list []string
	for _, m := range amounts {
		if m.Usable() {
			list = append(list, m.Currency)
		}
	}
	for i := 1; i < len(list); i++ {
		if list[i] != list[0] {
			return strings.Join(list, "/")
		}
	}
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// collect gives a text of each element, those that have none as the empty text so that lists of one row stay aligned; nil
// when none has any.
func collect[T any](list []T, get func(*T) string) []string {
	out, some := make([]string, len(list)), false
	for i := range list {
		out[i] = get(&list[i])
		some = some || out[i] != ""
	}
	if !some {
		return nil
	}
	return out
}

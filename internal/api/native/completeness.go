package native

import (
	"context"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store"
)

const (
	defaultAccountRows = 100
	maxAccountRows     = 1000
	shownFindings      = 20
)

func (a *API) completenessRoutes() []Route {
	choose := []Param{
		{Name: "from", In: "query", Type: "string", Format: "date", Value: "yyyy-mm-dd", Example: "2026-01-01", Doc: "editions of this day and later; those whose name says no day are left out"},
		{Name: "to", In: "query", Type: "string", Format: "date", Value: "yyyy-mm-dd", Example: "2026-01-31", Doc: "editions of this day and earlier"},
		{Name: "source", In: "query", Type: "string", Value: "name", Example: "dila", Doc: "dila, explore, boamp or another that is followed; import for files imported by hand"},
	}
	shape := slices.Concat(choose, []Param{
		{Name: "by", In: "query", Type: "string", Value: "name", Default: string(completeness.ByDay), Enum: steps(), Doc: "what a row stands for"},
		{Name: "only", In: "query", Type: "string", Value: "name", Enum: []string{"incomplete"}, Doc: "incomplete: rows in which something is quarantined, partial, missing or without account"},
	})
	pages := []Param{
		{Name: "limit", In: "query", Type: "integer", Value: "number", Min: 1, Max: maxAccountRows, Default: strconv.Itoa(defaultAccountRows), Doc: "entries a page"},
		{Name: "cursor", In: "query", Type: "string", Value: "text", Doc: "continue behind a page: the cursor of its answer"},
	}
	state := Param{Name: "state", In: "query", Type: "string", Value: "names", Repeated: true, Enum: states(), Doc: "documents in these states; without it all"}
	aside := state
	aside.Default, aside.Doc = "quarantined,partial", "documents in these states"
	var file []Param
	for _, p := range fileParams() {
		if slices.Contains([]string{"delimiter", "with_bom", "flavour", "quote_all", "spreadsheet"}, p.Name) {
			file = append(file, p)
		}
	}
	return []Route{
		{
			Pattern: "GET " + Prefix + "/completeness", ID: "getCompleteness", Tag: "completeness", Doc: "what became of all that the sources listed, by day, month, year or edition, with alarms",
			Description: "Every document that a source lists is served, quarantined with a reason, erased, or missing with a reason: `listed = served + quarantined + erased + missing`, at every " +
				"state of the data. `unaccounted` is what breaks that, and an alarm. `state` and `alarms` are about all data, whatever rows are asked for.",
			Params: slices.Concat(shape, pages), Answers: []Answer{{jsonMedia, "counts and alarms", CompletenessAnswer{}}}, Errors: listErrors, Cache: CacheBody, handler: a.completeness,
		},
		{
			Pattern: "GET " + Prefix + "/completeness.csv", ID: "exportCompleteness", Tag: "completeness", Doc: "the same rows, all of them, as csv",
			Params: slices.Concat(shape, file), Answers: []Answer{{"text/csv; charset=utf-8", "the file", nil}}, Errors: listErrors, Cache: CacheNone, handler: a.completenessFile,
		},
		{
			Pattern: "GET " + Prefix + "/completeness/{edition...}", ID: "listEditionDocuments", Tag: "completeness", Doc: "the documents of an edition, each with its state and the reason",
			Params: slices.Concat([]Param{
				{Name: "edition", In: "path", Type: "string", Value: "name", Doc: "name of the edition, with its slashes", Example: "2026/09/11", Required: true},
				{Name: "source", In: "query", Type: "string", Value: "name", Example: "dila", Doc: "of which source, when several have an edition of that name"}, state,
			}, pages), Answers: []Answer{{jsonMedia, "a page of documents", DocumentsAnswer{}}}, Errors: append(slices.Clone(oneErrors), http.StatusRequestEntityTooLarge), Cache: CacheBody, handler: a.editionDocuments,
		},
		{
			Pattern: "GET " + Prefix + "/quarantine", ID: "listQuarantine", Tag: "completeness", Doc: "the documents that are set aside, of all editions, with the reasons",
			Params:  slices.Concat(choose, []Param{aside}, pages),
			Answers: []Answer{{jsonMedia, "a page of documents", DocumentsAnswer{}}}, Errors: append(slices.Clone(listErrors), http.StatusRequestEntityTooLarge), Cache: CacheBody, handler: a.quarantine,
		},
	}
}

func steps() (list []string) {
	for _, s := range completeness.Steps() {
		list = append(list, string(s))
	}
	return list
}

func states() (list []string) {
	for _, s := range completeness.States() {
		list = append(list, string(s))
	}
	return list
}

// looked calls do with a report and its view.
func (a *API) looked(r *http.Request, do func(ctx context.Context, snap store.Snapshot, report completeness.Report) error) error {
	if a.Watch == nil {
		return fault.New(fault.Unavailable, "this server keeps no account of documents")
	}
	ctx, cancel := r.Context(), func() {}
	if a.Door.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, a.Door.Timeout)
	}
	defer cancel()
	snap, report, err := a.Watch.Look(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	return do(ctx, snap, report)
}

// chosen reads which rows are wanted.
func chosen(values url.Values, r completeness.Report) (c completeness.Choice, err error) {
	if c.From, err = day(values, "from"); err != nil {
		return c, err
	}
	if c.To, err = day(values, "to"); err != nil {
		return c, err
	}
	if !c.From.IsZero() && !c.To.IsZero() && c.From.Compare(c.To) > 0 {
		return c, fault.New(fault.Invalid, "from %s is after to %s", c.From, c.To).At("parameter from")
	}
	if c.Source, err = knownSource(values, r); err != nil {
		return c, err
	}
	by, err := choice(values, "by", steps()...)
	if err != nil {
		return c, err
	}
	c.By = completeness.Step(by)
	if only := values.Get("only"); only != "" {
		_, err = choice(values, "only", "incomplete")
		c.Incomplete = true
	}
	return c, err
}

func day(values url.Values, name string) (notice.Date, error) {
	s := strings.TrimSpace(values.Get(name))
	if s == "" {
		return notice.Date{}, nil
	}
	d, ok := notice.ParseDate(s)
	if !ok || len(s) != len(time.DateOnly) {
		return d, fault.New(fault.Invalid, "%q is no date: yyyy-mm-dd expected", s).At("parameter " + name)
	}
	return d, nil
}

// knownSource reads the name of a source that the data know.
func knownSource(values url.Values, r completeness.Report) (string, error) {
	s := strings.TrimSpace(values.Get("source"))
	valid := []string{completeness.ByHand}
	for _, x := range sourceEntries(r) {
		valid = append(valid, x.Name)
	}
	if s != "" && !slices.Contains(valid, s) {
		return "", unknownName("source", s, valid).At("parameter source")
	}
	return s, nil
}

// completeness answers with counts and alarms.
func (a *API) completeness(w http.ResponseWriter, r *http.Request) error {
	values, err := readQuery(r)
	if err != nil {
		return err
	}
	limit, err := whole(values, "limit", defaultAccountRows, 1, maxAccountRows)
	if err != nil {
		return err
	}
	return a.looked(r, func(_ context.Context, _ store.Snapshot, report completeness.Report) error {
		c, err := chosen(values, report)
		if err != nil {
			return err
		}
		rows, total := report.Account.Rows(c)
		state := report.Info
		state.Revision = state.Sequence // pages are bound to the state of the ledger
		start, err := resume(r, values, state, len(rows))
		if err != nil {
			return err
		}
		stamp(w, report.Info)
		body := CompletenessAnswer{Meta: meta(report.Info, -1), Sequence: report.Account.Sequence, State: string(report.Health), Alarms: alarmEntries(report.Alarms), Sources: sourceEntries(report),
			Audit: auditEntry(report.Audit), By: string(c.By), Total: countEntry(total), RowsTotal: len(rows), Rows: []CompletenessEntry{}}
		body.Links, body.Cursor = paging(w, r, state, start, limit, len(rows))
		body.Links["csv"] = fileURL(values)
		for _, row := range rows[start:min(start+limit, len(rows))] {
			body.Rows = append(body.Rows, rowEntry(row))
		}
		return writeTagged(w, r, body)
	})
}

// fileURL is the address of the same rows as a file.
func fileURL(values url.Values) string {
	same := url.Values{}
	for name, list := range values {
		if name != "cursor" && name != "limit" {
			same[name] = list
		}
	}
	if len(same) == 0 {
		return Prefix + "/completeness.csv"
	}
	return Prefix + "/completeness.csv?" + same.Encode()
}

func rowEntry(row completeness.Row) CompletenessEntry {
	e := CompletenessEntry{Source: row.Source, Edition: row.Edition, Period: row.Period, CompletenessCount: countEntry(row), ListedAt: instant(row.Listing), FirstSeen: row.First.UTC(), Changed: row.Last.UTC()}
	if row.Edition != "" {
		e.URL = editionURL(row.Source, row.Edition)
	}
	return e
}

// editionURL is the address of the documents of an edition. A name that the way of an address would change is written as one step of it.
func editionURL(source, edition string) string {
	p := url.PathEscape(edition)
	if path.Clean("/"+edition) == "/"+edition {
		p = strings.ReplaceAll(p, "%2F", "/")
	}
	return Prefix + "/completeness/" + p + "?source=" + url.QueryEscape(source)
}

func countEntry(row completeness.Row) CompletenessCount {
	c := row.Count
	out := CompletenessCount{Editions: row.Editions, Listed: c.Listed, Fetched: c.Fetched, Read: c.Read, Served: c.Served, Partial: c.Partial, Quarantined: c.Quarantined, Erased: c.Erased,
		Missing: c.Missing, Unaccounted: c.Unaccounted(), Gone: c.Gone, Notices: c.Notices}
	if l := row.Lag; l.Documents > 0 {
		out.Lag = &Lag{l.Documents, int64(l.P50 / time.Second), int64(l.P95 / time.Second), int64(l.Worst / time.Second)}
	}
	return out
}

// instant is a time for an answer; nil for none.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func alarmEntries(list []completeness.Alarm) []AlarmEntry {
	out := []AlarmEntry{}
	for _, x := range list {
		out = append(out, AlarmEntry{string(x.Kind), string(x.Kind.Health()), x.Source, x.Editions, x.Count, x.Since.UTC(), x.Text, x.Todo})
	}
	return out
}

// sourceEntries are the sources of the ledger and those that are followed, by name.
func sourceEntries(r completeness.Report) []SourceEntry {
	out := []SourceEntry{}
	for _, s := range r.Account.Sources {
		out = append(out, SourceEntry{Name: s.Name, Since: instant(s.Followed), News: instant(s.News)})
	}
	for _, f := range r.Following {
		i := slices.IndexFunc(out, func(e SourceEntry) bool { return e.Name == f.Source })
		if i < 0 {
			i, out = len(out), append(out, SourceEntry{Name: f.Source})
		}
		e := &out[i]
		e.Followed, e.LastPass, e.Good, e.Failures, e.Error = true, instant(f.Last), instant(f.Good), f.Failures, f.Error
	}
	slices.SortFunc(out, func(a, b SourceEntry) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func auditEntry(r *completeness.Result) *AuditEntry {
	if r == nil {
		return nil
	}
	e := &AuditEntry{Time: r.Time.UTC(), OK: len(r.Findings) == 0, Days: []AuditDay{}, Kept: r.Kept, Hashed: r.Hashed, Compared: r.Compared, Found: int64(len(r.Findings)) + r.More, Findings: []AuditFinding{}}
	for _, d := range r.Days {
		e.Days = append(e.Days, AuditDay(d))
	}
	for _, f := range r.Findings[:min(len(r.Findings), shownFindings)] {
		e.Findings = append(e.Findings, AuditFinding{string(f.Kind), f.Where, f.Text})
	}
	return e
}

package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/notice"
)

const (
	groupWait  = 2 * time.Minute // until the portal has counted all its records
	groupBytes = 16 << 20        // of the answer: 60 bytes a day
	listBytes  = 64 << 20        // of the ids of a day: 80 bytes a record
	maxGroups  = 20_000          // that the API gives at once: 54 years
)

// listed is a record as the list of a day names it.
type listed struct {
	ID    string
	Stamp string // as written; "" when the portal does not say
}

// group asks for the days and how many records each has. With stamps also for the newest time stamp of each.
func (s *Source) group(ctx context.Context, stamps bool) ([]day, error) {
	selected := "dateparution, count(*) as n"
	if stamps {
		selected += ", max(record_timestamp) as changed"
	}
	q := [][2]string{{"select", selected}, {"group_by", "dateparution"}}
	if where := s.span(); where != "" {
		q = append(q, [2]string{"where", where})
	}
	at := s.address("/records", append(q, [2]string{"order_by", "dateparution"}, [2]string{"limit", fmt.Sprint(maxGroups)})...)
	resp, err := s.Client.Do(ctx, fetch.Request{URL: at, Accept: "application/json", Limit: groupBytes, Wait: groupWait})
	if err != nil {
		return nil, err
	}
	days, err := readGroups(resp.Body)
	switch {
	case err != nil:
		return nil, strange(at, "%s", err)
	case len(days) == 0 && s.From.IsZero() && s.To.IsZero():
		return nil, strange(at, "it has no record at all")
	}
	return days, nil
}

// span is the condition of the first and the last day.
func (s *Source) span() string {
	var terms []string
	if !s.From.IsZero() {
		terms = append(terms, "dateparution >= "+literal(s.From))
	}
	if !s.To.IsZero() {
		terms = append(terms, "dateparution <= "+literal(s.To))
	}
	return strings.Join(terms, " and ")
}

// readGroups reads the answer of group. Records without a day are nobody's edition and left out.
func readGroups(body []byte) ([]day, error) {
	var page struct {
		Results []struct {
			Date    *string `json:"dateparution"`
			N       *int64  `json:"n"`
			Changed *string `json:"changed"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("no page of groups: %w", err)
	}
	if page.Results == nil {
		return nil, fmt.Errorf("no page of groups")
	}
	var days []day
	seen := map[notice.Date]bool{}
	for _, g := range page.Results {
		if g.Date == nil {
			continue
		}
		date, ok := notice.ParseDate(*g.Date)
		if !ok || g.N == nil || *g.N < 0 || seen[date] {
			return nil, fmt.Errorf("the group %.40q without a day of its own or a number", *g.Date)
		}
		seen[date] = true
		d := day{date: date, count: *g.N}
		if g.Changed != nil {
			d.stamp = instant(*g.Changed)
		}
		days = append(days, d)
	}
	return days, nil
}

// ids asks for the records of a day. The time stamps are left out when the portal does not let them be asked.
func (s *Source) ids(ctx context.Context, d day) ([]listed, error) {
	at := s.listingURL(d.date)
	resp, err := s.Client.Do(ctx, fetch.Request{URL: at, Limit: listBytes})
	if fault.Is(err, fault.Invalid) && !final(ctx, err) {
		at = s.address("/exports/jsonl", [][2]string{{"select", "idweb"}, {"where", "dateparution = " + literal(d.date)}, {"order_by", "idweb"}}...)
		if plain, e := s.Client.Do(ctx, fetch.Request{URL: at, Limit: listBytes}); e == nil {
			resp, err = plain, nil
		}
	}
	if err != nil {
		return nil, err
	}
	var out []listed
	for line := range lines(resp.Body) {
		var r struct {
			ID    string  `json:"idweb"`
			Stamp *string `json:"record_timestamp"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, strange(at, "no line with the id of a record: %.80q", line)
		}
		l := listed{ID: r.ID}
		if r.Stamp != nil {
			l.Stamp = *r.Stamp
		}
		out = append(out, l)
	}
	return out, nil
}

// plainID is the form of ids that are asked one by one.
var plainID = regexp.MustCompile(`^[0-9A-Za-z._-]{1,40}$`)

// few is how many records are asked by their ids; for more the whole day is asked.
const few = 100

// records asks for the records of a day, or for some of them by their ids, and gives them by id in the order in which they came.
func (s *Source) records(ctx context.Context, d day, only []string) (map[string][][]byte, error) {
	where := "dateparution = " + literal(d.date)
	if only != nil {
		where += ` and idweb in ("` + strings.Join(only, `", "`) + `")`
	}
	limit := s.Limit
	if limit <= 0 {
		limit = 512 << 20
	}
	at := s.address("/exports/jsonl", [][2]string{{"where", where}, {"order_by", "idweb"}}...)
	resp, err := s.Client.Do(ctx, fetch.Request{URL: at, Limit: limit, Wait: groupWait})
	if err != nil {
		return nil, err
	}
	out := map[string][][]byte{}
	for line := range lines(resp.Body) {
		var r struct {
			ID string `json:"idweb"`
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, strange(at, "no line with a record: %.80q", line)
		}
		out[r.ID] = append(out[r.ID], line)
	}
	return out, nil
}

// lines gives the lines of JSON Lines that hold something.
func lines(body []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for line := range bytes.Lines(body) {
			line = bytes.TrimRight(line, "\r\n")
			if len(bytes.TrimSpace(line)) > 0 && !yield(line[:len(line):len(line)]) {
				return
			}
		}
	}
}

// address makes the address of a question, with the parameters in their order.
func (s *Source) address(path string, params ...[2]string) string {
	var b strings.Builder
	b.WriteString(s.dataset() + path)
	for i, p := range params {
		b.WriteByte("?&"[min(i, 1)])
		b.WriteString(p[0] + "=" + escape(p[1]))
	}
	return b.String()
}

// listingURL is the origin of the listing of a day.
func (s *Source) listingURL(d notice.Date) string {
	return s.address("/exports/jsonl", [][2]string{{"select", "idweb, record_timestamp"}, {"where", "dateparution = " + literal(d)}, {"order_by", "idweb"}}...)
}

// origin is the address at which the portal gives a record as it is kept, whatever becomes of its technical id. Of several records
// of one id the second and further have a number.
func (s *Source) origin(id string, n int) string {
	at := s.address("/exports/jsonl", [2]string{"where", `idweb="` + strings.ReplaceAll(strings.ReplaceAll(id, `\`, `\\`), `"`, `\"`) + `"`})
	if n > 1 {
		at += fmt.Sprintf("#%d", n)
	}
	return at
}

func literal(d notice.Date) string { return "date'" + d.String() + "'" }

// escape writes spaces as %20, which every server reads alike.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// instant reads a time stamp, to the second; zero when it is none.
func instant(s string) time.Time {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC().Truncate(time.Second)
		}
	}
	return time.Time{}
}

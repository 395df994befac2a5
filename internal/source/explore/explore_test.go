package explore_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/explore"
)

// step is something that happens at the portal, and what the pass after it asks and gives.
type step struct {
	what        string
	do          func(p *portal)
	asks, gives string
}

func TestFollow(t *testing.T) {
	later := now.Add(time.Hour)
	for _, c := range []struct {
		name  string
		set   func(s *explore.Source)
		steps []step
	}{
		{"notices come, change and go", nil, []step{
			{"two days", func(p *portal) {
				p.put("2026-09-10", "a", now, "26-1", "26-2")
				p.put("2026-09-11", "a", now, "26-3")
			}, "days ids:2026-09-10 records:2026-09-10/2 ids:2026-09-11 records:2026-09-11/1", "2026/09/10:listing1,served2 2026/09/11:listing1,served1"},
			{"nothing", func(*portal) {}, "days", ""},
			{"one more", func(p *portal) { p.put("2026-09-11", "a", later, "26-4") }, "days ids:2026-09-11 records:2026-09-11/1", "2026/09/11:listing1,served1"},
			{"another text", func(p *portal) { p.put("2026-09-10", "b", later, "26-2") }, "days ids:2026-09-10 records:2026-09-10/1", "2026/09/10:listing1,served1"},
			{"stamped anew", func(p *portal) { p.put("2026-09-10", "a", later.Add(time.Hour), "26-1") }, "days ids:2026-09-10 records:2026-09-10/1", "2026/09/10:listing1"},
			{"gone", func(p *portal) { p.drop("26-1") }, "days ids:2026-09-10", "2026/09/10:gone1,listing1"},
			{"back", func(p *portal) { p.put("2026-09-10", "a", now, "26-1") }, "days ids:2026-09-10 records:2026-09-10/1", "2026/09/10:listing1,served1"},
			{"another day", func(p *portal) { p.put("2026-09-11", "a", later.Add(time.Hour), "26-1") }, "days ids:2026-09-10 ids:2026-09-11 records:2026-09-11/1",
				"2026/09/10:gone1,listing1 2026/09/11:listing1,served1"},
			{"a day is emptied", func(p *portal) { p.drop("26-2") }, "days", ""},
		}},
		{"a day in the middle is emptied", nil, []step{
			{"three days", func(p *portal) {
				p.put("2026-09-09", "a", now, "26-1")
				p.put("2026-09-10", "a", now, "26-2")
				p.put("2026-09-11", "a", now, "26-3")
			},
				"days ids:2026-09-09 records:2026-09-09/1 ids:2026-09-10 records:2026-09-10/1 ids:2026-09-11 records:2026-09-11/1",
				"2026/09/09:listing1,served1 2026/09/10:listing1,served1 2026/09/11:listing1,served1"},
			{"emptied", func(p *portal) { p.drop("26-2") }, "days ids:2026-09-10", "2026/09/10:gone1,listing1"},
			{"nothing", func(*portal) {}, "days", ""},
		}},
		{"without time stamps", func(s *explore.Source) { s.Again = 1 }, []step{
			{"two days", func(p *portal) {
				p.noStamp = true
				p.put("2026-09-10", "a", now, "26-1")
				p.put("2026-09-11", "a", now, "26-2")
			}, "days days ids:2026-09-10 ids:2026-09-10 records:2026-09-10/1 ids:2026-09-11 ids:2026-09-11 records:2026-09-11/1",
				"2026/09/10:listing1,served1 2026/09/11:listing1,served1"},
			{"nothing", func(*portal) {}, "days days ids:2026-09-11 ids:2026-09-11 records:2026-09-11/1", "2026/09/11:"},
			{"another text", func(p *portal) { p.put("2026-09-11", "b", now, "26-2") }, "days days ids:2026-09-11 ids:2026-09-11 records:2026-09-11/1", "2026/09/11:served1"},
		}},
		{"a large day", nil, []step{
			{"at once", func(p *portal) {
				for i := range 150 {
					p.put("2026-09-11", "a", now, fmt.Sprintf("26-%d", i))
				}
			}, "days ids:2026-09-11 records:2026-09-11", "2026/09/11:listing1,served150"},
			{"one more", func(p *portal) { p.put("2026-09-11", "a", later, "26-900") }, "days ids:2026-09-11 records:2026-09-11/1", "2026/09/11:listing1,served1"},
		}},
		{"ids that are no ids", nil, []step{
			{"quotes", func(p *portal) { p.put("2026-09-11", "a", now, `26-"1`, "26-2") }, "days ids:2026-09-11 records:2026-09-11", "2026/09/11:listing1,served2"},
		}},
		{"all stamped anew", func(s *explore.Source) { s.Recent, s.Spread = 1, 1; s.From = notice.Date{Year: 2026, Month: 9, Day: 1} }, []step{
			{"three days", func(p *portal) {
				p.put("2026-09-09", "a", now, "26-1")
				p.put("2026-09-10", "a", now, "26-2")
				p.put("2026-09-11", "a", now, "26-3")
			},
				"days ids:2026-09-09 records:2026-09-09/1 ids:2026-09-10 records:2026-09-10/1 ids:2026-09-11 records:2026-09-11/1",
				"2026/09/09:listing1,served1 2026/09/10:listing1,served1 2026/09/11:listing1,served1"},
			{"one", func(p *portal) { p.put("2026-09-09", "b", later, "26-1") }, "days ids:2026-09-09 records:2026-09-09/1", "2026/09/09:listing1,served1"},
			{"all", func(p *portal) {
				p.put("2026-09-09", "b", later.Add(time.Hour), "26-1")
				p.put("2026-09-10", "a", later, "26-2")
				p.put("2026-09-11", "b", later, "26-3")
			},
				"days ids:2026-09-11 records:2026-09-11/1", "2026/09/11:listing1,served1"},
			{"a count tells all the same", func(p *portal) { p.put("2026-09-10", "a", later, "26-4") }, "days ids:2026-09-09 records:2026-09-09/1 ids:2026-09-10 records:2026-09-10/2",
				"2026/09/09:listing1 2026/09/10:listing1,served1"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPortal()
			s := follow(t, p)
			if c.set != nil {
				c.set(s)
			}
			run(t, p, s, account{}, c.steps)
		})
	}
}

func run(t *testing.T, p *portal, s *explore.Source, a account, steps []step) {
	t.Helper()
	for _, st := range steps {
		st.do(p)
		gives, err := a.pass(t, s)
		if asks := p.took(); err != nil || gives != st.gives || asks != st.asks {
			t.Errorf("%s: %v\nasked %s\nwant  %s\ngave %s\nwant %s", st.what, err, asks, st.asks, gives, st.gives)
		}
	}
}

// TestFaults: whatever goes wrong, the day is accounted for and comes whole when the portal is well again.
func TestFaults(t *testing.T) {
	fail := func(of string, status int) func(p *portal) {
		return func(p *portal) {
			p.fault = func(w http.ResponseWriter, asked string) bool {
				if strings.HasPrefix(asked, of) {
					w.WriteHeader(status)
					return true
				}
				return false
			}
		}
	}
	spoil := func(of string, change func(rows []string) []string) func(p *portal) {
		return func(p *portal) {
			p.spoil = func(asked string, rows []string) []string {
				if strings.HasPrefix(asked, of) {
					return change(rows)
				}
				return rows
			}
		}
	}
	lacks := func(rows []string) []string {
		return slices.DeleteFunc(rows, func(r string) bool { return strings.Contains(r, "26-2") })
	}
	for _, c := range []struct {
		name, gives, fault string // of the pass with the fault
		do                 func(p *portal)
		then               string // given when all is well again
	}{
		{"the portal is down", "", "unavailable", fail("", 503), "2026/09/11:listing1,served3"},
		{"no such data set", "", "not_found", fail("", 404), "2026/09/11:listing1,served3"},
		{"no list of the day", "2026/09/11:unavailable", "", fail("ids", 500), "2026/09/11:listing1,served3"},
		{"no records", "2026/09/11:listing1,missing3", "", fail("records", 500), "2026/09/11:listing1,served3"},
		{"a record is kept back", "2026/09/11:listing1,missing1,served2", "", spoil("records", lacks), "2026/09/11:listing1,served1"},
		{"lines cut off", "2026/09/11:listing1,missing3", "", spoil("records", func(r []string) []string { r[2] = r[2][:20]; return r }), "2026/09/11:listing1,served3"},
		{"a list that is cut off", "2026/09/11:invalid", "", spoil("ids", func(r []string) []string { r[2] = r[2][:20]; return r }), "2026/09/11:listing1,served3"},
		{"a page in place of groups", "", "invalid", spoil("days", func([]string) []string { return []string{"<html>"} }), "2026/09/11:listing1,served3"},
		{"groups without numbers", "", "invalid", spoil("days", func([]string) []string { return []string{`{"dateparution": "2026-09-11"}`} }), "2026/09/11:listing1,served3"},
		{"an empty portal", "", "invalid", spoil("days", func([]string) []string { return nil }), "2026/09/11:listing1,served3"},
		{"notices come while the day is read", "2026/09/11:listing1,served3", "", func(p *portal) {
			p.after = func(asked string) {
				if asked == "ids:2026-09-11" {
					p.records["26-9"] = entry{"2026-09-11", "a", now.Add(time.Hour)}
				}
			}
		}, "2026/09/11:listing1,served1"},
		{"a notice goes while the day is read", "2026/09/11:listing1,missing1,served2", "", func(p *portal) {
			p.after = func(asked string) {
				if asked == "ids:2026-09-11" {
					delete(p.records, "26-2")
				}
			}
		}, "2026/09/11:gone1,listing1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPortal()
			p.put("2026-09-11", "a", now, "26-1", "26-2", "26-3")
			s, a := follow(t, p), account{}
			c.do(p)
			gives, err := a.pass(t, s)
			if kind := kindOf(err); gives != c.gives || kind != c.fault {
				t.Errorf("gave %q, %v; want %q, %s", gives, err, c.gives, c.fault)
			}
			if strings.Contains(gives, "missing") && !strings.Contains(c.name, "goes while") {
				if again, err := a.pass(t, s); err != nil || strings.Trim(again, "0123456789/:") != "" {
					t.Errorf("told again, though nothing changed: %q, %v", again, err)
				}
			}
			p.mu.Lock()
			p.fault, p.spoil, p.after = nil, nil, nil
			p.mu.Unlock()
			s.Client.Reset()
			if gives, err := a.pass(t, s); err != nil || gives != c.then {
				t.Errorf("then gave %q, %v; want %q", gives, err, c.then)
			}
			if gives, err := a.pass(t, s); err != nil || gives != "" {
				t.Errorf("in the end gave %q, %v", gives, err)
			}
		})
	}
}

package completeness_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/completeness"
	"github.com/boamp/boamp/internal/ledger"
)

// paris is a clock of Paris in September and October 2026.
func paris(t *testing.T, text string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestLate(t *testing.T) {
	tests := []struct {
		name, source, news, now string
		since                   string // "" for no alarm
	}{
		{"the morning has come", "dila", "2026-09-11 04:46", "2026-09-11 13:44", ""},
		{"the first half hour has not", "dila", "2026-09-11 04:46", "2026-09-11 13:45", "2026-09-11 07:45"},
		{"the night is quiet", "dila", "2026-09-11 19:45", "2026-09-12 10:45", ""},
		{"the next morning has not come", "dila", "2026-09-11 19:45", "2026-09-12 10:46", "2026-09-12 04:46"},
		{"weekends, too", "dila", "2026-09-12 19:45", "2026-09-13 10:46", "2026-09-13 04:46"},
		{"a week", "dila", "2026-09-11 19:45", "2026-09-18 03:00", "2026-09-17 19:45"},
		{"the night of 25 hours", "dila", "2026-10-24 19:45", "2026-10-25 10:45", ""},
		{"and its morning", "dila", "2026-10-24 19:45", "2026-10-25 10:46", "2026-10-25 04:46"},
		{"a mirror has a day more", "boamp", "2026-09-11 04:46", "2026-09-13 10:45", ""},
		{"a folder has no rhythm", "folder:/in", "2026-09-11 04:46", "2026-10-13 10:45", ""},
		{"and then is late", "boamp", "2026-09-11 04:46", "2026-09-13 10:46", "2026-09-12 04:46"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := line(0, "a served 1")
			l.Source = tt.source
			l.Time = paris(t, tt.news)
			a := account(t, completeness.New(), view{lines: number([]ledger.Line{l})})
			health, alarms := a.Judge(paris(t, tt.now), completeness.Defaults(), []completeness.Following{{Source: tt.source}}, nil)
			since := ""
			if len(alarms) == 1 && alarms[0].Kind == completeness.LateSource {
				since = alarms[0].Since.In(paris(t, tt.now).Location()).Format("2006-01-02 15:04")
			}
			if since != tt.since || (health == completeness.Late) != (tt.since != "") {
				t.Errorf("%s since %q, want %q: %+v", health, since, tt.since, alarms)
			}
			if health, alarms := a.Judge(paris(t, tt.now), completeness.Defaults(), nil, nil); health != completeness.OK || alarms != nil {
				t.Errorf("nothing is followed: %s, %+v", health, alarms)
			}
		})
	}
}

func TestAlarms(t *testing.T) {
	dila := completeness.Following{Source: "dila", Last: dawn, Good: dawn}
	failing := dila
	failing.Failures, failing.Error = 3, "503"
	few := []string{"a served 1", "b quarantined - invalid", "c quarantined - invalid", "d quarantined - invalid"}
	many := append(few, "e quarantined - invalid")
	bad := &completeness.Result{Time: dawn, Findings: []completeness.Finding{{Kind: completeness.Damaged, Where: "2026/000001-x.zip!00-a.xml", Text: "damaged"}}}
	tests := []struct {
		name   string
		lines  []string
		after  time.Duration // since dawn
		follow completeness.Following
		audit  *completeness.Result
		want   string // health, then kind, count, minutes from dawn and editions of each alarm
	}{
		{"all well", []string{"a served 1", "/ listing x"}, time.Hour, dila, &completeness.Result{Time: dawn}, "ok"},
		{"does not add up", []string{"a served 1", "/ listing xxx"}, time.Hour, dila, nil, "incomplete, unaccounted 2 0 2026/09/11"},
		{"more than is listed", []string{"a served 1", "/ listing -"}, time.Hour, dila, nil, "incomplete, unaccounted 1 0 2026/09/11"},
		{"missing", []string{"a missing"}, 24 * time.Hour, completeness.Following{}, nil, "ok"},
		{"missing for long", []string{"a missing", "b missing"}, 24*time.Hour + time.Minute, completeness.Following{}, nil, "incomplete, missing 2 0 2026/09/11"},
		{"some set aside", few, time.Hour, dila, nil, "ok"},
		{"many set aside", many, time.Hour, dila, nil, "incomplete, quarantine 4 0 2026/09/11"},
		{"many set aside long ago", many, 8 * 24 * time.Hour, completeness.Following{Source: "explore"}, nil, "ok"},
		{"passes fail", []string{"a served 1"}, time.Hour, failing, nil, "late, passes 3 0 -"},
		{"the audit", []string{"a served 1"}, time.Hour, failing, bad, "incomplete, audit 1 0 -, passes 3 0 -"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var lines []ledger.Line
			for _, text := range tt.lines {
				l := line(0, text)
				if text == "/ listing -" {
					l.Listed = 0
				}
				lines = append(lines, l)
			}
			a := account(t, completeness.New(), view{lines: number(lines)})
			health, alarms := a.Judge(dawn.Add(tt.after), completeness.Defaults(), []completeness.Following{tt.follow}, tt.audit)
			got := string(health)
			for _, x := range alarms {
				if x.Text == "" || x.Todo == "" {
					t.Errorf("%+v says nothing", x)
				}
				editions := strings.Join(x.Editions, " ")
				if editions == "" {
					editions = "-"
				}
				got += fmt.Sprintf(", %s %d %d %s", x.Kind, x.Count, int(x.Since.Sub(dawn).Minutes()), editions)
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s\n%+v", got, tt.want, alarms)
			}
		})
	}
}

func TestRows(t *testing.T) {
	var lines []ledger.Line
	add := func(source, edition, text string) {
		l := line(len(lines), text)
		l.Source, l.Edition = source, edition
		lines = append(lines, l)
	}
	add("dila", "2026/09/11", "a served 1")
	add("dila", "2026/09/12", "b served 2,3")
	add("dila", "2026/10/01", "c missing")
	add("explore", "2026-09-11", "d served 1")
	add("", "boamp.csv", "e served 9")
	add("", "BOAMP-J-AO_2015_062009.taz", "f quarantined - x")
	a := account(t, completeness.New(), view{lines: number(lines)})
	from, to := completeness.Day("2026/09/12"), completeness.Day("2026/10/01")
	tests := []struct {
		name   string
		choice completeness.Choice
		want   string // source period edition listed, for each row; then the sum
	}{
		{"editions", completeness.Choice{By: completeness.ByEdition}, "dila 2026-10-01 2026/10/01 1, dila 2026-09-12 2026/09/12 1, dila 2026-09-11 2026/09/11 1, explore 2026-09-11 2026-09-11 1, import 2015-03-03 BOAMP-J-AO_2015_062009.taz 1, import  boamp.csv 1; 6 of 6"},
		{"months", completeness.Choice{By: completeness.ByMonth}, "dila 2026-10  1, dila 2026-09  2, explore 2026-09  1, import 2015-03  1, import   1; 6 of 6"},
		{"years of a source", completeness.Choice{By: completeness.ByYear, Source: "dila"}, "dila 2026  3; 3 of 3"},
		{"by hand", completeness.Choice{By: completeness.ByYear, Source: "import"}, "import 2015  1, import   1; 2 of 2"},
		{"some days", completeness.Choice{By: completeness.ByDay, From: from, To: to}, "dila 2026-10-01  1, dila 2026-09-12  1; 2 of 2"},
		{"incomplete", completeness.Choice{By: completeness.ByDay, Incomplete: true}, "dila 2026-10-01  1, import 2015-03-03  1; 2 of 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, total := a.Rows(tt.choice)
			var list []string
			for _, r := range rows {
				list = append(list, fmt.Sprintf("%s %s %s %d", r.Source, r.Period, r.Edition, r.Listed))
			}
			if got := fmt.Sprintf("%s; %d of %d", strings.Join(list, ", "), total.Listed, total.Editions); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

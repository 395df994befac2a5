package lifecycle_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/lifecycle"
)

func day(s string) time.Time {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return d
}

// account is a small one that keeps all rules: v1 ends, v2 comes after it.
func account() ([]lifecycle.Version, []lifecycle.Change) {
	versions := []lifecycle.Version{
		{ID: "s/v1", Surface: "s", Name: "v1", Title: "One", Style: lifecycle.Problem, Paths: []string{"/s/v1", "/old"}, Since: day("2026-01-01"), Docs: "docs/s.md",
			Deprecated: day("2027-01-01"), Sunset: day("2027-01-31"), Successor: "s/v2"},
		{ID: "s/v2", Surface: "s", Name: "v2", Title: "Two", Style: lifecycle.Problem, Paths: []string{"/s/v1/new", "/s/v2"}, Since: day("2026-06-01"), Docs: "docs/s.md"},
	}
	changes := []lifecycle.Change{
		{ID: "v1", Date: day("2026-01-01"), Kind: lifecycle.Added, Versions: []string{"s/v1"}, Title: "One", Text: "There is one."},
		{ID: "v2", Date: day("2026-06-01"), Kind: lifecycle.Added, Versions: []string{"s/v2"}, Title: "Two", Text: "There are two."},
		{ID: "v1-deprecated", Date: day("2026-12-01"), Kind: lifecycle.Discouraged, Versions: []string{"s/v1"}, Title: "One", Text: "One ends."},
		{ID: "v1-retired", Date: day("2027-01-31"), Kind: lifecycle.Ended, Versions: []string{"s/v1"}, Title: "One", Text: "One has ended."},
	}
	return versions, changes
}

// TestBoamp is what fails a build whose account breaks a promise, such as a window that is too short.
func TestBoamp(t *testing.T) {
	r, err := lifecycle.Boamp()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, v := range r.Versions() {
		ids = append(ids, v.ID)
		if !v.Deprecated.IsZero() && v.Sunset.Sub(v.Deprecated) < 30*24*time.Hour {
			t.Errorf("%s: clients have only %v", v.ID, v.Sunset.Sub(v.Deprecated))
		}
	}
	for _, id := range []string{"native/v1", "explore/v2.1", "explore/v2.0", "explore/v1", "legacy/search", "legacy/v010", "legacy/v110", "legacy/v230", "legacy/v240", "legacy/v325"} {
		if !slices.Contains(ids, id) {
			t.Errorf("%s is missing: what was published is never taken from the account, only retired", id)
		}
	}
	for path, want := range map[string]string{
		"/api/v1/notices.csv": "native/v1", "/api/explore/v2.1/catalog": "explore/v2.1", "/api/v2": "explore/v2.0", "/api/explore/v2.0/x": "explore/v2.0",
		"/api/records/1.0/search/": "explore/v1", "/opendata/api-boamp/annonces/v230/19-1": "legacy/v230", "/opendata/api-boamp/annonces/search": "legacy/search",
		"/healthz": "", "/api/versions": "", "/api/v10/notices": "", "/api/explore/v2.10": "",
	} {
		got := ""
		if v := r.At(path); v != nil {
			got = v.ID
		}
		if got != want {
			t.Errorf("%s belongs to %q, want %q", path, got, want)
		}
	}
}

// TestStatus crosses the days.
func TestStatus(t *testing.T) {
	versions, changes := account()
	r, err := lifecycle.New(versions, changes)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now      time.Time
		one, two lifecycle.Status
		changes  int
		newest   string
	}{
		{day("2025-12-31"), lifecycle.Current, lifecycle.Current, 0, ""},
		{day("2026-11-30"), lifecycle.Current, lifecycle.Current, 2, "v2"},
		{day("2027-01-01").Add(-time.Second), lifecycle.Current, lifecycle.Current, 3, "v1-deprecated"},
		{day("2027-01-01"), lifecycle.Deprecated, lifecycle.Current, 3, "v1-deprecated"},
		{day("2027-01-31").Add(-time.Second), lifecycle.Deprecated, lifecycle.Current, 3, "v1-deprecated"},
		{day("2027-01-31"), lifecycle.Retired, lifecycle.Current, 4, "v1-retired"},
	} {
		list := r.Changes(c.now)
		newest := ""
		if len(list) > 0 {
			newest = list[0].ID
		}
		one, two := r.Version("s/v1").Status(c.now), r.Version("s/v2").Status(c.now)
		if one != c.one || two != c.two || len(list) != c.changes || newest != c.newest {
			t.Errorf("%v: %s, %s, %d changes, newest %q; want %v", c.now, one, two, len(list), newest, c)
		}
	}
	if v := r.At("/s/v1/new/x"); v == nil || v.ID != "s/v2" {
		t.Errorf("the longest beginning does not win: %v", v)
	}
}

func TestBroken(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(v []lifecycle.Version, c []lifecycle.Change)
		want   string
	}{
		"short window":      {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Sunset = v[0].Sunset.Add(-time.Second) }, "29 days lie between"},
		"no end":            {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Sunset = time.Time{} }, "a day of deprecation and one of its end"},
		"only an end":       {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Deprecated = time.Time{} }, "a day of deprecation and one of its end"},
		"no successor":      {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Successor = "" }, "needs a successor"},
		"unknown successor": {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Successor = "s/v3" }, "no other version"},
		"its own successor": {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Successor = "s/v1" }, "no other version"},
		"late successor": {func(v []lifecycle.Version, c []lifecycle.Change) {
			v[1].Since, c[1].Date = day("2027-01-02"), day("2027-01-02")
		}, "is not there"},
		"deprecated too early": {func(v []lifecycle.Version, _ []lifecycle.Change) { v[0].Deprecated = day("2025-01-01") }, "before it is served"},
		"not announced":        {func(_ []lifecycle.Version, c []lifecycle.Change) { c[2].Date = day("2027-01-02") }, "does not announce"},
		"end not announced":    {func(_ []lifecycle.Version, c []lifecycle.Change) { c[3].Date = day("2027-02-01") }, "entry of its end"},
		"beginning missing":    {func(_ []lifecycle.Version, c []lifecycle.Change) { c[1].Kind = lifecycle.Changed }, "entry of its beginning"},
		"same change twice":    {func(_ []lifecycle.Version, c []lifecycle.Change) { c[1].ID = "v1" }, "no id of its own"},
		"change of nothing":    {func(_ []lifecycle.Version, c []lifecycle.Change) { c[1].Versions = []string{"s/v9"} }, "no version"},
		"change without text":  {func(_ []lifecycle.Version, c []lifecycle.Change) { c[1].Text = "" }, "are needed"},
		"same path":            {func(v []lifecycle.Version, _ []lifecycle.Change) { v[1].Paths = []string{"/old"} }, "belongs to s/v1 already"},
		"slash at the end":     {func(v []lifecycle.Version, _ []lifecycle.Change) { v[1].Paths = []string{"/s/v2/"} }, "slash"},
		"id of another":        {func(v []lifecycle.Version, _ []lifecycle.Change) { v[1].ID = "s/v1" }, "no version"},
		"no page":              {func(v []lifecycle.Version, _ []lifecycle.Change) { v[1].Docs = "" }, "are needed"},
		"successor ends first": {func(v []lifecycle.Version, c []lifecycle.Change) {
			v[1].Deprecated, v[1].Sunset, v[1].Successor = day("2026-12-01"), day("2027-01-15"), "s/v1"
		}, "ends no later"},
	} {
		versions, changes := account()
		c.damage(versions, changes)
		if _, err := lifecycle.New(versions, changes); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

package dilafake

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is a kind of trouble.
type Kind string

const (
	Status    Kind = "status"   // an answer of Rule.Status, with Rule.After as Retry-After
	Truncated Kind = "truncate" // half of the body, then the connection ends
	Short     Kind = "short"    // declares half of the body and sends that
	Long      Kind = "long"     // declares more than it sends
	Drip      Kind = "drip"     // one byte now and then, for ever
	Hang      Kind = "hang"     // no answer
	Reset     Kind = "reset"    // the connection breaks at once
	Page      Kind = "page"     // a page of excuses with status 200
	Empty     Kind = "empty"    // status 200 and nothing

	// Of listings only.
	CutOff   Kind = "cut"      // the page ends in its middle, and is as long as it says
	Bare     Kind = "bare"     // a listing without entries
	Stale    Kind = "stale"    // the listing of Rule.Age ago
	Changing Kind = "changing" // each time other entries are left out
)

// ofListings are the kinds that concern listings only.
var ofListings = map[Kind]bool{CutOff: true, Bare: true, Stale: true, Changing: true}

// Rule says which requests meet trouble.
type Rule struct {
	Kind   Kind
	Path   string        // pattern of the path below the root, in which "*" stands for anything; "" for all
	Chance float64       // of a request; 0 for 1
	Count  int           // how many requests in all; 0 for no limit
	Status int           // of Status; default 503
	After  string        // Retry-After of Status
	Age    time.Duration // of Stale; default 1 h
}

// ParseRules reads rules as `boampdev dila --faults` takes them: "status=404,path=*/26-1*.xml,count=3;drip,chance=0.01". A rule begins with its kind.
func ParseRules(text string) ([]Rule, error) {
	var list []Rule
	for part := range strings.SplitSeq(text, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		r, err := parseRule(strings.Split(part, ","))
		if err != nil {
			return nil, fmt.Errorf("rule %q: %w", strings.TrimSpace(part), err)
		}
		list = append(list, r)
	}
	return list, nil
}

func parseRule(words []string) (Rule, error) {
	kind, status, _ := strings.Cut(strings.TrimSpace(words[0]), "=")
	r := Rule{Kind: Kind(kind)}
	kinds := map[Kind]bool{Status: true, Truncated: true, Short: true, Long: true, Drip: true, Hang: true, Reset: true, Page: true, Empty: true}
	maps.Copy(kinds, ofListings)
	if !kinds[r.Kind] {
		return r, fmt.Errorf("the kinds are %v", slices.Sorted(maps.Keys(kinds)))
	}
	var err error
	if status != "" {
		if r.Status, err = strconv.Atoi(status); err != nil || r.Status < 200 || r.Status > 599 {
			return r, fmt.Errorf("%q is no status", status)
		}
	}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(strings.TrimSpace(w), "=")
		switch name {
		case "path":
			r.Path = value
		case "chance":
			r.Chance, err = strconv.ParseFloat(value, 64)
		case "count":
			r.Count, err = strconv.Atoi(value)
		case "after":
			r.After = value
		case "age":
			r.Age, err = time.ParseDuration(value)
		default:
			return r, fmt.Errorf("%q is not known: path, chance, count, after, age", name)
		}
		if err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
	}
	return r, nil
}

// matches reports whether a path fits a pattern.
func matches(pattern, path string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return path == pattern
	}
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

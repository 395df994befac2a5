package eforms_test

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/eforms"
	"github.com/boamp/boamp/internal/notice"
)

// sane checks what must hold of a notice however damaged its document is.
func sane(t *testing.T, name string, n *notice.Notice) {
	t.Helper()
	if n.ID == "" || n.Stage == "" || n.State == "" || n.FormType == "" {
		t.Errorf("%s: id %q, stage %q, state %q, form type %q", name, n.ID, n.Stage, n.State, n.FormType)
	}
	amounts := []*notice.Amount{n.Estimated, n.Minimum, n.Maximum, n.Awarded}
	for _, l := range n.Lots {
		amounts = append(amounts, l.Estimated, l.Maximum)
		if d := l.Deadline; d != nil && d.Instant.IsZero() && !n.Flagged("lots.deadline", notice.FlagDummyDate) && !n.Flagged("lots.deadline", notice.FlagImpossibleDate) {
			t.Errorf("%s: a deadline without instant or flag", name)
		}
	}
	for _, r := range n.Results {
		amounts = append(amounts, r.Amount, r.Maximum, r.Estimated, r.Lowest, r.Highest)
		if r.Outcome == "" || len(r.Winners) > 0 && r.Outcome != notice.OutcomeAwarded && !n.Flagged("results.outcome", notice.FlagWithheld) &&
			!n.Flagged("results.outcome", notice.FlagUnknownCode) {
			t.Errorf("%s: outcome %q with %d winners", name, r.Outcome, len(r.Winners))
		}
		if r.Tenders != nil && *r.Tenders < 0 {
			t.Errorf("%s: %d tenders", name, *r.Tenders)
		}
		for _, w := range r.Winners {
			amounts = append(amounts, w.Tender)
		}
	}
	for _, a := range amounts {
		if a != nil && (a.Currency == "" || math.IsNaN(a.Value) || math.IsInf(a.Value, 0) || a.Usable() != (a.Value > 0)) {
			t.Errorf("%s: amount %+v", name, *a)
		}
	}
	for _, f := range n.Flags {
		if f.Field == "" || f.Path == "" {
			t.Errorf("%s: flag %+v without field or path", name, f)
		}
	}
	b, err := json.Marshal(n)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	values, _, _ := strings.Cut(strings.ToLower(string(b)), `"origins":`)
	values = strings.ReplaceAll(values, `"written":"unpublished","flag":"withheld"`, "")
	if strings.Contains(values, "unpublished") || strings.Contains(values, `"value":-`) {
		t.Errorf("%s: a masked value is taken for a value", name)
	}
}

// leaf is an element without children.
var leaf = regexp.MustCompile(`<([a-z]+:[A-Za-z]+)((?: [^<>]*)?)>([^<>]*)</[a-z]+:[A-Za-z]+>`)

// technical are the elements whose text nobody masks: identifiers that hold the document together.
var technical = []string{"cbc:ID", "b:ID", "cbc:VersionID", "b:VersionID", "cbc:CustomizationID", "b:CustomizationID"}

// TestDamaged reads the fixtures with every leaf in turn removed, emptied, masked, without attributes, or holding what
// documents write where they know nothing. Whatever it is, a notice comes out, and a sane one, unless its identifiers are gone.
func TestDamaged(t *testing.T) {
	for name, src := range fixtures(t) {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			for _, m := range leaf.FindAllSubmatchIndex(src, -1) {
				element, attrs := string(src[m[2]:m[3]]), string(src[m[4]:m[5]])
				if seen[string(src[m[0]:m[1]])] {
					continue
				}
				seen[string(src[m[0]:m[1]])] = true
				for _, value := range []string{"", "unpublished", "-1", "9999-99-99", "1e400"} {
					if value == "unpublished" && slices.Contains(technical, element) {
						continue
					}
					damaged(t, src, m, "<"+element+attrs+">"+value+"</"+element+">")
				}
				damaged(t, src, m, "<"+element+">"+string(src[m[6]:m[7]])+"</"+element+">")
				damaged(t, src, m, "")
			}
		})
	}
}

func damaged(t *testing.T, src []byte, at []int, instead string) {
	t.Helper()
	doc := string(src[:at[0]]) + instead + string(src[at[1]:])
	r, err := eforms.New().Read(feed.Document{Bytes: []byte(doc)})
	if err != nil {
		if !strings.Contains(err.Error(), "without identifier") {
			t.Errorf("with %q: %v", instead, err)
		}
		return
	}
	sane(t, "with "+instead, r.Notices[0])
}

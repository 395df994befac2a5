package procedure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
)

// tangle makes notices that name one another, themselves and missing ones at random, on few days, with few buyers and folders.
func tangle(r *rand.Rand) []*notice.Notice {
	var list []*notice.Notice
	buyers := []string{alpha, alpha, alpha, beta, gamma, ""}
	kinds := []func(*notice.Notice){corrected, cancelled, award, modified, func(*notice.Notice) {}}
	folders := []string{"", "", folder, "11111111-1111-1111-1111-111111111111", "7c0e2b9a-1d5f-4f35-8a2e-3c4d5e6f7a81"}
	uuids := []string{"0e6a35a4-77b1-4b8e-9d52-d8b7f2a10c11", "5a2f7c1e-90d3-4a0e-8f4e-1b2c3d4e5f60"}
	for i := range 3 + r.IntN(8) {
		n := a(fmt.Sprintf("26-%d", i+1), fmt.Sprintf("01-%02d", 1+r.IntN(4)), buyers[r.IntN(len(buyers))], kinds[r.IntN(len(kinds))], in(folders[r.IntN(len(folders))]))
		if r.IntN(4) == 0 {
			eforms(uuids[r.IntN(len(uuids))], fmt.Sprintf("0%d", 1+r.IntN(2)))(n)
		}
		if r.IntN(4) == 0 {
			n.Publications = []notice.Publication{{Journal: notice.JournalJOUE, Number: fmt.Sprintf("%d-2026", 1+r.IntN(3))}}
		}
		for range r.IntN(3) {
			switch r.IntN(4) {
			case 0:
				n.Links = append(n.Links, notice.Link{NoticeID: uuids[r.IntN(len(uuids))] + "-01", Evidence: notice.EvidenceChangedNotice, Path: "/x"})
			case 1:
				n.Links = append(n.Links, notice.Link{Publication: &notice.Publication{Journal: notice.JournalJOUE, Number: fmt.Sprintf("%d-2026", 1+r.IntN(4))},
					Evidence: notice.EvidencePublication, Path: "/x"})
			default:
				after(fmt.Sprintf("26-%d", 1+r.IntN(13)))(n)
			}
		}
		list = append(list, n)
	}
	return list
}

// TestTangles asserts of random notices that every member of a procedure finds the same timeline, that no notice is before itself, and
// that what was not followed says why.
func TestTangles(t *testing.T) {
	for seed := range uint64(120) {
		list := tangle(rand.New(rand.NewPCG(seed, 1)))
		d := newData(t, list...)
		for _, n := range list {
			p, err := d.find(n.ID)
			if err != nil {
				t.Fatalf("seed %d, %s: %v", seed, n.ID, err)
			}
			want := d.show(n.ID)
			for _, m := range p.Notices {
				if got := d.show(m.ID); got != want {
					t.Fatalf("seed %d: by %s\n%s\nby %s\n%s", seed, n.ID, want, m.ID, got)
				}
			}
			if got := d.show(p.ID); got != want {
				t.Fatalf("seed %d: by %s\n%s\nby its id\n%s", seed, n.ID, want, got)
			}
			check(t, seed, p)
		}
	}
}

// check asserts what holds of every timeline.
func check(t *testing.T, seed uint64, p *procedure.Timeline) {
	t.Helper()
	earlier := map[string][]string{}
	for _, l := range p.Links {
		if l.Status == procedure.Rejected && l.Reason == "" || (l.Status == procedure.Joined) != (l.Grade != "") && l.Status != procedure.Related {
			t.Errorf("seed %d: %+v", seed, l)
		}
		if l.Status == procedure.Joined && l.Relation != procedure.SameNotice && l.Relation != procedure.SameProcedure {
			earlier[l.From] = append(earlier[l.From], l.To)
		}
	}
	var reaches func(from, to string, left int) bool
	reaches = func(from, to string, left int) bool {
		for _, next := range earlier[from] {
			if next == to || left > 0 && reaches(next, to, left-1) {
				return true
			}
		}
		return false
	}
	placed := map[string]bool{}
	for _, m := range p.Notices {
		placed[m.ID] = true
		for _, to := range earlier[m.ID] {
			if !placed[to] {
				t.Errorf("seed %d: %s stands before %s, which it names", seed, m.ID, to)
			}
		}
		if reaches(m.ID, m.ID, len(p.Notices)) {
			t.Errorf("seed %d: %s is before itself", seed, m.ID)
		}
	}
}

package change_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/ledger"
)

const feedID = "00112233445566778899aabbccddeeff"

var day = time.Date(2026, 9, 11, 4, 46, 10, 0, time.UTC)

// account is a ledger in memory.
type account []ledger.Line

func (a account) lines(from int64) iter.Seq2[ledger.Line, error] {
	return func(yield func(ledger.Line, error) bool) {
		for _, l := range a {
			if l.Seq >= from && !yield(l, nil) {
				return
			}
		}
	}
}

func (a account) feed() *change.Feed { return &change.Feed{Lines: a.lines} }

// add appends a line.
func (a *account) add(l ledger.Line) {
	l.Seq = int64(len(*a)) + 1
	l.Time = day.Add(time.Duration(l.Seq) * time.Minute)
	*a = append(*a, l)
}

func read(t *testing.T, f *change.Feed, at change.Position, last int64) (list []change.Entry, end change.Position) {
	t.Helper()
	for e, err := range f.Read(&at, last) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list, at
}

// TestEntries: what each sort of line says.
func TestEntries(t *testing.T) {
	ids := []string{"26-1", "26-2", "26-3"}
	digests := []string{"a", "b", "c"}
	for _, c := range []struct {
		name string
		line ledger.Line
		want string // op, id and digest of each
	}{
		{"letters", ledger.Line{Outcome: ledger.Served, IDs: ids, Changes: "i-u", Digests: digests}, "insert 26-1 a, update 26-3 c"},
		{"none changed", ledger.Line{Outcome: ledger.Unchanged, IDs: ids, Digests: digests}, ""},
		{"an old line", ledger.Line{Outcome: ledger.Served, IDs: ids}, "update 26-1 , update 26-2 , update 26-3 "},
		{"an old line that served in part", ledger.Line{Outcome: ledger.Partial, IDs: ids[:1]}, "update 26-1 "},
		{"part of it, nothing new", ledger.Line{Outcome: ledger.Partial, IDs: ids, Digests: digests}, ""},
		{"old bytes again", ledger.Line{Outcome: ledger.Unchanged, IDs: ids}, ""},
		{"read otherwise", ledger.Line{Outcome: ledger.Derived, IDs: ids, Changes: "u-i", Digests: digests}, "derive 26-1 a, insert 26-3 c"},
		{"not read any more", ledger.Line{Outcome: ledger.Derived, IDs: ids[:2], Changes: "ue", Digests: []string{"a", ""}}, "derive 26-1 a, remove 26-2 "},
		{"erased", ledger.Line{Outcome: ledger.Erased, IDs: ids[:2], Changes: "ee", Reason: "court"}, "erase 26-1 , erase 26-2 "},
		{"erased in part", ledger.Line{Outcome: ledger.Erased, IDs: ids[:2], Changes: "-e"}, "erase 26-2 "},
		{"erased before", ledger.Line{Outcome: ledger.Erased, IDs: ids[:2]}, ""},
		{"set aside", ledger.Line{Outcome: ledger.Quarantined, IDs: nil}, ""},
		{"missing", ledger.Line{Outcome: ledger.Missing}, ""},
		{"gone", ledger.Line{Outcome: ledger.Gone, IDs: ids}, ""},
		{"a listing", ledger.Line{Outcome: ledger.Listing, Listed: 3}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var a account
			c.line.Generation, c.line.Revision = "v325", 4
			a.add(c.line)
			list, end := read(t, a.feed(), change.Position{}, 1)
			var got []string
			for _, e := range list {
				got = append(got, fmt.Sprintf("%s %s %s", e.Op, e.ID, e.Digest))
				if e.Seq != 1 || e.Revision != 4 || !e.Time.Equal(a[0].Time) || (e.Version == "") != e.Op.Gone() || e.Op == change.Erase && e.Reason != c.line.Reason {
					t.Errorf("entry %+v", e)
				}
			}
			if strings.Join(got, ", ") != c.want || end != change.At(a[0]) {
				t.Errorf("%v, end %+v, want %s", got, end, c.want)
			}
		})
	}
}

// random makes an account and what is served after each of its lines.
func random(r *rand.Rand, n int) (a account, states []map[string]string) {
	now := map[string]string{}
	states = append(states, maps.Clone(now))
	for range n {
		l := ledger.Line{Outcome: ledger.Served, Generation: "v325", Revision: int64(len(a)), Edition: "e", SHA256: fmt.Sprintf("%064x", r.Uint64())}
		erase := r.IntN(6) == 0
		for range r.IntN(6) {
			id := fmt.Sprintf("26-%d", r.IntN(20))
			if slices.Contains(l.IDs, id) {
				continue
			}
			letter, digest := byte(ledger.Same), fmt.Sprintf("%032x", r.Uint64())
			_, there := now[id]
			switch {
			case erase && there:
				letter = ledger.Removed
				delete(now, id)
			case erase || r.IntN(4) == 0:
			case there:
				letter, now[id] = ledger.Updated, digest
			default:
				letter, now[id] = ledger.Inserted, digest
			}
			l.IDs, l.Changes, l.Digests = append(l.IDs, id), l.Changes+string(letter), append(l.Digests, digest)
		}
		if strings.Trim(l.Changes, string(ledger.Same)) == "" {
			l.Changes, l.Outcome = "", ledger.Unchanged
		} else if erase {
			l.Outcome = ledger.Erased
		} else if r.IntN(3) == 0 {
			l.Outcome = ledger.Derived
		}
		a.add(l)
		states = append(states, maps.Clone(now))
	}
	return a, states
}

// TestClient: a client that reads the growing feed in pieces of any size, goes away in the middle and comes back with the token of
// the last entry that it applied, has at each end what is served then, and has applied every entry once and in order.
func TestClient(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 1))
		a, states := random(r, 60)
		f := a.feed()
		client, token, last := map[string]string{}, change.Position{}.Token(feedID), int64(0)
		var ops []string
		for last < int64(len(a)) {
			last = min(int64(len(a)), last+r.Int64N(8))
			for done := false; !done; {
				at, err := change.ParseToken(feedID, token)
				if err != nil {
					t.Fatal(err)
				}
				left := r.IntN(5)
				done = true
				for e, err := range f.Read(&at, last) {
					if err != nil {
						t.Fatal(err)
					}
					if left == 0 {
						done = false // the connection breaks: this entry did not arrive
						break
					}
					left--
					if e.At != at {
						t.Fatalf("seed %d: the reading is at %+v, the entry at %+v", seed, at, e.At)
					}
					ops, token = append(ops, fmt.Sprint(e.Seq, e.ID)), e.At.Token(feedID)
					if client[e.ID] = e.Digest; e.Op.Gone() {
						delete(client, e.ID)
					}
				}
				if done {
					token = at.Token(feedID)
				}
			}
			if !maps.Equal(client, states[last]) {
				t.Fatalf("seed %d, behind line %d: the client has %v, served is %v", seed, last, client, states[last])
			}
		}
		all, _ := read(t, f, change.Position{}, int64(len(a)))
		var want []string
		for _, e := range all {
			want = append(want, fmt.Sprint(e.Seq, e.ID))
		}
		if !slices.Equal(ops, want) {
			t.Fatalf("seed %d: the client met %v, the feed has %v", seed, ops, want)
		}
	}
}

func TestTokens(t *testing.T) {
	a, _ := random(rand.New(rand.NewPCG(5, 5)), 30)
	all, end := read(t, a.feed(), change.Position{}, 30)
	seen := map[string]bool{}
	for _, e := range all {
		token := e.At.Token(feedID)
		if strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" || seen[token] {
			t.Errorf("token %s", token)
		}
		seen[token] = true
		if at, err := change.ParseToken(feedID, token); err != nil || at != e.At {
			t.Errorf("%+v became %+v: %v", e.At, at, err)
		}
		if _, err := change.ParseToken("ffeeddccbbaa99887766554433221100", token); !fault.Is(err, fault.Conflict) || !strings.Contains(err.(*fault.Error).Hint, "snapshot") {
			t.Errorf("in another feed: %v", err)
		}
		// A server that was put back has fewer lines, or others.
		at := e.At
		for _, err := range a[:e.Seq-1].feed().Read(&at, e.Seq-1) {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("ahead of the account: %v", err)
			}
		}
		other, _ := random(rand.New(rand.NewPCG(6, 6)), 30)
		at = e.At
		for _, err := range other.feed().Read(&at, 30) {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("in another history: %v", err)
			}
			break
		}
	}
	for _, bad := range []string{"", "x", "now", "AAAA", end.Token(feedID) + "A", end.Token(feedID)[1:], strings.Repeat("A", 1000), "%00"} {
		if _, err := change.ParseToken(feedID, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(change.Position{}.Token(feedID))
	f.Add(change.Position{Line: 1 << 40, Skip: 3, Tag: 1 << 31}.Token(feedID))
	f.Add(change.Position{Line: 7}.Token("other"))
	f.Fuzz(func(t *testing.T, token string) {
		p, err := change.ParseToken(feedID, token)
		switch {
		case err == nil && (p.Token(feedID) != token || p.Line < 0 || p.Skip < 0):
			t.Errorf("%q is %+v, which is written %q", token, p, p.Token(feedID))
		case err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict):
			t.Errorf("%q: %v", token, err)
		}
	})
}

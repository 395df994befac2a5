package store_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/store"
)

// TestDigest holds sums to those of package big, in another order and in pieces.
func TestDigest(t *testing.T) {
	want, limit := new(big.Int), new(big.Int).Lsh(big.NewInt(1), 256)
	var whole store.Digest
	pieces := make([]store.Digest, 7)
	for i := range 300 {
		id, digest := fmt.Sprintf("26-%d", i), fmt.Sprintf("%032x", i*i)
		sum := sha256.Sum256([]byte(id + "\n" + digest))
		want.Add(want, new(big.Int).SetBytes(sum[:])).Mod(want, limit)
		whole.Add(id, digest)
		pieces[i%len(pieces)].Add(id, digest)
	}
	var merged store.Digest
	for _, i := range rand.Perm(len(pieces)) {
		merged.Merge(pieces[i])
	}
	if text := fmt.Sprintf("300-%064x", want); whole.String() != text || merged != whole || whole.Notices() != 300 {
		t.Errorf("digest %s, merged %s, want %s", whole, merged, text)
	}
	b, err := json.Marshal(map[string]store.Digest{"digest": whole})
	var back map[string]store.Digest
	if err != nil || json.Unmarshal(b, &back) != nil || back["digest"] != whole || string(b) != `{"digest":"`+whole.String()+`"}` {
		t.Errorf("%s, %v", b, err)
	}
	var other store.Digest
	other.Add("26-1\n", "x")
	if one := (store.Digest{}); other == one || one.String() != "0-"+strings.Repeat("0", 64) {
		t.Errorf("%s", one)
	}
}

// FuzzParseDigest: what is accepted is the text of what came out.
func FuzzParseDigest(f *testing.F) {
	var d store.Digest
	d.Add("26-1", "0")
	for _, s := range []string{d.String(), "", "-", "1-", "-1-" + strings.Repeat("0", 64), "01-" + strings.Repeat("0", 64), "1-" + strings.Repeat("F", 64), "+1-" + strings.Repeat("0", 64), "1-" + strings.Repeat("0", 66)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := store.ParseDigest(s)
		if err == nil && d.String() != s {
			t.Errorf("%q was read as %s", s, d)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", s, err)
		}
	})
}

func TestParseDigest(t *testing.T) {
	good := "12-" + strings.Repeat("a", 64)
	if d, err := store.ParseDigest(good); err != nil || d.Notices() != 12 || d.String() != good {
		t.Errorf("%s, %v", d, err)
	}
	for _, bad := range []string{"", "12", "12-", strings.ToUpper(good), "-12" + good[2:], "012" + good[2:], good + "a", good[:len(good)-1] + "g"} {
		if d, err := store.ParseDigest(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q was read as %s, %v", bad, d, err)
		}
	}
}

package duckdb_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"os"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/store/duckdb"
)

var newDictionary = flag.Bool("new-dictionary", false, "make dictionary.txt anew: raise the format of the database with it")

// TestDictionary holds the dictionary fast: databases of a format cannot be read with another one.
func TestDictionary(t *testing.T) {
	if *newDictionary {
		if err := os.WriteFile("dictionary.txt", buildDictionary(t), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Skip("dictionary.txt was made anew; run again without -new-dictionary")
	}
	const want = "701737ab8c1d8c4c70e5aaa9cccb08747c4ef4eab9ee45715869994c7092f566"
	sum := sha256.Sum256(duckdb.Dictionary())
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("the dictionary has the hash %s, want %s: raise the format when it changes", got, want)
	}
}

// buildDictionary collects from invented notices of every kind the pieces that compress worst with what is there already.
func buildDictionary(t testing.TB) []byte {
	const size, piece = 32 << 10, 4 << 10
	kinds := map[string][][]byte{}
	var order []string
	for _, n := range templates(t, 1, 500, notice.Date{Year: 2026, Month: 9, Day: 11}) {
		kind := string(n.Version) + n.Famille + string(n.Stage)
		plain, err := duckdb.Plain(n)
		if err != nil {
			t.Fatal(err)
		}
		if kinds[kind] == nil {
			order = append(order, kind)
		}
		kinds[kind] = append(kinds[kind], plain)
	}
	var dictionary []byte
	for round := 0; len(dictionary) < size; round++ {
		pieces := make([][]byte, 0, 200)
		for _, kind := range order {
			text := kinds[kind][round%len(kinds[kind])]
			for at := 0; at+piece <= len(text); at += piece {
				pieces = append(pieces, text[at:at+piece])
			}
		}
		dictionary = append(bytes.Clone(worst(t, dictionary, pieces)), dictionary...)
	}
	return dictionary
}

// worst picks the piece that takes most space under a dictionary.
func worst(t testing.TB, dictionary []byte, pieces [][]byte) []byte {
	options := []zstd.EOption{zstd.WithEncoderLevel(zstd.SpeedFastest)}
	if len(dictionary) > 0 {
		options = append(options, zstd.WithEncoderDictRaw(1, dictionary))
	}
	enc, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	defer enc.Close()
	var found []byte
	most := 0
	for _, p := range pieces {
		if n := len(enc.EncodeAll(p, nil)); n > most {
			found, most = p, n
		}
	}
	return found
}

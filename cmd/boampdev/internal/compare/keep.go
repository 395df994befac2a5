package compare

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unicode"
)

// Corpus says which state of which data a database holds, and how much of it.
type Corpus struct {
	Revision   int64     `json:"revision"`
	Notices    int64     `json:"notices"`
	LastUpdate time.Time `json:"last_update"`
	Codes      bool      `json:"codes"` // of donnees only the codes: see OnlyCodes
}

// Corpus asks the server what it has.
func (b *Boamp) Corpus(ctx context.Context) (c Corpus, err error) {
	body, err := b.get(ctx, "/readyz")
	if err == nil {
		err = json.Unmarshal(body, &c)
	}
	return c, err
}

// Kept describes a database that was loaded before.
type Kept struct {
	Corpus
	Schema  string  `json:"schema"`       // Engine.Schema, hashed
	Seconds float64 `json:"load_seconds"` // that loading took
}

// NewKept describes a database that has been loaded.
func NewKept(c Corpus, e Engine, took time.Duration) Kept { return Kept{c, hashed(e), took.Seconds()} }

// Fits reports whether a database that was kept is what loading would make now.
func (k Kept) Fits(c Corpus, e Engine) bool { return k.Equal(c) && k.Schema == hashed(e) }

// Equal compares what two databases hold.
func (c Corpus) Equal(d Corpus) bool {
	same := c.LastUpdate.Equal(d.LastUpdate)
	c.LastUpdate, d.LastUpdate = time.Time{}, time.Time{}
	return same && c == d
}

func hashed(e Engine) string {
	sum := sha256.Sum256([]byte(e.Schema()))
	return hex.EncodeToString(sum[:8])
}

// Read reads a JSON file; false when there is none.
func Read(file string, into any) (bool, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", file, err)
	}
	return true, nil
}

// Write writes a JSON file, whole or not at all.
func Write(file string, what any) error {
	data, err := json.Marshal(what)
	if err == nil {
		err = os.WriteFile(file+".tmp", append(data, '\n'), 0o644)
	}
	if err == nil {
		err = os.Rename(file+".tmp", file)
	}
	return err
}

// OnlyCodes leaves of donnees the words of eight digits and more: CPV, SIRET and the like. The questions ask there for nothing else, and
// all words of 1.7 million bodies take a database longer to load than people wait.
func (r *Record) OnlyCodes() {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(r.Donnees, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if len(word) >= 8 && strings.Trim(word, "0123456789") == "" {
			b.WriteString(word)
			b.WriteByte(' ')
		}
	}
	r.Donnees = strings.TrimSuffix(b.String(), " ")
}

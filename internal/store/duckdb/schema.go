package duckdb

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/boamp/boamp/internal/field"
)

// format is the number of the layout of the database and of the notices kept in it. Raise it with every change that older
// data does not have.
const format = 2

// The table of the notices has one column for each field of the catalogue, made from its type, so that a new field needs no
// SQL by hand, and these:
const (
	colNotice = "notice" // identity of the notice, primary key; also in the side tables
	colReader = "reader" // version of the reading program
	colDigest = "digest" // notice.Digest
	colBody   = "body"   // the whole notice, see body.go
	wordsOf   = "_words" // behind a field's name: its line for the search by words, see text.Index and text.Bag
)

// longest is the column of the longest texts.
const longest = "donnees"

// packed says that DuckDB packs a column by zstd, two thousand rows at a time: a fifth to a half of its usual form, which it gives up
// for 4,096 rows together when one text of them has more than 16 kB. That suits columns of which many rows are read one behind
// the other; to read one row takes 10 ms, so reader takes these fields from whole notices. No other column may be packed so (see the
// setting zstd_min_string_length).
const packed = " USING COMPRESSION zstd"

// isPacked reports whether the column of a field is packed.
func isPacked(field string) bool {
	switch field {
	case longest, "gestion", "description":
		return true
	}
	return false
}

// isLinePacked reports whether the words of a field are: where they hardly ever come again.
func isLinePacked(f *field.Field) bool {
	return f.Bag || f.Name == field.Texte || f.Name == field.Title || f.Name == "objet"
}

// schema is the layout of a database for one catalogue.
type schema struct {
	catalogue *field.Catalogue
	fields    []*field.Field // columns, in their order in the table
	words     []*field.Field // columns of words, behind them
	byName    map[string]*field.Field
}

func newSchema(c *field.Catalogue) *schema {
	s := &schema{catalogue: c, byName: map[string]*field.Field{}}
	taken := map[string]bool{colNotice: true, colReader: true, colDigest: true, colBody: true}
	use := func(column string) {
		if taken[column] {
			panic("duckdb: two columns " + column) // a mistake in the catalogue
		}
		taken[column] = true
	}
	for _, f := range c.All() {
		if !f.Hidden {
			s.fields = append(s.fields, f)
			use(f.Name)
		}
		if f.Words {
			s.words = append(s.words, f)
			use(f.Name + wordsOf)
		}
		s.byName[f.Name] = f
	}
	return s
}

// tables gives the statements that make the tables.
func (s *schema) tables() []string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE notices (%s VARCHAR PRIMARY KEY, %s INTEGER, %s VARCHAR", colNotice, colReader, colDigest)
	for _, f := range s.fields {
		fmt.Fprintf(&b, ", %s %s", column(f), sqlType(f))
		if isPacked(f.Name) {
			b.WriteString(packed)
		}
	}
	for _, f := range s.words {
		fmt.Fprintf(&b, ", %s VARCHAR", wordsColumn(f))
		if isLinePacked(f) {
			b.WriteString(packed)
		}
	}
	fmt.Fprintf(&b, ", %s BLOB)", colBody)
	list := []string{b.String(), metaTable, ledgerTable}
	for _, t := range sideTables() {
		list = append(list, t.create())
	}
	return list
}

const metaTable = `CREATE TABLE meta (format INTEGER, catalogue VARCHAR, revision BIGINT, last_update TIMESTAMP, notices BIGINT, sequence BIGINT, removed BIGINT)`

const ledgerTable = `CREATE TABLE ledger (seq BIGINT, "time" TIMESTAMP, source VARCHAR, edition VARCHAR, origin VARCHAR, name VARCHAR,
	published TIMESTAMP, fetched TIMESTAMP, validator VARCHAR, listed BIGINT, sha256 VARCHAR, size BIGINT, raw VARCHAR, generation VARCHAR,
	ids VARCHAR[], changes VARCHAR, digests VARCHAR[], reader INTEGER, outcome VARCHAR, kind VARCHAR, reason VARCHAR, revision BIGINT,
	hash BIGINT)` // hash: see hashKey

// comments gives the statements that explain the columns to whoever opens the file.
func (s *schema) comments() []string {
	var list []string
	comment := func(col, text string) {
		list = append(list, fmt.Sprintf("COMMENT ON COLUMN notices.%s IS '%s'", col, escape(text)))
	}
	for _, f := range s.fields {
		comment(column(f), f.LabelEN+": "+f.Doc)
	}
	for _, f := range s.words {
		line := "search terms, a bar between texts, then behind a line feed the words as they are written where they differ"
		if f.Bag {
			line = "search terms and words as they are written, each once, sorted"
		}
		comment(wordsColumn(f), "for the search by words in "+f.Name+": "+line+"; a blank on either side of each")
	}
	list = append(list, "COMMENT ON COLUMN ledger.hash IS 'the first 15 digits of sha256 as a number, by which documents are found'")
	comment(colDigest, "changes when something changes for those who read the notice")
	comment(colBody, "the whole notice as boamp keeps it, compressed")
	return list
}

// fingerprint names the layout: data with another one must be rebuilt. How columns are packed is no part of it, which DuckDB knows of
// each by itself.
func (s *schema) fingerprint() string {
	sum := sha256.Sum256([]byte(strings.ReplaceAll(strings.Join(s.tables(), ";"), packed, "")))
	return hex.EncodeToString(sum[:8])
}

// column names the column of a field.
func column(f *field.Field) string { return quote(f.Name) }

// wordsColumn names the column of the search terms of a field.
func wordsColumn(f *field.Field) string { return quote(f.Name + wordsOf) }

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// sqlTypes are the types of columns.
func sqlTypes() [7]string {
	return [...]string{field.Text: "VARCHAR", field.Date: "DATE", field.DateTime: "TIMESTAMP", field.Number: "DOUBLE", field.Bool: "BOOLEAN", field.Int: "BIGINT", field.JSON: "VARCHAR"}
}

func sqlType(f *field.Field) string {
	t := sqlTypes()[f.Type]
	if f.Multi {
		t += "[]"
	}
	return t
}

// Package compare puts the same corpus and the same questions to boamp and to two databases that people might take instead: SQLite
// with FTS5, and PostgreSQL. Each gets the schema and the indexes that suit the questions best. The answers are held against one
// another: totals, ids of a page in order, counts.
package compare

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// Record is a notice as the databases load it.
type Record struct {
	ID        string // idweb
	Day       string // dateparution, yyyy-mm-dd, "" for none
	Objet     string
	Famille   string
	Nature    string
	Etat      string
	Perimetre string
	Libelle   string // famille_libelle
	Lists     [lists][]string
	Donnees   string
	JSON      string // the whole record of 41 fields, as the Explore API writes it
}

// The fields of several values.
const (
	departement = iota
	descripteur
	descripteurLibelle
	typeMarche
	typeAvis
	critere
	lists
)

// listNames are their names in the Explore API.
var listNames = [lists]string{"code_departement", "descripteur_code", "descripteur_libelle", "type_marche", "type_avis", "criteres"}

// singleNames are the facets of one value.
var singleNames = []string{"famille", "famille_libelle", "etat", "perimetre"}

// Form is what a question wants to see.
type Form int

const (
	Page   Form = iota // total and a page, newest first, then by id
	One                // the record of an id
	Facets             // ten facets
	Years              // numbers of notices by year and kind
)

// Question is a question in no language.
type Question struct {
	Name string
	Form Form

	ID          string
	Departement string
	Descripteur string
	Famille     string
	Nature      string
	From, To    string   // days, both included
	Words       []string // of objet, all of them, by their stem
	Code        string   // a token somewhere in donnees
	Offset      int
	Whole       bool // rows are whole records; else id and day
}

// Answer is what an engine gave.
type Answer struct {
	Total  int64
	IDs    []string
	Counts map[string]int64 // "facet=value", "2024 ATTRIBUTION"
	Bytes  int              // of the rows
}

// pageSize is the number of rows of a page.
const pageSize = 20

// Engine is one of those that are compared.
type Engine interface {
	Name() string
	// Load takes the corpus. boamp has it already.
	Load(ctx context.Context, records iter.Seq2[*Record, error]) error
	Ask(ctx context.Context, q Question) (Answer, error)
	// Size is the number of bytes on disk.
	Size() (int64, error)
	Version() string
	Schema() string // its statements: a database that was kept must have been made by the same
	Close() error
}

// Differ says how two answers differ, "" when they are equal.
func Differ(a, b Answer) string {
	if a.Total != b.Total {
		return fmt.Sprintf("%d found, not %d", b.Total, a.Total)
	}
	if !slices.Equal(a.IDs, b.IDs) {
		return fmt.Sprintf("ids %v, not %v", b.IDs, a.IDs)
	}
	if maps.Equal(a.Counts, b.Counts) {
		return ""
	}
	var list []string
	for _, k := range slices.Sorted(maps.Keys(a.Counts)) {
		if a.Counts[k] != b.Counts[k] {
			list = append(list, fmt.Sprintf("%s is %d, not %d", k, b.Counts[k], a.Counts[k]))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(b.Counts)) {
		if _, ok := a.Counts[k]; !ok {
			list = append(list, fmt.Sprintf("%s is %d, not there before", k, b.Counts[k]))
		}
	}
	return strings.Join(list[:min(3, len(list))], "; ")
}

// Timed is an answer with the time it took.
type Timed struct {
	Answer
	Took time.Duration
}

// Ask asks and takes the time.
func Ask(ctx context.Context, e Engine, q Question) (Timed, error) {
	start := time.Now()
	a, err := e.Ask(ctx, q)
	took := time.Since(start)
	if err != nil {
		err = fmt.Errorf("%s, %s: %w", e.Name(), q.Name, err)
	}
	return Timed{a, took}, err
}

package native

import (
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
)

// Meta says where an answer comes from, in every JSON answer.
type Meta struct {
	Source     string     `json:"source"`                   // who produced the data
	SourceURL  string     `json:"source_url"`               // where they publish them
	Licence    string     `json:"licence"`                  // under which the data may be used
	LicenceURL string     `json:"licence_url"`              // its text
	LastUpdate *time.Time `json:"last_update"`              // when the data changed last, UTC; null for an empty store
	Revision   int64      `json:"revision"`                 // number of that state of the data
	API        string     `json:"api_version"`              // version of this API
	Total      *int64     `json:"total,omitempty"`          // matching notices, whatever the page
	First      int64      `json:"first_revision,omitempty"` // of later pages: the revision of the first page, where the data have changed since
}

// List is a page of hits.
type List struct {
	Meta    Meta              `json:"meta"`             // where it comes from
	Total   int64             `json:"total"`            // notices that match, exactly, on all pages
	Notices []Hit             `json:"notices"`          // this page
	Cursor  string            `json:"cursor,omitempty"` // of the next page; absent on the last
	Links   map[string]string `json:"links"`            // addresses: self, first, next
}

// One is one notice in full.
type One struct {
	Meta   Meta              `json:"meta"`   // where it comes from
	Notice *notice.Notice    `json:"notice"` // the typed notice
	Links  map[string]string `json:"links"`  // addresses of the notice in its other forms
}

// Hit is a notice of a list: id, version and url, then the columns asked for, by the names of fields. API.Schema describes its members.
type Hit []byte

// MarshalJSON gives the object as it was made.
func (h Hit) MarshalJSON() ([]byte, error) { return h, nil }

// FlatRecord is the record of the 41 flat fields. API.Schema describes its members.
type FlatRecord []byte

// meta describes where an answer comes from. A negative total is none.
func meta(info store.Info, total int64) Meta {
	m := search.Meta(info, total)
	out := Meta{Source: m.Source, SourceURL: m.SourceURL, Licence: m.Licence, LicenceURL: m.LicenceURL, Revision: m.Revision, API: Version}
	if !m.LastUpdate.IsZero() {
		out.LastUpdate = &m.LastUpdate
	}
	if total >= 0 {
		out.Total = &total
	}
	return out
}

// FacetAnswer counts notices by the values of fields.
type FacetAnswer struct {
	Meta   Meta              `json:"meta"`   // where it comes from
	Total  int64             `json:"total"`  // notices that match all criteria
	Facets []Facet           `json:"facets"` // in the order asked for
	Links  map[string]string `json:"links"`  // addresses: self
}

// Facet is the count by one field.
type Facet struct {
	Field    string       `json:"field"`    // as asked for
	Label    string       `json:"label"`    // French
	LabelEN  string       `json:"label_en"` // English
	Type     string       `json:"type"`     // of the values: text, date, datetime, number, int, bool
	Multi    bool         `json:"multi"`    // a notice may count under several values
	Distinct int64        `json:"distinct"` // values that occur, those not shown included
	Missing  int64        `json:"missing"`  // notices without a value
	Values   []FacetValue `json:"values"`   // those with most notices first, equal ones by value
}

// FacetValue is one value of a facet.
type FacetValue struct {
	Value any    `json:"value"`           // code, text, number, truth, day, or step of time
	Label string `json:"label,omitempty"` // French label of a code
	Count int64  `json:"count"`           // notices
}

// StatsAnswer is a table of groups of notices.
type StatsAnswer struct {
	Meta      Meta              `json:"meta"`       // where it comes from
	Total     int64             `json:"total"`      // notices that match
	By        []string          `json:"by"`         // what is grouped by, as asked for
	Measures  []string          `json:"measures"`   // what is worked out, as asked for
	RowsTotal int64             `json:"rows_total"` // rows that there are
	Filled    bool              `json:"filled"`     // steps of time without notices have rows, from the first to the last
	Rows      []StatsRow        `json:"rows"`       // the first of them
	Links     map[string]string `json:"links"`      // addresses: self
}

// StatsRow is one group.
type StatsRow struct {
	Keys   map[string]any    `json:"keys"`             // by the names in by; null for no value, and for what top leaves
	Labels map[string]string `json:"labels,omitempty"` // French labels of keys that are codes
	Rest   bool              `json:"rest,omitempty"`   // the notices that have none of the values of top
	Values map[string]any    `json:"values"`           // by the names in measures; null over no values
}

// CodeListsAnswer are the lists of codes.
type CodeListsAnswer struct {
	Meta  Meta              `json:"meta"`  // where it comes from
	Lists []CodeList        `json:"lists"` // all of them
	Links map[string]string `json:"links"` // addresses: self
}

// CodeList is a list of codes.
type CodeList struct {
	Name   string   `json:"name"`   // in paths
	Doc    string   `json:"doc"`    // what the codes are
	Source string   `json:"source"` // who keeps the list
	Field  string   `json:"field"`  // of notices, that holds its codes
	Levels []string `json:"levels"` // of its tree, from above
	Codes  int      `json:"codes"`  // how many there are
	URL    string   `json:"url"`    // of its codes
}

// CodesAnswer is a page of a list of codes.
type CodesAnswer struct {
	Meta   Meta              `json:"meta"`             // where it comes from
	List   string            `json:"list"`             // name of the list
	Field  string            `json:"field"`            // of notices, that holds its codes
	Total  int               `json:"total"`            // codes that match, on all pages
	Codes  []CodeValue       `json:"codes"`            // this page
	Cursor string            `json:"cursor,omitempty"` // of the next page; absent on the last
	Links  map[string]string `json:"links"`            // addresses: self, first, next
}

// CodeValue is a code.
type CodeValue struct {
	Code     string `json:"code"`             // the key; of a region R and its INSEE code
	Label    string `json:"label"`            // French
	Parent   string `json:"parent,omitempty"` // code directly above it; absent at the top
	Level    string `json:"level"`            // in its tree
	Children int    `json:"children"`         // codes directly below it
	Count    *int64 `json:"count,omitempty"`  // notices of the code and those below it, with counts=true
}

// FieldsAnswer is the data model.
type FieldsAnswer struct {
	Meta   Meta              `json:"meta"`   // where it comes from; total is the number of all notices
	Fields []FieldDoc        `json:"fields"` // the 41 flat ones in the portal's order, then the typed ones
	Links  map[string]string `json:"links"`  // addresses: self
}

// FieldDoc describes a field.
type FieldDoc struct {
	Name       string   `json:"name"`             // in parameters, answers and exports
	Label      string   `json:"label"`            // French
	LabelEN    string   `json:"label_en"`         // English
	Type       string   `json:"type"`             // text, date, datetime, number, int, bool, json
	Multi      bool     `json:"multi"`            // a list of values
	Doc        string   `json:"doc"`              // what it means, and where it stands in the source: elements, or numbers of business terms (BT)
	Flat       bool     `json:"flat"`             // one of the 41 fields of the Explore data set, with the portal's value
	Sortable   bool     `json:"sortable"`         // may be a sort key
	Countable  bool     `json:"countable"`        // may be a facet and grouped by
	Words      bool     `json:"words"`            // can be searched by words with where
	Parameters []string `json:"parameters"`       // criteria about it
	Filled     *int64   `json:"filled,omitempty"` // notices that have a value
	Share      *float64 `json:"share,omitempty"`  // of all notices, 0 to 1

	Sources []FieldSource `json:"sources,omitempty"` // of typed fields: where values stood in the latest 100 notices of each generation
}

// FieldSource is a place in source documents from which a value was read.
type FieldSource struct {
	Version notice.Version    `json:"version"` // generation of the documents
	Path    string            `json:"path"`    // elements, or the field of a record
	Kind    notice.OriginKind `json:"kind"`    // stated there, or worked out from what stands there
	Notices int               `json:"notices"` // of those read
}

// LotsAnswer are the lots of a notice.
type LotsAnswer struct {
	Meta    Meta              `json:"meta"`              // where it comes from
	ID      string            `json:"id"`                // of the notice
	Version notice.Version    `json:"version"`           // of the notice
	Lots    []notice.Lot      `json:"lots"`              // in the order of the document
	Results []notice.Result   `json:"results,omitempty"` // of an award notice
	Links   map[string]string `json:"links"`             // addresses of the notice in its other forms
}

// SchemasAnswer lists the schemas.
type SchemasAnswer struct {
	Meta    Meta              `json:"meta"`    // where it comes from
	Schemas []SchemaDoc       `json:"schemas"` // of answers, then those of source documents as history
	Links   map[string]string `json:"links"`   // addresses: self
}

// SchemaDoc names a schema.
type SchemaDoc struct {
	Name string `json:"name"` // in the path
	Doc  string `json:"doc"`  // what it describes
	URL  string `json:"url"`  // of the schema
}

// SourceSchema tells how the documents of a generation are built, as history: in boamp's words, no copy of a schema.
type SourceSchema struct {
	Meta     Meta              `json:"meta"`     // where it comes from
	Version  notice.Version    `json:"version"`  // the generation
	Years    string            `json:"years"`    // in which it was published
	Root     string            `json:"root"`     // root elements
	About    string            `json:"about"`    // what is particular about it
	Elements []SourceElement   `json:"elements"` // the main ones, in the order of the documents
	Links    map[string]string `json:"links"`    // addresses: self
}

// SourceElement is an element of source documents.
type SourceElement struct {
	Element string `json:"element"` // path, // standing for any elements before
	Meaning string `json:"meaning"` // what it holds
	Becomes string `json:"becomes"` // members of the typed notice that are read from it
}

// Problem is an error as problem details (RFC 9457).
type Problem struct {
	Type      string         `json:"type"`                 // about:blank: the title says all
	Title     string         `json:"title"`                // of the status
	Status    int            `json:"status"`               // of HTTP
	Detail    string         `json:"detail"`               // what is wrong
	Instance  string         `json:"instance,omitempty"`   // path of the request
	RequestID string         `json:"request_id,omitempty"` // as in X-Request-Id and in the log of the server
	Errors    []ProblemError `json:"errors,omitempty"`     // where it is wrong and what to do
	Tombstone *Tombstone     `json:"tombstone,omitempty"`  // with 410, of a notice that was taken out
}

// Tombstone stands for a notice that was taken out on somebody's request, and does not come back.
type Tombstone struct {
	ID     string    `json:"id"`     // of the notice
	Time   time.Time `json:"time"`   // when it was taken out, UTC
	Reason string    `json:"reason"` // why, as the operator of the server says it
}

// ProblemError is one mistake.
type ProblemError struct {
	Position string `json:"position,omitempty"` // parameter, with the character in a text
	Detail   string `json:"detail"`             // what is wrong
	Hint     string `json:"hint,omitempty"`     // what would be right, the nearest names
}

// PartiesAnswer is a page of buyers or suppliers.
type PartiesAnswer struct {
	Meta    Meta              `json:"meta"`             // where it comes from
	Total   int               `json:"total"`            // parties that match, on all pages
	Parties []PartyEntry      `json:"parties"`          // this page
	Cursor  string            `json:"cursor,omitempty"` // of the next page; absent on the last
	Links   map[string]string `json:"links"`            // addresses: self, first, next
}

// PartyEntry is a buyer or supplier of a list.
type PartyEntry struct {
	Key     string   `json:"key"`             // SIRET or slug
	Name    string   `json:"name"`            // as it is written: by number in the latest notice, by name most often
	SIRET   string   `json:"siret,omitempty"` // by number
	SIREN   string   `json:"siren,omitempty"` // by number
	Slug    string   `json:"slug"`            // of the name
	Count   int64    `json:"count"`           // notices that match
	Last    string   `json:"last,omitempty"`  // day of the latest
	Awarded *float64 `json:"awarded"`         // euros: sum of the awarded totals of these notices, each whole however many parties share it; null when none is known
	URL     string   `json:"url"`             // of what is known of it
}

// PartyAnswer is what is known of a buyer or supplier.
type PartyAnswer struct {
	Meta       Meta              `json:"meta"`            // where it comes from
	Key        string            `json:"key"`             // SIRET, SIREN or slug
	Kind       string            `json:"kind"`            // what the key is: siret, siren, name
	Name       string            `json:"name"`            // as its latest notices write it most often
	Slug       string            `json:"slug"`            // of that name
	SIRET      string            `json:"siret,omitempty"` // of the key
	SIREN      string            `json:"siren,omitempty"` // of the key, or of its SIRET
	Names      []PartyUse        `json:"names"`           // ways in which it is written in the notices that were read, most frequent first, at most 50
	SIRETs     []PartyUse        `json:"sirets"`          // numbers that stand beside it there; several under one name may be several organisations
	Read       int               `json:"read"`            // latest notices that were read for names and numbers, at most 300
	Count      int64             `json:"count"`           // notices
	First      string            `json:"first,omitempty"` // day of the first
	Last       string            `json:"last,omitempty"`  // day of the latest
	Amounts    PartyAmounts      `json:"amounts"`         // of all notices
	Years      []PartyGroup      `json:"years"`           // by year of publication, ascending
	Kinds      []PartyGroup      `json:"kinds"`           // by works, supplies, services
	Procedures []PartyGroup      `json:"procedures"`      // by type of procedure
	Stages     []PartyGroup      `json:"stages"`          // by place in the procedure
	Open       PartyNotices      `json:"open"`            // calls that can be answered now, next deadline first
	Latest     PartyNotices      `json:"latest"`          // all notices, latest first
	Partners   []PartyGroup      `json:"partners"`        // names of the other side that stand in most of its notices, at most 10
	Links      map[string]string `json:"links"`           // addresses: self
}

// PartyUse is a text with the number of notices that have it.
type PartyUse struct {
	Text  string `json:"text"`  // as written
	Count int64  `json:"count"` // notices among those read
}

// PartyAmounts are awarded totals of notices in euros, each whole however many parties share it.
type PartyAmounts struct {
	Awarded *float64 `json:"awarded"` // sum; null when none is known
	Median  *float64 `json:"median"`  // null when none is known, and of partners
	Known   int64    `json:"known"`   // notices that give one
}

// PartyGroup is a group of the notices of a party.
type PartyGroup struct {
	Value   string       `json:"value"`           // code, year or name; "" for none
	Label   string       `json:"label,omitempty"` // French label of a code
	Count   int64        `json:"count"`           // notices
	Amounts PartyAmounts `json:"amounts"`         // of these
	URL     string       `json:"url,omitempty"`   // of a partner
}

// PartyNotices are some notices of a party.
type PartyNotices struct {
	Total   int64 `json:"total"`   // how many there are
	Notices []Hit `json:"notices"` // the first ten
}

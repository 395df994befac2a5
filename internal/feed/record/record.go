// Package record reads records of the Explore API: JSON objects with the flat fields of the data set "boamp", two of which,
// `gestion` and `donnees`, hold the two halves of the notice's document as JSON in a text. It takes one record, an array of
// them, an answer of the API in any of its versions, or several of these one after the other, and rows of the portal's CSV.
//
// The flat record of a notice is kept as given. Its typed values come from the two halves, through the BodyReader of their
// generation; where a record lacks them (records of a few fields, which many people keep), what the flat fields say fills
// the gap and the notice is marked as partial. Departures from the letter of the records are listed at fill.
package record

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/tree"
)

// Bodies chooses the generation of a record and the reader of its body, from the two halves (either may be absent) and the
// value of source_schema ("" when the record has none). An empty version or a nil reader means that it cannot tell.
type Bodies func(gestion, donnees tree.Node, schema string) (notice.Version, feed.BodyReader)

// Reader reads records. It is safe for concurrent use when its Bodies is.
type Reader struct {
	bodies Bodies
	limits tree.Limits
}

// New makes a reader.
func New(bodies Bodies) *Reader { return &Reader{bodies: bodies} }

// Read decodes a document of records. For a document that is one record the error says why it cannot be read: Invalid for
// what is not well formed or has no idweb. Of several records the bad ones become rejects, by their number from 1 or their
// idweb, and the others stand.
func (r *Reader) Read(doc feed.Document) (feed.Result, error) {
	parts, alone := split(doc.Bytes)
	if len(parts) == 0 && alone {
		return feed.Result{}, fault.New(fault.Invalid, "no record: the document is empty")
	}
	var res feed.Result
	for _, p := range parts {
		n, err := r.part(doc, p)
		switch {
		case err == nil:
			res.Notices = append(res.Notices, n)
		case alone && len(parts) == 1:
			return feed.Result{}, err
		default:
			res.Rejects = append(res.Rejects, feed.Reject{Part: p.name, Err: err})
		}
	}
	return res, nil
}

func (r *Reader) part(doc feed.Document, p part) (*notice.Notice, error) {
	if p.err != nil {
		return nil, p.err
	}
	return r.record(doc, p.raw)
}

// record makes a notice of one record.
func (r *Reader) record(doc feed.Document, raw []byte) (*notice.Notice, error) {
	rec, warnings, err := portal.ParseRecord(raw)
	if err != nil {
		return nil, err
	}
	idField, err := identify(&rec)
	if err != nil {
		return nil, err
	}
	n := feed.NewNotice(doc, "", rec.Idweb)
	n.Source.Form = "record"
	n.Warnings = warnings
	if idField != "idweb" {
		n.Derive("id", idField, "the first _ stands for -")
		n.Flag("id", notice.FlagMissingID, "", "idweb")
	} else {
		n.Declare("id", "idweb")
	}
	if rec.SourceSchema != nil {
		n.Source.Schema = *rec.SourceSchema
	}
	body := feed.Body{Gestion: r.half(n, "gestion", "GESTION", rec.Gestion), Donnees: r.half(n, "donnees", "DONNEES", rec.Donnees)}
	n.Record = rec
	r.read(n, body)
	fillFormer(n, portal.ParseFormer(raw), r.limits)
	n.SortMarks()
	return n, nil
}

// read fills version and typed values.
func (r *Reader) read(n *notice.Notice, body feed.Body) {
	version, reader := r.bodies(body.Gestion, body.Donnees, n.Source.Schema)
	if version == "" {
		version = versionOf(n)
	}
	n.Version = version
	n.Source.Partial = !body.Gestion.Exists() || !body.Donnees.Exists() || reader == nil
	if reader != nil && (body.Gestion.Exists() || body.Donnees.Exists()) {
		reader.ReadBody(body, n)
	}
	if n.Source.Partial {
		fill(n)
	}
}

// identify finds the idweb of a record and says which field gave it. Records without idweb, from tables that people cut
// down, may still have `id`, which is the idweb with "_" for "-".
func identify(rec *notice.Record) (field string, err error) {
	field = "idweb"
	rec.Idweb = strings.TrimSpace(rec.Idweb)
	if rec.Idweb == "" {
		field = "id"
		rec.Idweb = strings.Replace(strings.TrimSpace(rec.ID), "_", "-", 1)
	}
	if rec.Idweb == "" {
		return "", fault.New(fault.Invalid, "the record has no idweb").At("idweb").
			WithHint("records are the objects of the data set \"boamp\"; when selecting fields, keep idweb")
	}
	if !notice.ValidID(rec.Idweb) {
		return "", fault.New(fault.Invalid, "%q is no identifier of a notice", rec.Idweb).At(field).
			WithHint("an idweb is made of the year and a number, like 24-12345")
	}
	return field, nil
}

// half reads one half of the notice. What is there and cannot be read leaves a warning; an empty one ("", "{}") is that of a
// deleted notice.
func (r *Reader) half(n *notice.Notice, field, root string, text *string) tree.Node {
	if text == nil {
		return tree.Node{}
	}
	switch strings.TrimSpace(*text) {
	case `""`, "{}", "null":
		n.Warn(field, "", "empty: the notice was deleted, or its document has nothing here")
		return tree.Node{}
	}
	doc, err := tree.ParseJSON([]byte(*text), root, r.limits)
	if err != nil {
		n.Warn(field, *text, "not readable: "+err.Error())
		return tree.Node{}
	}
	return doc.Root()
}

// versionOf tells the generation where neither half does: by source_schema, else by the period of the publication date, which
// the data set's own description gives. The year of the idweb is that of registration and stands in for a missing date.
func versionOf(n *notice.Notice) notice.Version {
	schema := strings.ToLower(n.Source.Schema)
	for name, v := range map[string]notice.Version{"v010": notice.V010, "v110": notice.V110, "v230": notice.V230, "v240": notice.V240} {
		if strings.Contains(schema, name) {
			return v
		}
	}
	if strings.HasPrefix(schema, "3.") {
		return notice.V325
	}
	day, field := n.Record.Dateparution, "dateparution"
	if day.IsZero() {
		year, _, _ := strings.Cut(n.ID, "-")
		if y, err := strconv.Atoi(year); err == nil && len(year) == 2 {
			day, field = notice.Date{Year: 2000 + y, Month: 6, Day: 30}, "idweb"
		}
	}
	n.Derive("version", field, "period of publication")
	switch {
	case day.IsZero() || day.Compare(notice.Date{Year: 2023, Month: 10, Day: 16}) >= 0:
		return notice.V325
	case day.Compare(notice.Date{Year: 2022, Month: 1, Day: 1}) >= 0:
		return notice.V240
	case day.Compare(notice.Date{Year: 2015, Month: 3, Day: 1}) >= 0:
		return notice.V230
	}
	return notice.V110
}

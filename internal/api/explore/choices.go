package explore

import "net/http"

// The reference leaves some things open. What was chosen stands in this file, so that it can be found and changed: the values that
// this package reads, and the list of all choices, with the places of those that other packages make. choices_test.go holds
// each of them by its name.

const (
	// choiceGroupLimit is the limit of a grouped request that names none, and the highest.
	choiceGroupLimit = 20000

	// choiceUnlimitedPage is what limit=-1 means on /records and /datasets.
	choiceUnlimitedPage = maxPage

	// choiceTotalOfGroups says whether grouped answers of version 2.1 have a total_count.
	choiceTotalOfGroups = false

	// choiceASCII says whether JSON escapes what is not ASCII.
	choiceASCII = true

	// choiceOptionsStatus answers OPTIONS.
	choiceOptionsStatus = 204

	// choicePackedType is the content type of a file with compressed=true.
	choicePackedType = "application/gzip"
)

// choiceExportLinks is the beginning of the list of export formats.
var choiceExportLinks = [...]string{"self", "dataset"}

// choiceNoFormat is the error of a format that does not exist.
func choiceNoFormat() error { return notFoundURI() }

// choiceNoRecord is the error of a record that does not exist.
func choiceNoRecord(id string) error {
	return &problem{http.StatusNotFound, codeNotFoundResource, "The requested record " + id + " does not exist."}
}

// choiceNoSource is the error of what a mirror of the BOAMP does not have: monitoring, the data network, assets.
func choiceNoSource(*request) error { return notFoundURI() }

// choiceGone is the error of endpoints that version 2.1 has no more: of the answer only the status is known.
func choiceGone(*request) error {
	return &problem{http.StatusGone, "GoneResource", "This endpoint was removed in version 2.1: records takes select and group_by."}
}

// Choice is one answer to what the portal's documents leave open.
type Choice struct {
	Name   string // of its test
	Open   string // what is not known
	Chosen string
	Place  string // of the code: a name of this file, or the package that decides
}

// Choices lists all choices that the versions 2.1 and 2.0 rest on.
func Choices() []Choice {
	return []Choice{
		{"like", "`LIKE` and `%`", "words in any order, accents and case apart; a word is found by its stem or as the beginning of a word; `%` or `*` before or behind it makes it an end, a beginning or a part of a word. A pattern is tried on the stems as well, so that it may find a little more", "query.LikeTokens"},
		{"folding", "accents in `search`, bare strings, `suggest`", "accents and case never count there; `=`, `in`, `startswith` and `refine` are exact", "text.Fold"},
		{"group limit", "the default limit of groups", "20000", "choiceGroupLimit"},
		{"unknown record", "a record that does not exist", "404 NotFoundResource in the words of data sets", "choiceNoRecord"},
		{"timezone", "a time zone that does not exist", "400 InvalidRESTParameterError", "odshttp.Params.Zone"},
		{"lang", "a language that is not offered; none", "400 InvalidRESTParameterError; `fr`", "odshttp.Params.Lang"},
		{"refine of an unknown field", "`refine`, `exclude`, `facet` of a field that does not exist", "400 ODSQLError that names the clause: dropping a filter gives wrong rows", "dataset.Set.Field"},
		{"refine of no facet", "`refine` of a field that is no facet", "an exact comparison", "dataset.Set.Refine"},
		{"unknown format", "an export format that does not exist", "404 NotFoundURI", "choiceNoFormat"},
		{"geographic formats", "formats of geometry where there is none", "`geojson` has features without geometry; the others are 400 and not listed", "export.Unsupported"},
		{"list of formats", "the first entries of `/exports`", "`self`, `dataset`, then the formats", "choiceExportLinks"},
		{"links", "`_links`", "`self` and `dataset` of a record; pages have `self`, `first`, `last`, `next`, `prev`; absolute addresses from the host of the request", "link.go"},
		{"content types", "content types of exports", "those of the formats", "export.Formats"},
		{"booleans in CSV", "booleans in CSV", "`True` and `False`, as in the catalogue", "export.Style"},
		{"annotations", "annotations of the fields of boamp", "facets of the search page and `dc`; `disjunctive` on the six it repeats; `hierarchical` where values are paths; `multivalued` on lists", "dataset.annotate"},
		{"quota", "the quota", "nothing is counted or refused; the headers advertise 2,000,000 calls a day, of which all remain, because clients read them", "odshttp.AdvertisedCalls"},
		{"date literals", "the time zone of a date literal", "one without offset is a clock of the request's `timezone`; fields of days are compared with its day", "period"},
		{"default order", "the order without `order_by`", "`dateparution`, oldest first, then the id", "dataset.Set.Order"},
		{"ties", "equal rows under `order_by`", "by id, so that pages neither repeat nor skip", "query.ComparePositions"},
		{"doubled quote", "`''` inside a string", "a quote", "lang/odsql"},
		{"number and text", "a number compared with a text", "its digits", "lang/odsql"},
		{"OR in search", "`OR` inside the text of `search`", "a word like any other", "query.SearchTokens"},
		{"total of groups", "`total_count` of grouped answers", "left out, as recorded", "choiceTotalOfGroups"},
		{"limit of -1", "`limit=-1` on pages", "100", "choiceUnlimitedPage"},
		{"escapes", "letters that are not ASCII in JSON", "`\\uXXXX` everywhere, as recorded in metadata and facets", "choiceASCII"},
		{"OPTIONS", "the status of OPTIONS", "204", "choiceOptionsStatus"},
		{"repeated parameter", "a parameter of one value that comes twice", "the last counts", "odshttp.Params.One"},
		{"empty parameter", "a parameter without a value", "as if it were absent", "odshttp.Params.All"},
		{"slashes", "an id with a slash too few or too many at its end", "the data set is found", "dataset.FindPath"},
		{"app metas", "the place of `_id`, `_timestamp`, `_size`", "before the fields, behind `_links`", "records.go"},
		{"removed endpoints", "the body of 410", "an error of the usual shape", "choiceGone"},
		{"other sources", "`monitoring`, `opendatasoft`, `assets`", "404 NotFoundURI", "choiceNoSource"},
		{"query of 2.0", "the shape of `/query`", "that of `/records` and `/catalog/datasets` in version 2.1, which clients read", "endpoint.go"},
		{"clock of Excel", "the zone of instants in `xlsx`, which knows none", "that of `timezone`, UTC without it, as in every format; most `datelimitereponse` are clocks of Paris that the portal marks as UTC, and so are shown right", "terms.style"},
		{"packed files", "the content type with `compressed=true`", "`application/gzip`; the name ends in `.gzip`", "choicePackedType"},
	}
}

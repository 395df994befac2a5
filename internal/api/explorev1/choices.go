package explorev1

// The reference leaves some things open. What was chosen stands in this file, so that it can be found and changed: the values that
// this package reads, and the list of all choices, with the places of those that other packages make. choices_test.go holds
// each of them by its name.

const (
	// choiceUnlimitedRows is what rows=-1 means in a search.
	choiceUnlimitedRows = maxWindow

	// choiceAnalyzeDescending is the order of an analysis that names none.
	choiceAnalyzeDescending = true

	// choiceMaxPoints is how many points an analysis has at most.
	choiceMaxPoints = 20000

	// choicePrettyRows is up to how many rows pretty_print is obeyed.
	choicePrettyRows = 1000

	// choiceMaxFeed is how many entries a feed has at most.
	choiceMaxFeed = 1000

	// choiceBOM says whether a downloaded CSV begins with a byte-order mark.
	choiceBOM = false
)

// Choice is one answer to what the portal's documents leave open.
type Choice struct {
	Name   string // of its test
	Open   string // what is not known
	Chosen string
	Place  string // of the code
}

// Choices lists all choices that version 1 rests on.
func Choices() []Choice {
	return []Choice{
		{"unknown refine or sort", "`refine.X`, `exclude.X` and `sort` of a field that does not exist", "400: dropping a filter gives wrong rows", "filter.field"},
		{"unknown facet", "`facet=` of a field that does not exist", "ignored, no group", "request.specs"},
		{"unknown column", "`fields=` of a field that does not exist", "ignored; 400 when no field is left", "request.columns"},
		{"error body", "the body of an error", "`{\"error\": message}` with the status, never HTML", "API.writeError"},
		{"lists", "values of a field that has several", "an array", "record"},
		{"date ranges", "ranges of dates in `q`", "read, both ends included; with `/` or `-`", "lang/v1q"},
		{"equality of texts", "`field:value` and `field=value`", "`:` searches for words, `=` and `==` compare the whole value", "lang/v1q"},
		{"operators", "`and`, `or`, `not` in small letters", "words like any other", "lang/v1q"},
		{"disjunctive", "fields that are annotated disjunctive", "alternatives only with `disjunctive.X=true`, or without a value, as in the address of the search page", "filter.spec"},
		{"several data sets", "`dataset` repeated", "400 when the ids differ", "request.dataset"},
		{"all rows", "`rows=-1` of a search", "as many as the window of 10,000 has", "choiceUnlimitedRows"},
		{"order of an analysis", "the order without `sort`: the documentation says x descending, its examples ascend", "x descending", "choiceAnalyzeDescending"},
		{"direction of an analysis", "`sort=x.FIELD` and `x.FIELD.PART`, which ods-widgets sends for charts that run forward", "ascending, and descending with a minus; `x`, a serie and `y.SERIE` descend, as documented", "analysis.readSort"},
		{"points of an analysis", "how many points an analysis has without `maxpoints`", "20,000; the header `ods-analyze-truncated` says when there are more", "choiceMaxPoints"},
		{"null of an analysis", "records without a value of x", "left out", "analysis.run"},
		{"pretty print", "`pretty_print` of many rows", "obeyed up to 1,000 rows; beyond, the answer is streamed on one line", "choicePrettyRows"},
		{"byte-order mark", "whether a downloaded CSV begins with one", "it does not: odsclient reads the first heading as it comes", "choiceBOM"},
		{"feeds", "the entries of `rss` and `atom`", "title `objet`, link `url_avis` or the record, day of `dateparution`, a list of the fields but for whole documents; 1,000 at most", "feed.go"},
		{"callback", "what a callback may be", "the name of a function with its owners, else 400; the call begins with an empty comment", "request.format"},
		{"unknown version 2 parameters", "`where`, `limit` and other names of version 2", "ignored", "request"},
	}
}

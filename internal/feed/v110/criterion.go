package v110

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// inDocuments is the criterion of a notice that refers to the tender documents.
const inDocuments = "in the tender documents"

// criteriaBlocks are the places of the award criteria: of a result, of a call, of a small contract.
var criteriaBlocks = [][]string{
	{"CRITERES_D_ATTRIBUTION"},
	{"CONDITIONS", "CRITERES"},
	{"INFO", "CRITERES_D_ATTRIBUTION"},
}

// readCriteria reads the award criteria of the first block that has some.
func (r *body) readCriteria() {
	for _, path := range criteriaBlocks {
		for block := range each(r.donnees, path...) {
			if len(r.n.Criteria) == 0 {
				r.n.Criteria = r.criteria(block)
			}
		}
	}
}

func (r *body) criteria(block tree.Node) []notice.Criterion {
	const field = "criteria"
	for _, name := range []string{"LISTE_CRITERES", "LISTE", "AUTRES"} {
		for e := range block.Each(name) {
			if t := text(r.n, field, e); t != "" {
				declare(r.n, field, e)
				return splitCriteria(t)
			}
		}
	}
	for _, name := range []string{"CRITERES_PRIX", "PRIX"} {
		if e := block.Child(name); e.Exists() {
			declare(r.n, field, e)
			return []notice.Criterion{{Name: text(r.n, field, e), Type: "price"}}
		}
	}
	if e := block.Child("CRITERES_CCTP"); e.Exists() {
		declare(r.n, field, e)
		return []notice.Criterion{{Text: inDocuments}}
	}
	return nil
}

var (
	// listMark starts a criterion in a list whose line breaks are lost: "… : 60 %;- prix : 40 %", "prix (40 %)-  délai".
	listMark = regexp.MustCompile(`(?:^|[;.%)]\s*|\s)-\s+|-\s{2,}`)
	// clearMark is the mark of small contracts, which no text within a criterion has.
	clearMark = regexp.MustCompile(`^-\s|-\s{2,}`)
	// weighted is a criterion with its weight: "prix des prestations : 40 %", "prix (40 %)".
	weighted = regexp.MustCompile(`^(\S.*?)\s*(?:[:=]\s*|\()(\d{1,3}(?:[.,]\d+)?)\s*(?:%|pour cent)\s*\)?\s*[;.,]*$`)
	// bareWeight is a weight that a list mark cut off its criterion: "prix - 60 %".
	bareWeight = regexp.MustCompile(`^\d{1,3}(?:[.,]\d+)?\s*%\s*[;.,]*$`)
)

// splitCriteria reads a list of criteria with percentages that add up to 100, or one without any weight whose marks are
// clear. Any other text stays one: a wrong weight is worse than none.
func splitCriteria(s string) []notice.Criterion {
	if list := weightedCriteria(s); list != nil {
		return list
	}
	if items := cutList(s, clearMark); len(items) > 1 && strings.HasPrefix(s, "-") && !strings.ContainsAny(s, "%0123456789") {
		var list []notice.Criterion
		for _, item := range items {
			list = append(list, notice.Criterion{Name: tidy(item), Type: criterionType(item)})
		}
		return list
	}
	return []notice.Criterion{{Text: s}}
}

func weightedCriteria(s string) (list []notice.Criterion) {
	sum := 0.0
	for _, item := range cutList(s, listMark) {
		m := weighted.FindStringSubmatch(item)
		if m == nil || strings.Contains(m[1], "%") {
			return nil
		}
		w, err := strconv.ParseFloat(strings.Replace(m[2], ",", ".", 1), 64)
		if err != nil {
			return nil
		}
		sum += w
		list = append(list, notice.Criterion{Name: tidy(m[1]), Type: criterionType(m[1]), Weight: w, Unit: "percent"})
	}
	if sum != 100 {
		return nil
	}
	return list
}

// cutList cuts a text at the marks of a list; a sign that ends an item and is part of the mark stays with it.
func cutList(s string, mark *regexp.Regexp) (items []string) {
	start := 0
	add := func(end int) {
		item := strings.TrimSpace(s[start:end])
		switch {
		case item == "" || item == "-":
		case bareWeight.MatchString(item) && len(items) > 0:
			items[len(items)-1] += " : " + item
		default:
			items = append(items, item)
		}
	}
	for _, m := range mark.FindAllStringIndex(s, -1) {
		end := m[0]
		if s[end] == '%' || s[end] == ')' {
			end++
		}
		add(end)
		start = m[1]
	}
	add(len(s))
	return items
}

// criterionType is "price" for the criterion that is about the price alone.
func criterionType(name string) string {
	if f := strings.TrimLeft(fold(name), "le "); strings.HasPrefix(f, "prix") {
		return "price"
	}
	return ""
}

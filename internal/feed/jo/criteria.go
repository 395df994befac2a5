package jo

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// inDocuments is the text of a criterion that only says where the criteria stand (critereCDC, critereDoc).
const inDocuments = "in the tender documents"

// readCriteria reads award criteria: one free text (criteresAttrib), or a list below criteres: criterePondere{critere,
// criterePCT}, the like with a rank, or an empty choice that names the price or the tender documents.
func readCriteria(n *notice.Notice, to *[]notice.Criterion, field string, e tree.Node) {
	if !e.Exists() || len(*to) > 0 {
		return
	}
	if e.IsLeaf() {
		if t := feed.Text(n, field, e); t != "" {
			*to = append(*to, notice.Criterion{Text: t})
			n.Declare(field, e.Path())
		}
		return
	}
	for c := range e.All() {
		if criterion, ok := readCriterion(n, field, c); ok {
			*to = append(*to, criterion)
			n.Declare(field, c.Path())
		}
	}
}

func readCriterion(n *notice.Notice, field string, e tree.Node) (c notice.Criterion, ok bool) {
	lower := strings.ToLower(e.Name())
	text := feed.Text(n, field, e)
	switch {
	case !e.IsLeaf():
		c.Name = feed.Text(n, field, either(e, "critere", "libelle", "nom"))
		weigh(&c, "percent", either(e, "criterePCT", "ponderation", "poids"))
		weigh(&c, "rank", either(e, "ordre", "rang", "priorite"))
	case text != "" && lower != "oui":
		c.Text = text
	case strings.Contains(lower, "prix"):
		c.Name, c.Type = "Prix", "price"
	case strings.HasSuffix(lower, "cdc") || strings.HasSuffix(lower, "cctp") || strings.HasSuffix(lower, "doc"):
		c.Text = inDocuments
	}
	return c, c != notice.Criterion{}
}

// weigh sets the weight of a criterion; what is no number joins the text.
func weigh(c *notice.Criterion, unit string, e tree.Node) {
	t := e.Text()
	if t == "" || c.Unit != "" {
		return
	}
	if v, ok := number(strings.TrimSpace(strings.TrimSuffix(t, "%"))); ok {
		c.Weight, c.Unit = v, unit
	} else {
		c.Text = t
	}
}

// number reads a decimal number, with a French comma too.
func number(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	return v, err == nil && v >= 0 && v < 1e9 && !strings.ContainsAny(s, "xXpPnN_eE")
}

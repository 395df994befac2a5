package eforms

import (
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// weightUnits tells the unit of a weight, BT-5421; exact weights and middles of a range read alike.
var weightUnits = map[string]string{
	"per-exa": "percent", "per-mid": "percent", "dec-exa": "decimal", "dec-mid": "decimal", "poi-exa": "points", "poi-mid": "points", "ord-imp": "rank",
}

// criteria reads the award criteria of a lot, BT-539 to BT-541, then the formula BT-543 and the order of importance
// BT-733, which stand for weights that no number can say.
func (r *reader) criteria(terms tree.Node) []notice.Criterion {
	var list []notice.Criterion
	for a := range terms.Each("cac:AwardingTerms") {
		for c := range a.Each("cac:AwardingCriterion") {
			for s := range c.Each("cac:SubordinateAwardingCriterion") {
				if one := r.criterion(s); one != (notice.Criterion{}) {
					list = append(list, one)
				}
			}
			if !r.withheld("lots.criteria.text", hideFormula, c) {
				list = appendText(list, r.said("lots.criteria.text", c, "cbc:CalculationExpression"))
			}
			if !r.withheld("lots.criteria.text", hideOrder, c) {
				list = appendText(list, r.said("lots.criteria.text", c, "cbc:Description"))
			}
		}
	}
	return list
}

func appendText(list []notice.Criterion, text string) []notice.Criterion {
	if text == "" {
		return list
	}
	return append(list, notice.Criterion{Text: text})
}

func (r *reader) criterion(s tree.Node) notice.Criterion {
	const field = "lots.criteria"
	var c notice.Criterion
	if !r.withheld(field+".type", hideCriterionTyp, s) {
		c.Type = r.text(field+".type", s.Child("cbc:AwardingCriterionTypeCode"))
	}
	if !r.withheld(field+".name", hideCriterion, s) {
		c.Name = r.said(field+".name", s, "cbc:Name")
	}
	if !r.withheld(field+".text", hideCriterionTxt, s) {
		if e := r.best(s.Each("cbc:Description")); c.Name == "" || e.Text() != c.Name {
			c.Text = r.text(field+".text", e)
		}
	}
	for p := range extension(s).Each("efac:AwardCriterionParameter") {
		r.weight(&c, p, s)
	}
	return c
}

// weight reads one number of a criterion, if it is a weight: others are fixed values and thresholds.
func (r *reader) weight(c *notice.Criterion, p, s tree.Node) {
	const field = "lots.criteria.weight"
	code, number := p.Child("efbc:ParameterCode"), p.Child("efbc:ParameterNumeric")
	unit, known := weightUnits[code.Text()]
	if !known && code.Attr("listName") != "number-weight" || number.Text() == "" || c.Unit != "" {
		return
	}
	if r.withheld(field, hideWeight, p, s) || r.withheld(field, hideWeightUnit, p, s) || r.masked(field, code.Text(), code) {
		return
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(number.Text(), ",", "."), 64)
	switch {
	case number.Text() == "-1":
		r.n.Flag(field, notice.FlagWithheld, "-1", number.Path())
	case !known:
		r.n.Flag(field, notice.FlagUnknownCode, code.Text(), code.Path())
	case err != nil || v < 0 || v > 1e6:
		r.n.Flag(field, notice.FlagBadAmount, number.Text(), number.Path())
	default:
		c.Weight, c.Unit = v, unit
		r.declare(field, number)
		r.declare("lots.criteria.unit", code)
	}
}

package eforms

import (
	"slices"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/tree"
)

// object is what cac:ProcurementProject says, of the procedure or of one lot.
type object struct {
	title, description string
	kinds              []notice.Kind
	cpv                notice.CPV
	places             []notice.Place
	estimated, maximum *notice.Amount
	duration           *notice.Duration
	clauses            notice.Clauses
}

// object reads a project; prefix is "" for that of the procedure, "lots." for that of a lot.
func (r *reader) object(prefix string, p tree.Node) object {
	total := p.Child("cac:RequestedTenderTotal")
	return object{
		title:       r.said(prefix+"title", p, "cbc:Name"),
		description: r.said(prefix+"description", p, "cbc:Description"),
		kinds:       r.kinds(prefix+"kinds", p),
		cpv:         r.cpv(prefix+"cpv", p),
		places:      r.places(prefix+"places", p),
		estimated:   r.amount(prefix+"estimated", total.Child("cbc:EstimatedOverallContractAmount"), ""),
		maximum:     r.amount(prefix+"maximum", extension(total).Child("efbc:FrameworkMaximumAmount"), ""),
		duration:    r.duration(prefix+"duration", p),
		clauses:     r.clauses(prefix+"clauses", p),
	}
}

// project fills what the procedure as a whole is about. The notice's title is better than the header's, which is cut.
func (r *reader) project() {
	n, p := r.n, r.root.Child("cac:ProcurementProject")
	if r.best(p.Each("cbc:Name")).Exists() {
		delete(n.Origins, "title")
	}
	o := r.object("", p)
	if o.title != "" {
		n.Title = o.title
	}
	if n.Description == "" {
		n.Description = o.description
	}
	if n.Reference == "" {
		n.Reference = r.text("reference", p.Child("cbc:ID"))
	}
	n.Kinds = union(o.kinds, n.Kinds)
	if n.CPV.Main == "" {
		n.CPV = o.cpv
	}
	if len(n.Places) == 0 {
		n.Places = o.places
	}
	fillAmount(&n.Estimated, o.estimated)
	fillAmount(&n.Maximum, o.maximum)
	if n.Duration == nil {
		n.Duration = o.duration
	}
	addClauses(&n.Clauses, o.clauses)
}

func fillAmount(to **notice.Amount, a *notice.Amount) {
	if *to == nil {
		*to = a
	}
}

// union is a followed by what only b has.
func union[T comparable](a, b []T) []T {
	for _, x := range b {
		if !slices.Contains(a, x) {
			a = append(a, x)
		}
	}
	return a
}

// kinds reads BT-23 and BT-531, the main one first.
func (r *reader) kinds(field string, p tree.Node) []notice.Kind {
	var kinds []notice.Kind
	add := func(e tree.Node) {
		switch k := notice.Kind(r.text(field, e)); k {
		case "":
		case notice.Works, notice.Supplies, notice.Services:
			kinds = union(kinds, []notice.Kind{k})
		default:
			r.n.Flag(field, notice.FlagUnknownCode, string(k), e.Path())
		}
	}
	add(p.Child("cbc:ProcurementTypeCode"))
	for e := range listed(p, "cac:ProcurementAdditionalType", "cbc:ProcurementTypeCode", "contract-nature") {
		add(e)
	}
	return kinds
}

// cpv reads BT-262 and BT-263.
func (r *reader) cpv(field string, p tree.Node) notice.CPV {
	var cpv notice.CPV
	for c := range p.Each("cac:MainCommodityClassification") {
		code := r.cpvCode(field+".main", c.Child("cbc:ItemClassificationCode"))
		if cpv.Main == "" {
			cpv.Main = code
		} else if code != "" && code != cpv.Main {
			cpv.Additional = union(cpv.Additional, []string{code})
			r.declare(field+".additional", c.Child("cbc:ItemClassificationCode"))
		}
	}
	for c := range p.Each("cac:AdditionalCommodityClassification") {
		for e := range c.Each("cbc:ItemClassificationCode") {
			if code := r.cpvCode(field+".additional", e); code != "" && code != cpv.Main {
				cpv.Additional = union(cpv.Additional, []string{code})
			}
		}
	}
	return cpv
}

func (r *reader) cpvCode(field string, e tree.Node) string {
	written := r.text(field, e)
	if written == "" {
		return ""
	}
	code, ok := codelist.NormalizeCPV(written)
	if ok {
		_, ok = codelist.CPV(code)
	}
	if !ok {
		r.n.Flag(field, notice.FlagUnknownCode, written, e.Path())
	}
	return code
}

// units tells the unit of a duration, BT-36: the codes of the SDK, and those of UN/ECE that older documents have.
var units = map[string]string{
	"DAY": "day", "CALENDAR_DAY": "day", "WEEK": "week", "WEE": "week", "MONTH": "month", "MON": "month", "YEAR": "year", "ANN": "year",
}

// duration reads BT-36, 536, 537, 538 and the renewals BT-58, 57. nil when the project says none of them.
func (r *reader) duration(field string, p tree.Node) *notice.Duration {
	var d notice.Duration
	period := p.Child("cac:PlannedPeriod")
	measure := period.Child("cbc:DurationMeasure")
	unit, known := units[strings.ToUpper(measure.Attr("unitCode"))]
	v, err := strconv.ParseFloat(measure.Text(), 64)
	switch {
	case known && err == nil && v > 0 && v < 10_000:
		d.Value, d.Unit = v, unit
		r.declare(field+".value", measure)
		if _, ok := r.n.Origins[field+".unit"]; !ok {
			r.n.Declare(field+".unit", measure.Path()+"/@unitCode")
		}
	default:
		if written := r.text(field+".text", measure); written != "" {
			d.Text = strings.TrimSpace(written + " " + measure.Attr("unitCode"))
			r.n.Flag(field+".value", notice.FlagUnknownCode, d.Text, measure.Path())
		}
	}
	r.date(&d.Start, field+".start", period.Child("cbc:StartDate"))
	r.date(&d.End, field+".end", period.Child("cbc:EndDate"))
	if d.Text == "" {
		d.Text = r.text(field+".text", period.Child("cbc:DescriptionCode")) // UNLIMITED, UNKNOWN
	}
	d.Renewal = r.renewal(field+".renewal", p.Child("cac:ContractExtension"))
	if d == (notice.Duration{}) {
		return nil
	}
	return &d
}

// renewal joins how often the contract may be renewed and what the buyer says about it: "3; tacite reconduction". 0 means
// that it may not.
func (r *reader) renewal(field string, e tree.Node) string {
	times := r.text(field, e.Child("cbc:MaximumNumberNumeric"))
	said := r.said(field, e.Child("cac:Renewal", "cac:Period"), "cbc:Description")
	if times == "0" {
		times = ""
	}
	if times != "" && said != "" {
		return times + "; " + said
	}
	return times + said
}

// clauses reads BT-06 and its details: social BT-775, environmental BT-774 and BT-805, innovation BT-776.
func (r *reader) clauses(field string, p tree.Node) notice.Clauses {
	var c notice.Clauses
	for t := range p.Each("cac:ProcurementAdditionalType") {
		for e := range t.Each("cbc:ProcurementTypeCode") {
			code := e.Text()
			if code == "" || code == "none" || r.masked(field, code, e) {
				continue
			}
			list := e.Attr("listName")
			set := func(to *bool, kind string) {
				*to = true
				r.declare(field+"."+kind, e)
			}
			switch {
			case list == "social-objective" || list == "strategic-procurement" && code == "soc-obj":
				set(&c.Social, "social")
			case list == "environmental-impact" || list == "gpp-criteria" || list == "strategic-procurement" && code == "env-imp":
				set(&c.Environmental, "environmental")
			case list == "innovative-acquisition" || list == "strategic-procurement" && code == "inn-pur":
				set(&c.Innovation, "innovation")
			default:
				continue
			}
			if list != "strategic-procurement" && list != "gpp-criteria" {
				c.Codes = union(c.Codes, []string{code})
				r.declare(field+".codes", e)
			}
		}
	}
	return c
}

func addClauses(to *notice.Clauses, c notice.Clauses) {
	to.Social = to.Social || c.Social
	to.Environmental = to.Environmental || c.Environmental
	to.Innovation = to.Innovation || c.Innovation
	to.Codes = union(to.Codes, c.Codes)
}

package criterion

import (
	"strings"

	"github.com/boamp/boamp/internal/codelist"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/query"
)

// formerRegions are the departments of the regions as they were until the end of 2015, by the region's INSEE code. Those of overseas and
// of the regions that were not joined to others are the same since; no code of today means another region than before.
var formerRegions = map[string]string{
	"11": "75 77 78 91 92 93 94 95", "21": "8 10 51 52", "22": "2 60 80", "23": "27 76", "24": "18 28 36 37 41 45", "25": "14 50 61",
	"26": "21 58 71 89", "31": "59 62", "41": "54 55 57 88", "42": "67 68", "43": "25 39 70 90", "52": "44 49 53 72 85", "53": "22 29 35 56",
	"54": "16 17 79 86", "72": "24 33 40 47 64", "73": "9 12 31 32 46 65 81 82", "74": "19 23 87", "82": "1 7 26 38 42 69 73 74",
	"83": "3 15 43 63", "91": "11 30 34 48 66", "93": "4 5 6 13 83 84", "94": "20A 20B",
}

// region asks for one of the departments of a region, by its code or its name of today.
func (p *parser) region(f *field.Field, value string, v literal) (query.Expr, error) {
	in := query.In{Field: f}
	for code := range strings.FieldsSeq(formerRegions[value]) {
		in.Values = append(in.Values, field.Str(code))
	}
	if in.Values == nil {
		for _, d := range codelist.Departements() {
			if d.Region == value || len(value) == 1 && d.Region == "0"+value || bare(d.RegionName) == bare(value) && value != "" {
				in.Values = append(in.Values, field.Str(d.Code))
			}
		}
	}
	if in.Values == nil {
		return nil, hinted(p.fail(v.at, "%q is no region", cut(value)), "write its INSEE code, that of before 2016 (42 is Alsace) or that of today (44 is Grand Est)")
	}
	return in, nil
}

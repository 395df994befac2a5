package procedure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/boamp/boamp/internal/notice"
)

// value is what stands at a path: a text, a number, a truth value, or a sorted list of texts.
type value struct{ of any }

// noise are the members that differ between any two notices, or that tell about the notice and not about the contract.
var noise = map[string]bool{
	"id": true, "version": true, "source": true, "procedure_id": true, "notice_id": true, "notice_version": true, "publications": true,
	"famille": true, "perimetre": true, "legal_basis": true, "nature": true, "sous_nature": true, "notice_type": true, "form_type": true,
	"subtype": true, "stage": true, "state": true, "etat": true, "language": true, "published": true, "display_end": true, "dispatched": true,
	"departements_publication": true, "corrections": true, "links": true, "origins": true, "flags": true, "warnings": true,
}

// flatten gives the values of a notice by path.
func flatten(n *notice.Notice) map[string]value {
	out := map[string]value{}
	b, err := json.Marshal(n)
	if err != nil {
		return out // a notice of plain values has always a JSON form
	}
	var tree map[string]any
	if json.Unmarshal(b, &tree) != nil {
		return out
	}
	for name, v := range tree {
		if !noise[name] {
			walkValue(out, name, name, v)
		}
	}
	return out
}

// walkValue puts what stands at path into out; name is the last member name of path.
func walkValue(out map[string]value, path, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if leaf(out, path, name, v) {
			return
		}
		for sub, x := range v {
			walkValue(out, path+"."+sub, sub, x)
		}
	case []any:
		walkList(out, path, name, v)
	case nil:
	default:
		out[path] = value{v}
	}
}

// leaf takes the objects that are one value to people: deadlines, amounts, identifiers of companies.
func leaf(out map[string]value, path, name string, v map[string]any) bool {
	switch {
	case name == "deadline":
		out[path] = value{first(v, "wall", "written")}
		if due, ok := v["for"]; ok {
			out[path+".for"] = value{due}
		}
	case v["currency"] != nil:
		out[path] = value{first(v, "written", "value")}
		if amount, _ := v["value"].(float64); amount != 0 {
			out[path] = value{amount}
		}
		if v["currency"] != "EUR" {
			out[path+".currency"] = value{v["currency"]}
		}
	case name == "id" && v["written"] != nil:
		out[path] = value{first(v, "siret", "siren", "written")}
	default:
		return false
	}
	return true
}

func first(v map[string]any, names ...string) any {
	for _, name := range names {
		if x, ok := v[name]; ok && x != "" {
			return x
		}
	}
	return ""
}

// walkList takes a list: texts as one value without order, objects each by its key.
func walkList(out map[string]value, path, name string, list []any) {
	var texts []string
	seen := map[string]int{}
	for i, x := range list {
		m, ok := x.(map[string]any)
		if !ok {
			texts = append(texts, fmt.Sprint(x))
			continue
		}
		key := keyOf(name, m, i)
		if seen[key]++; seen[key] > 1 {
			key += fmt.Sprintf(" (%d)", seen[key])
		}
		at := path + "[" + key + "]"
		for sub, v := range m {
			walkValue(out, at+"."+sub, sub, v)
		}
	}
	if texts != nil {
		slices.Sort(texts)
		out[path] = value{slices.Compact(texts)}
	}
}

// keys are the members by which entries of lists are the same in two versions, in the order of preference.
var keys = map[string][]string{
	"lots":         {"number", "id", "title"},
	"results":      {"lot", "contract", "title"},
	"winners":      {"id", "name"},
	"buyers":       {"id", "name"},
	"criteria":     {"name", "type", "text"},
	"descripteurs": {"code", "label"},
	"documents":    {"url"},
	"places":       {"nuts", "postcode", "city", "text"},
}

// keyOf names an entry of a list: "number=1". The first buyer is the one who publishes, whoever that is; entries without a key are
// named by their place.
func keyOf(list string, m map[string]any, i int) string {
	if list == "buyers" && i == 0 {
		return "publisher"
	}
	for _, name := range keys[list] {
		switch v := m[name].(type) {
		case string:
			if v != "" {
				return name + "=" + short(v)
			}
		case map[string]any:
			for _, id := range []string{"siret", "siren", "written"} {
				if s, _ := v[id].(string); s != "" {
					return id + "=" + short(s)
				}
			}
		}
	}
	return fmt.Sprint(i + 1)
}

// short makes a text fit for a path: brackets and dots would end an entry or a name.
func short(s string) string {
	r := []rune(strings.NewReplacer("]", ")", "[", "(").Replace(squeeze(s)))
	if len(r) > 60 {
		r = append(r[:60:60], '…')
	}
	return string(r)
}

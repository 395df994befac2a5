package export_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
)

// TestNumbers: the portal's doubles are those of Python's repr, whole numbers have no point.
func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		t              field.Type
		v              float64
		native, portal string
	}{
		{field.Number, 10, "10", "10.0"},
		{field.Number, -10, "-10", "-10.0"},
		{field.Number, 0, "0", "0.0"},
		{field.Number, 101740, "101740", "101740.0"},
		{field.Number, 30.30000000000001, "30.30000000000001", "30.30000000000001"},
		{field.Number, 0.0001, "0.0001", "0.0001"},
		{field.Number, 0.00001, "0.00001", "1e-05"},
		{field.Number, 9999999999999998, "9999999999999998", "9999999999999998.0"},
		{field.Number, 1e16, "10000000000000000", "1e+16"},
		{field.Number, 1.5e300, "15" + strings.Repeat("0", 299), "1.5e+300"},
		{field.Number, math.NaN(), "null", "null"},
		{field.Number, math.Inf(-1), "null", "null"},
		{field.Int, 10, "10", "10"},
		{field.Int, 9007199254740992, "9007199254740992", "9007199254740992"},
	} {
		for portal, want := range map[bool]string{false: c.native, true: c.portal} {
			s := export.Style{Portal: portal}
			if got := string(s.AppendValue(nil, c.t, field.Num(c.v))); got != want {
				t.Errorf("portal %v: %v is written %s, want %s", portal, c.v, got, want)
			}
			if want == "null" {
				want = ""
			}
			if got := string(s.AppendText(nil, c.t, field.Num(c.v))); got != want {
				t.Errorf("portal %v: %v in a cell is %q, want %q", portal, c.v, got, want)
			}
		}
	}
}

func TestInstants(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	summer := field.Instant(time.Date(2026, 10, 24, 10, 0, 0, 0, time.UTC))
	winter := field.Instant(time.Date(2026, 10, 26, 11, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		s    export.Style
		v    field.Value
		want string
	}{
		{export.Style{}, summer, "2026-10-24T10:00:00Z"},
		{export.Style{Portal: true}, summer, "2026-10-24T10:00:00+00:00"},
		{export.Style{Portal: true, Zone: time.UTC}, winter, "2026-10-26T11:00:00+00:00"},
		{export.Style{Portal: true, Zone: berlin}, summer, "2026-10-24T12:00:00+02:00"},
		{export.Style{Portal: true, Zone: notice.Paris}, winter, "2026-10-26T12:00:00+01:00"},
		{export.Style{Zone: notice.Paris}, winter, "2026-10-26T12:00:00+01:00"},
		{export.Style{Zone: time.UTC}, winter, "2026-10-26T11:00:00Z"},
	} {
		if got := string(c.s.AppendText(nil, field.DateTime, c.v)); got != c.want {
			t.Errorf("%+v: %s, want %s", c.s, got, c.want)
		}
	}
}

// TestStrings: what is written is JSON that means the same text.
func TestStrings(t *testing.T) {
	for text, want := range map[string]string{
		"":                     `""`,
		"plain":                `"plain"`,
		"é œ \U0001F6A7":       "\"é œ \U0001F6A7\"",
		"\"\\\n\r\t\b\f\x00":   `"\"\\\n\r\t\b\f\u0000"`,
		"</script>&\u2028\x7F": "\"</script>&\u2028\x7F\"",
		"bad \xff\xc3":         "\"bad \uFFFD\uFFFD\"",
	} {
		got := string(export.Style{}.AppendString(nil, text))
		if got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
		escaped := export.Style{ASCII: true}.AppendString(nil, text)
		for _, c := range escaped {
			if c < 0x20 || c > 0x7E {
				t.Errorf("%q: %s is not ASCII", text, escaped)
			}
		}
		var back string
		if err := json.Unmarshal(escaped, &back); err != nil || back != strings.ToValidUTF8(text, "\uFFFD") && text != "bad \xff\xc3" {
			t.Errorf("%s means %q, want %q", escaped, back, text)
		}
	}
}

func TestJSONOfFields(t *testing.T) {
	portal := export.Style{Portal: true}
	for doc, want := range map[string]string{
		`{"a":[1,2 , {"b" :null}],"c":"x, y: \"z\"\\"}`: `{"a": [1, 2, {"b": null}], "c": "x, y: \"z\"\\"}`,
		" [ ]\n":          `[]`,
		`"été"`:           `"été"`,
		`1.50`:            `1.50`,
		`{"a":`:           `"{\"a\":"`,
		``:                `""`,
		`{"a":1} {"b":2}`: `"{\"a\":1} {\"b\":2}"`,
	} {
		if got := string(portal.AppendValue(nil, field.JSON, field.Str(doc))); got != want {
			t.Errorf("%s is written %s, want %s", doc, got, want)
		}
	}
	if got := string(export.Style{ASCII: true}.AppendValue(nil, field.JSON, field.Str(`{"é":"\u00e9\n"}`))); got != `{"\u00e9":"\u00e9\n"}` {
		t.Errorf("ASCII: %s", got)
	}
}

func TestDocument(t *testing.T) {
	text := "x"
	doc := export.Object{
		{Name: "total_count", Value: int64(2)},
		{Name: "null", Value: nil}, {Name: "none", Value: (*string)(nil)}, {Name: "some", Value: &text},
		{Name: "list", Value: []string{"a", "b"}}, {Name: "no list", Value: []string(nil)}, {Name: "numbers", Value: []int{1, 2}},
		{Name: "time", Value: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, {Name: "never", Value: time.Time{}},
		{Name: "double", Value: 2.0}, {Name: "empty", Value: export.Object{}}, {Name: "raw", Value: json.RawMessage(`{"a":1}`)},
		{Name: "results", Value: export.List{
			export.Record{Fields: sample[:3], Values: [][]field.Value{{field.Str("1")}, nil, {}}},
			export.Record{Fields: sample[:3], Values: [][]field.Value{nil, nil, {field.Str("2")}}, SkipNull: true},
		}},
		{Name: "links", Value: []export.Object{{{Name: "rel", Value: "self"}}}},
	}
	const want = `{"total_count": 2, "null": null, "none": null, "some": "x", "list": ["a", "b"], "no list": null, "numbers": [1, 2], ` +
		`"time": "2026-03-01T00:00:00+00:00", "never": null, "double": 2.0, "empty": {}, "raw": {"a": 1}, ` +
		`"results": [{"idweb": "1", "objet": null, "cpv": []}, {"cpv": ["2"]}], "links": [{"rel": "self"}]}`
	portal := export.Style{Portal: true}
	if got := string(portal.Append(nil, doc)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	indented := portal.AppendIndented(nil, export.Object{{Name: "a", Value: export.Object{}}, {Name: "b, \"c\": {", Value: export.List{1, "x: y", export.List{}}}})
	if want := "{\n  \"a\": {},\n  \"b, \\\"c\\\": {\": [\n    1,\n    \"x: y\",\n    []\n  ]\n}"; string(indented) != want {
		t.Errorf("got\n%s\nwant\n%s", indented, want)
	}
}

func TestHeadings(t *testing.T) {
	fields := []*field.Field{{Name: "a", Label: "X"}, {Name: "b", Label: "X"}, {Name: "b", Label: "Y"}, {Name: "b_2"}}
	for labels, want := range map[bool]string{false: "a|b|b_2|b_2_2", true: "X (a)|X (b)|Y|b_2"} {
		if got := strings.Join(export.Headings(fields, labels), "|"); got != want {
			t.Errorf("labels %v: %s, want %s", labels, got, want)
		}
	}
}

func TestFind(t *testing.T) {
	for name, want := range map[string]fault.Kind{"kml": fault.Unsupported, "shp": fault.Unsupported, "ics": fault.Unsupported, "xls": fault.Unsupported, "parket": fault.NotFound, "": fault.NotFound} {
		if _, err := export.Find(all(), name); fault.KindOf(err) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
	_, err := export.Find(all(), "xls")
	if !strings.Contains(err.(*fault.Error).Hint, "xlsx") {
		t.Errorf("xls: hint %q", err.(*fault.Error).Hint)
	}
	for _, f := range all() {
		if g, err := export.Find(all(), f.Name); err != nil || g.MediaType == "" || g.Ext == "" {
			t.Errorf("%s: %+v %v", f.Name, g, err)
		}
		for _, m := range export.Unsupported() {
			if m.Name == f.Name {
				t.Errorf("%s is supported and not", f.Name)
			}
		}
	}
}

func TestOptions(t *testing.T) {
	for s, want := range map[string]bool{";": true, "\t": true, "|": true, "é": true, "": false, "ab": false, "\"": false, "\n": false, "\xff": false} {
		if _, err := export.CheckDelimiter(s); (err == nil) != want {
			t.Errorf("delimiter %q: %v", s, err)
		}
	}
	for s, want := range map[string]bool{"": true, "snappy": true, "zstd": true, "gzip": false} {
		if _, err := export.CheckCompression(s); (err == nil) != want {
			t.Errorf("compression %q: %v", s, err)
		}
	}
}

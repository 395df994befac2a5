package render_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/render"
)

// notShown are the parts of a notice that its HTML does not tell, by path, with the reason.
var notShown = map[string]string{
	"Record":               "the portal's view of the same values, which the data set boamp shows",
	"Origins":              "where in the document each value stands is for programs: the native API tells it; that a value was worked out is shown",
	"Source.Kept":          "where this server keeps the bytes is nobody else's business",
	"Source.Reader":        "a version of this program",
	"Deadline.Offset":      "part of what is written",
	"Lots.Deadline.Offset": "part of what is written",
	"Links.Path":           "where in the document the link stands is for programs",
}

// leaf is one value in a notice that can be changed.
type leaf struct {
	path   string
	change func()
}

// leaves finds every value below v.
func leaves(v reflect.Value, path string) (list []leaf) {
	switch x := v.Addr().Interface().(type) {
	case *notice.Date:
		return []leaf{{path, func() { *x = x.AddDays(40) }}}
	case *time.Time:
		return []leaf{{path, func() { *x = x.AddDate(0, 1, 1) }}}
	case *map[string]notice.Origin:
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return leaves(v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			at := strings.TrimPrefix(path+"."+f.Name, ".")
			if f.Anonymous {
				at = path
			}
			list = append(list, leaves(v.Field(i), at)...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, leaves(v.Index(i), path)...)
		}
	case reflect.String:
		list = append(list, leaf{path, func() { v.SetString(v.String() + "~") }})
	case reflect.Bool:
		list = append(list, leaf{path, func() { v.SetBool(!v.Bool()) }})
	case reflect.Float64:
		list = append(list, leaf{path, func() { v.SetFloat(v.Float() + 1) }})
	case reflect.Int, reflect.Int64:
		list = append(list, leaf{path, func() { v.SetInt(v.Int() + 1) }})
	default:
		panic("no way to change a " + v.Kind().String() + " at " + path)
	}
	return list
}

// fill gives every value below v something, strings by text.
func fill(v reflect.Value, path string, text func(path string) string) {
	switch x := v.Addr().Interface().(type) {
	case *notice.Date:
		*x = notice.Date{Year: 2024, Month: 2, Day: 28}
		return
	case *time.Time:
		*x = time.Date(2024, 5, 6, 10, 0, 0, 0, time.UTC)
		return
	case *map[string]notice.Origin:
		return
	case *notice.FlagCode:
		if strings.HasPrefix(path, "Flags") {
			*x = notice.FlagUnclearText
		}
		return // of an amount: set by its own case
	case *notice.Deadline:
		*x = notice.Deadline{Written: text(path + ".Written"), Wall: "2024-05-06T12:00:00", Instant: time.Date(2024, 5, 6, 10, 0, 0, 0, time.UTC), For: text(path + ".For")}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), path, text)
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Name == "Publication" && path == "Links" || f.Name == "Record" {
				continue
			}
			fill(v.Field(i), strings.TrimPrefix(path+"."+f.Name, "."), text)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			fill(v.Index(i), path, text)
		}
	case reflect.String:
		v.SetString(text(path))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1234.5)
	case reflect.Int, reflect.Int64:
		v.SetInt(17)
	}
}

func filled(text func(path string) string) *notice.Notice {
	n := new(notice.Notice)
	fill(reflect.ValueOf(n).Elem(), "", text)
	return n
}

// variants are complete notices that differ in what hides something else.
func variants() []*notice.Notice {
	text := func(path string) string { return "«" + path + "»" }
	plain := filled(text)
	plain.Title = "Titre"
	known := filled(text)
	for _, p := range []*notice.Party{&known.Buyers[0], &known.Results[0].Winners[0].Party} {
		p.ID.Scheme = "siret"
	}
	known.Deadline.DateOnly = true
	lost := filled(text)
	lost.Deadline.Instant = time.Time{}
	lost.Lots[0].Deadline.Instant = time.Time{}
	links := filled(text)
	links.Links[0] = notice.Link{NoticeID: "«id»", Evidence: "«evidence»"}
	links.Links[1] = notice.Link{Publication: &notice.Publication{Journal: "«j»", Number: "«n»", Edition: "«e»", Date: notice.Date{Year: 2020, Month: 1, Day: 1}}}
	return []*notice.Notice{plain, known, lost, links}
}

// TestEverythingIsShown changes each value of complete notices, one at a time: the HTML must change with it.
func TestEverythingIsShown(t *testing.T) {
	shown := map[string]bool{}
	for i := range variants() {
		count := len(leaves(reflect.ValueOf(variants()[i]).Elem(), ""))
		for k := range count {
			n := variants()[i]
			before := render.HTML(n)
			l := leaves(reflect.ValueOf(n).Elem(), "")[k]
			l.change()
			shown[l.path] = shown[l.path] || render.HTML(n) != before
		}
	}
	if len(shown) < 150 {
		t.Fatalf("only %d values found in a notice", len(shown))
	}
	for path, ok := range shown {
		reason := ""
		for p, r := range notShown {
			if path == p || strings.HasPrefix(path, p+".") {
				reason = r
			}
		}
		if ok == (reason != "") {
			t.Errorf("%s: shown %v, reason not to show it %q", path, ok, reason)
		}
	}
}

// elements are all that may stand in the HTML of a notice, with their attributes.
var elements = map[string][]string{
	"article": {"class", "lang", "data-idweb"}, "header": nil, "section": {"class"}, "h2": nil, "h3": nil, "p": {"class"}, "strong": nil, "dl": {"class", "lang"},
	"dt": nil, "dd": nil, "table": nil, "caption": nil, "thead": nil, "tbody": nil, "tr": nil, "th": {"scope"}, "td": nil, "br": nil,
	"a": {"href", "rel"}, "time": {"datetime"}, "span": {"lang"}, "small": {"class"},
}

// check reads HTML of this package, which is also well-formed XML, and reports what must not be there. It gives the text.
func check(t *testing.T, doc string) string {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(doc))
	var text strings.Builder
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return text.String()
		}
		if err != nil {
			t.Fatalf("%v in %s", err, doc)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			attrs, ok := elements[tok.Name.Local]
			if !ok {
				t.Errorf("element %s", tok.Name.Local)
			}
			for _, a := range tok.Attr {
				if !slices.Contains(attrs, a.Name.Local) {
					t.Errorf("attribute %s of %s", a.Name.Local, tok.Name.Local)
				}
				if a.Name.Local == "href" && !strings.HasPrefix(a.Value, "https://") && !strings.HasPrefix(a.Value, "http://") && !strings.HasPrefix(a.Value, "mailto:") {
					t.Errorf("a link to %q", a.Value)
				}
			}
		case xml.CharData:
			text.Write(tok)
		case xml.Comment, xml.ProcInst, xml.Directive:
			t.Errorf("%T", tok)
		}
	}
}

// TestHostileText puts what could become markup or a script into every text of a notice.
func TestHostileText(t *testing.T) {
	for _, hostile := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `javascript:alert(1)`, `JaVaScRiPt:alert(1)`,
		" \tjavascript:alert(1)", `data:text/html;base64,PHNjcmlwdD4=`, `vbscript:x`, `https://a.example/"onclick="x`, `https://a.example/'><b>`, `http://a.example/<b>`,
		`//a.example`, `&lt;b&gt;`, `</article><h1>x`, `<!-- `, `]]>`, "a\x00b\x1b\x7f\xff\xfec", "a@b.example?body=<b>", `www.a.example"><b>`, "mailto:a@b.example", "\u202e",
	} {
		n := filled(func(string) string { return hostile })
		for _, doc := range []string{render.HTML(n), render.Summary(n)} {
			text := check(t, doc)
			if want := strings.TrimSpace(hostile); utf8.ValidString(hostile) && !strings.Contains(hostile, "\x00") && !strings.Contains(text, want) {
				t.Errorf("%q is not shown as it is", hostile)
			}
		}
	}
}

func TestLinksOfTheWeb(t *testing.T) {
	for written, want := range map[string]string{
		"https://a.example/x?a=1&b=2": `href="https://a.example/x?a=1&amp;b=2"`,
		"HTTP://A.example":            `href="HTTP://A.example"`,
		"www.a.example":               `href="http://www.a.example"`,
		"a.example":                   "",
		"voir https://a.example":      "",
		"javascript:alert(1)":         "",
		"ftp://a.example":             "",
	} {
		got := render.HTML(&notice.Notice{ID: "x", Submission: written})
		if want == "" && strings.Contains(got, "<a ") || !strings.Contains(got, want) {
			t.Errorf("%q: no %s in %s", written, want, got)
		}
	}
	for id, want := range map[string]bool{"24-12345": true, `24"-1`: false, "0f8d2c1e-6a51-4f0b-9a0e-1c2d3e4f5a6b-01": false} {
		n := &notice.Notice{ID: "26-1", Links: []notice.Link{{ID: id, Evidence: notice.EvidenceAnteriorNotice}}}
		if got := strings.Contains(render.HTML(n), fmt.Sprintf(`href="https://www.boamp.fr/pages/avis/?q=idweb:%s"`, id)); got != want {
			t.Errorf("link to %s: %v", id, got)
		}
	}
}

package dila_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source/dila"
	"github.com/boamp/boamp/internal/source/dilafake"
)

const folder = "https://echanges.dila.gouv.fr/OPENDATA/BOAMP/2026/09/11/"

// apache is a page as an Apache writes it, with what surrounds entries.
func apache(rows string) string {
	return `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /OPENDATA/BOAMP/2026/09/11</title>
 </head>
 <body>
<h1>Index of /OPENDATA/BOAMP/2026/09/11</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <a href="?C=D;O=A">Description</a><hr><img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="/OPENDATA/BOAMP/2026/09/">Parent Directory</a>                             -
` + rows + `<hr></pre>
</body></html>
`
}

func TestParseIndex(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"preformatted", apache(`<img src="/icons/text.gif" alt="[TXT]"> <a href="26-88058.xml">26-88058.xml</a>            2026-09-11 04:46   12K
<img src="/icons/folder.gif" alt="[DIR]"> <a href="12/">12/</a>                     2026-09-12 04:46    -
`), "26-88058.xml 2026-09-11 04:46 11264-13312, 12/ 2026-09-12 04:46 ?"},
		{"date of an older version", apache(`<a href="a.xml">a.xml</a>  11-Sep-2026 04:46  9.6K` + "\n"), "a.xml 2026-09-11 04:46 9728-9932"},
		{"a name that is cut off", apache(`<a href="BOAMP-J-IC-AA_2016_062009.taz">BOAMP-J-IC-AA_2016_..&gt;</a> 2016-03-02 04:46  1.5M`), "BOAMP-J-IC-AA_2016_062009.taz 2016-03-02 04:46 1468006-1677721"},
		{"exact and without size", apache("<A HREF='a.xml'>a</A> 2026-09-11 04:46 972\n<a href=b.xml>b</a> 2026-09-11 04:46   - \n<a href=c.xml>c</a>\n"), "a.xml 2026-09-11 04:46 972-972, b.xml 2026-09-11 04:46 ?, c.xml ? ?"},
		{"icons are links", apache(`<a href="a.xml"><img src="/icons/text.gif"></a> <a href="a.xml">a.xml</a> 2026-09-11 04:46 1.0K`), "a.xml 2026-09-11 04:46 921-1126"},
		{"escaped", apache(`<a href="a%20b&amp;c%C3%A9.xml">x</a> 2026-09-11 04:46 1 ` + "\n" + `<a href="%E9.xml">x</a>`), "a b&cé.xml 2026-09-11 04:46 1-1, é.xml ? ?"},
		{"whole addresses", apache(`<a href="/OPENDATA/BOAMP/2026/09/11/a.xml">a</a> <a href="https://echanges.dila.gouv.fr/OPENDATA/BOAMP/2026/09/11/b.xml#x">b</a>`), "a.xml ? ?, b.xml ? ?"},
		{"leads elsewhere", apache(`<a href="../10/x.xml">x</a><a href="https://example.org/OPENDATA/BOAMP/2026/09/11/a.xml">x</a><a href="sub/a.xml">x</a><a href="javascript:x">x</a><a href="mailto:a@b.c">m</a>` +
			`<a href="a.xml?download">x</a><a href="..%2f..%2fa.xml">x</a><a href="a%5cb.xml">x</a><a href="a%00.xml">x</a><a href="%2e%2e/">x</a><a href="//example.org/a.xml">x</a><a href="">x</a><a>x</a><a name="a.xml">x</a>`), ""},
		{"table", `<html><head><title>Index of /x</title></head><body><table><tr><th><a href="?C=N;O=D">Name</a></th></tr>
<tr><td valign="top"><img src="/icons/text.gif"></td><td><a href="a.xml">a.xml</a></td><td align="right">2026-09-11 04:46  </td><td align="right"> 12K</td><td>&nbsp;</td></tr>
</table></body></html>`, "a.xml 2026-09-11 04:46 11264-13312"},
		{"nginx", "<html>\r\n<head><title>Index of /x/</title></head>\r\n<body>\r\n<h1>Index of /x/</h1><hr><pre><a href=\"../\">../</a>\r\n<a href=\"a.xml\">a.xml</a>      11-Sep-2026 04:46               12345\r\n</pre><hr></body>\r\n</html>\r\n", "a.xml 2026-09-11 04:46 12345-12345"},
		{"lighttpd", `<?xml version="1.0"?><html><head><title>Index of /x/</title></head><body><table><tr class="d"><td class="n"><a href="../">..</a>/</td></tr><tr><td class="n"><a href="a.xml">a.xml</a></td><td class="m">2026-Sep-11 04:46:31</td><td class="s">3.4K</td></tr></table></body></html>`, "a.xml 2026-09-11 04:46 3379-3584"},
		{"a list without columns", `<html><head><title>Index of /x</title></head><body><ul><li><a href="/OPENDATA/BOAMP/2026/09/"> Parent Directory</a></li><li><a href="a.xml"> a.xml</a></li></ul></body></html>`, "a.xml ? ?"},
		{"nothing in it", apache(""), ""},
		{"cut off", strings.TrimSuffix(apache(`<a href="a.xml">a</a> 2026-09-11 04:46 12K`), "<hr></pre>\n</body></html>\n"), "a.xml 2026-09-11 04:46 11264-13312 cut off"},
		{"cut off in a link", strings.TrimSuffix(apache(`<a href="a.xml">a</a> 2026-09-11 04:46 12K`+"\n"+`<a href="26-1`), "<hr></pre>\n</body></html>\n"), "a.xml 2026-09-11 04:46 11264-13312 cut off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			base, _ := url.Parse(folder)
			x, err := dila.ParseIndex(base, []byte(c.page))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(x); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func show(x dila.Index) string {
	var list []string
	for _, e := range x.Entries {
		name, wall, size := e.Name, "?", "?"
		if e.Folder {
			name += "/"
		}
		if !e.Wall.IsZero() {
			wall = e.Wall.Format("2006-01-02 15:04")
		}
		if e.Size.Known {
			size = fmt.Sprintf("%d-%d", e.Size.Low, e.Size.High)
		}
		list = append(list, name+" "+wall+" "+size)
	}
	s := strings.Join(list, ", ")
	if !x.Complete {
		s += " cut off"
	}
	return s
}

func TestNoIndex(t *testing.T) {
	base, _ := url.Parse(folder)
	for _, page := range []string{
		"", "no page", "<html><head><title>503 Service Unavailable</title></head><body><a href='/'>home</a></body></html>", `{"a": 1}`, "<a", "<a ", "<a href=", "<a href='", "<ann/>",
		"<html><head><title>Connexion</title></head><body><a href=\"/login\">x</a></body></html>", strings.Repeat("<a ", 10_000),
	} {
		if x, err := dila.ParseIndex(base, []byte(page)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.40q: %+v, %v", page, x, err)
		}
	}
	var many strings.Builder
	for i := range 100_001 {
		fmt.Fprintf(&many, "<a href=%d.xml>\n", i)
	}
	if _, err := dila.ParseIndex(base, []byte(apache(many.String()))); !fault.Is(err, fault.TooLarge) {
		t.Errorf("%v", err)
	}
}

// TestSizes: every size fits what Apache writes of it, and one that is quite another does not.
func TestSizes(t *testing.T) {
	base, _ := url.Parse(folder)
	for n := int64(1); n < 1<<50; n += 1 + n/37 {
		x, err := dila.ParseIndex(base, []byte(apache(fmt.Sprintf(`<a href="a.xml">a</a> 2026-09-11 04:46  %s  `, dilafake.Rounded(n)))))
		if err != nil || len(x.Entries) != 1 || !x.Entries[0].Size.Known {
			t.Fatalf("%+v, %v", x, err)
		}
		s := x.Entries[0].Size
		if !s.Fits(n) || s.Fits(n*5/4+2) || s.Fits(n*3/4-1) {
			t.Fatalf("%d is written %q, read as %+v", n, dilafake.Rounded(n), s)
		}
	}
}

// TestClocks: what a listing shows is the time of the file again, in every hour of the nights in which clocks change, too.
func TestClocks(t *testing.T) {
	for _, night := range []time.Time{time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), time.Date(2026, 12, 31, 22, 0, 0, 0, time.UTC)} {
		for at := night.Add(-3 * time.Hour); at.Before(night.Add(4 * time.Hour)); at = at.Add(7 * time.Minute) {
			wall := paris(2026, 1, 1, 0, 0)
			wall = at.In(wall.Location())
			e := dila.Entry{Wall: time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, time.UTC)}
			if !e.At(at) || !e.At(at.Add(59*time.Second)) && at.Second() == 0 || !e.At(e.Instant()) || e.At(at.Add(3*time.Hour)) {
				t.Fatalf("%v is shown as %v and read as %v", at, e.Wall, e.Instant())
			}
			if d := e.Instant().Sub(at).Abs(); d != 0 && d != time.Hour {
				t.Fatalf("%v is read as %v", at, e.Instant())
			}
		}
	}
	// A clock that France never showed is read the same each time.
	e := dila.Entry{Wall: time.Date(2026, 3, 29, 2, 30, 0, 0, time.UTC)}
	if !e.At(e.Instant()) {
		t.Errorf("%v", e.Instant())
	}
}

func FuzzParseIndex(f *testing.F) {
	for _, style := range []dilafake.Style{dilafake.Preformatted, dilafake.Table, dilafake.Nginx} {
		w := newWorld(f, paris(2026, 9, 11, 20, 0))
		w.publish(today, 1, 3)
		w.server.Style = style
		f.Add(w.page("2026/09/11/"))
	}
	f.Add([]byte(apache(`<a href="a%20b&amp;c%C3%A9.xml">x</a> 2026-09-11 04:46 1`)))
	f.Add([]byte("<A HREF = a><a b='"))
	base, err := url.Parse(folder)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		x, err := dila.ParseIndex(base, page)
		if err != nil && !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
			t.Fatal(err)
		}
		met := map[string]bool{}
		for _, e := range x.Entries {
			u, err := url.Parse(e.URL)
			if err != nil || u.Host != base.Host || u.Scheme != base.Scheme || !strings.HasPrefix(u.Path, base.Path) || strings.Contains(u.Path, "/../") {
				t.Errorf("%+v leads out of the folder", e)
			}
			if met[e.Name] || e.Name == "" || strings.ContainsAny(e.Name, "/\\\x00") || e.Name == ".." || !utf8.ValidString(e.Name) {
				t.Errorf("name %q", e.Name)
			}
			if e.Size.Known && (e.Size.Low < 0 || e.Size.Low > e.Size.High) || !e.At(e.Instant()) {
				t.Errorf("%+v", e)
			}
			met[e.Name] = true
		}
	})
}

package dilafake_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/source/dilafake"
)

var now = time.Date(2026, 9, 11, 18, 0, 0, 0, time.UTC)

// get asks a server and gives status, header and body.
func get(t *testing.T, s *dilafake.Server, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, dilafake.Root+path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func server() *dilafake.Server {
	tree := dilafake.NewTree()
	tree.Put("2026/09/11/26-1.xml", bytes.Repeat([]byte("x"), 12_345), now.Add(-2*time.Hour))
	tree.Put("2026/09/11/26-2.xml", []byte("<ann/>"), now.Add(-time.Hour))
	tree.Put("2026/09/11/26-3.xml", []byte("<later/>"), now.Add(time.Minute))
	tree.Put("2015/BOAMP-J-IC-AA_2015_062009.taz", []byte("taz"), now.AddDate(-11, 0, 0))
	tree.Put("été & co.txt", []byte("x"), now.AddDate(-1, 0, 0))
	return &dilafake.Server{Tree: tree, Now: func() time.Time { return now }}
}

// TestPage holds a listing to the layout of mod_autoindex of Apache 2.4: widths, escapes, rounded sizes.
func TestPage(t *testing.T) {
	r := get(t, server(), "2026/09/11/")
	want := `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head>
  <title>Index of /OPENDATA/BOAMP/2026/09/11</title>
 </head>
 <body>
<h1>Index of /OPENDATA/BOAMP/2026/09/11</h1>
<pre><img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>                    <a href="?C=M;O=A">Last modified</a>      <a href="?C=S;O=A">Size</a>  <a href="?C=D;O=A">Description</a><hr><img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="/OPENDATA/BOAMP/2026/09/">Parent Directory</a>                             -   
<img src="/icons/text.gif" alt="[TXT]"> <a href="26-1.xml">26-1.xml</a>                2026-09-11 18:00   12K  
<img src="/icons/text.gif" alt="[TXT]"> <a href="26-2.xml">26-2.xml</a>                2026-09-11 19:00    6   
<hr></pre>
</body></html>
`
	if got := body(t, r); got != want || r.Header.Get("Content-Type") != "text/html;charset=ISO-8859-1" {
		t.Errorf("%s", got)
	}
	root := body(t, get(t, server(), ""))
	for _, part := range []string{`<a href="2015/">2015/</a>`, `<a href="2026/">2026/</a>                   2026-09-11 19:00    -   `, `<a href="%C3%A9t%C3%A9%20&amp;%20co.txt">été &amp; co.txt</a>`, `href="/OPENDATA/">Parent`} {
		if !strings.Contains(root, part) {
			t.Errorf("%s is not in\n%s", part, root)
		}
	}
	if year := body(t, get(t, server(), "2015/")); !strings.Contains(year, `<a href="BOAMP-J-IC-AA_2015_062009.taz">BOAMP-J-IC-AA_2015_0..&gt;</a> 2015-09-11`) {
		t.Errorf("%s", year)
	}
}

func TestRounded(t *testing.T) {
	for n, want := range map[int64]string{-1: "  - ", 0: "  0 ", 745: "745 ", 972: "972 ", 973: "1.0K", 1024: "1.0K", 1536: "1.5K", 9932: "9.7K", 10188: "9.9K", 10189: " 10K", 12345: " 12K", 512_000: "500K", 996_000: "973K", 1 << 20: "1.0M", 15 << 30: " 15G"} {
		if got := dilafake.Rounded(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

// TestTime: files are what they are at the moment, and known ones are not sent again.
func TestTime(t *testing.T) {
	s := server()
	r := get(t, s, "2026/09/11/26-2.xml")
	if body(t, r) != "<ann/>" || r.Header.Get("Last-Modified") != "Fri, 11 Sep 2026 17:00:00 GMT" || r.Header.Get("Date") != "Fri, 11 Sep 2026 18:00:00 GMT" || r.Header.Get("Content-Length") != "6" {
		t.Errorf("%v", r.Header)
	}
	for _, h := range [][]string{{"If-None-Match", r.Header.Get("ETag")}, {"If-Modified-Since", r.Header.Get("Last-Modified")}} {
		if r := get(t, s, "2026/09/11/26-2.xml", h...); r.StatusCode != 304 {
			t.Errorf("%v: %d", h, r.StatusCode)
		}
	}
	if r := get(t, s, "2026/09/11/26-3.xml"); r.StatusCode != 404 {
		t.Errorf("a file of tomorrow: %d", r.StatusCode)
	}
	s.Tree.Put("2026/09/11/26-2.xml", []byte("<other/>"), now)
	s.Tree.Remove("2026/09/11/26-1.xml", now)
	if r := get(t, s, "2026/09/11/26-2.xml", "If-Modified-Since", r.Header.Get("Last-Modified")); body(t, r) != "<other/>" {
		t.Errorf("%d", r.StatusCode)
	}
	if r := get(t, s, "2026/09/11/26-1.xml"); r.StatusCode != 404 {
		t.Errorf("a file that vanished: %d", r.StatusCode)
	}
	s.Tree.Move("2026/", "FluxHistorique/Boamp_v240/2026/")
	if r := get(t, s, "FluxHistorique/Boamp_v240/2026/09/11/26-2.xml"); body(t, r) != "<other/>" {
		t.Errorf("after a move: %d", r.StatusCode)
	}
	if r := get(t, s, "FluxHistorique"); r.StatusCode != 301 || r.Header.Get("Location") != dilafake.Root+"FluxHistorique/" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	if r := get(t, s, "2026/"); r.StatusCode != 404 {
		t.Errorf("an empty folder: %d", r.StatusCode)
	}
	s.Track = true
	first := get(t, s, "2015/").Header.Get("ETag")
	if r := get(t, s, "2015/", "If-None-Match", first); r.StatusCode != 304 {
		t.Errorf("a listing that is known: %d", r.StatusCode)
	}
}

// TestTrouble: rules apply to the requests that they name, as often as they say.
func TestTrouble(t *testing.T) {
	s := server()
	s.Trouble(dilafake.Rule{Kind: dilafake.Status, Status: 404, Path: "*26-1.xml", Count: 2}, dilafake.Rule{Kind: dilafake.Stale, Age: 90 * time.Minute, Path: "2026/*"}, dilafake.Rule{Kind: dilafake.Status, After: "60", Path: "2015/"})
	for i, want := range []int{404, 404, 200} {
		if r := get(t, s, "2026/09/11/26-1.xml"); r.StatusCode != want {
			t.Errorf("%d: %d", i, r.StatusCode)
		}
	}
	if page := body(t, get(t, s, "2026/09/11/")); !strings.Contains(page, "26-1.xml") || strings.Contains(page, "26-2.xml") {
		t.Errorf("an old listing:\n%s", page)
	}
	if r := get(t, s, "2015/"); r.StatusCode != 503 || r.Header.Get("Retry-After") != "60" {
		t.Errorf("%d", r.StatusCode)
	}
	if n := s.Requests("2026/*.xml"); n != 3 {
		t.Errorf("%d requests were counted", n)
	}
	s.Trouble(dilafake.Rule{Kind: dilafake.CutOff})
	if page := body(t, get(t, s, "2026/09/11/")); strings.Contains(page, "</pre>") || !strings.Contains(page, "<pre>") {
		t.Errorf("a listing that is cut off:\n%s", page)
	}
	if b := body(t, get(t, s, "2026/09/11/26-2.xml")); b != "<ann/>" {
		t.Errorf("trouble of listings alone: %s", b)
	}
	s.Trouble(dilafake.Rule{Kind: dilafake.Status, Chance: 0.5})
	bad := 0
	for range 400 {
		if get(t, s, "2026/09/11/26-2.xml").StatusCode != 200 {
			bad++
		}
	}
	if bad < 120 || bad > 280 {
		t.Errorf("%d of 400", bad)
	}
}

func TestParseRules(t *testing.T) {
	got, err := dilafake.ParseRules("status=404, path=*/26-1*.xml ,count=3; drip,chance=0.01;stale,age=2h;status,after=120;")
	want := []dilafake.Rule{{Kind: dilafake.Status, Status: 404, Path: "*/26-1*.xml", Count: 3}, {Kind: dilafake.Drip, Chance: 0.01}, {Kind: dilafake.Stale, Age: 2 * time.Hour}, {Kind: dilafake.Status, After: "120"}}
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"flood", "status=x", "status=99", "drip,chance=x", "drip,count=x", "stale,age=x", "drip,often=1"} {
		if _, err := dilafake.ParseRules(bad); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestRhythm(t *testing.T) {
	list := dilafake.Rhythm(notice.Date{Year: 2026, Month: 9, Day: 11}, 414)
	hours := map[string]int{}
	for _, at := range list {
		hours[at.Format("15:04")]++
	}
	if hours["04:46"] != 207 || len(hours) != 26 || hours["07:45"] == 0 || hours["19:45"] == 0 || hours["08:00"] != 0 {
		t.Errorf("%v", hours)
	}
	if n := len(dilafake.Rhythm(notice.Date{Year: 2026, Month: 9, Day: 12}, 1)); n != 1 {
		t.Errorf("%d times for one notice", n)
	}
}

// TestFill: where documents of each time lie.
func TestFill(t *testing.T) {
	tree := dilafake.NewTree()
	files := map[string][]byte{"Schemas/x.zip": []byte("x")}
	for _, day := range []string{"2015/03/02", "2016/03/02", "2017/03/02", "2020/03/02", "2023/10/16", "2025/01/01", "2026/09/11"} {
		files[day+"/1-1.xml"] = []byte("<ann/>")
	}
	if err := dilafake.Fill(tree, files, notice.Date{Year: 2026, Month: 9, Day: 11}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range tree.Below("", now) {
		form := "?"
		for magic, name := range map[string]string{"\x1f\x8b": "gzip", "PK": "zip", "<ann": "xml"} {
			if strings.HasPrefix(string(f.Body), magic) {
				form = name
			}
		}
		got = append(got, strings.NewReplacer("BOAMP-J-AO", "T", "BOAMP-J-IC-AA", "T", "BOAMP-N-AO", "T", "BOAMP-N-IC-AA", "T", "MAPA-AO", "T", "MAPA-IC-AA", "T").Replace(f.Path)+" "+form)
	}
	want := "2020/T_2020_062001.taz zip, 2026/09/11/1-1.xml xml, FluxHistorique/Boamp_v230/2015/T/T_2015_061001.xml.zip gzip, FluxHistorique/Boamp_v230/2016/T/T_2016_062001.xml.zip gzip, " +
		"FluxHistorique/Boamp_v230/2017/T/T_2017_061001.taz zip, FluxHistorique/Boamp_v240/2023/10/16/1-1.xml xml, FluxHistorique/Boamp_v240/2025/01/01/1-1.xml xml, Schemas/x.zip ?"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

// TestOtherReader: an archive of the fake is one that another program takes, too.
func TestOtherReader(t *testing.T) {
	tar, err := exec.LookPath("tar")
	if err != nil {
		t.Skip("there is no tar on this machine")
	}
	tree := dilafake.NewTree()
	if err := dilafake.Fill(tree, map[string][]byte{"2016/03/02/16-1.xml": []byte("<ann/>")}, notice.Date{Year: 2026, Month: 9, Day: 11}); err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/x.tar.gz"
	if err := os.WriteFile(file, tree.Below("", now)[0].Body, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tar, "tzf", file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "/16-1.xml\n") || !strings.Contains(string(out), "/16-1.html\n") {
		t.Errorf("%s, %v", out, err)
	}
}

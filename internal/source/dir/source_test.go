package dir_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source/dir"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

// tree writes files below a new folder; a name that ends in "/" is a folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "in")
	for name, body := range files {
		p := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(p, 0o755); err != nil {
				t.Fatal(err)
			}
		} else if err := os.WriteFile(p, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// list gives each edition as its name and, below it, its items as origin=text; root is cut off from origins.
func list(t *testing.T, root string, paths ...string) string {
	t.Helper()
	var b strings.Builder
	short := func(s string) string { return strings.ReplaceAll(s, filepath.ToSlash(root)+"/", "") }
	for e, err := range (dir.Source{Paths: paths, Open: opener()}).Editions(context.Background()) {
		if err != nil {
			fmt.Fprintf(&b, "%s: %s\n", short(e.Name), fault.KindOf(err))
			continue
		}
		fmt.Fprintf(&b, "%s (%d)\n", short(e.Name), e.Bytes)
		for _, g := range items(e.Items(context.Background())) {
			text := g.text
			if len(text) > 40 {
				text = text[:40]
			}
			fmt.Fprintf(&b, "  %s=%s\n", short(g.origin), text)
		}
	}
	return b.String()
}

func TestEditions(t *testing.T) {
	taz := string(sourcetest.TarGz(t, file{Name: "b/15-9.xml", Body: "<J/>"}))
	root := tree(t, map[string]string{
		"2026/09/11/26-10.xml": "<C/>", "2026/09/11/26-9.xml": "<B/>", "2026/09/11/26-101.xml": "<D/>", "2026/09/12/26-200.xml": "<E/>", "2026/README": "hello you",
		"old/BOAMP-N-AO_2015_062001.taz": taz, "old/BOAMP-J-AO_2015_062009.taz": taz, "old/MAPA-AO_2014_300001.taz": taz,
		"old/small.json.gz": string(sourcetest.Gzip(t, []byte(`{"a":1}`))), "old/page.html": "<html>", "old/deep/x.XML": "<X/>", "empty/": "",
		"pairs/15-2.html": "<html>", "pairs/15-2.xml": "<Q/>",
	})
	got := list(t, root, root)
	want := fmt.Sprintf(`in/2026 (9)
  in/2026/README=unsupported: not XML, JSON, an export or
2026/09/11 (12)
  in/2026/09/11/26-9.xml=<B/>
  in/2026/09/11/26-10.xml=<C/>
  in/2026/09/11/26-101.xml=<D/>
2026/09/12 (4)
  in/2026/09/12/26-200.xml=<E/>
in/old (37)
  in/old/small.json.gz={"a":1}
  in/old/page.html=unsupported: an HTML page without the XM
MAPA-AO_2014_300001.taz (%[1]d)
  in/old/MAPA-AO_2014_300001.taz!b/15-9.xml=<J/>
BOAMP-N-AO_2015_062001.taz (%[1]d)
  in/old/BOAMP-N-AO_2015_062001.taz!b/15-9.xml=<J/>
BOAMP-J-AO_2015_062009.taz (%[1]d)
  in/old/BOAMP-J-AO_2015_062009.taz!b/15-9.xml=<J/>
in/old/deep (4)
  in/old/deep/x.XML=<X/>
in/pairs (10)
  in/pairs/15-2.xml=<Q/>
  in/pairs/15-2.html=companion
`, len(taz))
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if again := list(t, root, root); again != got {
		t.Error("the second run gives something else")
	}
}

func TestEditionsOfPaths(t *testing.T) {
	root := tree(t, map[string]string{"a/1.xml": "<A/>", "b/1.xml": "<B/>", "2026/09/11/1.xml": "<C/>", "x/2026/09/11/1.xml": "<D/>", "big.json": "[" + strings.Repeat(`{"a":1},`, 200_000) + "0]"})
	at := func(p string) string { return filepath.Join(root, filepath.FromSlash(p)) }
	for _, c := range []struct {
		name  string
		paths []string
		want  string
	}{
		{"files of one name", []string{at("a/1.xml"), at("b/1.xml"), at("a/1.xml")}, "1.xml (4)\n  1.xml=<A/>\n1.xml (2) (4)\n  1.xml=<B/>\n1.xml (3) (4)\n  1.xml=<A/>\n"},
		{"the same three times", []string{at("a/1.xml"), at("a/1.xml"), at("a/1.xml")}, "1.xml (4)\n  1.xml=<A/>\n1.xml (2) (4)\n  1.xml=<A/>\n1.xml (3) (4)\n  1.xml=<A/>\n"},
		{"a day's folder itself", []string{at("2026/09/11")}, "2026/09/11 (4)\n  11/1.xml=<C/>\n"},
		{"two folders of one day", []string{at("2026"), at("x")}, "2026/09/11 (4)\n  2026/09/11/1.xml=<C/>\n2026/09/11 (2) (4)\n  x/2026/09/11/1.xml=<D/>\n"},
		{"missing", []string{at("nothing"), at("b")}, "nothing: not_found\nb (4)\n  b/1.xml=<B/>\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := list(t, root, c.paths...); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	names := ""
	for e := range (dir.Source{Paths: []string{root}, Open: opener()}).Editions(context.Background()) {
		names += e.Name + " "
	}
	if names != "big.json 2026/09/11 in/a in/b 2026/09/11 (2) " {
		t.Errorf("editions %s", names)
	}
}

func TestWhatIsNotFollowed(t *testing.T) {
	root := tree(t, map[string]string{"d/1.xml": "<A/>", "e/2.xml": "<B/>"})
	link := func(target, name string) {
		t.Helper()
		if err := os.Symlink(filepath.Join(root, target), filepath.Join(root, name)); err != nil {
			t.Skip("no symbolic links here:", err)
		}
	}
	link("e/2.xml", "d/file")
	link("e", "d/folder")
	link("d", "d/loop")
	socket, err := net.Listen("unix", filepath.Join(root, "d", "s"))
	if err != nil {
		t.Skip("no sockets here:", err)
	}
	defer socket.Close()
	got := list(t, root, filepath.Join(root, "d"))
	for _, line := range []string{"  d/1.xml=<A/>\n", "  d/file=unsupported: a symbolic link", "  d/folder=unsupported: a symbolic link", "  d/loop=unsupported: a symbolic link", "  d/s=unsupported: a device, pipe or socket"} {
		if !strings.Contains(got, line) {
			t.Errorf("missing %q in\n%s", line, got)
		}
	}
	if strings.Contains(got, "<B/>") {
		t.Errorf("a link was followed:\n%s", got)
	}
	if got := list(t, root, filepath.Join(root, "d", "folder")); got != "folder (4)\n  folder/2.xml=<B/>\n" {
		t.Errorf("a link given by the user must be followed:\n%s", got)
	}
}

func TestUnreadable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root may read everything: only a file that went away is tested")
	} else {
		root := tree(t, map[string]string{"d/1.xml": "<A/>", "d/2.xml": "<B/>", "d/sub/3.xml": "<C/>"})
		_ = os.Chmod(filepath.Join(root, "d/1.xml"), 0)
		_ = os.Chmod(filepath.Join(root, "d/sub"), 0)
		t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "d/sub"), 0o755) })
		got := list(t, root, filepath.Join(root, "d"))
		if !strings.Contains(got, "d/1.xml=unavailable") || !strings.Contains(got, "d/2.xml=<B/>") || !strings.Contains(got, "d/sub=unavailable: the folder cannot be listed") {
			t.Errorf("got\n%s", got)
		}
	}
	root := tree(t, map[string]string{"d/1.xml": "<A/>", "d/2.xml": "<B/>"})
	for e := range (dir.Source{Paths: []string{root}, Open: opener()}).Editions(context.Background()) {
		if err := os.Remove(filepath.Join(root, "d/1.xml")); err != nil {
			t.Fatal(err)
		}
		have := items(e.Items(context.Background()))
		if len(have) != 2 || !strings.HasPrefix(have[0].text, "unavailable") || have[1].text != "<B/>" {
			t.Errorf("%q", have)
		}
	}
}

// TestProgress follows Consumed to the size of the edition, for every form.
func TestProgress(t *testing.T) {
	var files []file
	var lines strings.Builder
	loose := map[string]string{}
	for i := range 300 {
		f := file{Name: fmt.Sprintf("%d.xml", i), Body: sourcetest.Notice(i, 5000)}
		files = append(files, f)
		loose["loose/"+f.Name] = f.Body
		fmt.Fprintf(&lines, "{\"a\":%q}\n", f.Body)
	}
	loose["z/a.zip"], loose["z/a.taz"], loose["z/a.jsonl"] = string(sourcetest.Zip(t, files...)), string(sourcetest.TarGz(t, files...)), lines.String()
	root := tree(t, loose)
	editions := 0
	for e, err := range (dir.Source{Paths: []string{root}, Open: opener()}).Editions(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		editions++
		n := 0
		var last int64
		for item, err := range e.Items(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; item.Consumed < last || item.Consumed > e.Bytes {
				t.Fatalf("%s: %d after %d of %d", e.Name, item.Consumed, last, e.Bytes)
			}
			if n == 150 && (item.Consumed < e.Bytes/4 || item.Consumed > e.Bytes*3/4) {
				t.Errorf("%s: %d of %d at half of the documents", e.Name, item.Consumed, e.Bytes)
			}
			last = item.Consumed
		}
		if n != 300 || last < e.Bytes*9/10 {
			t.Errorf("%s: %d documents, %d of %d bytes", e.Name, n, last, e.Bytes)
		}
	}
	if editions != 4 {
		t.Errorf("%d editions", editions)
	}
}

// TestCorpus reads all real documents that are at hand: every file is accounted for.
func TestCorpus(t *testing.T) {
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			break
		}
	}
	corpus := filepath.Join(root, "..", "shared", "corpus")
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("no corpus of real documents at", corpus)
	}
	files := map[string]bool{}
	_ = filepath.Walk(corpus, func(p string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			files["corpus"+filepath.ToSlash(strings.TrimPrefix(p, corpus))] = true
		}
		return nil
	})
	counts := map[string]int{}
	for e, err := range (dir.Source{Paths: []string{corpus}, Open: opener()}).Editions(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		for item, err := range e.Items(context.Background()) {
			origin, _, _ := strings.Cut(item.Origin, "#")
			origin, _, _ = strings.Cut(origin, "!")
			delete(files, origin)
			folder, _, _ := strings.Cut(strings.TrimPrefix(origin, "corpus/"), "/")
			if err != nil {
				folder += " (set aside)"
			}
			counts[folder]++
		}
	}
	for f := range files {
		t.Errorf("no item for %s", f)
	}
	t.Log(counts)
	for folder, want := range map[string]int{"xml-v230": 12, "xml-325": 6, "xml-v110-derived": 338, "xml-v230-derived": 65, "flat-2021q1": 34517} {
		if counts[folder] != want {
			t.Errorf("%s: %d documents, want %d", folder, counts[folder], want)
		}
	}
}

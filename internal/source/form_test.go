package source_test

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/source"
)

func TestFormOf(t *testing.T) {
	var small bytes.Buffer
	tw := tar.NewWriter(&small)
	if err := tw.WriteHeader(&tar.Header{Name: "a.xml", Size: 4, Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, head string
		want       source.Form
	}{
		{"nothing", "", source.Empty},
		{"white space", " \n\t", source.Empty},
		{"byte order mark alone", "\xef\xbb\xbf", source.Empty},
		{"declaration", `<?xml version="1.0"?><ANNONCE>`, source.XML},
		{"byte order mark", "\xef\xbb\xbf<ANNONCE/>", source.XML},
		{"blank lines before", "\r\n  <jo:ann>", source.XML},
		{"comment and document type", "<!-- html -->\n<!DOCTYPE ANNONCE SYSTEM 'x'>\n<ANNONCE>", source.XML},
		{"ISO-8859-1 bytes", "<?xml version='1.0' encoding='ISO-8859-1'?><A>\xe9", source.XML},
		{"UTF-16", "\xff\xfe<\x00A\x00", source.XML},
		{"UTF-16 without mark", "\x00<\x00?\x00x", source.XML},
		{"root cut off", "<ANNON", source.XML},
		{"HTML", "<!DOCTYPE html>\n<html><head>", source.HTML},
		{"HTML 4", "<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">", source.HTML},
		{"XHTML", `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html xmlns="http://www.w3.org/1999/xhtml">`, source.HTML},
		{"piece of a page", "<DIV class='avis'>", source.HTML},
		{"declaration before an odd root", "<?xml version='1.0'?><TABLE>", source.XML},
		{"object", ` {"idweb":`, source.JSON},
		{"array", "[\n{", source.JSON},
		{"RTF", `{\rtf1\ansi`, source.Unknown},
		{"CSV with semicolons", "idweb;objet;famille\n24-1;x;y", source.CSV},
		{"CSV with quotes and mark", "\xef\xbb\xbf\"objet\",\"idweb\"\r\n", source.CSV},
		{"CSV without idweb", "a;b;c\nidweb;1;2", source.Unknown},
		{"arrow in text", "<- back", source.Unknown},
		{"gzip", "\x1f\x8b\x08", source.Gzip},
		{"zip", "PK\x03\x04....", source.Zip},
		{"empty zip", "PK\x05\x06....", source.Zip},
		{"tar", small.String(), source.Tar},
		{"old tar without its magic", resum(small.String()), source.Tar},
		{"empty tar", strings.Repeat("\x00", 10240), source.Tar},
		{"zeros too few for a tar", strings.Repeat("\x00", 700), source.Unknown},
		{"PDF", "%PDF-1.4", source.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := source.FormOf([]byte(c.head)); got != c.want {
				t.Errorf("FormOf = %d, want %d", got, c.want)
			}
		})
	}
}

// resum takes the magic out of a tar header and corrects its sum.
func resum(header string) string {
	b := []byte(header)
	copy(b[257:265], make([]byte, 8))
	copy(b[148:156], "        ")
	sum := 0
	for _, c := range b[:512] {
		sum += int(c)
	}
	for i := 5; i >= 0; i-- {
		b[148+i] = '0' + byte(sum&7)
		sum >>= 3
	}
	b[154] = 0
	return string(b)
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ archive, file, want string }{
		{"BOAMP-J-AO_2015_062009", "d/15-31501.xml", "BOAMP-J-AO_2015_062009"},
		{"MAPA-IC-AA_2017_001001", `d\17-1.xml`, "MAPA-IC-AA_2017_001001"},
		{"MPA20060127", "06-1.xml", "MPA20060127"},
		{"2015", "BOAMP-N-AO_2015_062009.taz", "BOAMP-N-AO_2015_062009"},
		{"BOAMP-N-AO_2015_062009", "BOAMP-J-AO_2015_062010.taz", "BOAMP-J-AO_2015_062010"},
		{"my-notices", "26-35205.xml", "26-35205"},
		{"x", "export.jsonl.gz", "export"},
		{"x", ".gz", ".gz"},
		{"x", ".hidden", ".hidden"},
		{"x", "noextension", "noextension"},
	} {
		if got := source.NameWithin(c.archive, c.file); got != c.want {
			t.Errorf("NameWithin(%q, %q) = %q, want %q", c.archive, c.file, got, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for head, want := range map[string]string{
		"%PDF-1.4":                         "a PDF document",
		"\x1f\x9d\x90":                     "a file packed by compress (.Z)",
		"Bonjour, é":                       `text that begins "Bonjour, é"`,
		strings.Repeat("a", 39) + "é":      `text that begins "` + strings.Repeat("a", 39) + `"`,
		"\x01\x02\x03":                     `bytes that begin "\x01\x02\x03"`,
		strings.Repeat("\xff", 20) + "abc": `bytes that begin "` + strings.Repeat(`\xff`, 16) + `"`,
	} {
		if got := source.Describe([]byte(head)); got != want {
			t.Errorf("Describe(%q) = %s, want %s", head, got, want)
		}
	}
}

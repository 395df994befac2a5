package archive_test

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/archive"
	"github.com/boamp/boamp/internal/source/sourcetest"
)

type file = sourcetest.File

// got is what came of one member: its body or the kind and text of its error.
type got struct{ origin, body string }

// members unpacks b as the file "x.taz" and reads every member.
func members(t *testing.T, r archive.Reader, b []byte) []got {
	t.Helper()
	s := source.Stream{Origin: "x.taz", Name: "x", R: bytes.NewReader(b), At: bytes.NewReader(b), Size: int64(len(b))}
	return collect(r, s)
}

func collect(r archive.Reader, s source.Stream) (all []got) {
	for m, err := range r.Members(context.Background(), s) {
		if err == nil {
			var b []byte
			if b, err = io.ReadAll(m.R); err == nil {
				all = append(all, got{m.Origin, string(b)})
				continue
			}
		}
		all = append(all, got{m.Origin, errorText(err)})
	}
	return all
}

func errorText(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return "not a fault: " + err.Error()
	}
	return f.Kind.String() + ": " + f.Message
}

func want(t *testing.T, have []got, want ...got) {
	t.Helper()
	for i := range max(len(have), len(want)) {
		switch {
		case i >= len(have):
			t.Errorf("missing: %q", want[i])
		case i >= len(want):
			t.Errorf("too much: %q", have[i])
		case have[i].origin != want[i].origin || !strings.HasPrefix(have[i].body, want[i].body):
			t.Errorf("member %d = %q, want %q", i, have[i], want[i])
		}
	}
}

var a, b, c = file{Name: "d/15-1.xml", Body: "<A>1</A>"}, file{Name: "d/15-2.xml", Body: "<A>2</A>"}, file{Name: "d/15-3.xml", Body: "<A>3</A>"}

func TestForms(t *testing.T) {
	dir := file{Name: "d/"}
	both := []got{{"x.taz!d/15-1.xml", a.Body}, {"x.taz!d/15-2.xml", b.Body}}
	inner := func(name string) []got {
		return []got{{"x.taz!" + name + "!d/15-1.xml", a.Body}, {"x.taz!" + name + "!d/15-2.xml", b.Body}}
	}
	for _, tc := range []struct {
		name string
		b    []byte
		want []got
	}{
		{"gzip tar", sourcetest.TarGz(t, dir, a, b), both},
		{"tar", sourcetest.Tar(t, dir, a, b), both},
		{"zip", sourcetest.Zip(t, dir, a, b), both},
		{"stored zip", sourcetest.StoredZip(t, a, b), both},
		{"zip holding a tar", sourcetest.Zip(t, file{Name: "x.tar", Body: string(sourcetest.Tar(t, dir, a, b))}), inner("x.tar")},
		{"zip holding a gzip tar", sourcetest.Zip(t, file{Name: "x.tgz", Body: string(sourcetest.TarGz(t, dir, a, b))}), inner("x.tgz")},
		{"tar holding a zip", sourcetest.Tar(t, file{Name: "x.zip", Body: string(sourcetest.Zip(t, dir, a, b))}), inner("x.zip")},
		{"gzip holding a zip", sourcetest.Gzip(t, sourcetest.Zip(t, dir, a, b)), both},
		{"zip of taz that are zips of tars", sourcetest.Zip(t, file{Name: "y.taz", Body: string(sourcetest.Zip(t, file{Name: "y", Body: string(sourcetest.Tar(t, a, b))}))}), inner("y.taz!y")},
		{"gzip of one document", sourcetest.Gzip(t, []byte(a.Body)), []got{{"x.taz", a.Body}}},
		{"tar of gzip documents", sourcetest.Tar(t, file{Name: "1.xml.gz", Body: string(sourcetest.Gzip(t, []byte(a.Body)))}), []got{{"x.taz!1.xml.gz", a.Body}}},
		{"two gzip members", append(sourcetest.Gzip(t, []byte("<A>")), sourcetest.Gzip(t, []byte("</A>"))...), []got{{"x.taz", "<A></A>"}}},
		{"empty tar", sourcetest.Tar(t), nil},
		{"empty zip", sourcetest.Zip(t), nil},
		{"empty entry", sourcetest.Zip(t, file{Name: "e"}), []got{{"x.taz!e", ""}}},
		{"not an archive", []byte(a.Body), []got{{"x.taz", "unsupported: not an archive"}}},
	} {
		t.Run(tc.name, func(t *testing.T) { want(t, members(t, archive.Reader{}, tc.b), tc.want...) })
	}
}

func TestNameOfMembers(t *testing.T) {
	inner := sourcetest.Zip(t, file{Name: "BOAMP-J-AO_2015_062009.taz", Body: string(sourcetest.TarGz(t, a))}, b)
	s := source.Stream{Origin: "2015.zip", Name: "2015", R: bytes.NewReader(inner), At: bytes.NewReader(inner), Size: int64(len(inner))}
	var names []string
	for m, err := range (archive.Reader{}).Members(context.Background(), s) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, m.Name)
	}
	if fmt.Sprint(names) != "[BOAMP-J-AO_2015_062009 15-2]" {
		t.Errorf("names %q", names)
	}
}

func TestHostileNames(t *testing.T) {
	for _, tc := range []struct{ name, why string }{
		{"../etc/passwd.xml", "leads out of the archive"},
		{"d/../../x.xml", "leads out of the archive"},
		{`d\..\..\x.xml`, "leads out of the archive"},
		{"/etc/x.xml", "absolute path"},
		{`\\server\x.xml`, "absolute path"},
		{`C:\x.xml`, "drive letter"},
		{"c:x.xml", "drive letter"},
		{"a\x00b.xml", "NUL"},
		{strings.Repeat("n", 600), "600 bytes"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			all := members(t, archive.Reader{}, sourcetest.Zip(t, a, file{Name: tc.name, Body: "<X/>"}, b))
			if len(all) != 3 || all[0].body != a.Body || all[2].body != b.Body || !strings.Contains(all[1].body, tc.why) {
				t.Errorf("%q", all)
			}
			if strings.ContainsRune(all[1].origin, 0) || len(all[1].origin) > 400 {
				t.Errorf("origin %q is not fit to be shown", all[1].origin)
			}
		})
	}
	all := members(t, archive.Reader{}, sourcetest.Tar(t, file{Name: "../x.xml", Body: "<X/>"}, file{Name: "d\xe9.xml", Body: "<Y/>"}))
	want(t, all, got{"x.taz!../x.xml", "invalid: the entry's name leads out"}, got{`x.taz!d\xe9.xml`, "<Y/>"})
}

func TestSpecialEntries(t *testing.T) {
	all := members(t, archive.Reader{}, sourcetest.Tar(t, a,
		file{Name: "s.xml", Body: "/etc/passwd", Link: tar.TypeSymlink}, file{Name: "h.xml", Body: "d/15-1.xml", Link: tar.TypeLink},
		file{Name: "p", Link: tar.TypeFifo}, b))
	want(t, all, got{"x.taz!d/15-1.xml", a.Body}, got{"x.taz!s.xml", "unsupported: a symbolic link"}, got{"x.taz!h.xml", "unsupported: a link to another entry"},
		got{"x.taz!p", "unsupported: a device or pipe"}, got{"x.taz!d/15-2.xml", b.Body})
}

func TestDuplicates(t *testing.T) {
	other := file{Name: a.Name, Body: "<A>other</A>"}
	for name, b := range map[string][]byte{"tar": sourcetest.Tar(t, a, a, other, c), "zip": sourcetest.Zip(t, a, a, other, c)} {
		t.Run(name, func(t *testing.T) {
			want(t, members(t, archive.Reader{}, b), got{"x.taz!d/15-1.xml", a.Body}, got{"x.taz!d/15-1.xml", a.Body},
				got{"x.taz!d/15-1.xml", "invalid: duplicate entry"}, got{"x.taz!d/15-3.xml", c.Body})
		})
	}
}

func TestDamage(t *testing.T) {
	big := file{Name: "big.xml", Body: sourcetest.Notice(1, 60_000)}
	ok1 := got{"x.taz!d/15-1.xml", a.Body}
	cut := func(b []byte, n int) []byte { return b[:len(b)-n] }
	flip := func(b []byte, at string, off int) []byte {
		b = bytes.Clone(b)
		i := bytes.Index(b, []byte(at))
		b[i+off] ^= 0x55
		return b
	}
	zipped := sourcetest.Zip(t, a, big, c)
	directory := bytes.Index(zipped, []byte("PK\x01\x02"))
	plain := sourcetest.Tar(t, a, b)
	for _, tc := range []struct {
		name string
		b    []byte
		want []got
	}{
		{"gzip tar cut within an entry", cut(sourcetest.TarGz(t, a, big), 3000), []got{ok1, {"x.taz!big.xml", "invalid: cut off"}, {"x.taz", "invalid: cut off before its end; the break is in or after entry 2"}}},
		{"gzip tar cut in its last bytes", cut(sourcetest.TarGz(t, a), 4), []got{ok1, {"x.taz", "invalid: cut off"}}},
		{"gzip tar cut in its header", sourcetest.TarGz(t, a)[:12], []got{{"x.taz", "invalid: cut off"}}},
		{"gzip with a wrong sum", append(cut(sourcetest.TarGz(t, a), 8), 1, 2, 3, 4, 0, 0, 0, 0), []got{ok1, {"x.taz", "invalid: the checksum"}}},
		{"gzip of one document with a wrong sum", append(cut(sourcetest.Gzip(t, []byte(a.Body)), 8), 1, 2, 3, 4, 8, 0, 0, 0), []got{{"x.taz", "invalid: the checksum"}}},
		{"bytes after gzip", append(sourcetest.TarGz(t, a), "rubbish and more of it"...), []got{ok1, {"x.taz", "invalid: bytes that are not gzip"}}},
		{"tar cut between entries", plain[:1024], []got{ok1, {"x.taz", "invalid: the tar has no end mark"}}},
		{"tar cut within an entry", plain[:1024+512+3], []got{ok1, {"x.taz!d/15-2.xml", "invalid: cut off"}, {"x.taz", "invalid: cut off"}}},
		{"tar with a bad header", append(bytes.Clone(plain[:1024]), bytes.Repeat([]byte("x"), 2048)...), []got{ok1, {"x.taz", "invalid: the tar is damaged"}}},
		{"zip entry with a wrong sum", flip(sourcetest.StoredZip(t, a, b), b.Body, 3), []got{ok1, {"x.taz!d/15-2.xml", "invalid: the checksum"}}},
		{"zip without its directory", zipped[:directory], []got{ok1, {"x.taz!big.xml", big.Body}, {"x.taz!d/15-3.xml", c.Body}, {"x.taz", "invalid: the zip has no directory"}}},
		{"zip cut within an entry", zipped[:directory/2], []got{ok1, {"x.taz!big.xml", "invalid: cut off"}, {"x.taz", "invalid: the zip has no directory at its end: it was cut off; the break is in or after entry 2"}}},
		{"stored zip cut within an entry", sourcetest.StoredZip(t, a, b)[:92], []got{ok1, {"x.taz!d/15-2.xml", "invalid: cut off"}, {"x.taz", "invalid: the zip has no directory"}}},
		{"stored zip without directory and a wrong sum", flip(sourcetest.StoredZip(t, b, a)[:96], b.Body, 3), []got{{"x.taz!d/15-2.xml", "invalid: the checksum"}, ok1, {"x.taz", "invalid: the zip has no directory"}}},
		{"encrypted entry", setFlags(sourcetest.Zip(t, a, b), 1, 1), []got{ok1, {"x.taz!d/15-2.xml", "unsupported: the entry is encrypted"}}},
		{"unknown method", setMethod(sourcetest.Zip(t, a, b), 1, 14), []got{ok1, {"x.taz!d/15-2.xml", "unsupported: compressed by a method"}}},
		{"only a signature", []byte("PK\x03\x04"), []got{{"x.taz", "invalid: the zip has no directory at its end: it was cut off; no entry"}}},
	} {
		t.Run(tc.name, func(t *testing.T) { want(t, members(t, archive.Reader{}, tc.b), tc.want...) })
	}
}

// directoryEntry finds the n-th entry of a zip's directory.
func directoryEntry(b []byte, n int) int {
	i := bytes.Index(b, []byte("PK\x01\x02"))
	for range n {
		i += 4 + bytes.Index(b[i+4:], []byte("PK\x01\x02"))
	}
	return i
}

func setFlags(b []byte, n int, flags uint16) []byte {
	binary.LittleEndian.PutUint16(b[directoryEntry(b, n)+8:], flags)
	return b
}

func setMethod(b []byte, n int, method uint16) []byte {
	binary.LittleEndian.PutUint16(b[directoryEntry(b, n)+10:], method)
	return b
}

func TestLimits(t *testing.T) {
	zeros := "<A>" + strings.Repeat("\x00", 8<<20)
	bomb := file{Name: "bomb.xml", Body: zeros}
	ok1, ok2 := got{"x.taz!d/15-1.xml", a.Body}, got{"x.taz!d/15-2.xml", b.Body}
	notice := file{Name: "n.xml", Body: sourcetest.Notice(1, 200_000)}
	for _, tc := range []struct {
		name string
		lim  archive.Limits
		b    []byte
		want []got
	}{
		{"gzip bomb", archive.Limits{}, sourcetest.Gzip(t, []byte(zeros)), []got{{"x.taz", "too_large: the archive expands to more than 200 times"}}},
		{"bomb in a gzip tar", archive.Limits{}, sourcetest.TarGz(t, a, bomb, b), []got{ok1, {"x.taz!bomb.xml", "too_large: the archive expands"}, {"x.taz", "too_large: the archive expands"}}},
		{"bomb in a zip leaves the others", archive.Limits{}, sourcetest.Zip(t, a, bomb, b), []got{ok1, {"x.taz!bomb.xml", "too_large: the entry expands"}, ok2}},
		{"zip of many small bombs", archive.Limits{}, sourcetest.Zip(t, a, file{Name: "1", Body: zeros[:600<<10]}, file{Name: "2", Body: zeros[:600<<10]}, b),
			[]got{ok1, {"x.taz!1", "<A>\x00"}, {"x.taz!2", "too_large: the archive expands"}, {"x.taz", "too_large: the archive expands"}}},
		{"bytes after the end of a tar", archive.Limits{}, sourcetest.Gzip(t, append(sourcetest.Tar(t, a), zeros...)), []got{ok1, {"x.taz", "too_large"}}},
		{"expanded size", archive.Limits{Expanded: 100_000}, sourcetest.TarGz(t, a, notice, b), []got{ok1, {"x.taz!n.xml", "too_large: the archive expands to more than 100000 bytes"}, {"x.taz", "too_large"}}},
		{"expanded size of a zip", archive.Limits{Expanded: 100_000}, sourcetest.Zip(t, a, notice, b), []got{ok1, {"x.taz!n.xml", "too_large: the archive expands to more than 100000 bytes"}, {"x.taz", "too_large"}}},
		{"entries of a tar", archive.Limits{Entries: 2}, sourcetest.Tar(t, a, b, c), []got{ok1, ok2, {"x.taz", "too_large: the archive has more than 2 entries"}}},
		{"entries of a zip", archive.Limits{Entries: 2}, sourcetest.Zip(t, a, b, c), []got{ok1, ok2, {"x.taz", "too_large: the archive has more than 2 entries"}}},
		{"entries of inner archives count", archive.Limits{Entries: 3}, sourcetest.Tar(t, file{Name: "i.tgz", Body: string(sourcetest.TarGz(t, a, b, c))}, a),
			[]got{{"x.taz!i.tgz!d/15-1.xml", a.Body}, {"x.taz!i.tgz!d/15-2.xml", b.Body}, {"x.taz!i.tgz", "too_large: the archive has more than 3 entries"}}},
		{"depth", archive.Limits{}, sourcetest.Zip(t, file{Name: "1.zip", Body: string(sourcetest.Zip(t, file{Name: "2.zip", Body: string(sourcetest.Zip(t, a))}))}, b),
			[]got{{"x.taz!1.zip!2.zip", "too_large: archives stand more than 2 deep"}, ok2}},
		{"gzip in gzip in gzip", archive.Limits{}, sourcetest.Gzip(t, sourcetest.Gzip(t, sourcetest.Gzip(t, []byte(a.Body)))), []got{{"x.taz", "too_large: archives stand more than 2 deep"}}},
		{"inner zip", archive.Limits{Nested: 100}, sourcetest.Tar(t, file{Name: "i.zip", Body: string(sourcetest.Zip(t, a, b))}, b),
			[]got{{"x.taz!i.zip", "too_large: a zip inside another archive of more than 100 bytes"}, ok2}},
		{"many equal notices are no bomb", archive.Limits{}, sourcetest.TarGz(t, file{Name: "1", Body: notice.Body}, file{Name: "2", Body: notice.Body}), []got{{"x.taz!1", notice.Body}, {"x.taz!2", notice.Body}}},
	} {
		t.Run(tc.name, func(t *testing.T) { want(t, members(t, archive.Reader{Limits: tc.lim}, tc.b), tc.want...) })
	}
}

// TestDirectoryOfMany keeps a directory with more entries than the end record admits out of memory.
func TestDirectoryOfMany(t *testing.T) {
	var files []file
	for i := range 12_000 {
		files = append(files, file{Name: fmt.Sprint(i)})
	}
	b := sourcetest.StoredZip(t, files...)
	all := members(t, archive.Reader{Limits: archive.Limits{Entries: 2000}}, b)
	want(t, all, got{"x.taz", "too_large: the archive has more than 2000 entries"})
}

// TestOverlap reads a zip in which many directory entries point at the same bytes.
func TestOverlap(t *testing.T) {
	body := strings.Repeat("\x00", 1000<<10)
	one := sourcetest.Zip(t, file{Name: "k", Body: body})
	at, end := bytes.Index(one, []byte("PK\x01\x02")), bytes.Index(one, []byte("PK\x05\x06"))
	var b []byte
	b = append(b, one[:at]...)
	const n = 50
	for i := range n {
		e := bytes.Clone(one[at:end])
		e[46] = byte('A' + i) // its name
		b = append(b, e...)
	}
	tail := bytes.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], n)
	binary.LittleEndian.PutUint16(tail[10:], n)
	binary.LittleEndian.PutUint32(tail[12:], uint32(n*(end-at)))
	b = append(b, tail...)
	all := members(t, archive.Reader{}, b)
	if last := all[len(all)-1]; last.origin != "x.taz" || !strings.HasPrefix(last.body, "too_large") || len(all) > 10 {
		t.Errorf("%d members, last %.100q", len(all), last)
	}
}

// TestUnread asks for the next member without reading the one before, and stops early.
func TestUnread(t *testing.T) {
	for name, b := range map[string][]byte{"gzip tar": sourcetest.TarGz(t, a, b, c), "zip": sourcetest.Zip(t, a, b, c)} {
		var origins []string
		s := source.Stream{Origin: "x", R: bytes.NewReader(b), At: bytes.NewReader(b), Size: int64(len(b))}
		for m, err := range (archive.Reader{}).Members(context.Background(), s) {
			if err != nil {
				t.Fatal(err)
			}
			if origins = append(origins, m.Origin); len(origins) == 2 {
				break
			}
		}
		if fmt.Sprint(origins) != "[x!d/15-1.xml x!d/15-2.xml]" {
			t.Errorf("%s: %q", name, origins)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := sourcetest.Tar(t, a, b, c)
	n := 0
	var last error
	for m, err := range (archive.Reader{}).Members(ctx, source.Stream{Origin: "x", R: bytes.NewReader(b)}) {
		cancel()
		if n, last = n+1, err; err != nil && m.Origin != "" {
			t.Errorf("cancellation stands beside %q", m.Origin)
		}
	}
	if n != 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d members, last error %v", n, last)
	}
}

// TestDiskError tells a disk that fails from an archive that is damaged.
func TestDiskError(t *testing.T) {
	b := sourcetest.Tar(t, a, b)
	r := io.MultiReader(bytes.NewReader(b[:1024]), failing{})
	want(t, collect(archive.Reader{}, source.Stream{Origin: "x", R: r}), got{"x!d/15-1.xml", a.Body}, got{"x", "unavailable: the file could not be read"})
}

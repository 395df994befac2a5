// Package sourcetest builds archives and notices for the tests of sources. Product code does not import it.
package sourcetest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// File is an entry of an archive.
type File struct {
	Name string
	Body string
	Link byte // typeflag of tar for what is no file; body is the target then
}

// Day is the time of modification of all entries.
var Day = time.Date(2015, 3, 3, 4, 46, 0, 0, time.UTC)

// Tar packs files.
func Tar(t testing.TB, files ...File) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.Name, Size: int64(len(f.Body)), Mode: 0o644, ModTime: Day}
		switch {
		case f.Link != 0:
			h.Typeflag, h.Linkname, h.Size = f.Link, f.Body, 0
		case strings.HasSuffix(f.Name, "/"):
			h.Typeflag, h.Mode = tar.TypeDir, 0o755
		}
		must(t, w.WriteHeader(h))
		if h.Size > 0 {
			_, err := io.WriteString(w, f.Body)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

// Gzip packs bytes.
func Gzip(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	must(t, err)
	must(t, w.Close())
	return b.Bytes()
}

// TarGz is DILA's `.taz` of 2016.
func TarGz(t testing.TB, files ...File) []byte {
	t.Helper()
	return Gzip(t, Tar(t, files...))
}

// Zip packs files, with the sizes behind each entry, as programs that write to a stream do.
func Zip(t testing.TB, files ...File) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: Day})
		must(t, err)
		if !strings.HasSuffix(f.Name, "/") {
			_, err = io.WriteString(e, f.Body)
			must(t, err)
		}
	}
	must(t, w.Close())
	return b.Bytes()
}

// StoredZip packs files uncompressed, with the sizes before each entry, as programs that write to a file do.
func StoredZip(t testing.TB, files ...File) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.CreateRaw(&zip.FileHeader{
			Name: f.Name, Method: zip.Store, Modified: Day, CRC32: crc32.ChecksumIEEE([]byte(f.Body)),
			CompressedSize64: uint64(len(f.Body)), UncompressedSize64: uint64(len(f.Body)),
		})
		must(t, err)
		_, err = io.WriteString(e, f.Body)
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Notice writes an invented document of about size bytes, different for each n, that compresses as notices do.
func Notice(n, size int) string {
	rnd := rand.New(rand.NewPCG(uint64(n), 11))
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?><ANNONCE><GESTION><REFERENCE><IDWEB>15-%d</IDWEB></REFERENCE></GESTION><DONNEES>`, n)
	for b.Len() < size {
		fmt.Fprintf(&b, "<LOT><NUM>%d</NUM><INTITULE>", rnd.IntN(100))
		for range 12 {
			b.WriteString(words[rnd.IntN(len(words))])
			b.WriteString(syllables[rnd.IntN(len(syllables))])
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "</INTITULE><MONTANT>%d</MONTANT></LOT>", rnd.IntN(1_000_000))
	}
	b.WriteString("</DONNEES></ANNONCE>")
	return b.String()
}

var (
	words = strings.Fields(`travaux fourniture maintenance réfection toiture école voirie réseaux éclairage public nettoyage locaux
		maîtrise œuvre construction gymnase assainissement collecte déchets transport scolaire informatique logiciel mobilier denrées
		espaces verts signalisation chauffage plomberie électricité menuiserie peinture carrelage charpente gros étude diagnostic`)
	syllables = strings.Fields("s es ent ation eur age ible al ique ment ure oire in et ou ir er on ar is")
)

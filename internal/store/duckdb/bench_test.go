package duckdb_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/feed/detect"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/query"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/synth"
)

// The benchmarks work on invented notices in the true formats, varied so that no text comes twice:
//
//	go test -run - -bench . -benchtime 1x -notices 100000 ./internal/store/duckdb
var (
	noticesFlag = flag.Int("notices", 10_000, "notices in the database of the benchmarks")
	putFlag     = flag.Int("put", 512, "notices in one Put")
	txFlag      = flag.Int("tx", 0, "notices in one transaction; 0 means all")
	memoryFlag  = flag.Int64("memory", 0, "DuckDB's memory limit in MB; 0 means the default")
	threadsFlag = flag.Int("threads", 0, "DuckDB's threads; 0 means the default")
	dataFlag    = flag.String("data", "", "folder in which the database of the benchmarks that read is made, or found when it is there; empty means a new one")
)

// templates reads invented documents of every kind.
func templates(t testing.TB, seed uint64, count int, today notice.Date) []*notice.Notice {
	t.Helper()
	reader := detect.New()
	var list []*notice.Notice
	for d := range synth.Generate(synth.Options{Seed: seed, Notices: count, Today: today}) {
		sum := sha256.Sum256(d.Bytes)
		r, err := reader.Read(feed.Document{Bytes: d.Bytes, Origin: d.Path, Name: filepath.Base(d.Path), SHA256: hex.EncodeToString(sum[:]), Fetched: time.Date(2026, 9, 12, 5, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, r.Notices...)
	}
	return list
}

// maker varies templates.
type maker struct {
	rng       *rand.Rand
	templates []*notice.Notice
	words     []string
	made      int
}

func newMaker(t testing.TB) *maker {
	m := &maker{rng: rand.New(rand.NewPCG(1, 2)), templates: templates(t, 2, 1500, notice.Date{Year: 2026, Month: 9, Day: 11})}
	for i := range 5000 { // a vocabulary of the size of a language's
		m.words = append(m.words, strings.Fields("marche travaux fourniture services nettoyage entretien batiment renovation")[i%8]+string([]byte{'a' + byte(i/8%26), 'a' + byte(i/208%26)}))
	}
	return m
}

// next makes a notice with an id and a hash of its own, published some days after the last one, with other figures and some
// other words in its texts.
func (m *maker) next(total int) *notice.Notice {
	n := *m.templates[m.rng.IntN(len(m.templates))]
	n.ID = fmt.Sprintf("%02d-%d", 15+m.made*11/total, 100_000+m.made)
	n.Source.SHA256 = fmt.Sprintf("%016x%016x%016x%016x", m.rng.Uint64(), m.rng.Uint64(), m.rng.Uint64(), m.rng.Uint64())
	n.Published = notice.Date{Year: 2015, Month: 3, Day: 1}.AddDays(m.made * 4000 / total)
	n.Title, n.Description = m.vary(n.Title), m.vary(n.Description)
	r := &n.Record
	r.Idweb, r.ID, r.Dateparution = n.ID, strings.ReplaceAll(n.ID, "-", "_"), n.Published
	for _, s := range []**string{&r.Objet, &r.Gestion, &r.Donnees, &r.URLAvis, &r.Contractfolderid} {
		if *s != nil {
			text := m.vary(**s)
			*s = &text
		}
	}
	n.Lots = append([]notice.Lot(nil), n.Lots...)
	for i := range n.Lots {
		n.Lots[i].Title, n.Lots[i].Description = m.vary(n.Lots[i].Title), m.vary(n.Lots[i].Description)
	}
	m.made++
	return &n
}

// vary changes every figure and one word in four.
func (m *maker) vary(s string) string {
	b := make([]byte, 0, len(s)+len(s)/8)
	for i := 0; i < len(s); {
		end := i
		for end < len(s) && s[end] >= 'a' && s[end] <= 'z' {
			end++
		}
		switch {
		case end-i >= 4 && m.rng.IntN(4) == 0:
			b = append(b, m.words[m.rng.IntN(len(m.words))]...)
		case end > i:
			b = append(b, s[i:end]...)
		case s[i] >= '0' && s[i] <= '9':
			b = append(b, '0'+byte(m.rng.IntN(10)))
			end = i + 1
		default:
			b = append(b, s[i])
			end = i + 1
		}
		i = end
	}
	return string(b)
}

// fill imports notices and reports how fast.
func fill(b *testing.B, db store.Store, dir string, total int) {
	m := newMaker(b)
	ctx := context.Background()
	size := *txFlag
	if size <= 0 {
		size = total
	}
	var spent time.Duration
	var bytes, peak int64
	for m.made < total {
		tx, err := db.Begin(ctx)
		if err != nil {
			b.Fatal(err)
		}
		for end := min(total, m.made+size); m.made < end; {
			batch := make([]*notice.Notice, 0, *putFlag)
			for len(batch) < *putFlag && m.made < end {
				n := m.next(total)
				bytes += long(n.Record.Gestion) + long(n.Record.Donnees)
				batch = append(batch, n)
			}
			start := time.Now()
			if _, err := tx.Put(ctx, batch); err != nil {
				b.Fatal(err)
			}
			spent += time.Since(start)
			peak = max(peak, residentMB())
		}
		start := time.Now()
		if _, err := tx.Commit(ctx, time.Now()); err != nil {
			b.Fatal(err)
		}
		spent += time.Since(start)
		peak = max(peak, residentMB())
	}
	b.ReportMetric(float64(total)/spent.Seconds(), "notices/s")
	b.ReportMetric(float64(bytes)/1e6/spent.Seconds(), "bodyMB/s")
	b.ReportMetric(float64(bytes)/float64(total), "bodyB/notice")
	b.ReportMetric(float64(peak), "peakMB")
	if info, err := os.Stat(filepath.Join(dir, "notices.duckdb")); err == nil {
		b.ReportMetric(float64(info.Size())/float64(total), "fileB/notice")
	}
}

func long(s *string) int64 {
	if s == nil {
		return 0
	}
	return int64(len(*s))
}

// residentMB is the memory of this process that the system counts, 0 where it does not say.
func residentMB() int64 {
	data, err := os.ReadFile("/proc/self/statm")
	var all, resident int64
	if err != nil {
		return 0
	}
	if _, err := fmt.Sscan(string(data), &all, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize()) / 1e6
}

func BenchmarkImport(b *testing.B) {
	for range b.N {
		dir := b.TempDir()
		db, err := open(dir)
		if err != nil {
			b.Fatal(err)
		}
		fill(b, db, dir, *noticesFlag)
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkImportAgain imports what is there already.
func BenchmarkImportAgain(b *testing.B) {
	dir := b.TempDir()
	db, err := open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	fill(b, db, dir, *noticesFlag)
	for range b.N {
		fill(b, db, dir, *noticesFlag)
	}
}

// BenchmarkReadBesideImport asks for a page and a notice all the time while notices are imported.
func BenchmarkReadBesideImport(b *testing.B) {
	catalogue := field.NewCatalogue()
	page := paging(query.Compare{Field: catalogue.Must("famille"), Value: field.Str("MAPA")}, catalogue.Columns()[:12], 20)
	for range b.N {
		dir := b.TempDir()
		db, err := open(dir)
		if err != nil {
			b.Fatal(err)
		}
		stop, waits := make(chan struct{}), make(chan []time.Duration)
		go func() {
			var list []time.Duration
			for {
				select {
				case <-stop:
					waits <- list
					return
				default:
				}
				start := time.Now()
				if err := once(db, page); err != nil {
					b.Error(err)
				}
				list = append(list, time.Since(start))
			}
		}()
		fill(b, db, dir, *noticesFlag)
		close(stop)
		list := <-waits
		slices.Sort(list)
		b.ReportMetric(float64(len(list)), "pages")
		b.ReportMetric(float64(list[len(list)/2].Microseconds())/1000, "median-ms")
		b.ReportMetric(float64(list[len(list)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(list[len(list)-1].Microseconds())/1000, "max-ms")
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func once(db store.Store, ask func(s store.Snapshot) (int, error)) error {
	s, err := db.Snapshot(context.Background())
	if err != nil {
		return err
	}
	_, err = ask(s)
	return errors.Join(err, s.Close())
}

// filled opens a database with notices to read.
func filled(b *testing.B) store.Store {
	dir := *dataFlag
	if dir == "" {
		dir = b.TempDir()
	}
	db, err := open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	s, err := db.Snapshot(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if s.Info().Notices == 0 {
		fill(b, db, dir, *noticesFlag)
	}
	return db
}

func BenchmarkRead(b *testing.B) {
	db := filled(b)
	rng := rand.New(rand.NewPCG(3, 4))
	catalogue := field.NewCatalogue()
	fd := catalogue.Must
	pick := func(names ...string) (list []*field.Field) {
		for _, n := range names {
			list = append(list, fd(n))
		}
		return list
	}
	since := query.Compare{Field: fd("dateparution"), Op: query.Ge, Value: field.Str("2025-06-01")}
	mapa := query.Compare{Field: fd("famille"), Value: field.Str("MAPA")}
	words := query.Words{Fields: []*field.Field{fd("texte")}, Tokens: query.Each("marchea", "prestat")}
	twelve := pick("idweb", "objet", "famille", "dateparution", "datelimitereponse", "nomacheteur", "code_departement", "nature_libelle", "descripteur_libelle", "type_marche", "procedure_libelle", "url_avis")
	list := pick("idweb", "objet", "dateparution", "nomacheteur", "buyer_name", "deadline", "stage")
	cases := []struct {
		name string
		ask  func(s store.Snapshot) (int, error)
	}{
		{"get", func(s store.Snapshot) (int, error) {
			i := rng.IntN(*noticesFlag)
			_, err := s.Get(context.Background(), fmt.Sprintf("%02d-%d", 15 + i*11 / *noticesFlag, 100_000+i))
			return 1, err
		}},
		{"count by family", counting(mapa)},
		{"page of 20 by date, family and day", paging(query.And{mapa, since}, list, 20)},
		{"count of two words", counting(words)},
		{"page of 20, two words", paging(words, list, 20)},
		{"page of 20, all flat fields", paging(mapa, catalogue.Flat(), 20)},
		{"page of 100, all fields", paging(mapa, catalogue.Columns(), 100)},
		{"export of 12 columns", paging(nil, twelve, -1)},
		{"export of 12 columns, family", paging(mapa, twelve, -1)},
		{"export of all flat fields", paging(nil, catalogue.Flat(), -1)},
	}
	for _, c := range cases {
		b.Run(c.name, func(b *testing.B) { measure(b, db, c.ask) })
	}
}

// measure asks a question in a view of its own each time.
func measure(b *testing.B, db store.Store, ask func(s store.Snapshot) (int, error)) {
	rows := 0
	for range b.N {
		s, err := db.Snapshot(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		n, err := ask(s)
		if err != nil {
			b.Fatal(err)
		}
		rows += n
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(residentMB()), "rssMB")
}

func counting(where query.Expr) func(s store.Snapshot) (int, error) {
	return func(s store.Snapshot) (int, error) {
		n, err := s.Count(context.Background(), where)
		return int(n), err
	}
}

func paging(where query.Expr, fields []*field.Field, limit int) func(s store.Snapshot) (int, error) {
	return func(s store.Snapshot) (n int, err error) {
		for _, err := range s.Rows(context.Background(), query.Query{Where: where, Limit: limit}, fields) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
}

package dilafake

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"hash/fnv"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/notice"
)

// Fill publishes documents as DILA would have: days since October 2023 as files, in the history when their year is over on today; earlier days as archives of
// each type, those of closed formats in the history. Paths are "yyyy/MM/dd/<idweb>.xml"; what has another is put where it says, at the
// beginning of today.
func Fill(t *Tree, files map[string][]byte, today notice.Date) error {
	days := map[notice.Date][]string{}
	for p, body := range files {
		if day, ok := notice.ParseDate(strings.ReplaceAll(path.Dir(p), "/", "-")); ok && strings.Count(p, "/") == 3 {
			days[day] = append(days[day], p)
		} else {
			t.Put(p, body, today.In(notice.Paris))
		}
	}
	for day, list := range days {
		slices.Sort(list)
		if day.Compare(firstFolders) < 0 {
			if err := fillArchives(t, files, day, list); err != nil {
				return err
			}
			continue
		}
		root := ""
		if day.Year < today.Year {
			root = "FluxHistorique/Boamp_v240/"
		}
		times := Rhythm(day, len(list))
		for i, p := range list {
			t.Put(root+p, files[p], times[i])
		}
	}
	return nil
}

var firstFolders = notice.Date{Year: 2023, Month: time.October, Day: 16}

// Rhythm gives the times at which the notices of a day appear: half of them at 04:46, the others every half hour from 07:45 to 19:45, as on any
// day that was looked at, weekends included.
func Rhythm(day notice.Date, n int) []time.Time {
	at := func(hour, minute, second int) time.Time {
		return time.Date(day.Year, day.Month, day.Day, hour, minute, second, 0, notice.Paris)
	}
	list := make([]time.Time, n)
	const rounds = 25
	for i := range list {
		if early := (n + 1) / 2; i < early {
			list[i] = at(4, 46, i%60)
		} else {
			round := (i - early) * rounds / max(1, n-early)
			list[i] = at(7, 45+30*round, i%60)
		}
	}
	return list
}

// types are those of the archives.
var types = []string{"BOAMP-J-AO", "BOAMP-J-IC-AA", "BOAMP-N-AO", "BOAMP-N-IC-AA", "MAPA-AO", "MAPA-IC-AA"}

func fillArchives(t *Tree, files map[string][]byte, day notice.Date, list []string) error {
	kinds := map[string][]string{}
	for _, p := range list {
		h := fnv.New32a()
		_, _ = h.Write([]byte(p))
		kind := types[h.Sum32()%uint32(len(types))]
		kinds[kind] = append(kinds[kind], p)
	}
	for i, kind := range slices.Sorted(maps.Keys(kinds)) {
		name := fmt.Sprintf("%s_%04d_%03d%03d", kind, day.Year, day.In(time.UTC).YearDay(), i+1)
		body, err := pack(name, files, kinds[kind], day)
		if err != nil {
			return err
		}
		where := fmt.Sprintf("%04d/%s.taz", day.Year, name)
		if day.Year < 2019 {
			where = fmt.Sprintf("FluxHistorique/Boamp_v230/%04d/%s/%s.%s", day.Year, kind, name, cmp.Or(map[int]string{2015: "xml.zip", 2016: "xml.zip"}[day.Year], "taz"))
		}
		t.Put(where, body, time.Date(day.Year, day.Month, day.Day, 4, 46, 0, 0, notice.Paris))
	}
	return nil
}

// pack makes an archive of documents, each with its page: a gzip tar until 2016, then a zip that holds a tar.
func pack(name string, files map[string][]byte, list []string, day notice.Date) ([]byte, error) {
	var inner bytes.Buffer
	w := tar.NewWriter(&inner)
	for _, p := range list {
		stem := name + "/" + strings.TrimSuffix(path.Base(p), path.Ext(p))
		page := fmt.Sprintf("<html><head><title>%s</title></head><body></body></html>\n", path.Base(stem))
		for _, f := range []struct {
			name string
			body []byte
		}{{stem + ".xml", files[p]}, {stem + ".html", []byte(page)}} {
			if err := w.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.body)), Mode: 0o644, ModTime: day.In(notice.Paris)}); err != nil {
				return nil, err
			}
			if _, err := w.Write(f.body); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	var outer bytes.Buffer
	if day.Year <= 2016 {
		z := gzip.NewWriter(&outer)
		_, _ = z.Write(inner.Bytes()) // a buffer takes all
		err := z.Close()
		return outer.Bytes(), err
	}
	z := zip.NewWriter(&outer)
	e, err := z.Create(name + ".tar")
	if err != nil {
		return nil, err
	}
	_, _ = e.Write(inner.Bytes())
	err = z.Close()
	return outer.Bytes(), err
}

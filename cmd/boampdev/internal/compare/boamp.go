package compare

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

const explorePath = "/api/explore/v2.1/catalog/datasets/boamp"

// Boamp asks a running server over HTTP: its times hold the transport and the writing and reading of JSON.
type Boamp struct {
	Title  string // of the tables
	URL    string
	Data   string // its folder, for the size
	Client *http.Client
}

// Name is that of the tables.
func (b *Boamp) Name() string { return b.Title }

// Load does nothing: the corpus comes from there.
func (b *Boamp) Load(context.Context, iter.Seq2[*Record, error]) error { return nil }

// Schema is nothing that was loaded.
func (b *Boamp) Schema() string { return "" }

// Close does nothing: who started the server ends it.
func (b *Boamp) Close() error { return nil }

// Version asks the server.
func (b *Boamp) Version() string {
	var v struct{ Version, Commit string }
	body, err := b.get(context.Background(), "/version")
	if err != nil || json.Unmarshal(body, &v) != nil {
		return ""
	}
	return strings.TrimSpace("boamp " + v.Version + " " + v.Commit)
}

// Size is that of the store, the index and what else the folder has but the kept documents and the ledger.
func (b *Boamp) Size() (n int64, err error) {
	err = filepath.WalkDir(b.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "raw" || d.Name() == "ledger") {
			return filepath.SkipDir
		}
		if d.Type().IsRegular() {
			info, err := d.Info()
			if err != nil {
				return err
			}
			n += info.Size()
		}
		return nil
	})
	return n, err
}

// Records streams the corpus.
func (b *Boamp) Records(ctx context.Context) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		res, err := b.open(ctx, explorePath+"/exports/jsonl")
		if err != nil {
			yield(nil, err)
			return
		}
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(make([]byte, 1<<20), 256<<20)
		for lines.Scan() {
			r, err := readRecord(lines.Bytes())
			if !yield(r, err) || err != nil {
				return
			}
		}
		if lines.Err() != nil {
			yield(nil, lines.Err())
		}
	}
}

// readRecord reads a line of the export.
func readRecord(line []byte) (*Record, error) {
	var x struct {
		Idweb, Objet, Dateparution, Famille, Nature, Etat, Perimetre, Donnees string

		Libelle            string   `json:"famille_libelle"`
		Departement        []string `json:"code_departement"`
		Descripteur        []string `json:"descripteur_code"`
		DescripteurLibelle []string `json:"descripteur_libelle"`
		TypeMarche         []string `json:"type_marche"`
		TypeAvis           []string `json:"type_avis"`
		Criteres           []string
	}
	if err := json.Unmarshal(line, &x); err != nil {
		return nil, fmt.Errorf("a line of the export: %w", err)
	}
	return &Record{
		ID: x.Idweb, Day: x.Dateparution, Objet: x.Objet, Famille: x.Famille, Nature: x.Nature, Etat: x.Etat, Perimetre: x.Perimetre, Libelle: x.Libelle,
		Lists:   [lists][]string{x.Departement, x.Descripteur, x.DescripteurLibelle, x.TypeMarche, x.TypeAvis, x.Criteres},
		Donnees: x.Donnees, JSON: string(line),
	}, nil
}

func (b *Boamp) open(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.URL+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := b.Client.Do(r)
	if err == nil && res.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(res.Body, 300))
		err = errors.Join(fmt.Errorf("%s: %s: %s", path, res.Status, body), res.Body.Close())
	}
	return res, err
}

func (b *Boamp) get(ctx context.Context, path string) ([]byte, error) {
	res, err := b.open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// where writes the filter in ODSQL.
func (q Question) where() string {
	var all []string
	add := func(value, form string) {
		if value != "" {
			all = append(all, fmt.Sprintf(form, value))
		}
	}
	add(q.ID, "idweb=%q")
	add(q.Departement, "code_departement=%q")
	add(q.Descripteur, "descripteur_code=%q")
	add(q.Famille, "famille=%q")
	add(q.Nature, "nature=%q")
	add(q.From, "dateparution>=date'%s'")
	add(q.To, "dateparution<=date'%s'")
	add(strings.Join(q.Words, " "), "objet like %q")
	add(q.Code, "donnees like %q")
	return strings.Join(all, " and ")
}

// Ask asks by the Explore API.
func (b *Boamp) Ask(ctx context.Context, q Question) (Answer, error) {
	v := url.Values{}
	if w := q.where(); w != "" {
		v.Set("where", w)
	}
	switch q.Form {
	case One:
		body, err := b.get(ctx, "/api/v1/notices/"+url.PathEscape(q.ID)+"/record")
		return Answer{Total: 1, IDs: []string{q.ID}, Bytes: len(body)}, err
	case Facets:
		for _, name := range append(listNames[:], singleNames...) {
			v.Add("facet", fmt.Sprintf("facet(name=%q, limit=1000)", name)) // all values, and not the first hundred
		}
		return b.facets(ctx, explorePath+"/facets?"+v.Encode())
	case Years:
		v.Set("select", "count(*) as n")
		v.Set("group_by", "year(dateparution) as year,nature")
		v.Set("limit", "1000")
		return b.years(ctx, explorePath+"/records?"+v.Encode())
	}
	v.Set("order_by", "dateparution desc")
	v.Set("limit", strconv.Itoa(pageSize))
	v.Set("offset", strconv.Itoa(q.Offset))
	if !q.Whole {
		v.Set("select", "idweb,dateparution")
	}
	return b.page(ctx, explorePath+"/records?"+v.Encode())
}

// page reads what it has to know of a page and not the records: the other engines give records as texts that nobody reads either.
// The first column of a record is its id, and quotes inside of texts are escaped.
func (b *Boamp) page(ctx context.Context, path string) (a Answer, err error) {
	body, err := b.get(ctx, path)
	if err != nil {
		return a, err
	}
	head, rest, ok := bytes.Cut(body, []byte(`"results": [`))
	if _, err := fmt.Sscanf(string(head), `{"total_count": %d,`, &a.Total); !ok || err != nil {
		return a, fmt.Errorf("%s: the answer has another form: %.60s", path, body)
	}
	for {
		var id []byte
		if _, rest, ok = bytes.Cut(rest, []byte(`{"idweb": "`)); !ok {
			break
		}
		id, rest, _ = bytes.Cut(rest, []byte(`"`))
		a.IDs = append(a.IDs, string(id))
	}
	a.Bytes = len(body)
	return a, nil
}

func (b *Boamp) facets(ctx context.Context, path string) (a Answer, err error) {
	body, err := b.get(ctx, path)
	var x struct {
		Facets []struct {
			Name   string
			Facets []struct {
				Name  string
				Count int64
			}
		}
	}
	if err == nil {
		err = json.Unmarshal(body, &x)
	}
	a.Counts, a.Bytes = map[string]int64{}, len(body)
	for _, f := range x.Facets {
		for _, v := range f.Facets {
			a.Counts[f.Name+"="+v.Name] = v.Count
		}
	}
	return a, err
}

func (b *Boamp) years(ctx context.Context, path string) (a Answer, err error) {
	body, err := b.get(ctx, path)
	var x struct {
		Results []struct {
			Year   *int
			Nature string
			N      int64
		}
	}
	if err == nil {
		err = json.Unmarshal(body, &x)
	}
	a.Counts, a.Bytes = map[string]int64{}, len(body)
	for _, r := range x.Results {
		year := 0
		if r.Year != nil {
			year = *r.Year
		}
		a.Counts[fmt.Sprintf("%d %s", year, r.Nature)] = r.N
	}
	return a, err
}

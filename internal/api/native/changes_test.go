package native_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/export"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/search"
	"github.com/boamp/boamp/internal/store"
	"github.com/boamp/boamp/internal/store/memory"
)

const feedID = "00112233445566778899aabbccddeeff"

// feeding is a server whose data change.
type feeding struct {
	t       testing.TB
	api     *native.API
	handler http.Handler
	db      store.Store
	signal  *change.Signal
	raw     rawMap
	rawName string // of the archive, when there is one

	mu    sync.Mutex
	lines []ledger.Line
}

func newFeeding(t testing.TB, waiting int) *feeding {
	catalogue := field.NewCatalogue()
	f := &feeding{t: t, signal: change.NewSignal(waiting), raw: rawMap{}}
	f.db = change.Watched{Store: memory.New(catalogue), Committed: func(bool) { f.signal.Notify() }}
	log := slog.New(slog.DiscardHandler)
	f.api = &native.API{
		Door: &search.Door{Store: f.db, Fields: catalogue}, Raw: f.raw, Formats: export.Formats(), Now: func() time.Time { return now }, Log: log,
		Changes: &change.Feed{ID: func() (string, error) { return feedID, nil }, Lines: f.account, Signal: f.signal},
	}
	f.handler = httpx.Middleware(httpx.Compress(f.api.Handler()), log, func() time.Time { return now })
	return f
}

func (f *feeding) account(from int64) iter.Seq2[ledger.Line, error] {
	f.mu.Lock()
	lines := f.lines[min(int(from-1), len(f.lines)):]
	f.mu.Unlock()
	return func(yield func(ledger.Line, error) bool) {
		for _, l := range lines {
			if !yield(l, nil) {
				return
			}
		}
	}
}

// commit makes a change of the data: notices that are put (by number), or taken out when the number is negative.
func (f *feeding) commit(outcome ledger.Outcome, numbers ...int) {
	f.t.Helper()
	ctx := context.Background()
	tx, err := f.db.Begin(ctx)
	check(f.t, err)
	f.mu.Lock()
	line := ledger.Line{Seq: int64(len(f.lines)) + 1, Edition: "2026/03/20", Origin: "e", Outcome: outcome, Generation: "v325", Reader: 1, SHA256: fmt.Sprintf("%064x", len(f.lines)+1)}
	f.mu.Unlock()
	line.Time = now.Add(time.Duration(line.Seq) * time.Minute)
	for _, i := range numbers {
		id := fmt.Sprintf("26-%d", max(i, -i))
		if i < 0 {
			gone, err := tx.Remove(ctx, []string{id})
			check(f.t, err)
			line.Reason = "court"
			line.IDs, line.Changes, line.Digests = append(line.IDs, id), line.Changes+map[bool]string{true: "e", false: "-"}[len(gone) > 0], append(line.Digests, "")
			continue
		}
		n := invented(i, notice.V325)
		n.Title += fmt.Sprintf(", line %d", line.Seq)
		n.Source.SHA256, n.Source.Kept = line.SHA256, "a.zip!"+line.SHA256
		n.Source.Digest, err = notice.Digest(n)
		check(f.t, err)
		outcomes, err := tx.Put(ctx, []*notice.Notice{n})
		check(f.t, err)
		letter := map[store.Outcome]string{store.Inserted: "i", store.Updated: "u", store.Unchanged: "-"}[outcomes[0]]
		line.IDs, line.Changes, line.Digests = append(line.IDs, id), line.Changes+letter, append(line.Digests, n.Source.Digest)
		if line.Raw = n.Source.Kept; f.rawName != "" {
			line.Raw = f.rawName + line.SHA256
		}
		f.raw[line.Raw] = []byte("<ANNONCE>" + id + "</ANNONCE>")
	}
	snap, err := f.db.Snapshot(ctx)
	check(f.t, err)
	if line.Revision = snap.Info().Revision; strings.Trim(line.Changes, "-") != "" {
		line.Revision++
	}
	check(f.t, tx.Record(ctx, []ledger.Line{line}))
	f.mu.Lock()
	f.lines = append(f.lines, line)
	f.mu.Unlock()
	_, err = tx.Commit(ctx, line.Time)
	check(f.t, err)
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

type changesPage struct {
	Feed     string
	Sequence int64
	Changes  []struct {
		Token, Op, ID, Version, Digest, Reason, URL, Document string
		Seq, Revision                                         int64
		Notice                                                json.RawMessage
	}
	Next string
	More bool
	Meta struct {
		Revision   int64
		Licence    string
		LastUpdate time.Time `json:"last_update"`
	}
	Links map[string]string
}

func (f *feeding) page(query string) changesPage {
	f.t.Helper()
	var p changesPage
	f.json("/api/v1/changes?"+query, &p)
	return p
}

func (f *feeding) json(target string, into any) http.Header {
	f.t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	if w.Code != 200 {
		f.t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	check(f.t, json.Unmarshal(w.Body.Bytes(), into))
	return w.Result().Header
}

// shown writes the changes of a page shortly.
func (p changesPage) shown() string {
	var list []string
	for _, c := range p.Changes {
		list = append(list, fmt.Sprintf("%d %s %s", c.Seq, c.Op, c.ID))
	}
	return strings.Join(list, ", ")
}

func TestChanges(t *testing.T) {
	f := newFeeding(t, 1)
	if p := f.page(""); len(p.Changes) != 0 || p.More || p.Next == "" || p.Feed != feedID || p.Sequence != 0 {
		t.Errorf("of nothing: %+v", p)
	}
	f.commit(ledger.Served, 1, 2)
	f.commit(ledger.Served, 3, 1)
	f.commit(ledger.Quarantined)
	f.commit(ledger.Erased, -2)
	f.commit(ledger.Derived, 3)
	const whole = "1 insert 26-1, 1 insert 26-2, 2 insert 26-3, 2 update 26-1, 4 erase 26-2, 5 derive 26-3"
	all := f.page("")
	if all.shown() != whole || all.More || all.Sequence != 5 || all.Meta.Revision != 4 || all.Meta.Licence == "" || all.Meta.LastUpdate.IsZero() {
		t.Errorf("%s, %+v", all.shown(), all)
	}
	if c := all.Changes[4]; c.Reason != "court" || c.URL != "" || c.Document != "" || c.Version != "" || c.Digest != "" || c.Notice != nil {
		t.Errorf("the tombstone is %+v", c)
	}
	if c := all.Changes[3]; c.URL != "/api/v1/notices/26-1?version=v325" || c.Digest == "" || c.Document != "/api/v1/documents/"+fmt.Sprintf("%064x", 2) {
		t.Errorf("the update is %+v", c)
	}
	for limit := 1; limit <= 7; limit++ {
		var got []string
		for p := (changesPage{More: true}); p.More; {
			p = f.page(fmt.Sprintf("limit=%d&after=%s", limit, p.Next))
			got = append(got, p.shown())
		}
		if s := strings.Join(got, ", "); s != whole {
			t.Errorf("in pieces of %d: %s", limit, s)
		}
	}
	for i, c := range all.Changes {
		want := strings.Join(strings.Split(whole, ", ")[i+1:], ", ")
		if got := f.page("after=" + c.Token).shown(); got != want {
			t.Errorf("behind %d: %s, want %s", i, got, want)
		}
	}
	if p := f.page("after=now"); len(p.Changes) != 0 || p.Next != all.Next {
		t.Errorf("from now on: %+v", p)
	}
	included := f.page("include=notice")
	for i, c := range included.Changes {
		gone := c.ID == "26-2"
		if gone != (string(c.Notice) == "null") || !gone && !strings.Contains(string(c.Notice), `"id": "`+c.ID) {
			t.Errorf("change %d with its notice: %s", i, c.Notice)
		}
	}
	f.commit(ledger.Unchanged, 3)
	if p := f.page("after=" + all.Next); len(p.Changes) != 1 || p.Changes[0].Op != "update" {
		t.Errorf("after what was the end: %+v", p)
	}
}

func TestChangesRefused(t *testing.T) {
	f := newFeeding(t, 1)
	f.commit(ledger.Served, 1)
	end := f.page("").Next
	for _, c := range []struct {
		query  string
		status int
		says   string
	}{
		{"after=nonsense", 400, "no token"},
		{"after=" + change.Position{}.Token("ffeeddccbbaa99887766554433221100"), 409, "snapshot"},
		{"after=" + change.Position{Line: 9, Tag: 1}.Token(feedID), 409, "older backup"},
		{"after=" + change.Position{Line: 1, Tag: 1}.Token(feedID), 409, "another history"},
		{"limit=0", 400, "limit"}, {"limit=10001", 400, "limit"}, {"include=notice&limit=1001", 400, "limit"}, {"wait=61", 400, "wait"}, {"wait=-1", 400, "wait"},
		{"format=xml", 400, "format"}, {"include=record", 400, "include"}, {"cpv=45", 400, "cpv"}, {"after=" + end + "&after=" + end, 400, "after"},
	} {
		res := get(t, f.handler, "/api/v1/changes?"+c.query)
		b, _ := io.ReadAll(res.Body)
		if res.StatusCode != c.status || !strings.Contains(string(b), c.says) || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", c.query, res.StatusCode, b)
		}
	}
	if res := get(t, server(t), "/api/v1/changes"); res.StatusCode != 503 {
		t.Errorf("without a feed: %d", res.StatusCode)
	}
	for query, status := range map[string]int{"after=2": 409, "after=-1": 400, "after=x": 400, "after=1": 200, "limit=0": 400} {
		if res := get(t, f.handler, "/api/v1/ledger?"+query); res.StatusCode != status {
			t.Errorf("ledger?%s: %d", query, res.StatusCode)
		}
	}
}

// TestChangesCaching: a full page of the past is kept by those who ask, the end and what shows notices is not.
func TestChangesCaching(t *testing.T) {
	f := newFeeding(t, 1)
	for _, c := range []struct {
		query string
		kept  bool
	}{{"limit=2", true}, {"limit=3", false}, {"", false}, {"limit=2&include=notice", false}, {"limit=2&format=jsonl", false}} {
		f = newFeeding(t, 1)
		f.commit(ledger.Served, 1, 2, 3)
		res := get(t, f.handler, "/api/v1/changes?"+c.query)
		tag, caching := res.Header.Get("ETag"), res.Header.Get("Cache-Control")
		if res.StatusCode != 200 || c.kept != (tag != "") || c.kept != strings.Contains(caching, "max-age") || !c.kept && caching != "no-store" {
			t.Errorf("%s: %d tag %s, %s", c.query, res.StatusCode, tag, caching)
		}
		if c.kept {
			f.commit(ledger.Served, 4)
			if res := get(t, f.handler, "/api/v1/changes?"+c.query, "If-None-Match", tag); res.StatusCode != 304 {
				t.Errorf("%s again: %d", c.query, res.StatusCode)
			}
		}
	}
	r := httptest.NewRequest(http.MethodHead, "/api/v1/changes?after=now&wait=60", nil)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r) // comes at once
	if w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

func TestChangeLines(t *testing.T) {
	f := newFeeding(t, 1)
	f.commit(ledger.Served, 1, 2)
	f.commit(ledger.Erased, -1)
	f.commit(ledger.Listing)
	for _, limit := range []string{"", "&limit=1", "&limit=2", "&limit=3"} {
		var got []string
		next, more, objects := "", true, 0
		for more {
			res := get(t, f.handler, "/api/v1/changes?format=jsonl&include=notice&after="+next+limit)
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/jsonl" || res.Header.Get("Boamp-Revision") != "2" {
				t.Fatalf("%d %v", res.StatusCode, res.Header)
			}
			next, more = "", false
			for lines := bufio.NewScanner(res.Body); lines.Scan(); objects++ {
				if next != "" {
					t.Fatalf("a line after the last: %s", lines.Text())
				}
				var l struct {
					Op, ID, Token string
					Seq           int64
					Next          string
					More          bool
					Meta          *struct{ Licence string }
				}
				check(t, json.Unmarshal(lines.Bytes(), &l))
				if l.Op != "" {
					got = append(got, fmt.Sprintf("%d %s %s", l.Seq, l.Op, l.ID))
				} else if next, more = l.Next, l.More; l.Meta == nil || next == "" {
					t.Errorf("last line %s", lines.Text())
				}
			}
		}
		if s := strings.Join(got, ", "); s != "1 insert 26-1, 1 insert 26-2, 2 erase 26-1" || next != f.page("").Next {
			t.Errorf("%s: %s, next %s", limit, s, next)
		}
	}
}

func TestLedger(t *testing.T) {
	f := newFeeding(t, 1)
	f.commit(ledger.Served, 1, 2)
	f.commit(ledger.Quarantined)
	f.commit(ledger.Unchanged)
	for limit := 1; limit < 5; limit++ {
		var got []ledger.Line
		var page struct {
			Lines    []ledger.Line
			Next     int64
			More     bool
			Feed     string
			Sequence int64
		}
		for page.More = true; page.More; {
			page.Lines = nil
			f.json(fmt.Sprintf("/api/v1/ledger?limit=%d&after=%d", limit, page.Next), &page)
			got = append(got, page.Lines...)
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(f.lines)
		if !bytes.Equal(a, b) || page.Next != 3 || page.Sequence != 3 || page.Feed != feedID {
			t.Errorf("%s, want %s; %+v", a, b, page)
		}
	}
	res := get(t, f.handler, "/api/v1/ledger?format=jsonl&after=1")
	b, _ := io.ReadAll(res.Body)
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], `{"seq":2,`) || !strings.HasPrefix(lines[2], `{"next":3,"more":false,"feed":"`+feedID+`","sequence":3,`) {
		t.Errorf("%s", b)
	}
}

// TestWait: those who wait are woken by a commit that changes something, by the end of the server, and are bounded in number.
func TestWait(t *testing.T) {
	f := newFeeding(t, 2)
	f.commit(ledger.Served, 1)
	srv := httptest.NewUnstartedServer(f.handler)
	srv.Config.ReadHeaderTimeout, srv.Config.ReadTimeout, srv.Config.WriteTimeout = 30*time.Second, 50*time.Millisecond, 50*time.Millisecond
	srv.Start()
	defer srv.Close()
	end := f.page("").Next
	ask := func(path string) (int, string) {
		res, err := http.Get(srv.URL + path)
		if err != nil {
			return 0, err.Error()
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			return 0, err.Error()
		}
		return res.StatusCode, string(b)
	}
	answers := make(chan string, 2)
	wait := func(path string) {
		status, body := ask(path)
		answers <- fmt.Sprint(status, " ", body)
	}
	go wait("/api/v1/changes?wait=60&after=" + end)
	go wait("/api/v1/changes?wait=60&format=jsonl&after=" + end)
	full := func() bool { // both wait: there is no room for a third
		leave, err := f.signal.Enter()
		if err == nil {
			leave()
		}
		return fault.Is(err, fault.Unavailable)
	}
	for !full() {
		time.Sleep(time.Millisecond)
	}
	if res := get(t, f.handler, "/api/v1/changes?wait=1&after="+end); res.StatusCode != 503 || res.Header.Get("Retry-After") == "" {
		t.Errorf("one too many: %d %v", res.StatusCode, res.Header)
	}
	time.Sleep(200 * time.Millisecond) // beyond the deadlines of the connection
	f.commit(ledger.Quarantined)       // nothing for the feed: they go on waiting
	f.commit(ledger.Served, 2)
	for range 2 {
		if s := <-answers; !strings.HasPrefix(s, "200 ") || !strings.Contains(s, "26-2") || strings.Contains(s, "26-1") {
			t.Errorf("woken with %s", s)
		}
	}
	go wait("/api/v1/ledger?wait=60&after=3")
	go wait("/api/v1/ledger?wait=60&format=jsonl&after=3")
	for !full() {
		time.Sleep(time.Millisecond)
	}
	f.signal.Stop()
	for range 2 {
		if s := <-answers; !strings.HasPrefix(s, "200 ") || !strings.Contains(s, `"next": 3`) && !strings.Contains(s, `"next":3`) {
			t.Errorf("at the end of the server: %s", s)
		}
	}
	if status, body := ask("/api/v1/changes?wait=60&after=" + url.QueryEscape(f.page("").Next)); status != 200 { // comes at once
		t.Errorf("when the server stops: %d %s", status, body)
	}
}

func TestDocuments(t *testing.T) {
	f := newFeeding(t, 1)
	f.commit(ledger.Served, 1)
	f.commit(ledger.Served, 2)
	sha := func(i int) string { return fmt.Sprintf("%064x", i) }
	res := get(t, f.handler, "/api/v1/documents/"+sha(1), "Accept-Encoding", "gzip")
	b, _ := io.ReadAll(res.Body)
	if res.StatusCode != 200 || string(b) != "<ANNONCE>26-1</ANNONCE>" || res.Header.Get("Content-Type") != "application/xml" || res.Header.Get("ETag") != `"`+sha(1)+`"` {
		t.Errorf("%d %s %v", res.StatusCode, b, res.Header)
	}
	if res := get(t, f.handler, "/api/v1/documents/"+strings.ToUpper(sha(1)), "If-None-Match", `"`+sha(1)+`"`); res.StatusCode != 304 {
		t.Errorf("again: %d", res.StatusCode)
	}
	gone := erasedRaw{f.raw, "a.zip!" + sha(2)}
	f.api.Raw = gone
	for path, status := range map[string]int{sha(2): 410, sha(3): 404, "xyz": 400, sha(1) + "00": 400} {
		res := get(t, f.handler, "/api/v1/documents/"+path)
		if res.StatusCode != status || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	f.api.Raw = f.raw
	f.commit(ledger.Erased, -1) // the line has another hash: the document of 26-1 is still there
	if res := get(t, f.handler, "/api/v1/documents/"+sha(3)); res.StatusCode != 410 {
		t.Errorf("erased: %d", res.StatusCode)
	}
}

// erasedRaw lacks one document.
type erasedRaw struct {
	rawMap
	ref string
}

func (e erasedRaw) Get(ref string) ([]byte, error) {
	if ref == e.ref {
		return nil, fault.Wrap(fault.NotFound, raw.ErrErased, "taken out")
	}
	return e.rawMap.Get(ref)
}

func TestCurrent(t *testing.T) {
	f := newFeeding(t, 1)
	f.commit(ledger.Served, 1, 2)
	type state struct {
		Feed, Token, Digest         string
		Revision, Sequence, Notices int64
		Reader                      int
	}
	var s, again, later state
	f.json("/api/v1/snapshots/current", &s)
	f.json("/api/v1/snapshots/current", &again)
	snap, err := f.db.Snapshot(context.Background())
	check(t, err)
	digest, err := snap.Digest(context.Background())
	check(t, err)
	if s != again || s.Feed != feedID || s.Revision != 1 || s.Sequence != 1 || s.Notices != 2 || s.Digest != digest.String() || s.Token != f.page("").Next || s.Reader < 1 {
		t.Errorf("%+v", s)
	}
	f.commit(ledger.Served, 2)
	f.json("/api/v1/snapshots/current", &later)
	if later.Digest == s.Digest || later.Revision != 2 {
		t.Errorf("later %+v", later)
	}
	var sum store.Digest
	res := get(t, f.handler, "/api/v1/snapshots/current/digests")
	n := 0
	for lines := bufio.NewScanner(res.Body); lines.Scan(); n++ {
		var e struct {
			ID, Digest string
			Revision   int64
		}
		check(t, json.Unmarshal(lines.Bytes(), &e))
		if e.ID != "" {
			sum.Add(e.ID, e.Digest)
		} else if e.Revision != 2 {
			t.Errorf("last line %s", lines.Text())
		}
	}
	if n != 3 || sum.String() != later.Digest {
		t.Errorf("%d lines, %s, want %s", n, sum, later.Digest)
	}
}

// TestSnapshotFiles: files come whole and in pieces, are known by their hash, and are gone when they are withdrawn.
func TestSnapshotFiles(t *testing.T) {
	f := newFeeding(t, 1)
	if res := get(t, f.handler, "/api/v1/snapshots"); res.StatusCode != 503 {
		t.Errorf("without snapshots: %d", res.StatusCode)
	}
	dir := t.TempDir()
	csv, err := export.Find(export.Formats(), "csv")
	check(t, err)
	clock := now
	f.api.Bulk = &bulk.Folder{
		Dir: filepath.Join(dir, "snapshots"), Raw: filepath.Join(dir, "raw"), Disk: disk.OS{}, Store: f.db, Fields: f.api.Door.Fields, Feed: f.api.Changes,
		Records: csv, Meta: func(info store.Info) export.Meta { return search.Meta(info, info.Notices) }, Program: "test", Now: func() time.Time { return clock },
	}
	check(t, os.MkdirAll(filepath.Join(dir, "raw", "2026"), 0o755))
	const archive = "2026/000001-e.zip"
	check(t, os.WriteFile(filepath.Join(dir, "raw", archive), []byte("0123456789"), 0o644))
	f.rawName = archive + "!"
	f.commit(ledger.Served, 1, 2)
	_, _, err = f.api.Bulk.Make(context.Background(), nil)
	check(t, err)
	var list struct {
		Snapshots []struct{ URL, Snapshot string }
	}
	f.json("/api/v1/snapshots", &list)
	var m bulk.Manifest
	f.json(list.Snapshots[0].URL, &m)
	if list.Snapshots[0].Snapshot != "1-2026-03-20" || m.Token != f.page("").Next || len(m.Files) != 4 {
		t.Fatalf("%+v %+v", list, m)
	}
	for _, file := range m.Files {
		res := get(t, f.handler, list.Snapshots[0].URL+"/"+file.Path, "Accept-Encoding", "gzip")
		b, _ := io.ReadAll(res.Body)
		sum := fmt.Sprintf("%x", sha256.Sum256(b))
		if res.StatusCode != 200 || sum != file.SHA256 || int64(len(b)) != file.Size || res.Header.Get("ETag") != `"`+sum+`"` || res.Header.Get("Content-Type") != file.MediaType ||
			!strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: %d, %d bytes, %v", file.Path, res.StatusCode, len(b), res.Header)
		}
		piece := get(t, f.handler, list.Snapshots[0].URL+"/"+file.Path, "Range", "bytes=3-", "If-Range", `"`+sum+`"`)
		p, _ := io.ReadAll(piece.Body)
		if piece.StatusCode != 206 || string(p) != string(b[3:]) {
			t.Errorf("a piece of %s: %d, %d bytes", file.Path, piece.StatusCode, len(p))
		}
		if other := get(t, f.handler, list.Snapshots[0].URL+"/"+file.Path, "Range", "bytes=3-", "If-Range", `"other"`); other.StatusCode != 200 {
			t.Errorf("a piece of another %s: %d", file.Path, other.StatusCode)
		}
		if again := get(t, f.handler, list.Snapshots[0].URL+"/"+file.Path, "If-None-Match", `"`+sum+`"`); again.StatusCode != 304 {
			t.Errorf("%s again: %d", file.Path, again.StatusCode)
		}
	}
	res := get(t, f.handler, "/api/v1/snapshots/current/raw/"+archive)
	if b, _ := io.ReadAll(res.Body); res.StatusCode != 200 || string(b) != "0123456789" || !strings.Contains(res.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("current: %d %s %v", res.StatusCode, b, res.Header)
	}
	for path, status := range map[string]int{"/none": 404, "/none/notices.jsonl.gz": 404, "/1-2026-03-20/manifest.json": 404, "/current/raw/2026/000002-e.zip": 404, "/current/raw/2026/..%2f..%2fx": 404} {
		if res := get(t, f.handler, "/api/v1/snapshots"+path); res.StatusCode != status {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	f.commit(ledger.Erased, -1)
	for _, path := range []string{"", "/notices.jsonl.gz", "/raw/" + archive} {
		if res := get(t, f.handler, list.Snapshots[0].URL+path); res.StatusCode != 410 || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("withdrawn %s: %d", path, res.StatusCode)
		}
	}
}

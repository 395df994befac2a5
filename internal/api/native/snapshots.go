package native

import (
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/boamp/boamp/internal/bulk"
	"github.com/boamp/boamp/internal/change"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/feed"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/raw"
	"github.com/boamp/boamp/internal/store"
)

func (a *API) snapshotRoutes() []Route {
	name := Param{Name: "name", In: "path", Type: "string", Value: "name", Doc: "name of the snapshot: revision and day", Example: "1-2026-09-11", Required: true}
	file := func(n, doc, example string) Param {
		return Param{Name: n, In: "path", Type: "string", Value: "name", Doc: doc, Example: example, Required: true}
	}
	errors := append(slices.Clone(oneErrors), http.StatusGone)
	whole := []Answer{{"application/octet-stream", "the file, of the media type that the manifest says", nil}}
	return []Route{
		{
			Pattern: "GET " + Prefix + "/snapshots", ID: "listSnapshots", Tag: "changes", Doc: "snapshots of all data as files, the newest first",
			Answers: []Answer{{jsonMedia, "the list", SnapshotsAnswer{}}}, Errors: listErrors, Cache: CacheNone, handler: a.snapshots,
		},
		{
			Pattern: "GET " + Prefix + "/snapshots/current", ID: "getCurrent", Tag: "changes", Doc: "the state of the data now: revision, token, and the digest by which copies are compared",
			Answers: []Answer{{jsonMedia, "the state", CurrentAnswer{}}}, Errors: listErrors, Cache: CacheNone, handler: a.current,
		},
		{
			Pattern: "GET " + Prefix + "/snapshots/current/digests", ID: "listDigests", Tag: "changes", Doc: "id and digest of every notice, in the order of ids: to find where a copy differs",
			Answers: []Answer{{linesMedia, "id and digest, one notice a line", nil}}, Errors: listErrors, Cache: CacheNone, handler: a.digests,
		},
		{
			Pattern: "GET " + Prefix + "/snapshots/{name}", ID: "getSnapshot", Tag: "changes", Doc: "the manifest of a snapshot: its files with size and SHA-256, and the token behind which to go on",
			Params: []Param{name}, Answers: []Answer{{jsonMedia, "the manifest", bulk.Manifest{}}}, Errors: errors, Cache: CacheBody, handler: a.snapshot,
		},
		{
			Pattern: "GET " + Prefix + "/snapshots/{name}/{file}", ID: "getSnapshotFile", Tag: "changes", Doc: "a file of a snapshot; pieces of it with Range",
			Description: "Its SHA-256 is the entity tag, so that a download that broke off goes on with `Range` and `If-Range`.",
			Params:      []Param{name, file("file", "path of the file in the manifest", "notices.jsonl.gz")}, Answers: whole, Errors: errors, Cache: CacheBody, handler: a.snapshotFile,
		},
		{
			Pattern: "GET " + Prefix + "/snapshots/{name}/raw/{year}/{archive}", ID: "getSnapshotArchive", Tag: "changes", Doc: "an archive of source documents; of current: as it is now",
			Params:  []Param{name, file("year", "in which it was kept", "2026"), file("archive", "its name", "000001-2026-09-11.zip")},
			Answers: []Answer{{"application/zip", "the archive", nil}}, Errors: errors, Cache: CacheBody, handler: a.snapshotArchive,
		},
		{
			Pattern: "GET " + Prefix + "/documents/{sha256}", ID: "getDocument", Tag: "changes", Doc: "the very bytes of a document that was kept, by their SHA-256",
			Params:  []Param{{Name: "sha256", In: "path", Type: "string", Value: "64 hexadecimal digits", Doc: "SHA-256 of the document", Example: "0000000000000000000000000000000000000000000000000000000000000001", Required: true}},
			Answers: []Answer{{"application/xml", "an XML document", nil}, {jsonMedia, "a JSON record", nil}}, Errors: errors, Cache: CacheDocument, handler: a.documentBytes,
		},
	}
}

// noBulk is the fault of a server without snapshots.
func (a *API) noBulk() error {
	if a.Bulk == nil || a.Changes == nil {
		return fault.New(fault.Unavailable, "this server has no snapshots")
	}
	return nil
}

// goneOr answers 410 for what was there and was taken out.
func (a *API) goneOr(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, bulk.ErrWithdrawn) && !errors.Is(err, raw.ErrErased) {
		return err
	}
	if info, infoErr := a.Door.Info(r.Context()); infoErr == nil {
		stamp(w, info)
	}
	httpx.WriteProblemStatus(w, r, http.StatusGone, err)
	return nil
}

func (a *API) snapshots(w http.ResponseWriter, r *http.Request) error {
	if err := a.noBulk(); err != nil {
		return err
	}
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	list, gone, err := a.Bulk.List(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	w.Header().Set("Cache-Control", "no-store")
	body := SnapshotsAnswer{Meta: meta(info, -1), Snapshots: []Snapshot{}, Withdrawn: gone, Links: self(r)}
	body.Links["current"] = Prefix + "/snapshots/current"
	if gone == nil {
		body.Withdrawn = []bulk.Withdrawn{}
	}
	for _, m := range list {
		s := Snapshot{m.Snapshot, m.Revision, m.Sequence, m.Token, m.Time, m.Notices, 0, Prefix + "/snapshots/" + m.Snapshot}
		for _, f := range m.Files {
			s.Bytes += f.Size
		}
		body.Snapshots = append(body.Snapshots, s)
	}
	return writeJSON(w, body)
}

func (a *API) snapshot(w http.ResponseWriter, r *http.Request) error {
	if err := a.noBulk(); err != nil {
		return err
	}
	m, err := a.Bulk.Get(r.Context(), r.PathValue("name"))
	if err != nil {
		return a.goneOr(w, r, err)
	}
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return writeTagged(w, r, m)
}

func (a *API) snapshotFile(w http.ResponseWriter, r *http.Request) error {
	return a.bulkFile(w, r, r.PathValue("file"))
}

func (a *API) snapshotArchive(w http.ResponseWriter, r *http.Request) error {
	return a.bulkFile(w, r, bulk.RawPrefix+r.PathValue("year")+"/"+r.PathValue("archive"))
}

// bulkFile answers with a file, or a piece of it. The archives of current may be rewritten when something is erased, so nobody keeps them;
// the files of a snapshot never change, but are withdrawn then: copies of them are good for a day.
func (a *API) bulkFile(w http.ResponseWriter, r *http.Request, path string) error {
	if err := a.noBulk(); err != nil {
		return err
	}
	var file *os.File
	var f bulk.File
	var err error
	caching := "public, max-age=86400, immutable, no-transform"
	if name := r.PathValue("name"); name == "current" {
		file, f, err = a.Bulk.OpenRaw(path)
		caching = "no-store, no-transform"
	} else {
		file, f, err = a.Bulk.Open(r.Context(), name, path)
	}
	if err != nil {
		return a.goneOr(w, r, err)
	}
	defer file.Close()
	info, err := a.Door.Info(r.Context())
	if err != nil {
		return err
	}
	stamp(w, info)
	w.Header().Set("Content-Type", f.MediaType)
	w.Header().Set("ETag", `"`+f.SHA256+`"`)
	w.Header().Set("Cache-Control", caching)
	http.ServeContent(w, r, "", time.Time{}, file)
	return nil
}

// current answers with the state of the data now.
func (a *API) current(w http.ResponseWriter, r *http.Request) error {
	if err := a.noFeed(); err != nil {
		return err
	}
	id, err := a.Changes.ID()
	if err != nil {
		return err
	}
	snap, err := a.Door.Store.Snapshot(r.Context())
	if err != nil {
		return err
	}
	defer snap.Close()
	info := snap.Info()
	at, err := a.Changes.Behind(info.Sequence)
	if err != nil {
		return err
	}
	digest, err := a.digest.of(r.Context(), snap)
	if err != nil {
		return err
	}
	stamp(w, info)
	w.Header().Set("Cache-Control", "no-store")
	token := at.Token(id)
	body := CurrentAnswer{meta(info, -1), id, info.Revision, info.Sequence, token, info.Notices, digest.String(), feed.ReaderVersion, a.Build, self(r)}
	body.Links["digests"] = Prefix + "/snapshots/current/digests"
	body.Links["changes"] = Prefix + "/changes?after=" + token
	return writeJSON(w, body)
}

// digestOnce remembers the digest of the newest revision that was asked for.
type digestOnce struct {
	mu       sync.Mutex
	known    bool
	revision int64
	digest   store.Digest
}

// of works it out at most once for each revision, and for one request at a time.
func (d *digestOnce) of(ctx context.Context, snap store.Snapshot) (store.Digest, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	revision := snap.Info().Revision
	if d.known && d.revision == revision {
		return d.digest, nil
	}
	digest, err := snap.Digest(ctx)
	if err == nil && (!d.known || revision > d.revision) {
		d.known, d.revision, d.digest = true, revision, digest
	}
	return digest, err
}

// digests streams id and digest of every notice.
func (a *API) digests(w http.ResponseWriter, r *http.Request) error {
	if err := a.noFeed(); err != nil {
		return err
	}
	return a.stream(w, r, feedRequest{}, nil, func(ctx context.Context, snap store.Snapshot, put func(any) error) (any, error) {
		for n, err := range change.Digests(ctx, snap) {
			if err == nil {
				err = put(n)
			}
			if err != nil {
				return nil, err
			}
		}
		info := snap.Info()
		return struct {
			Revision int64 `json:"revision"`
			Sequence int64 `json:"sequence"`
			Notices  int64 `json:"notices"`
		}{info.Revision, info.Sequence, info.Notices}, nil
	})
}

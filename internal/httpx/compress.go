package httpx

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// codings are the content encodings of Compress, preferred first.
var codings = [...]string{"zstd", "gzip"}

// smallest is the number of bytes below which packing an answer gains nothing.
const smallest = 1024

// gzipLevel packs almost as well as the default level and twice as fast.
const gzipLevel = 4

// Compress packs the answers of h for clients that accept zstd or gzip: texts of at least smallest bytes that h has not packed
// itself and whose Cache-Control does not say no-transform. An answer that h flushes goes out at once, packed. A strong entity tag gets a suffix, because other bytes are
// another entity.
func Compress(h http.Handler) http.Handler {
	packers := map[string]*sync.Pool{
		"gzip": {New: func() any { w, _ := gzip.NewWriterLevel(io.Discard, gzipLevel); return w }},
		"zstd": {New: func() any {
			w, _ := zstd.NewWriter(io.Discard, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(512<<10))
			return w
		}},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cw := &packing{ResponseWriter: w, coding: accepted(r.Header.Values("Accept-Encoding")), head: r.Method == http.MethodHead}
		if cw.coding != "" {
			cw.pool = packers[cw.coding]
		}
		h.ServeHTTP(cw, r)
		cw.close() // not after a panic: an answer that broke off must not look whole
	})
}

// accepted is the coding to use for a client, "" for none. Weights only count as zero or not: every client that sends them
// can unpack what it names.
func accepted(headers []string) string {
	refused, named := map[string]bool{}, map[string]bool{}
	for _, header := range headers {
		for item := range strings.SplitSeq(header, ",") {
			name, params, _ := strings.Cut(strings.ToLower(item), ";")
			name = strings.TrimSpace(name)
			q, isWeight := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
			if f, err := strconv.ParseFloat(q, 64); isWeight && (err != nil || f <= 0) {
				refused[name] = true
				continue
			}
			named[name] = true
		}
	}
	for _, c := range codings {
		if named[c] && !refused[c] {
			return c
		}
	}
	if named["*"] && !refused["gzip"] {
		return "gzip"
	}
	return ""
}

// packer is what both codings have.
type packer interface {
	io.WriteCloser
	Flush() error
	Reset(w io.Writer)
}

// packing decides about packing when it knows the header and the first bytes.
type packing struct {
	http.ResponseWriter
	coding string
	pool   *sync.Pool
	head   bool
	status int    // 0 until the handler writes the header
	held   []byte // the beginning, until it is decided
	begun  bool   // decided, header sent
	packer packer // nil when the answer goes out as it is
}

func (w *packing) WriteHeader(status int) {
	if status >= 100 && status < 200 {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status == 0 {
		w.status = status
	}
	if w.head || status == http.StatusNoContent || status == http.StatusNotModified {
		w.begin(false)
	}
}

func (w *packing) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.begun {
		if len(w.held)+len(b) < smallest {
			w.held = append(w.held, b...)
			return len(b), nil
		}
		if err := w.beginAndWriteHeld(true); err != nil {
			return 0, err
		}
	}
	if w.packer != nil {
		return w.packer.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *packing) beginAndWriteHeld(pack bool) error {
	w.begin(pack)
	if len(w.held) == 0 {
		return nil
	}
	var err error
	if w.packer != nil {
		_, err = w.packer.Write(w.held)
	} else {
		_, err = w.ResponseWriter.Write(w.held)
	}
	w.held = nil
	return err
}

// begin sends the header.
func (w *packing) begin(pack bool) {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	if packable(h) {
		h.Add("Vary", "Accept-Encoding")
		if pack && w.coding != "" {
			h.Set("Content-Encoding", w.coding)
			h.Del("Content-Length")
			if tag := h.Get("ETag"); strings.HasSuffix(tag, `"`) && !strings.HasPrefix(tag, "W/") {
				h.Set("ETag", strings.TrimSuffix(tag, `"`)+"-"+w.coding+`"`)
			}
			w.packer = w.pool.Get().(packer)
			w.packer.Reset(w.ResponseWriter)
		}
	}
	w.ResponseWriter.WriteHeader(w.status)
}

// packable reports whether an answer is a text that is not packed yet and may be.
func packable(h http.Header) bool {
	if h.Get("Content-Encoding") != "" || h.Get("Content-Range") != "" || strings.Contains(h.Get("Cache-Control"), "no-transform") {
		return false
	}
	t, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	t = strings.TrimSpace(t)
	return strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "+json") || strings.HasSuffix(t, "+xml") ||
		slices.Contains([]string{"application/json", "application/jsonl", "application/xml", "application/javascript", "application/n-triples"}, t)
}

// FlushError sends what there is.
func (w *packing) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if err := w.beginAndWriteHeld(true); err != nil {
		return err
	}
	if w.packer != nil {
		if err := w.packer.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (w *packing) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// close ends the answer.
func (w *packing) close() {
	if w.status == 0 {
		return
	}
	// What cannot be written any more is the client's loss, and net/http has noted it.
	_ = w.beginAndWriteHeld(false)
	if w.packer != nil {
		_ = w.packer.Close()
		w.packer.Reset(io.Discard)
		w.pool.Put(w.packer)
	}
}

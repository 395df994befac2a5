package boamp_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/fetch"
	"github.com/boamp/boamp/internal/ledger"
	"github.com/boamp/boamp/internal/source"
	"github.com/boamp/boamp/internal/source/boamp"
)

// answers is a server without a network: what it says to a path and query.
type answers map[string]string

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := a[strings.TrimPrefix(r.URL.RequestURI(), "/api/v1")]
	res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1}
	switch {
	case !ok:
		res.StatusCode = http.StatusNotFound
	case body == "409":
		res.StatusCode = http.StatusConflict
	}
	res.Body = io.NopCloser(strings.NewReader(body))
	return res, nil
}

func follow(server answers, kept string) *boamp.Source {
	at := time.Date(2026, 9, 11, 5, 0, 0, 0, time.UTC)
	return &boamp.Source{
		URL: "http://server.example/", Now: func() time.Time { return at }, Documents: 3,
		Client: &fetch.Client{HTTP: &http.Client{Transport: server}, Now: func() time.Time { return at }, Sleep: func(context.Context, time.Duration) error { return nil }},
		Known: func(_ context.Context, edition string) (map[string]ledger.Line, error) {
			return map[string]ledger.Line{"http://server.example/api/v1/changes": {Validator: kept}}, nil
		},
	}
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// told writes what a source gives, an edition a line.
func told(t *testing.T, s *boamp.Source) string {
	t.Helper()
	var b strings.Builder
	for e, err := range s.Editions(t.Context()) {
		if err != nil {
			fmt.Fprintf(&b, "%v at %s\n", fault.KindOf(err), e.Name)
			continue
		}
		fmt.Fprintf(&b, "%s:", e.Name)
		for i, err := range e.Items(t.Context()) {
			switch {
			case i.Note == source.Listing:
				fmt.Fprintf(&b, " kept %s", i.Validator)
			case err != nil:
				fmt.Fprintf(&b, " %s %v(%v)", i.Origin[strings.LastIndex(i.Origin, "notices/"):], i.Note, fault.KindOf(err))
			default:
				fmt.Fprintf(&b, " %s=%s", i.Origin[strings.LastIndex(i.Origin, "notices/"):], i.Bytes)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func change(op, id, document, edition string) string {
	return fmt.Sprintf(`{"token":"t-%s","op":%q,"id":%q,"sha256":%q,"edition":%q}`, id, op, id, hash(document), edition)
}

func feed(next string, more bool, changes ...string) string {
	return fmt.Sprintf(`{"changes":[%s],"next":%q,"more":%v}`, strings.Join(changes, ","), next, more)
}

// TestPages goes through what servers say: good ones, and others.
func TestPages(t *testing.T) {
	documents := func(a answers) answers {
		for _, d := range []string{"a", "b", "c", "d"} {
			a["/documents/"+hash(d)] = d
		}
		return a
	}
	first := "/changes?limit=1000"
	for _, c := range []struct {
		name   string
		server answers
		kept   string
		want   string
	}{
		{"editions in order, over two pages", documents(answers{
			first: feed("t1", true, change("insert", "1", "a", "e1"), change("insert", "2", "b", "e1")),
			first + "&after=t1": feed("t2", false, change("insert", "3", "c", "e1"), change("update", "1", "d", "e2"), change("derive", "2", "b", "e2"),
				change("remove", "3", "c", "e2")),
		}), "", "e1: notices/1/raw=a notices/2/raw=b notices/3/raw=c\ne2: notices/1/raw=d\nchanges: kept t2\n"},
		{"from where the last pass ended", answers{first + "&after=t9": feed("t9", false)}, "t9", ""},
		{"a token of another history", documents(answers{first + "&after=old": "409", first: feed("t1", false, change("insert", "1", "a", "e"))}), "old", "e: notices/1/raw=a\nchanges: kept t1\n"},
		{"more than is gathered at once", documents(answers{first: feed("t1", false, change("insert", "1", "a", "e"), change("insert", "2", "b", "e"), change("insert", "3", "c", "e"),
			change("insert", "4", "d", "e"))}), "", "e: notices/1/raw=a notices/2/raw=b notices/3/raw=c\ne: notices/4/raw=d\nchanges: kept t1\n"},
		{"several notices of one document", documents(answers{first: feed("t1", false, change("insert", "1", "a", "e"), change("insert", "2", "a", "e"))}), "", "e: notices/1/raw=a\nchanges: kept t1\n"},
		{"an erasure, and a document that is kept no more", answers{first: feed("t1", false, change("insert", "1", "gone", "e"), change("erase", "2", "b", "e"))}, "",
			"e: notices/1/raw gone(not_found) notices/2/raw erased(not_found)\nchanges: kept t1\n"},
		{"bytes of another document", answers{first: feed("t1", false, change("insert", "1", "a", "e")), "/documents/" + hash("a"): "b"}, "", "invalid at e\n"},
		{"what it cannot do ends it, what came before stands", documents(answers{first: feed("t1", false, change("insert", "1", "a", "e1"), change("merge", "2", "b", "e2"))}), "",
			"e1: notices/1/raw=a\nunsupported at e2\n"},
		{"no hash", answers{first: `{"changes":[{"op":"insert","id":"1"}],"next":"t"}`}, "", "invalid at \n"},
		{"no boamp", answers{first: "<html>"}, "", "invalid at \n"},
		{"no server", answers{}, "", "not_found at \n"},
		{"a feed without an end", answers{first: feed("t1", true), first + "&after=t1": feed("t1", true)}, "", "invalid at \n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := told(t, follow(c.server, c.kept)); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

// FuzzFeed reads whatever a server says.
func FuzzFeed(f *testing.F) {
	f.Add([]byte(feed("t", false, change("insert", "1", "a", "e"), change("erase", "2", "b", "e"))))
	f.Add([]byte(`{"changes":[{"op":"insert","sha256":"` + hash("a") + `","published":"2026-09-11T05:00:00+02:00"}],"next":"n","more":true}`))
	f.Add([]byte(`{"next":"t","more":true}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		n := 0
		for e, err := range follow(answers{"/changes?limit=1000": string(body), "/documents/" + hash("a"): "a"}, "").Editions(t.Context()) {
			if err != nil {
				continue
			}
			for range e.Items(t.Context()) {
				n++
			}
		}
		if n > 2000 {
			t.Errorf("%d items of one page", n)
		}
	})
}

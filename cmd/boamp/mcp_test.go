package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/api/native"
)

// agent connects the SDK's own client to a server of invented notices by a transport.
func agent(t *testing.T, transport sdk.Transport) *sdk.ClientSession {
	t.Helper()
	s, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// served is the handler of everything over invented notices.
func served(t *testing.T) (http.Handler, map[string]string) {
	t.Helper()
	door, raw, ids := invented(t)
	h, err := handler(door, raw, slog.New(slog.DiscardHandler), public{dailyCalls: 1})
	if err != nil {
		t.Fatal(err)
	}
	return h, ids
}

// overHTTP is an agent of a server that listens.
func overHTTP(t *testing.T) (*sdk.ClientSession, string, map[string]string) {
	h, ids := served(t)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return agent(t, &sdk.StreamableClientTransport{Endpoint: server.URL + mcp.Path, DisableStandaloneSSE: true}), server.URL, ids
}

// use calls a tool and gives its structured answer, or the text of its error.
func use(t *testing.T, s *sdk.ClientSession, name string, args map[string]any) (answer map[string]any, failed string) {
	t.Helper()
	r, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: name, Arguments: args})
	if err != nil {
		t.Fatalf("%s %v: %v", name, args, err)
	}
	text := r.Content[0].(*sdk.TextContent).Text
	if r.IsError {
		return nil, text
	}
	b, err := json.Marshal(r.StructuredContent)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		t.Fatal(err)
	}
	var same map[string]any
	if json.Unmarshal([]byte(text), &same) != nil || len(same) != len(answer) {
		t.Errorf("%s: the text of the answer is not its JSON: %.100s", name, text)
	}
	return answer, ""
}

func TestToolsAreRequestsOfTheNativeAPI(t *testing.T) {
	s, url, ids := overHTTP(t)
	id := ids["v230"]
	for _, c := range []struct {
		tool, path string
		args       map[string]any
	}{
		{"search_notices", "/notices", nil},
		{"search_notices", "/notices?departement=75&departement=44&limit=3&published_from=2020-01-01&amount_min=1000.5&include_unknown=true", map[string]any{
			"departement": []string{"75", "44"}, "limit": 3, "published_from": "2020-01-01", "amount_min": 1000.5, "include_unknown": true}},
		{"search_notices", "/notices?where=idweb+is+not+null&fields=idweb&sort=idweb", map[string]any{"where": "idweb is not null", "fields": "idweb", "sort": "idweb"}},
		{"get_notice", "/notices/" + id, map[string]any{"id": id}},
		{"get_notice", "/notices/" + id + "/lots", map[string]any{"id": id, "part": "lots"}},
		{"get_notice", "/notices/" + id + "/links", map[string]any{"id": id, "part": "links"}},
		{"get_notice", "/notices/" + id + "?version=v230", map[string]any{"id": id, "part": "notice", "version": "v230"}},
		{"get_procedure", "/procedures/" + id, map[string]any{"id": id}},
		{"list_codes", "/codes/cpv?q=4523&limit=5", map[string]any{"list": "cpv", "q": "4523", "limit": 5}},
		{"list_codes", "/codes/natures", map[string]any{"list": "natures"}},
		{"list_codes", "/fields", map[string]any{"list": "fields"}},
		{"data_status", "/notices?limit=1&fields=published", nil},
	} {
		t.Run(c.tool+" "+c.path, func(t *testing.T) {
			got, failed := use(t, s, c.tool, c.args)
			if failed != "" {
				t.Fatal(failed)
			}
			resp, err := http.Get(url + native.Prefix + c.path)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var want map[string]any
			if err := json.NewDecoder(resp.Body).Decode(&want); err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s, %v", c.path, resp.Status, err)
			}
			meta := want["meta"]
			delete(want, "meta")
			unlinked(want)
			unlinked(got["answer"].(map[string]any))
			if !equalJSON(got["answer"], want) || !equalJSON(got["meta"], meta) || got["warning"] != mcp.Warning {
				t.Errorf("got %.300v\nwant %.300v", got, want)
			}
			if meta.(map[string]any)["licence"] == "" {
				t.Error("an answer says no licence")
			}
		})
	}
}

// unlinked drops addresses, which hold the host that was asked.
func unlinked(m map[string]any) { delete(m, "links") }

func equalJSON(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

func TestToolsRefuse(t *testing.T) {
	s, _, _ := overHTTP(t)
	for _, c := range []struct {
		tool string
		args map[string]any
		want string // in the text of the error
	}{
		{"search_notices", map[string]any{"department": []string{"75"}}, "department"},
		{"search_notices", map[string]any{"departement": "75"}, "departement"},
		{"search_notices", map[string]any{"limit": 1000}, "limit"},
		{"search_notices", map[string]any{"open": "yes"}, "open"},
		{"search_notices", map[string]any{"where": "nature = "}, "where"},
		{"search_notices", map[string]any{"published_from": "yesterday"}, "published_from"},
		{"search_notices", map[string]any{"q": strings.Repeat("a", 3000)}, "q"},
		{"get_notice", nil, "id"},
		{"get_notice", map[string]any{"id": "00-0"}, "404"},
		{"get_notice", map[string]any{"id": ".."}, "is no id"},
		{"get_notice", map[string]any{"id": "../fields"}, "404"},
		{"get_notice", map[string]any{"id": "24-1", "part": "raw"}, "part"},
		{"get_procedure", map[string]any{"id": "00-0"}, "404"},
		{"list_codes", map[string]any{"list": "fields", "q": "amount"}, "no q"},
		{"list_codes", map[string]any{"list": "countries"}, "list"},
		{"data_status", map[string]any{"verbose": true}, "verbose"},
	} {
		if _, failed := use(t, s, c.tool, c.args); !strings.Contains(failed, c.want) {
			t.Errorf("%s %.80v: error %q, %q expected", c.tool, c.args, failed, c.want)
		}
	}
}

func TestToolsAreDescribed(t *testing.T) {
	s, _, _ := overHTTP(t)
	list, err := s.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, tool := range list.Tools {
		names = append(names, tool.Name)
		schema := tool.InputSchema.(map[string]any)
		if schema["additionalProperties"] != false {
			t.Errorf("%s takes arguments that it does not name", tool.Name)
		}
		properties, _ := schema["properties"].(map[string]any)
		for name, p := range properties {
			if p.(map[string]any)["description"] == "" {
				t.Errorf("%s does not describe %s", tool.Name, name)
			}
		}
		if tool.Annotations == nil || !tool.Annotations.ReadOnlyHint || tool.OutputSchema == nil || tool.Description == "" {
			t.Errorf("%s is not described as one that only reads", tool.Name)
		}
	}
	if want := []string{"data_status", "get_notice", "get_procedure", "list_codes", "search_notices"}; !slices.Equal(names, want) {
		t.Errorf("tools %v, want %v", names, want)
	}
	if text := s.InitializeResult().Instructions; !strings.Contains(text, mcp.Warning) {
		t.Error("the instructions do not warn of the texts of notices")
	}
}

func TestAgentOverStreams(t *testing.T) {
	h, _ := served(t)
	server := httptest.NewServer(h)
	defer server.Close()
	for _, way := range []string{"a folder", "a server"} {
		t.Run(way, func(t *testing.T) {
			var call mcp.Caller = mcp.Local{Handler: h}
			if way == "a server" {
				call = mcp.Remote{Base: server.URL, Client: server.Client()}
			}
			toServer, fromClient := io.Pipe()
			toClient, fromServer := io.Pipe()
			done := make(chan error, 1)
			go func() {
				done <- speak(context.WithoutCancel(t.Context()), stdio{in: toServer, out: fromServer}, call, slog.New(slog.DiscardHandler))
			}()
			s := agent(t, &sdk.IOTransport{Reader: toClient, Writer: fromClient})
			got, failed := use(t, s, "search_notices", map[string]any{"limit": 2})
			if failed != "" || len(got["answer"].(map[string]any)["notices"].([]any)) != 2 {
				t.Errorf("%s %v", failed, got)
			}
			_ = s.Close()
			_ = fromClient.Close()
			if err := <-done; err != nil {
				t.Errorf("the end of the input is an error: %v", err)
			}
		})
	}
}

// TestForeignHost asks a server that listens at a local address by another name: a page could make such a request, but so does the proxy
// of a server that has a public name.
func TestForeignHost(t *testing.T) {
	for _, c := range []struct {
		public, origin string
		want           int
	}{
		{"", "", http.StatusForbidden},
		{"https://boamp.example", "", http.StatusOK},
		{"https://boamp.example", "https://elsewhere.example", http.StatusForbidden},
	} {
		door, raw, _ := invented(t)
		h, err := handler(door, raw, slog.New(slog.DiscardHandler), public{url: c.public, dailyCalls: 1})
		if err != nil {
			t.Fatal(err)
		}
		server := httptest.NewServer(h)
		defer server.Close()
		r, err := http.NewRequest(http.MethodPost, server.URL+mcp.Path, strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"ping"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "boamp.example"
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json, text/event-stream")
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		resp, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("public address %q, origin %q: %s, want %d", c.public, c.origin, resp.Status, c.want)
		}
	}
}

// TestTextForAgents follows the addresses that the text names.
func TestTextForAgents(t *testing.T) {
	h, ids := served(t)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	text := get(mcp.TextPath).Body.String()
	n := 0
	for _, piece := range strings.Split(text, "](")[1:] {
		path, _, _ := strings.Cut(piece, ")")
		if path == mcp.Path {
			continue
		}
		n++
		path = strings.ReplaceAll(path, "{id}", ids["v230"])
		if w := get(path); w.Code != http.StatusOK {
			t.Errorf("%s answers %d %.200s", path, w.Code, w.Body)
		}
	}
	if n < 8 {
		t.Errorf("the text names %d addresses", n)
	}
}

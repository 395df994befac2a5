package main

import (
	"net/http"
	"strings"
	"time"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/api/explorev1"
	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/httpx"
	"github.com/boamp/boamp/internal/lifecycle"
)

// class is what a request costs, as far as its address tells.
type class string

const (
	free      class = ""        // health, readiness, version: never waits, is not counted
	light     class = "light"   // one notice, codes, lists that the program holds
	searching class = "search"  // pages, counts, groups, tools of agents
	heavy     class = "heavy"   // what the index cannot answer: found out only when the database is to be asked (limit.Heavier)
	exporting class = "export"  // files
	waiting   class = "waiting" // for news
	slow      class = "slow"    // answers that are ready, and that their clients take slowly
)

// classLimits are what a class has unless flags say otherwise.
type classLimits struct {
	class    class
	slots    func(processors int) int
	queue    int           // for each slot
	patience int           // times the time of --queue-time
	retry    time.Duration // when those turned away may come again
}

// classes lists those that wait. A question that the index answers is bound by the processors: more at once make each slower and none faster.
// What the database answers takes all processors and much memory alone; two at
// once, so that one that takes long does not keep all others out. A file is made by all processors, and held up by its reader.
var classes = []classLimits{
	{light, func(p int) int { return max(2, 3*p/2) }, 8, 1, time.Second},
	{searching, func(p int) int { return max(2, 3*p/2) }, 8, 1, 2 * time.Second},
	{heavy, func(p int) int { return max(2, p) }, 4, 2, 5 * time.Second},
	{exporting, func(p int) int { return 4 * p }, 2, 10, 15 * time.Second},
	{waiting, func(int) int { return 1000 }, 0, 1, 30 * time.Second},
	{slow, func(int) int { return 64 }, 0, 1, 30 * time.Second},
}

func classNames() string {
	var names []string
	for _, c := range classes {
		names = append(names, string(c.class))
	}
	return strings.Join(names, ", ")
}

// classOf finds the class of a request by its address.
func classOf(r *http.Request) class {
	path := r.URL.Path
	switch path {
	case "/healthz", "/readyz", "/version":
		return free
	case "/", mcp.TextPath, "/api/versions", "/api/versions.atom":
		return light
	}
	if r.Method == http.MethodOptions {
		return free
	}
	if rest, ok := strings.CutPrefix(path, native.Prefix+"/"); ok {
		return nativeClass(rest, r)
	}
	switch {
	case under(path, explore.Prefixes()):
		return exploreClass(path)
	case under(path, explorev1.Prefixes()):
		if strings.Contains(path, "/download") {
			return exporting
		}
		return searching
	case strings.HasPrefix(path, legacy.Prefix+"/") && !strings.HasPrefix(path, legacy.Prefix+"/search"):
		return light
	}
	return searching
}

// nativeClass finds the class of a path of the native API.
func nativeClass(rest string, r *http.Request) class {
	first, more, deeper := strings.Cut(rest, "/")
	switch first {
	case "notices":
		if deeper && !strings.HasSuffix(more, "/links") {
			return light
		}
		return searching
	case "codes", "fields", "schema", "openapi.json", "docs":
		return light
	case "changes", "ledger":
		if wait := r.URL.Query().Get("wait"); wait != "" && wait != "0" {
			return waiting
		}
		if r.URL.Query().Get("format") == "jsonl" {
			return exporting
		}
		return searching
	case "snapshots":
		if deeper {
			return exporting
		}
		return light
	case "documents":
		return light
	}
	if name, ok := strings.CutPrefix(first, "notices."); ok && name != "" {
		return exporting
	}
	return searching
}

// exploreClass finds the class of a path of the Explore API, versions 2.
func exploreClass(path string) class {
	switch {
	case strings.Contains(path, "/exports/"):
		return exporting
	case strings.HasSuffix(path, "/swagger.json"), strings.HasSuffix(path, "/console"), strings.HasSuffix(path, "/exports"), strings.HasSuffix(path, "/attachments"):
		return light
	case strings.Contains(path, "/records/") && !strings.HasSuffix(path, "/records/"):
		return light
	}
	return searching
}

func under(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(path, p) || path+"/" == p {
			return true
		}
	}
	return false
}

// refuseBy answers for what stands before the surfaces, each in its own form.
func refuseBy(lives *lifecycle.Registry, v2 *explore.API, v1 *explorev1.API, first *legacy.API) refuser {
	return func(w http.ResponseWriter, r *http.Request, err error) {
		style := lifecycle.Problem
		if v := lives.At(r.URL.Path); v != nil {
			style = v.Style
		}
		switch {
		case r.URL.Path == mcp.Path:
			mcp.Refuse(w, r, err)
		case style == lifecycle.Explore:
			v2.Refuse(w, r, err)
		case style == lifecycle.ExploreV1:
			v1.Refuse(w, r, err)
		case style == lifecycle.Legacy:
			first.Refuse(w, r, err)
		default:
			httpx.WriteProblem(w, r, err)
		}
	}
}

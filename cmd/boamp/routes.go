package main

import (
	"strings"

	"github.com/boamp/boamp/internal/api/explore"
	"github.com/boamp/boamp/internal/api/explorev1"
	"github.com/boamp/boamp/internal/api/legacy"
	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/obs"
)

// routes tells what requests are about, for metrics and traces: by the patterns of all surfaces, so that a path that a client makes up
// never becomes a label.
func routes(api *native.API) *obs.Routes {
	t := obs.NewRoutes()
	for _, r := range api.Routes() {
		t.Add("native", r.Pattern)
	}
	for _, r := range beside().Routes {
		surface := "operation"
		if strings.HasPrefix(r.Path(), legacy.Prefix+"/") {
			surface = "legacy"
		}
		t.Add(surface, r.Pattern)
	}
	for _, prefix := range explore.Prefixes() {
		for _, base := range []string{"v2.1", "v2.0", ""} {
			if (prefix == "/api/v2/") != (base == "") {
				continue // /api/v2 is version 2.0 without a number behind it
			}
			for _, e := range explore.Endpoints() {
				t.Add("explore", strings.TrimSuffix(strings.TrimSuffix(prefix, "/")+strings.TrimSuffix("/"+base, "/")+e.Path, "/"))
			}
		}
	}
	for _, r := range explorev1.Routes() {
		t.Add("explorev1", r.Path)
	}
	t.Add("mcp", mcp.Path)
	t.Add("mcp", "GET "+mcp.TextPath)
	t.Add("front", "GET /{$}")
	return t
}

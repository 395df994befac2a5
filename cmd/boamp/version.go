package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/boamp/boamp/internal/api/ops"
	"github.com/boamp/boamp/internal/feed"
)

// version is set by the linker for releases: -ldflags "-X main.version=1.2.3".
var version = "dev"

// build describes this program.
func build() ops.Build {
	b := ops.Build{Version: version, Go: runtime.Version(), Reader: feed.ReaderVersion, Format: dataFormat}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				b.Commit = s.Value
			}
		}
	}
	return b
}

func versionCommand() command {
	c := command{name: "version", short: "Print the version of the program, its readers and its data format"}
	c.run = func(_ context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		if done, err := f.parse(args); done {
			return err
		}
		b := build()
		fmt.Fprintf(std.out, "boamp %s\ncommit %s\ngo %s\nreader %d\ndata format %d\n", b.Version, b.Commit, b.Go, b.Reader, b.Format)
		return f.none()
	}
	return c
}

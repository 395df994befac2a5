package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/portal"
	"github.com/boamp/boamp/internal/search"
)

func getCommand() command {
	c := command{
		name: "get", args: "[FLAGS] ID", short: "Print one notice: typed JSON, flat record, or the bytes of its source",
		long: "Without --as the whole typed notice is printed as JSON.",
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		dir := f.data()
		plain := f.plain()
		as := f.String("as", "notice", "`what` to print: notice, record, raw")
		version := f.String("version", "", "API `version` that the notice must have")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() != 1 {
			return wrongUsage(fault.New(fault.Invalid, "%d arguments, one notice id expected", f.NArg()).WithHint("boamp get 24-12345"))
		}
		return withReader(ctx, std, *dir, *plain, func(door *search.Door, raw rawReader) error {
			n, _, err := door.Get(ctx, f.Arg(0), notice.Version(*version))
			if err != nil {
				return err
			}
			b, err := present(n, *as, raw)
			if err != nil {
				return err
			}
			_, err = std.out.Write(b)
			return err
		})
	}
	return c
}

func present(n *notice.Notice, as string, raw rawReader) ([]byte, error) {
	switch as {
	case "notice":
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err := enc.Encode(n)
		return b.Bytes(), err
	case "record":
		return append(portal.AppendRecord(nil, &n.Record), '\n'), nil
	case "raw":
		return raw.Get(n.Source.Kept)
	}
	return nil, fault.New(fault.Invalid, "unknown form %q", as).WithHint("--as notice, record or raw")
}

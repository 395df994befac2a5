package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/boamp/boamp/cmd/boampdev/internal/load"
)

func plotCommand() command {
	c := command{
		name: "plot", args: "[FLAGS] FILE...", short: "Draw and tabulate how measurements grow with the number of notices",
		long: `FILE is what ` + "`boampdev bench --json`" + ` wrote, of any numbers of notices: of several measurements of about the same number the last one counts.
The table goes to the standard output, the drawing to --svg; the same lines give the same bytes.`,
	}
	c.run = func(_ context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		svg := f.String("svg", "", "`file` for the drawing")
		if done, err := f.parseNames(args); done {
			return err
		}
		var lines []load.Line
		for _, name := range f.Args() {
			file, err := os.Open(name)
			if err != nil {
				return err
			}
			more, err := load.ReadLines(file)
			_ = file.Close() // it was read
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			lines = append(lines, more...)
		}
		if err := load.Growth(std.out, lines); err != nil || *svg == "" {
			return err
		}
		return writeFile(*svg, func(w io.Writer) error { return load.Plot(w, lines) })
	}
	return c
}

func writeFile(name string, fill func(w io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := fill(f); err != nil {
		_ = f.Close() // the first error counts
		return err
	}
	return f.Close()
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// flags is a flag set with boamp's help: long flags, one sentence each.
type flags struct {
	*flag.FlagSet
	cmd command
	std stdio
}

func newFlags(cmd command, std stdio) *flags {
	f := &flags{flag.NewFlagSet(cmd.name, flag.ContinueOnError), cmd, std}
	f.SetOutput(std.err)
	f.Usage = func() {}
	return f
}

// parse reads the arguments. Help is printed on the standard output and ends the command without error.
func (f *flags) parse(args []string) (done bool, err error) {
	var quiet strings.Builder
	f.SetOutput(&quiet)
	err = f.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		f.help()
		return true, nil
	case err != nil:
		fmt.Fprintf(f.std.err, "boamp %s: %v\n`boamp %s --help` lists the flags\n", f.cmd.name, err, f.cmd.name)
		return true, errUsage
	}
	return false, nil
}

func (f *flags) help() {
	w := f.std.out
	fmt.Fprintf(w, "usage: boamp %s %s\n\n%s.\n", f.cmd.name, f.cmd.args, strings.TrimSuffix(f.cmd.short, "."))
	if f.cmd.long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(f.cmd.long))
	}
	first := true
	f.VisitAll(func(x *flag.Flag) {
		if first {
			fmt.Fprint(w, "\nFlags:\n")
			first = false
		}
		value, doc := flag.UnquoteUsage(x)
		name := "--" + x.Name
		if value != "" {
			name += " " + value
		}
		if x.DefValue != "" && x.DefValue != "false" && x.DefValue != "0" {
			doc += " (default " + x.DefValue + ")"
		}
		fmt.Fprintf(w, "  %-32s %s\n", name, doc)
	})
}

// data adds the flag that names the data folder.
func (f *flags) data() *string {
	def := os.Getenv("BOAMP_DATA")
	if def == "" {
		def = "boamp-data"
	}
	return f.String("data", def, "`folder` of the data; the environment variable BOAMP_DATA sets the default")
}

// none refuses arguments behind the flags.
func (f *flags) none() error {
	if f.NArg() > 0 {
		return fault.New(fault.Invalid, "argument %q is not expected", f.Arg(0)).WithHint("boamp %s %s", f.cmd.name, f.cmd.args)
	}
	return nil
}

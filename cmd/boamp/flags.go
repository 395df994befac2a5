package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// flags is a flag set with boamp's help: long flags, one sentence each.
type flags struct {
	*flag.FlagSet
	cmd  command
	std  stdio
	args []string // what is no flag
}

func newFlags(cmd command, std stdio) *flags {
	f := &flags{FlagSet: flag.NewFlagSet(cmd.name, flag.ContinueOnError), cmd: cmd, std: std}
	f.Usage = func() {}
	f.String(configFlag, "", "`file` of settings, see boamp config")
	return f
}

// parse reads the arguments. Flags may stand before, between and behind the others, up to "--". Help is printed on the
// standard output and ends the command without error.
func (f *flags) parse(args []string) (done bool, err error) {
	if f.std.flags != nil {
		f.std.flags(f)
		return true, nil
	}
	switch err = f.read(args); {
	case errors.Is(err, flag.ErrHelp):
		f.help()
		return true, nil
	case err != nil:
		fmt.Fprintf(f.std.err, "boamp %s: %v\n`boamp %s --help` lists the flags\n", f.cmd.name, err, f.cmd.name)
		return true, errUsage
	}
	return false, nil
}

// read takes flags and arguments apart.
func (f *flags) read(args []string) error {
	f.SetOutput(io.Discard) // parse says what is wrong
	for {
		err := f.Parse(args)
		rest := f.FlagSet.Args()
		if err != nil || len(rest) == 0 {
			return err
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			f.args = append(f.args, rest...)
			return nil
		}
		f.args, args = append(f.args, rest[0]), rest[1:]
	}
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
	return f.String("data", "boamp-data", "`folder` of the data")
}

// Args are the arguments that are no flags.
func (f *flags) Args() []string { return f.args }

// NArg counts them.
func (f *flags) NArg() int { return len(f.args) }

// Arg is one of them, "" when there are not so many.
func (f *flags) Arg(i int) string {
	if i >= len(f.args) {
		return ""
	}
	return f.args[i]
}

// none refuses arguments that are no flags.
func (f *flags) none() error {
	if f.NArg() > 0 {
		return wrongUsage(fault.New(fault.Invalid, "argument %q is not expected", f.Arg(0)).WithHint("boamp %s %s", f.cmd.name, f.cmd.args))
	}
	return nil
}

// usageError is a fault of the command line itself.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// wrongUsage says that a fault is one of the command line, which ends with an exit code of its own.
func wrongUsage(err *fault.Error) error { return usageError{err} }

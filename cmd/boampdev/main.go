// Command boampdev holds the tools of those who develop boamp: synthetic corpora, a load driver, comparison runs. None of it is
// part of the product.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/boamp/boamp/internal/fault"
)

// command is one word of the command line.
type command struct {
	name  string
	args  string // of the usage line
	short string // one line for the list
	long  string // what help says beyond the flags
	run   func(ctx context.Context, std stdio, args []string) error
}

// stdio is where a command writes.
type stdio struct{ out, err io.Writer }

func commands() []command {
	return []command{
		benchCommand(),
		compareCommand(),
		dilaCommand(),
		overloadCommand(),
		plotCommand(),
		synthCommand(),
	}
}

// errUsage says that the command line is wrong and that the message was printed.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, stdio{os.Stdout, os.Stderr}, os.Args[1:]))
}

// run executes a command line and gives the exit code: 0 done, 1 failed, 2 wrong usage.
func run(ctx context.Context, std stdio, args []string) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		usage(std.out)
		return 0
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return report(std, c.name, c.run(ctx, std, args[1:]))
		}
	}
	fmt.Fprintf(std.err, "boampdev: unknown command %q; `boampdev help` lists the commands\n", args[0])
	return 2
}

// report prints an error for people and turns it into an exit code.
func report(std stdio, name string, err error) int {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintf(std.err, "boampdev %s: %v\n", name, err)
	var f *fault.Error
	if errors.As(err, &f) && f.Hint != "" {
		fmt.Fprintf(std.err, "hint: %s\n", f.Hint)
	}
	return 1
}

func usage(w io.Writer) {
	fmt.Fprint(w, "boampdev holds the tools of boamp's developers.\n\nusage: boampdev COMMAND [FLAGS]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, "\n`boampdev COMMAND --help` explains one command.\n")
}

// flags is the flag set of a command.
type flags struct {
	*flag.FlagSet
	std   stdio
	cmd   command
	names bool // arguments beside the flags are expected
}

func newFlags(cmd command, std stdio) *flags {
	f := &flags{flag.NewFlagSet(cmd.name, flag.ContinueOnError), std, cmd, false}
	f.SetOutput(std.err)
	f.Usage = func() {}
	return f
}

// parseNames reads the flags of a command that takes names of files, too.
func (f *flags) parseNames(args []string) (done bool, err error) {
	f.names = true
	return f.parse(args)
}

// parse reads the flags. Help is printed on the standard output and ends the command without error.
func (f *flags) parse(args []string) (done bool, err error) {
	var quiet strings.Builder
	f.SetOutput(&quiet)
	err = f.Parse(args)
	if err == nil && f.NArg() > 0 && !f.names {
		err = fmt.Errorf("argument %q is not expected", f.Arg(0))
	}
	if err == nil && f.NArg() == 0 && f.names {
		err = errors.New("no file is given")
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(f.std.out, "usage: boampdev %s %s\n\n%s.\n\n%s\n\nFlags:\n", f.cmd.name, f.cmd.args, strings.TrimSuffix(f.cmd.short, "."), f.cmd.long)
		f.SetOutput(f.std.out)
		f.PrintDefaults()
		return true, nil
	case err != nil:
		fmt.Fprintf(f.std.err, "boampdev %s: %v\n`boampdev %s --help` lists the flags\n", f.cmd.name, err, f.cmd.name)
		return true, errUsage
	}
	return false, nil
}

// Command boamp serves the French bulletin of public procurement notices: it imports DILA's documents, keeps them byte for
// byte, and answers queries over HTTP and from the shell.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/obs"
)

// command is one word of the command line.
type command struct {
	name  string
	args  string // of the usage line
	short string // one line for the list
	long  string // what help says beyond the flags
	run   func(ctx context.Context, io stdio, args []string) error
}

// stdio is what a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
	terminal bool // err is a terminal: progress bars are welcome

	settings *settings      // where flags come from beside the command line; nil: from nowhere else
	flags    func(f *flags) // takes the flags of a command instead of executing it; nil elsewhere
	checking bool           // boamp serve only says what is wrong with its flags
}

// commands lists every command, in the order in which a newcomer meets them.
func commands() []command {
	return []command{
		demoCommand(),
		importCommand(),
		syncCommand(),
		serveCommand(),
		queryCommand(),
		exportCommand(),
		getCommand(),
		linksCommand(),
		mcpCommand(),
		eraseCommand(),
		verifyCommand(),
		rebuildCommand(),
		compactCommand(),
		indexCommand(),
		checkCommand(),
		backupCommand(),
		restoreCommand(),
		snapshotCommand(),
		mirrorCommand(),
		auditCommand(),
		statusCommand(),
		healthCommand(),
		configCommand(),
		versionCommand(),
	}
}

// errUsage says that the command line is wrong and that the message was printed.
var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	std := stdio{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, terminal: isTerminal(os.Stderr),
		settings: &settings{environ: os.Environ(), read: readSettings},
	}
	here, _ := os.Getwd() // only relative paths handed to a server need it
	ctx = withSession(ctx, session{call: call{Args: os.Args[1:], Dir: here, Terminal: std.terminal}})
	os.Exit(run(ctx, std, os.Args[1:]))
}

// run executes a command line and gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
func run(ctx context.Context, std stdio, args []string) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		if len(args) > 1 {
			args = []string{args[1], "--help"}
		} else {
			usage(std.out)
			return 0
		}
	}
	for _, c := range commands() {
		if c.name == args[0] {
			resolved, err := std.settings.resolve(c, args[1:])
			if err == nil {
				s := sessionOf(ctx)
				s.Args = append([]string{c.name}, resolved...)
				err = c.run(withSession(ctx, s), std, resolved)
			}
			return report(ctx, std, c.name, err)
		}
	}
	fmt.Fprintf(std.err, "boamp: unknown command %q\n", args[0])
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if near := field.Nearest(args[0], names, 2); len(near) > 0 {
		fmt.Fprintf(std.err, "did you mean %s?\n", strings.Join(near, " or "))
	}
	fmt.Fprintln(std.err, "`boamp help` lists the commands")
	return 2
}

// report prints an error for people and turns it into an exit code.
func report(ctx context.Context, std stdio, name string, err error) int {
	var code exitCode
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errUsage):
		return 2
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil:
		fmt.Fprintf(std.err, "boamp %s: interrupted\n", name)
		return 130
	case errors.Is(err, syscall.EPIPE):
		return 0 // the reader of our output has enough
	}
	fmt.Fprintf(std.err, "boamp %s: %s\n", name, obs.RedactAddresses(err.Error())) // it may be the journal of the system that reads this
	var f *fault.Error
	if errors.As(err, &f) && f.Hint != "" {
		fmt.Fprintf(std.err, "hint: %s\n", f.Hint)
	}
	var wrong usageError
	if errors.As(err, &wrong) {
		return 2
	}
	return 1
}

func usage(w io.Writer) {
	fmt.Fprint(w, "boamp serves the notices of the BOAMP, the French bulletin of public procurement.\n\nusage: boamp COMMAND [FLAGS] [ARGUMENTS]\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.short)
	}
	fmt.Fprint(w, "\n`boamp COMMAND --help` explains one command.\n")
}

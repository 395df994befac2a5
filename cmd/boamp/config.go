package main

import (
	"context"
	"flag"
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/boamp/boamp/internal/config"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/obs"
)

func configCommand() command {
	c := command{
		name: "config", args: "[FLAGS] [COMMAND]", short: "Say which settings hold and where each comes from, and check them",
		long: `Every flag of every command is a setting that may also stand in the environment and in a file. The order, the later one stands:
default, file, environment, command line. The file is named by --config or the variable BOAMP_CONFIG:

  data = "/var/lib/boamp"        # for every command that has the flag --data
  [serve]
  listen = "127.0.0.1:8080"      # for boamp serve alone

The environment variable of --public-url is BOAMP_PUBLIC_URL, for boamp serve alone BOAMP_SERVE_PUBLIC_URL. With COMMAND all settings of
that command are printed, without those of all commands that a file or the environment sets. Secrets are masked.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		check := f.Bool("check", false, "only check the file and the environment, and say what is wrong: whether each value can be read, and of boamp serve whether it would begin with them")
		if done, err := f.parse(args); done {
			return err
		}
		if f.NArg() > 1 {
			return wrongUsage(fault.New(fault.Invalid, "one command is expected, not %d", f.NArg()).WithHint("boamp config serve"))
		}
		if std.settings == nil {
			std.settings = &settings{read: readSettings}
		}
		places, err := std.settings.places(f.Lookup(configFlag).Value.String())
		if err != nil {
			return err
		}
		list := commands()
		if name := f.Arg(0); name != "" {
			if list = named(name); list == nil {
				return unknownCommand(name)
			}
		}
		std.settings.warn(std)
		if *check {
			return checkSettings(ctx, std, list, places)
		}
		return printSettings(std, list, places, f.NArg() == 1)
	}
	return c
}

func named(name string) []command {
	for _, c := range commands() {
		if c.name == name {
			return []command{c}
		}
	}
	return nil
}

func unknownCommand(name string) error {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	err := fault.New(fault.Invalid, "there is no command %q", name)
	if near := field.Nearest(name, names, 2); len(near) > 0 {
		err = err.WithHint("did you mean %s?", strings.Join(near, " or "))
	}
	return wrongUsage(err)
}

// warn names variables that look like settings and are none.
func (s *settings) warn(std stdio) {
	known := map[string]bool{config.Variable("", configFlag): true}
	var names []string
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(x *flag.Flag) {
			known[config.Variable("", x.Name)], known[config.Variable(c.name, x.Name)] = true, true
			names = append(names, config.Variable("", x.Name))
		})
	}
	for _, name := range config.Unknown(s.environ, known) {
		meant := ""
		if near := field.Nearest(name, names, 1); len(near) > 0 && near[0] != config.Prefix {
			meant = ": did you mean " + near[0] + "?"
		}
		fmt.Fprintf(std.err, "the environment variable %s is no setting%s\n", name, meant)
	}
}

func checkSettings(ctx context.Context, std stdio, list []command, places config.Places) error {
	set := map[string]bool{}
	for _, c := range list {
		values, err := found(c, places, map[string]bool{})
		if err == nil && c.name == "serve" {
			err = c.run(ctx, stdio{out: std.out, err: std.err, checking: true}, asFlags(values))
		}
		if err != nil {
			return fmt.Errorf("of boamp %s: %w", c.name, err)
		}
		for _, x := range values {
			if len(x.value.Texts) > 0 {
				set[x.value.From+" "+x.Name] = true
			}
		}
	}
	where := "no file"
	if places.File != nil {
		where = places.File.Name
	}
	_, err := fmt.Fprintf(std.out, "ok: %s and the environment, %d settings\n", where, len(set))
	return err
}

// printSettings prints the settings of commands; all of them, or those that a place sets.
func printSettings(std stdio, list []command, places config.Places, all bool) error {
	t := tabwriter.NewWriter(std.out, 2, 4, 2, ' ', 0)
	for _, c := range list {
		values, err := found(c, places, map[string]bool{configFlag: true})
		if err != nil {
			return fmt.Errorf("of boamp %s: %w", c.name, err)
		}
		for _, x := range values {
			name, from := "--"+x.Name, "default"
			texts := []string{x.DefValue}
			if len(x.value.Texts) > 0 {
				texts, from = x.value.Texts, x.value.From
			} else if !all {
				continue
			}
			if !all {
				name = c.name + " " + name
			}
			for i := range texts {
				texts[i] = masked(x.Name, texts[i])
			}
			fmt.Fprintf(t, "%s\t%s\t%s\n", name, strings.Join(texts, ", "), from)
		}
	}
	return t.Flush()
}

// secretName matches the names of settings whose values nobody is to see.
var secretName = regexp.MustCompile(`secret|token|password|credential|(^|-)key($|-)`)

// masked is a value as it may be shown.
func masked(name, text string) string {
	if text != "" && secretName.MatchString(name) {
		return obs.Mask
	}
	return obs.Redact(text)
}

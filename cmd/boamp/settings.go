package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/boamp/boamp/internal/config"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
)

// Every flag of every command is a setting: what the command line does not say may stand in the environment or in a file. It is put in
// front of the command line before the command sees it, so that no command has to know, and a server that executes the command for
// another process gets what held in that process.

// configFlag names the file of settings; it is the one flag that cannot stand in the file.
const configFlag = "config"

// settings is where the flags of this process come from beside its command line.
type settings struct {
	environ []string // "NAME=value"
	read    func(path string) ([]byte, error)
}

// readSettings reads a file of settings, not further than one may be long.
func readSettings(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, config.MaxFile+1))
}

// lookup finds an environment variable. Of several of a name the last counts, as for programs that are started.
func (s *settings) lookup(name string) (text string, ok bool) {
	for _, e := range s.environ {
		if n, v, _ := strings.Cut(e, "="); n == name {
			text, ok = v, true
		}
	}
	return text, ok
}

// setting is a flag with the place that its value comes from.
type setting struct {
	*flag.Flag
	value config.Value // Texts is empty for what is as the program has it
}

// resolve puts what environment and file say in front of a command line. One that is wrong stays as it is: the command says so.
func (s *settings) resolve(c command, args []string) ([]string, error) {
	if s == nil {
		return args, nil
	}
	f := flagsOf(c)
	if err := f.read(args); err != nil {
		return args, nil
	}
	given := map[string]bool{configFlag: true}
	f.Visit(func(x *flag.Flag) { given[x.Name] = true })
	places, err := s.places(f.Lookup(configFlag).Value.String())
	if err != nil {
		return nil, err
	}
	list, err := found(c, places, given)
	if err != nil {
		return nil, err
	}
	return append(asFlags(list), args...), nil
}

// asFlags writes settings as a command line has them.
func asFlags(list []setting) (out []string) {
	for _, x := range list {
		for _, text := range x.value.Texts {
			out = append(out, "--"+x.Name+"="+text)
		}
	}
	return out
}

// places opens the places of settings. file is what the command line names.
func (s *settings) places(file string) (config.Places, error) {
	p := config.Places{Environ: s.lookup}
	if file == "" {
		file, _ = s.lookup(config.Variable("", configFlag))
	}
	if file == "" {
		return p, nil
	}
	text, err := s.read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, fault.New(fault.NotFound, "there is no file of settings").At(file)
	}
	if err != nil {
		return p, fault.Wrap(fault.Unavailable, err, "the file of settings cannot be read").At(file)
	}
	if p.File, err = config.Parse(file, text); err != nil {
		return p, err
	}
	names := map[string][]string{}
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(x *flag.Flag) {
			if x.Name != configFlag {
				names[c.name] = append(names[c.name], x.Name)
			}
		})
	}
	near := func(wrong string, names []string) []string { return field.Nearest(wrong, names, 2) }
	return p, p.File.Check(names, near)
}

// found lists the flags of a command that are not given, in order, each with the value that a place has for it. A value that the flag
// does not take is an error that names the place.
func found(c command, p config.Places, given map[string]bool) (list []setting, err error) {
	f := flagsOf(c)
	f.VisitAll(func(x *flag.Flag) {
		if given[x.Name] || err != nil {
			return
		}
		v, _ := p.Find(c.name, x.Name)
		for _, text := range v.Texts {
			if wrong := f.Set(x.Name, text); wrong != nil && err == nil {
				err = wrongUsage(fault.New(fault.Invalid, "%q is no value of --%s: %v", masked(x.Name, text), x.Name, wrong).At(v.From))
			}
		}
		list = append(list, setting{x, v})
	})
	return list, err
}

// flagsOf gives the flags of a command, fresh.
func flagsOf(c command) (f *flags) {
	_ = c.run(context.Background(), stdio{flags: func(found *flags) { f = found }}, nil)
	return f
}

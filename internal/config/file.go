// Package config is where the values of settings come from: a file, the environment, the command line. It knows no setting itself:
// the commands have flags, and each flag is a setting.
//
// Of several places the later one stands: default, file, environment, command line.
package config

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/boamp/boamp/internal/fault"
)

// MaxFile bounds a file of settings in bytes.
const MaxFile = 1 << 20

// File holds the settings of a file: TOML, in which a setting stands at the top for every command that has it, or in a table of one
// command's name for that command alone.
//
//	data = "/var/lib/boamp"
//	[serve]
//	listen = "127.0.0.1:8080"
//	cache = 128
type File struct {
	Name     string // path, for messages
	top      map[string][]string
	sections map[string]map[string][]string
}

// Parse reads a file of settings. A value is text, a number, true or false, or a list of these, for settings that may be given several
// times.
//
// Errors: Invalid (with line and column where it is no TOML), TooLarge.
func Parse(name string, text []byte) (*File, error) {
	if len(text) > MaxFile {
		return nil, fault.New(fault.TooLarge, "a file of settings of %d bytes: up to %d are read", len(text), MaxFile).At(name)
	}
	var tables map[string]any
	if _, err := toml.Decode(string(text), &tables); err != nil {
		var wrong toml.ParseError
		if errors.As(err, &wrong) {
			return nil, fault.New(fault.Invalid, "the file of settings is no TOML: %s", wrong.Message).
				At(fmt.Sprintf("%s line %d", name, wrong.Position.Line)).WithHint("one setting a line: listen = \"127.0.0.1:8080\"; texts stand in quotes")
		}
		return nil, fault.Wrap(fault.Invalid, err, "the file of settings is no TOML").At(name)
	}
	f := &File{Name: name, top: map[string][]string{}, sections: map[string]map[string][]string{}}
	for _, key := range slices.Sorted(maps.Keys(tables)) {
		table, ok := tables[key].(map[string]any)
		if !ok {
			if err := read(f.top, name, key, key, tables[key]); err != nil {
				return nil, err
			}
			continue
		}
		f.sections[key] = map[string][]string{}
		for _, k := range slices.Sorted(maps.Keys(table)) {
			if err := read(f.sections[key], name, key+"."+k, k, table[k]); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

// read puts a value under key; where is its whole name.
func read(into map[string][]string, file, where, key string, value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	for _, v := range list {
		text, ok := textOf(v)
		if !ok {
			return fault.New(fault.Invalid, "the setting %s has a value that is neither text, number, true, false nor a list of these", where).At(file)
		}
		into[key] = append(into[key], text)
	}
	return nil
}

// textOf writes a value as it would stand on the command line.
func textOf(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	}
	return "", false
}

// Check refuses what no command has. settings has the names of each command's settings; near gives names that a wrong one may have
// been meant for. All that is wrong is told at once.
func (f *File) Check(settings map[string][]string, near func(wrong string, names []string) []string) error {
	every := map[string]bool{}
	for _, names := range settings {
		for _, n := range names {
			every[n] = true
		}
	}
	var wrong []error
	unknown := func(what, name string, names []string) {
		meant := ""
		if list := near(name, names); len(list) > 0 {
			meant = ": did you mean " + strings.Join(list, " or ") + "?"
		}
		wrong = append(wrong, fault.New(fault.Invalid, "there is no %s %q%s", what, name, meant).At(f.Name))
	}
	for _, key := range slices.Sorted(maps.Keys(f.top)) {
		if !every[key] {
			unknown("setting", key, slices.Sorted(maps.Keys(every)))
		}
	}
	for _, command := range slices.Sorted(maps.Keys(f.sections)) {
		names, ok := settings[command]
		if !ok {
			unknown("command", command, slices.Sorted(maps.Keys(settings)))
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(f.sections[command])) {
			if !slices.Contains(names, key) {
				unknown("setting of "+command, key, names)
			}
		}
	}
	return errors.Join(wrong...)
}

package config

import (
	"slices"
	"strings"
)

// Prefix begins the names of environment variables.
const Prefix = "BOAMP_"

// Variable is the environment variable of a setting: BOAMP_PUBLIC_URL of public-url. With a command it is the one that counts for that
// command alone: BOAMP_SERVE_PUBLIC_URL.
func Variable(command, setting string) string {
	if command != "" {
		setting = command + "_" + setting
	}
	return Prefix + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// Value is what a setting is and where that comes from.
type Value struct {
	Texts []string // more than one only for a list of a file
	From  string   // "BOAMP_LISTEN", "boamp.toml", "boamp.toml [serve]"
}

// Places are those that a setting may come from beside the command line and the default.
type Places struct {
	File    *File                                    // nil for none
	Environ func(name string) (text string, ok bool) // nil for none
}

// Find looks for a setting of a command; false when no place has it. An empty environment variable counts as none, because that is how
// many programs that start others unset one. What names the command goes before what counts for all.
func (p Places) Find(command, setting string) (Value, bool) {
	for _, scope := range []string{command, ""} {
		name := Variable(scope, setting)
		if p.Environ == nil {
			break
		}
		if text, ok := p.Environ(name); ok && text != "" {
			return Value{[]string{text}, name}, true
		}
	}
	if p.File == nil {
		return Value{}, false
	}
	if texts, ok := p.File.sections[command][setting]; ok {
		return Value{texts, p.File.Name + " [" + command + "]"}, true
	}
	if texts, ok := p.File.top[setting]; ok {
		return Value{texts, p.File.Name}, true
	}
	return Value{}, false
}

// Unknown lists the variables of environ ("NAME=value") that begin like ours and are none of known, in order. They are not refused: a
// system that runs containers sets some by itself, such as BOAMP_SERVICE_HOST beside a service called boamp.
func Unknown(environ []string, known map[string]bool) (names []string) {
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, Prefix) && !known[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/config"
	"github.com/boamp/boamp/internal/fault"
)

const sample = `
data = "/var/lib/boamp" # of every command
cache = 16
strict = true
rate = 1.5

[serve]
cache = 128
trusted = ["10.0.0.0/8", "::1"]
`

func parse(t *testing.T, text string) *config.File {
	t.Helper()
	f, err := config.Parse("b.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFind(t *testing.T) {
	env := map[string]string{"BOAMP_LISTEN": ":1", "BOAMP_DEMO_LISTEN": ":2", "BOAMP_STRICT": "", "BOAMP_RATE": "3"}
	p := config.Places{File: parse(t, sample), Environ: func(n string) (string, bool) { v, ok := env[n]; return v, ok }}
	for _, c := range []struct{ command, setting, value, from string }{
		{"serve", "data", "/var/lib/boamp", "b.toml"},
		{"serve", "cache", "128", "b.toml [serve]"},
		{"demo", "cache", "16", "b.toml"},
		{"serve", "trusted", "10.0.0.0/8 ::1", "b.toml [serve]"},
		{"demo", "trusted", "", ""},
		{"serve", "listen", ":1", "BOAMP_LISTEN"},
		{"demo", "listen", ":2", "BOAMP_DEMO_LISTEN"},
		{"import", "strict", "true", "b.toml"}, // the empty variable is none
		{"serve", "rate", "3", "BOAMP_RATE"},
		{"serve", "public-url", "", ""},
	} {
		v, ok := p.Find(c.command, c.setting)
		if got := strings.Join(v.Texts, " "); got != c.value || v.From != c.from || ok != (c.from != "") {
			t.Errorf("%s of %s: %q from %q, want %q from %q", c.setting, c.command, got, v.From, c.value, c.from)
		}
	}
	if v, ok := (config.Places{}).Find("serve", "data"); ok {
		t.Errorf("no place has %v", v)
	}
	if got := config.Variable("", "public-url"); got != "BOAMP_PUBLIC_URL" {
		t.Errorf("variable %s", got)
	}
}

func TestWrongFiles(t *testing.T) {
	for text, want := range map[string]string{
		"listen = ":                   "b.toml line 1",
		"a = 1\na = 2":                "line 2",
		"listen = 127.0.0.1:8080":     "no TOML",
		"day = 2026-01-01":            "the setting day",
		"[serve]\n[serve.x]\ny = 1":   "the setting serve.x",
		"x = [[1]]":                   "the setting x",
		strings.Repeat("#", 1<<20+10): "bytes",
	} {
		_, err := config.Parse("b.toml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) || fault.KindOf(err) == fault.Internal {
			t.Errorf("%.30q: %v, want %q", text, err, want)
		}
	}
}

func TestCheck(t *testing.T) {
	settings := map[string][]string{"serve": {"data", "cache", "trusted"}, "import": {"data", "strict"}, "query": {"rate"}}
	near := func(string, []string) []string { return []string{"this"} }
	if err := parse(t, sample).Check(settings, near); err != nil {
		t.Errorf("a file that is right: %v", err)
	}
	err := parse(t, "dat = 1\n[serve]\nstrict = true\n[serv]\ncache = 1").Check(settings, near)
	for _, want := range []string{`no setting "dat"`, `no setting of serve "strict"`, `no command "serv"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	known := map[string]bool{"BOAMP_DATA": true}
	if got := config.Unknown([]string{"PATH=x", "BOAMP_PORT=1", "BOAMP_DATA=d", "BOAMP_LISTN=:1"}, known); !slices.Equal(got, []string{"BOAMP_LISTN", "BOAMP_PORT"}) {
		t.Errorf("unknown %v", got)
	}
}

// FuzzParse: whatever a file says, it is refused as a fault or its values can be found.
func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("[[a]]\nb=1")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := config.Parse("b.toml", []byte(text))
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		_ = file.Check(map[string][]string{"serve": {"listen"}}, func(string, []string) []string { return nil })
		(config.Places{File: file}).Find("serve", "listen")
	})
}

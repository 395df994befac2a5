package main

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/config"
	"github.com/boamp/boamp/internal/lang/params"
)

// of gives settings with an environment and files.
func settingsOf(files map[string]string, environ ...string) *settings {
	return &settings{environ: environ, read: func(path string) ([]byte, error) {
		text, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(text), nil
	}}
}

const exampleFile = `
data = "/srv/boamp"
[serve]
listen = "0.0.0.0:80"
cache = 16
read-only = true
[query]
cpv = ["45", "71"]
`

// TestSettings: default, then the file, then the environment, then the command line.
func TestSettings(t *testing.T) {
	files := map[string]string{"b.toml": exampleFile}
	for _, c := range []struct {
		name    string
		command string
		args    []string
		environ []string
		want    string // what the command gets
	}{
		{"nothing", "serve", []string{"--cache", "1"}, nil, "--cache 1"},
		{"a file", "serve", []string{"--config", "b.toml"}, nil, "--cache=16 --data=/srv/boamp --listen=0.0.0.0:80 --read-only=true --config b.toml"},
		{"the file of the environment", "status", nil, []string{"BOAMP_CONFIG=b.toml"}, "--data=/srv/boamp"},
		{"the environment over the file", "status", nil, []string{"BOAMP_CONFIG=b.toml", "BOAMP_DATA=/env"}, "--data=/env"},
		{"the command's variable over that of all", "status", nil, []string{"BOAMP_STATUS_DATA=/own", "BOAMP_DATA=/env"}, "--data=/own"},
		{"the command line over all", "status", []string{"--data=/line"}, []string{"BOAMP_CONFIG=b.toml", "BOAMP_DATA=/env"}, "--data=/line"},
		{"behind arguments, too", "import", []string{"x", "--data", "/line"}, []string{"BOAMP_DATA=/env"}, "x --data /line"},
		{"an empty variable is none", "status", nil, []string{"BOAMP_DATA="}, ""},
		{"the last of a name", "status", nil, []string{"BOAMP_DATA=/a", "BOAMP_DATA=/b"}, "--data=/b"},
		{"lists", "query", nil, []string{"BOAMP_CONFIG=b.toml"}, "--cpv=45 --cpv=71 --data=/srv/boamp"},
		{"lists given are not added to", "query", []string{"--cpv", "90"}, []string{"BOAMP_CONFIG=b.toml"}, "--data=/srv/boamp --cpv 90"},
		{"a command line that is wrong stays", "status", []string{"--dat"}, []string{"BOAMP_DATA=/env"}, "--dat"},
		{"help needs no settings", "status", []string{"--help"}, []string{"BOAMP_CONFIG=missing"}, "--help"},
	} {
		got, err := settingsOf(files, c.environ...).resolve(named(c.command)[0], c.args)
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s (%v)", c.name, strings.Join(got, " "), c.want, err)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	files := map[string]string{
		"typo": "[serve]\nlistn = \"x\"", "command": "[serv]\ncache = 1", "type": "[serve]\ncache = \"many\"", "other": "quarantined = true\nstrict = 1.5",
		"toml": "listen = ", "self": "config = \"x\"",
	}
	for _, c := range []struct{ command, config, env, want string }{
		{"serve", "typo", "", "did you mean listen"}, {"status", "typo", "", "did you mean listen"}, {"serve", "command", "", "did you mean serve"},
		{"serve", "type", "", `type [serve]: "many" is no value of --cache`}, {"serve", "toml", "", "toml line 1"}, {"serve", "none", "", "there is no file"},
		{"serve", "", "BOAMP_CACHE=much", `BOAMP_CACHE: "much" is no value`}, {"import", "other", "", "--strict"}, {"serve", "self", "", `no setting "config"`},
	} {
		s := settingsOf(files, "BOAMP_CONFIG="+c.config, c.env)
		if _, err := s.resolve(named(c.command)[0], nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %s%s: %v, want %s", c.command, c.config, c.env, err, c.want)
		}
	}
}

// TestConfigCommand: what holds, where it comes from, and no secret.
func TestConfigCommand(t *testing.T) {
	files := map[string]string{"b.toml": exampleFile, "bad.toml": "[serve]\ncache = \"x\""}
	ask := func(s *settings, args ...string) (string, string, int) {
		var out, errs bytes.Buffer
		code := run(context.Background(), stdio{out: &out, err: &errs, settings: s}, append([]string{"config"}, args...))
		return out.String(), errs.String(), code
	}
	s := settingsOf(files, "BOAMP_CONFIG=b.toml", "BOAMP_CACHE=5", "BOAMP_LISTN=1", "BOAMP_PUBLIC_URL=https://anna:hunter2@boamp.example")
	out, errs, code := ask(s, "serve")
	for _, want := range []string{"--cache +5 +BOAMP_CACHE", `--listen +0.0.0.0:80 +b.toml \[serve\]`, "--data +/srv/boamp +b.toml\n", "--index +on +default"} {
		if !matches(out, want) {
			t.Errorf("%s is missing in\n%s", want, out)
		}
	}
	if code != 0 || strings.Contains(out, "hunter2") || !strings.Contains(out, "***@boamp.example") || !strings.Contains(errs, "BOAMP_LISTN is no setting: did you mean BOAMP_LISTEN?") {
		t.Errorf("code %d\n%s%s", code, out, errs)
	}
	if out, _, _ := ask(s); strings.Contains(out, "default") || !matches(out, `query --cpv +45, 71 +b.toml \[query\]`) {
		t.Errorf("of all commands:\n%s", out)
	}
	if out, _, code := ask(s, "--check"); code != 0 || !strings.HasPrefix(out, "ok: b.toml") {
		t.Errorf("check: %d %s", code, out)
	}
	if _, errs, code := ask(settingsOf(files, "BOAMP_CONFIG=bad.toml"), "--check"); code != 2 || !strings.Contains(errs, "--cache") {
		t.Errorf("check of a bad file: %d %s", code, errs)
	}
	for text, want := range map[string]string{
		`rate = "600/fortnight"`: "--rate", `trusted-proxies = "10.0.0.0/99"`: "--trusted-proxies", `private = "0.0.0.0:9090"`: "--private", `answer-time = "-1s"`: "-1s is too little: 1ms",
		"sync = true\nsync-source = \"boamp=ftp://anna:hunter2@boamp.example/\"": "ftp://***@boamp.example", `public-url = "https://boamp.example/?api_key=hunter2"`: "api_key=***",
	} {
		_, errs, code := ask(settingsOf(map[string]string{"b.toml": "data = \"/none\"\n[serve]\n" + text}, "BOAMP_CONFIG=b.toml"), "--check")
		if code == 0 || !strings.Contains(errs, want) || strings.Contains(errs, "hunter2") {
			t.Errorf("check of %s: %d %s", text, code, errs)
		}
	}
	if _, errs, code := ask(s, "serv"); code != 2 || !strings.Contains(errs, "did you mean serve") {
		t.Errorf("a wrong command: %d %s", code, errs)
	}
}

// TestEveryCommandHasFlags: the flags of all commands can be asked for without executing one.
func TestEveryCommandHasFlags(t *testing.T) {
	for _, c := range commands() {
		if f := flagsOf(c); f == nil || f.Lookup(configFlag) == nil {
			t.Errorf("boamp %s: its flags cannot be told", c.name)
		}
	}
}

// TestPagesSettings holds docs/settings.md to the flags.
func TestPagesSettings(t *testing.T) {
	if _, err := os.Stat("../../docs/settings.md"); err != nil && *update {
		if err := os.WriteFile("../../docs/settings.md", nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page(t, "../../docs/settings.md", func(string) string { return settingsPage() })
}

const settingsHead = `# Settings

This page is generated from the program: ` + "`go test ./cmd/boamp -run TestPages -update`" + `.

Every flag of every command is a setting. What the command line does not say may stand in the environment, or in a file that ` + "`--config FILE`" + ` or the
variable ` + "`BOAMP_CONFIG`" + ` names. The order, the later one stands: default, file, environment, command line. An empty variable counts as none.

` + "```toml" + `
# boamp.toml
data = "/var/lib/boamp"          # at the top: for every command that has the flag
log-level = "warn"

[serve]                          # for boamp serve alone
listen = "127.0.0.1:8080"
cache = 128
` + "```" + `

The variable of ` + "`--public-url`" + ` is ` + "`BOAMP_PUBLIC_URL`" + `; ` + "`BOAMP_SERVE_PUBLIC_URL`" + ` is for ` + "`boamp serve`" + ` alone and goes before it. A setting of the file that
no command has is an error; a variable of that kind is not, because systems that run containers set some by themselves (` + "`BOAMP_PORT`" + `), but ` + "`boamp config`" + `
names it. ` + "`boamp config serve`" + ` prints every value and where it comes from, secrets masked; ` + "`boamp config --check`" + ` checks the file and the environment.
A command that is executed by a running server takes the settings of where it was typed.

| setting | commands | variable | default | meaning |
|---|---|---|---|---|
`

// settingsPage describes all flags but the criteria of queries, which are on a page of their own.
func settingsPage() string {
	criteria := map[string]bool{}
	for _, p := range params.Table() {
		criteria[strings.ReplaceAll(p.Name, "_", "-")] = true
	}
	type entry struct {
		*flag.Flag
		commands []string
	}
	found := map[string]*entry{}
	var order []string
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(f *flag.Flag) {
			_, doc := flag.UnquoteUsage(f)
			key := f.Name + "\x00" + f.DefValue + "\x00" + doc
			if criteria[f.Name] || f.Name == configFlag {
				return
			}
			if found[key] == nil {
				found[key] = &entry{Flag: f}
				order = append(order, key)
			}
			found[key].commands = append(found[key].commands, c.name)
		})
	}
	slices.Sort(order)
	var b strings.Builder
	b.WriteString(settingsHead)
	for _, key := range order {
		e := found[key]
		_, doc := flag.UnquoteUsage(e.Flag)
		def := ""
		if e.DefValue != "" {
			def = "`" + e.DefValue + "`"
		}
		b.WriteString("| `" + e.Name + "` | " + strings.Join(e.commands, ", ") + " | `" + config.Variable("", e.Name) + "` | " + def + " | " + strings.ReplaceAll(doc, "|", "\\|") + " |\n")
	}
	b.WriteString("\nThe criteria of `boamp query` are settings as well (`cpv`, `BOAMP_QUERY_CPV`); [api.md](api.md) lists them.\n")
	return b.String()
}

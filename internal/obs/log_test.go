package obs_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/obs"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"get http://anna:s3cret@proxy.example:3128/x failed":    "get http://***@proxy.example:3128/x failed",
		"https://user@host/p?q=a@b":                             "https://***@host/p?q=a@b",
		"socks5h://a:p@ss@host:1":                               "socks5h://***@host:1",
		"Authorization: Bearer abcdef.123":                      "Authorization: ***",
		"sent bearer eyJhbGciOi to them":                        "sent bearer *** to them",
		"https://h.example/x?apikey=abc&rows=10&access_token=z": "https://h.example/x?apikey=***&rows=10&access_token=***",
		`{"client_secret":"abc","rows":1}`:                      `{"client_secret":"***","rows":1}`,
		"password = hunter2 of 3":                               "password = *** of 3",
		"map[Cookie:[a=b]]":                                     "map[Cookie:[***",
		"a basic idea: 26-1234@v230":                            "a basic *** 26-1234@v230", // rather too much than too little
		"nothing: to see at https://h.example/a/b?q=voirie":     "nothing: to see at https://h.example/a/b?q=voirie",
	} {
		if got := obs.Redact(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// FuzzRedact: a password in an address, a token behind its name never come through, whatever stands around them.
func FuzzRedact(f *testing.F) {
	f.Add("a ", " b")
	f.Add("http://x@", "@y/")
	f.Fuzz(func(t *testing.T, before, after string) {
		const secret = "hunter2Secret"
		if strings.Contains(before+after, secret[1:]) {
			return
		}
		for _, s := range []string{
			before + " http://anna:" + secret + "@proxy.example/" + after, before + " token=" + secret + "&" + after,
			before + " Authorization: Bearer " + secret + "\n" + after,
		} {
			if got := obs.Redact(s); strings.Contains(got, secret) {
				t.Errorf("%q became %q", s, got)
			}
		}
	})
}

// TestLogHasNoSecrets: whichever way a secret comes to a log, it is not in it.
func TestLogHasNoSecrets(t *testing.T) {
	const secret = "hunter2"
	for _, format := range obs.LogFormats() {
		var b bytes.Buffer
		log, err := obs.Logger(&b, format, "debug")
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{"Authorization": {"Bearer " + secret}, "Proxy-Authorization": {"Basic " + secret}, "Cookie": {"a=b; c=" + secret}}
		log.Info("asking http://anna:"+secret+"@proxy.example", "url", "https://h.example?token="+secret)
		log.With("proxy", "http://anna:"+secret+"@proxy").Warn("failed", "error", errors.New("proxy http://a:"+secret+"@p refused"))
		log.WithGroup("request").Error("with headers", "headers", h, "authorization", "Bearer "+secret, "api_key", secret)
		log.Debug("a group", slog.Group("g", slog.String("password", secret), slog.Any("set-cookie", secret)))
		if strings.Contains(b.String(), secret) {
			t.Errorf("%s: a secret is in the log:\n%s", format, b.String())
		}
		if !strings.Contains(b.String(), "proxy.example") {
			t.Errorf("%s: what is no secret is gone:\n%s", format, b.String())
		}
	}
}

func TestLogger(t *testing.T) {
	var b bytes.Buffer
	log, err := obs.Logger(&b, "json", "warn")
	if err != nil {
		t.Fatal(err)
	}
	log.Info("silent")
	log.Warn("loud", "n", 7)
	var line map[string]any
	if err := json.Unmarshal(b.Bytes(), &line); err != nil || line["msg"] != "loud" || line["n"] != 7.0 {
		t.Errorf("%s: %v", b.String(), err)
	}
	for _, wrong := range [][2]string{{"xml", "info"}, {"json", "loud"}, {"", ""}} {
		if _, err := obs.Logger(&b, wrong[0], wrong[1]); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}

package e2e_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// clientPatience bounds one client program.
const clientPatience = 10 * time.Minute

// clients is the folder in which `make clients` installed the client programs; their tests are skipped without it.
func clients(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("BOAMP_CLIENTS")
	if dir == "" {
		t.Skip("BOAMP_CLIENTS is not set: `make clients` installs the real clients and runs this test with them")
	}
	return dir
}

// runClient runs a client program; it must print how many checks passed.
func runClient(t *testing.T, c *exec.Cmd, env ...string) {
	t.Helper()
	if _, err := os.Stat(c.Path); err != nil {
		t.Skipf("%s is not installed", c.Path)
	}
	c.Env = append(os.Environ(), env...)
	timer := time.AfterFunc(clientPatience, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	out, err := c.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Fatalf("%v: %v", c.Args, err)
	}
	if !regexp.MustCompile(`: [1-9][0-9]* checks passed`).Match(out) {
		t.Fatalf("%v did not say that checks passed", c.Args)
	}
}

// TestNpmClient runs the official JavaScript client.
func TestNpmClient(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(clients(t), "npm", "node_modules")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the npm client is not installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	s := serve(t, loaded(t, 300))
	runClient(t, exec.Command(node, "clients/npm_client.cjs"), "BASE="+s.url, "NODE_PATH="+dir)
}

// TestOdsclient runs the Python client of the portal's download pages.
func TestOdsclient(t *testing.T) {
	t.Parallel()
	python := filepath.Join(clients(t), "py", "bin", "python")
	s := serve(t, loaded(t, 300))
	runClient(t, exec.Command(python, "clients/odsclient_check.py"), "BASE="+s.url)
}

// descriptions are OpenAPI descriptions of version 2.1: the portal's own, where it is at hand, and the server's.
func descriptions(t *testing.T, s *served) map[string]string {
	t.Helper()
	res, body := s.get(t, "/api/explore/v2.1/swagger.json")
	if res.StatusCode != 200 {
		t.Fatalf("no description: %d", res.StatusCode)
	}
	list := map[string]string{"the server's description": write(t, filepath.Join(t.TempDir(), "swagger.json"), []byte(body))}
	genuine, err := filepath.Abs("../../shared/reference/explore-v2.1.swagger.json")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(genuine); err == nil {
		list["the portal's description"] = genuine
	} else {
		t.Logf("%s is missing: only the server's own description is used", genuine)
	}
	return list
}

// TestGeneratedClient lets a generator make Python clients and runs them.
func TestGeneratedClient(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(clients(t), "py", "bin")
	generator := filepath.Join(bin, "openapi-generator-cli")
	if _, err := os.Stat(generator); err != nil {
		t.Skipf("%s is not installed", generator)
	}
	s := serve(t, loaded(t, 300))
	for name, file := range descriptions(t, s) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			out, err := exec.Command(generator, "generate", "-g", "python", "-i", file, "-o", dir, "--skip-validate-spec").CombinedOutput()
			if err != nil {
				t.Fatalf("the generator failed: %v\n%s", err, out)
			}
			runClient(t, exec.Command(filepath.Join(bin, "python"), "clients/generated_check.py"), "BASE="+s.url, "PYTHONPATH="+dir, "DESCRIPTION="+name)
		})
	}
}

// TestSchemathesis lets requests be made up from the descriptions: no answer may be a server error or break the schema.
func TestSchemathesis(t *testing.T) {
	t.Parallel()
	bin := filepath.Join(clients(t), "py", "bin", "schemathesis")
	if _, err := os.Stat(bin); err != nil {
		t.Skipf("%s is not installed", bin)
	}
	s := serve(t, loaded(t, 300))
	examples := os.Getenv("BOAMP_SCHEMATHESIS_EXAMPLES")
	if examples == "" {
		examples = "25"
	}
	t.Run("native", func(t *testing.T) { // its parameters are many: only the examples, and a few requests made up of them
		runSchemathesis(t, bin, s.url+"/api/v1/openapi.json", s.url, "examples,fuzzing", "2")
	})
	for _, version := range []string{"v2.1", "v2.0"} {
		t.Run(version, func(t *testing.T) {
			base := s.url + "/api/explore/" + version
			runSchemathesis(t, bin, base+"/swagger.json", base, "examples,coverage,fuzzing", examples)
		})
	}
}

// runSchemathesis makes up requests from the description at an address.
func runSchemathesis(t *testing.T, bin, description, base, phases, examples string) {
	t.Helper()
	c := exec.Command(bin, "run", description, "--url", base,
		"--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
		"--phases", phases, "--max-examples", examples, "--seed", "1", "--request-timeout", "60", "--no-color",
		"--suppress-health-check", "all")
	c.Dir = t.TempDir()
	timer := time.AfterFunc(clientPatience, func() { _ = c.Process.Kill() })
	defer timer.Stop()
	out, err := c.CombinedOutput()
	text := string(out)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	t.Logf("%s", text[max(0, strings.LastIndex(text, "SUMMARY")):])
}

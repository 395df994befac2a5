package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/boamp/boamp/internal/api/native"
)

// TestPagesOpenAPIVersion holds the version of the description to what it says: docs/openapi.lock has the hash of every version that was
// recorded, and a version keeps its hash. Whoever changes the description raises native.Version.
func TestPagesOpenAPIVersion(t *testing.T) {
	api, _ := described(t)
	doc := api.OpenAPI()
	hash := fmt.Sprintf("%x", sha256.Sum256(bytes.Replace(doc, []byte(`"version": "`+native.Version+`"`), nil, 1)))
	page(t, "../../docs/openapi.lock", func(old string) string {
		recorded := ""
		for lines := bufio.NewScanner(strings.NewReader(old)); lines.Scan(); {
			if version, h, ok := strings.Cut(lines.Text(), " "); ok && version == native.Version {
				recorded = h
			}
		}
		switch recorded {
		case hash:
			return old
		case "":
			return old + native.Version + " " + hash + "\n"
		}
		t.Fatalf("the description of the API changed, its version is still %s: raise native.Version, then go test ./cmd/boamp -run TestPages -update", native.Version)
		return ""
	})
}

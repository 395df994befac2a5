package mcp

import (
	_ "embed"
	"io"
	"net/http"
)

// TextPath is where the words for agents stand that read pages and speak no protocol.
const TextPath = "/llms.txt"

//go:embed llms.txt
var text string

// Text answers with these words.
func Text(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := io.WriteString(w, text)
	return err
}

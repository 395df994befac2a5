package native_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/boamp/boamp/internal/notice"
)

// TestPartiesTogether: lists that several ask for at the same time, with and without words, are those that one gets.
func TestPartiesTogether(t *testing.T) {
	list := few()
	list[1].Results = []notice.Result{{Winners: []notice.Winner{{Party: notice.Party{Name: "Bâti SARL"}}}}}
	h := server(t, list...)
	want := map[string]int{}
	paths := []string{"/api/v1/buyers", "/api/v1/buyers?q=exemple", "/api/v1/buyers?by=name&sort=last", "/api/v1/suppliers?q=sarl&by=name", "/api/v1/suppliers?q=nobody"}
	for _, path := range paths {
		var p struct{ Total int }
		into(t, h, path, &p)
		want[path] = p.Total
	}
	if want[paths[0]] == 0 || want[paths[1]] == 0 || want[paths[4]] != 0 {
		t.Fatalf("%v", want)
	}
	fresh := server(t, list...)
	var wait sync.WaitGroup
	for i := range 20 {
		wait.Go(func() {
			path := paths[i%len(paths)]
			var p struct{ Total int }
			into(t, fresh, path+map[bool]string{true: "?", false: "&"}[path == paths[0]]+fmt.Sprintf("limit=%d", i+1), &p)
			if p.Total != want[path] {
				t.Errorf("%s: %d parties, want %d", path, p.Total, want[path])
			}
		})
	}
	wait.Wait()
}

package native_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/boamp/boamp/internal/api/native"
	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/procedure"
)

const contractFolder = "5b1d1f3e-0c7a-4a55-9d1e-6a2f8c3b7e10"

// trail is a call, its correction, and an award, which names a notice that is missing, too.
func trail() []*notice.Notice {
	call, correction, award := invented(1, notice.V325), invented(2, notice.V325), invented(4, notice.V325)
	call.ProcedureID = contractFolder
	correction.Stage, correction.State = notice.StageCorrection, notice.StateCorrected
	correction.Deadline = &notice.Deadline{Written: "2026-04-20", Wall: "2026-04-20", DateOnly: true}
	correction.Links = []notice.Link{{ID: call.ID, Evidence: notice.EvidenceInitialNotice, Path: "/x/idWeb"}}
	award.Stage, award.Deadline = notice.StageAward, nil
	award.Links = []notice.Link{{ID: call.ID, Evidence: notice.EvidenceAnteriorNotice, Path: "/x/IDWEB"}, {ID: "25-9", Evidence: notice.EvidenceAnteriorNotice, Path: "/x/IDWEB"}}
	return []*notice.Notice{call, correction, award}
}

func decoded(t *testing.T, r *http.Response, into any) {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %s", r.StatusCode, b)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
}

func TestProcedure(t *testing.T) {
	h := server(t, trail()...)
	canonical := native.Prefix + "/procedures/" + contractFolder
	for _, id := range []string{"26-1", "26-2", "26-4", contractFolder} {
		var body struct {
			Meta      native.Meta
			Procedure procedure.Timeline
			Links     map[string]string
		}
		r := get(t, h, native.Prefix+"/procedures/"+id)
		decoded(t, r, &body)
		p := body.Procedure
		if p.ID != contractFolder || len(p.Notices) != 3 || len(p.Links) != 3 || len(p.Changes) != 1 {
			t.Errorf("%s: %+v", id, p)
		}
		if body.Links["canonical"] != canonical || r.Header.Get("Content-Location") != canonical {
			t.Errorf("%s: canonical %q, Content-Location %q", id, body.Links["canonical"], r.Header.Get("Content-Location"))
		}
		if body.Meta.Revision != 1 || body.Meta.Licence == "" || *body.Meta.Total != 3 {
			t.Errorf("%s: meta %+v", id, body.Meta)
		}
		tag := r.Header.Get("ETag")
		if tag == "" {
			t.Errorf("%s has no tag", id)
		}
		if again := get(t, h, native.Prefix+"/procedures/"+id, "If-None-Match", tag); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: status %d", id, again.StatusCode)
		}
	}
}

func TestLinks(t *testing.T) {
	h := server(t, trail()...)
	type links struct {
		ID, Procedure  string
		Earlier, Later []procedure.Edge
		Links          map[string]string
	}
	var call, award links
	decoded(t, get(t, h, native.Prefix+"/notices/26-1/links"), &call)
	if len(call.Earlier) != 0 || len(call.Later) != 2 || call.Procedure != contractFolder {
		t.Errorf("of the call: %+v", call)
	}
	decoded(t, get(t, h, native.Prefix+"/notices/26-4/links"), &award)
	if len(award.Earlier) != 2 || len(award.Later) != 0 || award.Links["procedure"] != native.Prefix+"/procedures/"+contractFolder {
		t.Fatalf("of the award: %+v", award)
	}
	if e := award.Earlier[0]; e.To != "26-1" || e.Status != procedure.Joined || e.Grade != procedure.Certain || e.Evidence[0].Path != "/x/IDWEB" {
		t.Errorf("link to the call: %+v", e)
	}
	if e := award.Earlier[1]; e.To != "25-9" || e.Status != procedure.Missing {
		t.Errorf("link to the missing notice: %+v", e)
	}
}

// TestLinksOfHub asks for the links of a notice that more others name than are shown.
func TestLinksOfHub(t *testing.T) {
	list := trail()
	for i := range 500 {
		n := invented(i+100, notice.V325)
		n.Links = []notice.Link{{ID: "26-1", Evidence: notice.EvidenceAnteriorNotice, Path: "/x/IDWEB"}}
		list = append(list, n)
	}
	for name, h := range map[string]http.Handler{"hub": server(t, list...), "trail": server(t, trail()...)} {
		var body native.LinksAnswer
		decoded(t, get(t, h, native.Prefix+"/notices/26-1/links"), &body)
		if len(body.Later) < 2 || body.Truncated != (name == "hub") {
			t.Errorf("%s: truncated %v, %d links", name, body.Truncated, len(body.Later))
		}
	}
}

func TestProcedureRefusals(t *testing.T) {
	h := server(t, trail()...)
	for target, status := range map[string]int{
		"/procedures/26-99": http.StatusNotFound, "/procedures/" + contractFolder[:35]: http.StatusNotFound, "/procedures/26-1?x=1": http.StatusBadRequest,
		"/notices/26-99/links": http.StatusNotFound, "/notices/26-1/links?version=v325": http.StatusBadRequest, "/procedures/%00": http.StatusNotFound,
	} {
		r := get(t, h, native.Prefix+target)
		if r.StatusCode != status || r.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, %s", target, r.StatusCode, r.Header.Get("Content-Type"))
		}
	}
	head := httptest.NewRecorder()
	h.ServeHTTP(head, httptest.NewRequest(http.MethodHead, native.Prefix+"/procedures/26-1", nil))
	if head.Code != http.StatusOK {
		t.Errorf("HEAD: status %d", head.Code)
	}
}

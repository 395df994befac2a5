package load

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/notice"
	"github.com/boamp/boamp/internal/synth"
)

// EditionResult is what became of an edition that came in under load.
type EditionResult struct {
	Notices    int
	Imported   time.Duration // from the start of `boamp import` to its end
	Searchable time.Duration // from the start of `boamp import` until a query found the last notice
	After      time.Duration // from the end of the commit until the index answered, as the server says; 0 when it did not
	Commit     time.Duration // the commit itself, as the server says
	Quiet      Result        // the load before
	Meanwhile  Result        // the load from the start until a second after both ends
}

// Slower is how many times the readers' p99 before was that meanwhile.
func (r EditionResult) Slower() float64 {
	return float64(r.Meanwhile.All.Percentile(99)) / float64(max(1, r.Quiet.All.Percentile(99)))
}

// Edition imports n invented notices that the server does not have, while a load of rate requests a second is on it. They stay in the
// data folder.
func Edition(ctx context.Context, s *Server, o Options, load Run, n int) (EditionResult, error) {
	res := EditionResult{Notices: n}
	dir, err := os.MkdirTemp("", "boamp-edition-")
	if err != nil {
		return res, err
	}
	defer os.RemoveAll(dir)
	revision, err := s.revision(ctx)
	if err != nil {
		return res, err
	}
	file := filepath.Join(dir, fmt.Sprintf("edition-%d.zip", revision))
	last, err := writeEdition(file, revision, n)
	if err != nil {
		return res, err
	}
	res.Quiet = load.Do(ctx, s)
	stop := make(chan struct{})
	load.Stop, load.For = stop, 10*time.Minute
	done := make(chan Result)
	go func() { done <- load.Do(ctx, s) }()
	err = res.bring(ctx, s, o, file, last)
	time.Sleep(time.Second) // what an import leaves to be done after its end is part of it
	close(stop)
	res.Meanwhile = <-done
	return res, err
}

// searchable is what an import says at its end of the last commit.
var searchable = regexp.MustCompile(`(?m)^searchable +([0-9.]+) ms after the last commit, which took ([0-9.]+) ms`)

func millis(text []byte) time.Duration {
	f, _ := strconv.ParseFloat(string(text), 64)
	return time.Duration(f * float64(time.Millisecond))
}

// bring imports a file and waits until its last notice is found.
func (r *EditionResult) bring(ctx context.Context, s *Server, o Options, file, last string) error {
	start := time.Now()
	failed := make(chan error, 1)
	go func() {
		out, err := exec.CommandContext(ctx, o.Program, "import", "--data", o.Data, file).CombinedOutput()
		r.Imported = time.Since(start)
		if err != nil {
			err = fmt.Errorf("boamp import: %w: %s", err, out)
		}
		if m := searchable.FindSubmatch(out); m != nil {
			r.After, r.Commit = millis(m[1]), millis(m[2])
		}
		failed <- err
	}()
	var ended bool
	for r.Searchable == 0 {
		found, err := s.found(ctx, last)
		if err != nil {
			return err
		}
		if found {
			r.Searchable = time.Since(start)
		}
		select {
		case err := <-failed:
			if ended = true; err != nil {
				return err
			}
		case <-time.After(5 * time.Millisecond):
		}
		if time.Since(start) > 5*time.Minute {
			return errors.New("the edition was not found within five minutes")
		}
	}
	if ended {
		return nil
	}
	return <-failed
}

func (s *Server) revision(ctx context.Context) (int64, error) {
	body, err := s.Get(ctx, "/readyz")
	var answer struct{ Revision int64 }
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	return answer.Revision, err
}

func (s *Server) found(ctx context.Context, id string) (bool, error) {
	body, err := s.Get(ctx, listPath+"?limit=1&id="+url.QueryEscape(id))
	var answer struct{ Total int }
	if err == nil {
		err = json.Unmarshal(body, &answer)
	}
	return answer.Total > 0, err
}

// number is the number of an invented notice.
var number = regexp.MustCompile(`\b(\d\d)-9(\d{5})\b`)

// writeEdition makes an archive of invented notices with numbers that depend on the revision, so that they are new, and gives the id of
// the last.
func writeEdition(file string, revision int64, n int) (last string, err error) {
	f, err := os.Create(file)
	if err != nil {
		return "", err
	}
	z := zip.NewWriter(f)
	prefix := fmt.Sprintf("9%03d", revision%1000)
	o := synth.Options{Seed: uint64(revision), Notices: n, Today: notice.DateOf(time.Now().In(notice.Paris))}
	for d := range synth.Generate(o) {
		w, err := z.Create(d.Path)
		if err != nil {
			return "", errors.Join(err, f.Close())
		}
		if m := number.FindSubmatch(d.Bytes); m != nil {
			last = fmt.Sprintf("%s-%s%s", m[1], prefix, m[2])
		}
		if _, err := w.Write(number.ReplaceAll(d.Bytes, []byte("${1}-"+prefix+"${2}"))); err != nil {
			return "", errors.Join(err, f.Close())
		}
	}
	return last, errors.Join(z.Close(), f.Close())
}

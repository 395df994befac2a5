package segment_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/boamp/boamp/internal/disk"
	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/field"
	"github.com/boamp/boamp/internal/segment"
	"github.com/boamp/boamp/internal/store/storetest"
)

// TestConcurrent asks a fresh segment from many sides at once: what is read at first touch is read right.
func TestConcurrent(t *testing.T) {
	c := field.NewCatalogue()
	o := segment.Options{Catalogue: c}
	s := loaded(t, o, built(t, o, documents(c, false, storetest.NewGenerator(4).Notices(80))))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := everything(c, s); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
}

// TestForget forgets the pages of a file while it is asked: the answers stay.
func TestForget(t *testing.T) {
	c := field.NewCatalogue()
	o := segment.Options{Catalogue: c}
	path := filepath.Join(t.TempDir(), "forgotten.segment")
	data := built(t, o, documents(c, false, storetest.NewGenerator(4).Notices(80)))
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	mapped, err := segment.Open(path, segment.Expect{Catalogue: c})
	if err != nil {
		t.Fatal(err)
	}
	defer mapped.Close()
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-stop:
				return
			default:
				mapped.Forget()
			}
		}
	}()
	for range 20 {
		if err := everything(c, mapped); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	<-done
	loaded(t, o, data).Forget() // has nothing to forget
}

// TestRefused gives a Builder what it cannot take.
func TestRefused(t *testing.T) {
	c := field.NewCatalogue()
	docs := documents(c, false, storetest.NewGenerator(4).Notices(3))
	for name, give := range map[string]struct {
		docs []segment.Document
		kind fault.Kind
	}{
		"one id twice":      {[]segment.Document{docs[0], docs[1], docs[0]}, fault.Invalid},
		"a column too few":  {[]segment.Document{{ID: "1", Values: docs[0].Values[1:], Lines: docs[0].Lines}}, fault.Internal},
		"a line too few":    {[]segment.Document{{ID: "1", Values: docs[0].Values, Lines: docs[0].Lines[1:]}}, fault.Internal},
		"two of one values": {[]segment.Document{{ID: "1", Values: twice(docs[0].Values), Lines: docs[0].Lines}}, fault.Internal},
	} {
		b, err := segment.NewBuilder(io.Discard, segment.Options{Catalogue: c, Temp: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range give.docs {
			if err == nil {
				err = b.Add(d)
			}
		}
		if err == nil {
			err = b.Finish()
		}
		if !fault.Is(err, give.kind) {
			t.Errorf("%s: %v", name, err)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
	o := segment.Options{Catalogue: c, Temp: t.TempDir()}
	data := built(t, o, docs)
	part := segment.Part{Segment: loaded(t, o, data)}
	if err := segment.Merge(io.Discard, []segment.Part{part, {Segment: loaded(t, o, data)}}, o); !fault.Is(err, fault.Invalid) {
		t.Errorf("one id in two parts: %v", err)
	}
	o.Small = true
	if err := segment.Merge(io.Discard, []segment.Part{part}, o); !fault.Is(err, fault.Internal) {
		t.Errorf("a part with words of bags in a small segment: %v", err)
	}
}

// twice are the values with the first of them doubled.
func twice(values [][]field.Value) [][]field.Value {
	list := slices.Clone(values)
	list[0] = append(slices.Clone(list[0]), list[0]...)
	return list
}

// TestNoSpace writes to where nothing more fits.
func TestNoSpace(t *testing.T) {
	c := field.NewCatalogue()
	docs := documents(c, false, storetest.NewGenerator(4).Notices(200))
	b, err := segment.NewBuilder(full{}, segment.Options{Catalogue: c, Temp: t.TempDir()})
	for _, d := range docs {
		if err == nil {
			err = b.Add(d)
		}
	}
	if err == nil {
		err = b.Finish()
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("no space: %v", err)
	}
	b, err = segment.NewBuilder(io.Discard, segment.Options{Catalogue: c, Temp: filepath.Join(t.TempDir(), "none"), Memory: 1})
	for _, d := range docs {
		if err == nil {
			err = b.Add(d)
		}
	}
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("no folder for what does not fit into memory: %v", err)
	}
}

// full takes no byte.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space") }

// TestFile holds a mapped file against the bytes of memory.
func TestFile(t *testing.T) {
	c := field.NewCatalogue()
	notices := storetest.NewGenerator(3).Notices(300)
	o := segment.Options{Catalogue: c, Build: "b"}
	docs := documents(c, false, notices)
	path := filepath.Join(t.TempDir(), "base.segment")
	f, err := disk.OS{}.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	data := built(t, o, docs)
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := segment.Open(path, segment.Expect{Catalogue: c})
	if err != nil {
		t.Fatal(err)
	}
	check(t, c, s, inOrder(notices), docs)
	if s.Size() != int64(len(data)) {
		t.Errorf("size %d of %d", s.Size(), len(data))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := segment.Open(filepath.Join(t.TempDir(), "none"), segment.Expect{Catalogue: c}); !fault.Is(err, fault.NotFound) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := segment.Open(t.TempDir(), segment.Expect{Catalogue: c}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a folder: %v", err)
	}
}

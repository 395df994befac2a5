package bulk

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// archiveForm is the name of a raw archive, see package raw.
var archiveForm = regexp.MustCompile(`^[0-9]{4}/[0-9]{6,}-[A-Za-z0-9._-]+\.zip$`)

// rawOf is the archive that a path of a snapshot means.
func rawOf(path string) (archive string, ok bool) {
	archive, ok = strings.CutPrefix(path, RawPrefix)
	return archive, ok && archiveForm.MatchString(archive) && !strings.Contains(archive, "..")
}

// hash is what is known of a file: it counts as long as size and time are the same.
type hash struct {
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // nanoseconds since 1970
	SHA256   string `json:"sha256"`
}

// OpenRaw opens a raw archive as it is now; the caller closes it. Errors: NotFound.
func (f *Folder) OpenRaw(path string) (*os.File, File, error) {
	archive, ok := rawOf(path)
	if !ok {
		return nil, File{}, fault.New(fault.NotFound, "%.200q is no archive", path)
	}
	file, err := os.Open(filepath.Join(f.Raw, filepath.FromSlash(archive)))
	if os.IsNotExist(err) {
		return nil, File{}, fault.Wrap(fault.NotFound, err, "there is no archive %s", archive)
	}
	if err != nil {
		return nil, File{}, fault.Wrap(fault.Unavailable, err, "the archive cannot be opened").At(archive)
	}
	h, err := f.hashOf(archive, file)
	if err != nil {
		file.Close()
		return nil, File{}, err
	}
	return file, File{Path: path, MediaType: "application/zip", Size: h.Size, SHA256: h.SHA256}, nil
}

// hashOf gives size and hash of an archive, which is read only when they are not known.
func (f *Folder) hashOf(archive string, file *os.File) (hash, error) {
	info, err := file.Stat()
	if err != nil {
		return hash{}, fault.Wrap(fault.Unavailable, err, "the archive cannot be read").At(archive)
	}
	h := hash{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	f.mu.Lock()
	if f.hashes == nil {
		f.hashes = map[string]hash{}
		_ = f.read(hashesName, &f.hashes) // only a short way
	}
	known, ok := f.hashes[archive]
	f.mu.Unlock()
	if ok && known.Size == h.Size && known.Modified == h.Modified {
		return known, nil
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, h.Size)); err != nil {
		return hash{}, fault.Wrap(fault.Unavailable, err, "the archive cannot be read").At(archive)
	}
	h.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hashes[archive] = h
	return h, nil
}

// keepHashes writes what is known of archives.
func (f *Folder) keepHashes() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.write(hashesName, f.hashes)
}

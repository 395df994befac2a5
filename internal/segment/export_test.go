package segment

import "bytes"

// DirectoryOf gives the directory of a file.
func DirectoryOf(data []byte) []byte {
	t, err := readTrailer(data, int64(len(data)))
	if err != nil {
		panic(err)
	}
	return bytes.Clone(data[t.directory : len(data)-trailerSize])
}

// WithDirectory gives the file with another directory and a trailer that says so.
func WithDirectory(data, directory []byte) []byte {
	t, err := readTrailer(data, int64(len(data)))
	if err != nil {
		panic(err)
	}
	out := append(bytes.Clone(data[:t.directory]), directory...)
	t.dirSum, t.size = checksum(directory), int64(len(out)+trailerSize)
	return append(out, t.bytes()...)
}

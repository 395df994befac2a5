package main

import (
	"bytes"
	"context"
	"os"
	"strconv"
	"time"

	"github.com/boamp/boamp/internal/index"
)

// What a server with the small index may have in memory: the database, and pages of files. With the rest that is some 900 MB at 1.7
// million notices.
const (
	smallMemory = 352 << 20
	smallPages  = 320 << 20
)

// trim keeps the pages of files that the process has in memory below a number of bytes: each time there are more it gives all of those of the index
// back, and takes up again what is asked for. It ends with ctx, and at once where the system does not tell how many there are.
func trim(ctx context.Context, ix *index.Index, most int64) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		pages, ok := filePages()
		switch {
		case !ok:
			return
		case pages > most:
			ix.Forget()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// filePages is how many bytes of files the process has in memory, from proc(5) of Linux.
func filePages() (int64, bool) {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0, false
	}
	columns := bytes.Fields(b)
	if len(columns) < 3 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(columns[2]), 10, 64)
	return n * int64(os.Getpagesize()), err == nil
}

package load

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// ticks is the number of clock ticks a second in /proc, the same on every Linux.
const ticks = 100

// Memory is what a process holds, in bytes, from /proc/PID/status; zero where there is no such file.
type Memory struct {
	Resident int64 // VmRSS
	Own      int64 // RssAnon: what no file can give back
	Peak     int64 // VmHWM, since the start or ResetPeak
}

// MemoryOf reads the memory of a process.
func MemoryOf(pid int) Memory {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	var m Memory
	for line := range strings.SplitSeq(string(status), "\n") {
		name, rest, _ := strings.Cut(line, ":")
		into := map[string]*int64{"VmRSS": &m.Resident, "RssAnon": &m.Own, "VmHWM": &m.Peak}[name]
		if into == nil {
			continue
		}
		kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		*into = kb << 10
	}
	return m
}

// ResetPeak makes the peak of a process begin anew; where that is not allowed the peak is that since its start.
func ResetPeak(pid int) { _ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0) }

// Processor is processor time that was spent, in seconds.
type Processor struct{ all, server, driver float64 }

// processorOf reads what all programs together, the server, and this program have spent until now.
func processorOf(pid int) Processor {
	var p Processor
	stat, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(stat), "\n")
	words := strings.Fields(line)
	for i := 1; i < len(words) && i <= 8; i++ {
		n, _ := strconv.ParseFloat(words[i], 64)
		if i != 4 && i != 5 { // idle, and waiting for disks
			p.all += n / ticks
		}
	}
	p.server, p.driver = processTime(pid), processTime(os.Getpid())
	return p
}

func processTime(pid int) float64 {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, _ := strings.Cut(string(stat), ") ")
	words := strings.Fields(rest)
	if len(words) < 13 {
		return 0
	}
	user, _ := strconv.ParseFloat(words[11], 64)
	system, _ := strconv.ParseFloat(words[12], 64)
	return (user + system) / ticks
}

// Shares are processors that were busy on average: 1 is one of them all the time.
type Shares struct {
	Server float64 `json:"server"`
	Driver float64 `json:"driver"`
	Others float64 `json:"others"`
}

func (p Processor) until(q Processor, seconds float64) Shares {
	s := Shares{Server: (q.server - p.server) / seconds, Driver: (q.driver - p.driver) / seconds}
	s.Others = max(0, (q.all-p.all)/seconds-s.Server-s.Driver)
	return s
}

// Machine describes where the measurement ran.
func Machine() string {
	model, memory := "", ""
	info, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.SplitSeq(string(info), "\n") {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		line, _, _ := strings.Cut(string(data), "\n")
		kb, _ := strconv.ParseFloat(strings.Fields(line)[1], 64)
		memory = fmt.Sprintf(", %.0f GB", kb/(1<<20))
	}
	return fmt.Sprintf("%d x %s%s, %s/%s, %s", runtime.NumCPU(), model, memory, runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// SizeOf is the number of bytes of a file, or of all files of a folder; 0 when there is neither.
func SizeOf(path string) (n int64, err error) {
	err = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a server may be tidying up
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

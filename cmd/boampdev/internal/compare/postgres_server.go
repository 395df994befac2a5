//go:build unix

package compare

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// PostgresOptions say where PostgreSQL is and how it runs.
type PostgresOptions struct {
	Bin  string // folder of initdb and postgres
	Dir  string // for its files; made when needed
	User string // that it runs as when this program is root, which PostgreSQL refuses to be
}

// settings suit a machine of 24 GB and two processors that has nothing else to do, and data that can be loaded again.
var settings = []string{
	"listen_addresses=", "shared_buffers=6GB", "effective_cache_size=16GB", "work_mem=128MB", "maintenance_work_mem=1GB",
	"max_parallel_workers_per_gather=1", "max_parallel_maintenance_workers=1", "random_page_cost=1.1", "jit=off", "max_connections=50",
	"synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=16GB", "checkpoint_timeout=30min", "default_toast_compression=lz4",
}

// postgresServer is a server on a socket of its own folder.
type postgresServer struct {
	dir string
	cmd *exec.Cmd
	log *os.File
}

func startPostgres(ctx context.Context, o PostgresOptions) (*postgresServer, error) {
	owner, err := o.owner()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	if owner != nil {
		if err := os.Chown(o.Dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return nil, err
		}
	}
	data := filepath.Join(o.Dir, "data")
	if _, err := os.Stat(data); err != nil {
		if err := initialise(ctx, o, owner, data); err != nil {
			return nil, err
		}
	}
	args := []string{"-D", data, "-k", o.Dir}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	s := &postgresServer{dir: o.Dir, cmd: exec.Command(filepath.Join(o.Bin, "postgres"), args...)}
	if s.log, err = os.Create(filepath.Join(o.Dir, "log")); err != nil {
		return nil, err
	}
	s.cmd.Dir, s.cmd.Stdout, s.cmd.Stderr = o.Dir, s.log, s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	if err := s.cmd.Start(); err != nil {
		return nil, errors.Join(err, s.log.Close())
	}
	if err := s.wait(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// initialise makes the files of a new server.
func initialise(ctx context.Context, o PostgresOptions, owner *syscall.Credential, data string) error {
	initdb := exec.CommandContext(ctx, filepath.Join(o.Bin, "initdb"), "-D", data, "-U", "compare", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = o.Dir, &syscall.SysProcAttr{Credential: owner}
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	return nil
}

// owner is the user that the server runs as, nil for that of this program.
func (o PostgresOptions) owner() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(o.User)
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, err
}

// wait waits until the server says that it is ready: in a line of its file of the process.
func (s *postgresServer) wait(ctx context.Context) error {
	for range 600 {
		pid, _ := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
		if strings.HasPrefix(string(pid), strconv.Itoa(s.cmd.Process.Pid)+"\n") && strings.Contains(string(pid), "ready") {
			return nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	log, _ := os.ReadFile(s.log.Name())
	return fmt.Errorf("PostgreSQL is not ready after a minute: %s", log)
}

// close shuts the server down without waiting for connections.
func (s *postgresServer) close() error {
	err := s.cmd.Process.Signal(syscall.SIGINT)
	if err == nil {
		err = s.cmd.Wait()
	}
	return errors.Join(err, s.log.Close())
}

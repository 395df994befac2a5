package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/boamp/boamp/internal/fault"
)

// healthTime is how long a server may take to say that it is well.
const healthTime = 4 * time.Second

func healthCommand() command {
	c := command{
		name: "health", args: "[FLAGS]", short: "Ask a server whether it lives and its data answer, for health checks of containers",
		long: "Exit codes: 0 it does, 1 it does not. Nothing but the server's address is needed.",
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		server := f.String("url", "http://127.0.0.1:8080", "`address` of the server")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		base, err := serverAddress(*server)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, healthTime)
		defer cancel()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", nil)
		if err != nil {
			return fault.Wrap(fault.Invalid, err, "%q is no address of a server", base).At("--url")
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			return fault.Wrap(fault.Unavailable, err, "the server does not answer").At(base)
		}
		defer res.Body.Close()
		body, err := io.ReadAll(io.LimitReader(res.Body, 4096))
		if err != nil || res.StatusCode != http.StatusOK {
			return fault.New(fault.Unavailable, "the server is not ready: %s %s", res.Status, body).At(base)
		}
		_, err = fmt.Fprintf(std.out, "%s", body)
		return err
	}
	return c
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/boamp/boamp/internal/api/mcp"
	"github.com/boamp/boamp/internal/datadir"
	"github.com/boamp/boamp/internal/fault"
)

func mcpCommand() command {
	c := command{
		name: "mcp", args: "[FLAGS]", short: "Serve an agent over stdio (Model Context Protocol)",
		long: `Speaks the Model Context Protocol on standard input and output, for an agent that starts this command by itself; logs go to the standard error.
Its tools only read. With --url they ask a server; without, the data folder, or the server that has it.
boamp serve speaks the same protocol over HTTP at ` + mcp.Path + `.`,
	}
	c.run = func(ctx context.Context, std stdio, args []string) error {
		f := newFlags(c, std)
		path := f.data()
		server := f.String("url", "", "`address` of a server to ask instead of a data folder, such as http://127.0.0.1:8080")
		if done, err := f.parse(args); done {
			return err
		}
		if err := f.none(); err != nil {
			return err
		}
		if host := sessionOf(ctx).host; host != nil { // another process asks where this server is, see atServer
			_, err := fmt.Fprintln(std.out, host.address())
			return err
		}
		log := slog.New(slog.NewJSONHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))
		base, err := serverAddress(*server)
		if base == "" && err == nil {
			base, err = atServer(ctx, std, *path)
		}
		if err != nil {
			return err
		}
		if base != "" {
			return speak(ctx, std, mcp.Remote{Base: base, Client: &http.Client{Timeout: answerTime + 10*time.Second}}, log)
		}
		data, err := openFolder(ctx, *path, datadir.Read, false, indexing{mode: indexFound})
		if err != nil {
			return err
		}
		h, err := handler(data.door(), data.raw, log, public{})
		if err == nil {
			err = speak(ctx, std, mcp.Local{Handler: h}, log)
		}
		return errors.Join(err, data.Close())
	}
	return c
}

// serverAddress checks an address of a server.
func serverAddress(address string) (string, error) {
	where := public{url: address, dailyCalls: 1}
	if err := where.check(); err != nil {
		var f *fault.Error
		if errors.As(err, &f) {
			return "", f.At("--url")
		}
		return "", err
	}
	return where.url, nil
}

// atServer is the address of the server that has a data folder, "" when none has.
func atServer(ctx context.Context, std stdio, path string) (string, error) {
	var out bytes.Buffer
	err, ok := forward(ctx, stdio{out: &out, err: std.err}, path)
	if !ok || err != nil {
		return "", err
	}
	address := strings.TrimSpace(out.String())
	if address == "" {
		return "", fault.New(fault.Unavailable, "the server of %s is not ready yet", path).WithHint("try again in a moment")
	}
	return address, nil
}

// speak serves an agent until it ends the input.
func speak(ctx context.Context, std stdio, call mcp.Caller, log *slog.Logger) error {
	in := io.NopCloser(std.in)
	return mcp.Serve(ctx, mcp.New(call, build().Version, log), &sdk.IOTransport{Reader: in, Writer: unclosed{std.out}})
}

// unclosed is a writer whose end is not the transport's business.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

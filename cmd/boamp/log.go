package main

import (
	"log/slog"
	"strings"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/obs"
)

// logging is what the flags say of a log.
type logging struct{ format, level *string }

// log adds the flags of commands that write a log.
func (f *flags) log(level string) logging {
	return logging{
		f.String("log-format", "json", "`format` of the log on the standard error: "+strings.Join(obs.LogFormats(), ", ")),
		f.String("log-level", level, "least `level` that is logged: "+strings.Join(obs.LogLevels(), ", ")),
	}
}

// logger makes the log. Secrets never reach it.
func (l logging) logger(std stdio) (*slog.Logger, error) {
	log, err := obs.Logger(std.err, *l.format, *l.level)
	if f, ok := err.(*fault.Error); ok {
		return nil, wrongUsage(f)
	}
	return log, err
}

package main

import (
	"context"
	"errors"
	"os"

	"github.com/boamp/boamp/internal/fault"
)

// redirect sends the standard output to a file when one is named. The process that was asked for the file writes it, not the
// server that may do the work. The file is written beside its name, as name.part, and takes its name when the work is done: finish is
// given the error of the work, removes what was written when there is one, and gives the error of the command. So a file of
// that name is whole; only a process that is killed leaves a .part behind.
func redirect(ctx context.Context, std stdio, name string) (out stdio, finish func(error) error, err error) {
	if name == "" || sessionOf(ctx).host != nil {
		return std, func(err error) error { return err }, nil
	}
	file, err := os.Create(name + ".part")
	if err != nil {
		return std, nil, fault.Wrap(fault.Invalid, err, "%s cannot be written", name)
	}
	std.out = file
	return std, func(err error) error {
		err = errors.Join(err, file.Close())
		if err == nil {
			err = os.Rename(file.Name(), name)
		}
		if err != nil {
			return errors.Join(err, os.Remove(file.Name()))
		}
		return nil
	}, nil
}

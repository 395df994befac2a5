//go:build !linux

package load

import "errors"

// Forget is for Linux.
func Forget(string) error { return errors.New("only Linux can be told to forget files") }

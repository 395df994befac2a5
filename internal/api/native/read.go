package native

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/boamp/boamp/internal/fault"
)

// at says which parameter a fault is about.
func at(param string, err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.At("parameter " + param)
	}
	return err
}

// whole reads a whole number; without one it is otherwise.
func whole(values url.Values, name string, otherwise, low, high int) (int, error) {
	s := strings.TrimSpace(values.Get(name))
	if s == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		return 0, fault.New(fault.Invalid, "%q is out of range: a number from %d to %d expected", s, low, high).At("parameter " + name)
	}
	return n, nil
}

// truth reads true or false; without either it is otherwise.
func truth(values url.Values, name string, otherwise bool) (bool, error) {
	switch s := strings.ToLower(strings.TrimSpace(values.Get(name))); s {
	case "":
		return otherwise, nil
	case "true", "1", "oui", "yes":
		return true, nil
	case "false", "0", "non", "no":
		return false, nil
	default:
		return false, fault.New(fault.Invalid, "%q is neither true nor false", s).At("parameter " + name)
	}
}

// choice reads one of several names; without one it is the first.
func choice(values url.Values, name string, valid ...string) (string, error) {
	s := strings.ToLower(strings.TrimSpace(values.Get(name)))
	if s == "" {
		return valid[0], nil
	}
	for _, v := range valid {
		if s == v {
			return v, nil
		}
	}
	return "", unknownName("value", s, valid).At("parameter " + name)
}

// self are the links of an answer without pages.
func self(r *http.Request) map[string]string { return map[string]string{"self": r.URL.RequestURI()} }

package main

import "regexp"

// matches reports whether a text has a part that a regular expression describes.
func matches(text, pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }

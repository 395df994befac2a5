package odshttp

import (
	"net/url"
	"strings"
)

// PathWords divides a path as it was escaped and takes the escapes out of its words. The word at which isID holds for the words before
// it is the id of a data set, which may end with a slash: it takes the empty words behind it as slashes at its end, as the official
// npm client writes them in "datasets/liste//records/". Elsewhere empty words are nothing.
func PathWords(path string, isID func(before []string) bool) []string {
	var words []string
	list := strings.Split(path, "/")
	for i := 0; i < len(list); i++ {
		word, err := url.PathUnescape(list[i])
		if err != nil {
			word = list[i]
		}
		if word == "" {
			continue
		}
		if isID(words) {
			for i+2 < len(list) && list[i+1] == "" {
				word += "/"
				i++
			}
		}
		words = append(words, word)
	}
	return words
}

package obs

import (
	"regexp"
	"strings"
)

// Mask stands for what nobody is to see.
const Mask = "***"

var (
	// the part of an address between // and @, the last @ before the path: user:password@
	userInfo = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://)[^\s/?#"'<>]*@`)
	// the values of headers that open doors, and of parameters and members named like secrets
	scheme = regexp.MustCompile(`(?i)\b(bearer|basic|digest|negotiate|apikey|token)(\s+)[A-Za-z0-9+/=._~:-]{4,}`)
	named  = regexp.MustCompile(`(?i)\b((?:[a-z0-9_-]*[_-])?(?:api[_-]?key|apikey|access[_-]?key|token|secret|passwd|password|pwd|signature|authorization|cookie))(["']?\s*[=:]\s*["'\[]*)(?:(?:bearer|basic|digest|negotiate|apikey|token)\s+)?[^\s&;,"'<>]+`)
)

// inAddress is a parameter of an address that is called like a secret.
var inAddress = regexp.MustCompile(`(?i)([?&][a-z0-9_.-]*(?:key|token|secret|passw(?:or)?d|pwd|signature)=)[^\s&#"'<>]+`)

// RedactAddresses takes secrets out of the addresses in a text, and leaves the words as they are: for people at the program itself, whose messages speak
// of digests and tokens.
func RedactAddresses(s string) string {
	return inAddress.ReplaceAllString(userInfo.ReplaceAllString(s, "${1}"+Mask+"@"), "${1}"+Mask)
}

// Redact takes secrets out of a text that people will read: what stands before the @ of an address, what follows the name of a way to
// authenticate, and values of parameters, members and headers that are called like secrets. What is left can still be understood.
func Redact(s string) string {
	if !strings.ContainsAny(s, "@:= ") { // most texts of a log
		return s
	}
	s = userInfo.ReplaceAllString(s, "${1}"+Mask+"@")
	s = named.ReplaceAllString(s, "${1}${2}"+Mask)
	return scheme.ReplaceAllString(s, "${1}${2}"+Mask)
}

// secretKeys are the names of attributes of which nothing is shown, in lower case, without _ and -.
var secretKeys = map[string]bool{
	"authorization": true, "proxyauthorization": true, "cookie": true, "setcookie": true, "password": true, "passwd": true, "secret": true,
	"token": true, "accesstoken": true, "apikey": true, "xapikey": true, "credentials": true,
}

// secretKey is asked for every attribute of every line, and allocates nothing.
func secretKey(key string) bool {
	var plain [24]byte // more than the longest of them
	n := 0
	for i := range len(key) {
		c := key[i]
		switch {
		case c == '_' || c == '-':
			continue
		case n == len(plain):
			return false
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		}
		plain[n], n = c, n+1
	}
	return secretKeys[string(plain[:n])]
}

package notice

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json"
)

// Digest is 32 hexadecimal digits of the SHA-256 of a notice and its record, as JSON with the members in the order of their types. What
// differs between two servers that read the same bytes alike is left out of it: from where and when they were fetched, where they are kept,
// and the version of the reading program. So it changes exactly when something changes for those who read the notice.
//
// An error says that the notice holds what JSON cannot say.
func Digest(n *Notice) (string, error) {
	plain := *n
	plain.Source.Origin, plain.Source.Fetched, plain.Source.Kept, plain.Source.Reader, plain.Source.Digest = "", time.Time{}, "", 0, ""
	h := sha256.New()
	err := json.MarshalWrite(h, struct {
		Notice *Notice `json:"notice"`
		Record *Record `json:"record"`
	}{&plain, &plain.Record}, json.OmitZeroStructFields(true), json.Deterministic(true))
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

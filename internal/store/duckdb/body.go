package duckdb

import (
	"bytes"
	_ "embed"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
)

// body is the form in which a whole notice is kept: JSON, compressed. One notice is compressed by itself, so that reading
// one costs one; the record's long texts repeat those of the notice and so take little.
type body struct {
	Notice *notice.Notice `json:"notice"`
	Record *notice.Record `json:"record"`
}

// dictionary is text of invented notices in this form, to which compression refers back: it makes bodies a third smaller.
// Bodies cannot be read without it, so it changes with the format of the database only.
//
//go:embed dictionary.txt
var dictionary []byte

// codec turns notices into bodies and back. It is safe for concurrent use.
type codec struct {
	enc     *zstd.Encoder
	dec     *zstd.Decoder
	buffers sync.Pool
}

// maxBody bounds what a body may grow to when it is read; a source document is far below.
const maxBody = 1 << 30

func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true),
		zstd.WithEncoderDictRaw(format, dictionary))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "no compression")
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderDictRaw(format, dictionary))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "no decompression")
	}
	return &codec{enc: enc, dec: dec, buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}, nil
}

// options of the JSON: what is zero is left out, lists that are empty and not nil stay, maps have one order.
func options() json.Options {
	return json.JoinOptions(json.OmitZeroStructFields(true), json.Deterministic(true), json.FormatNilSliceAsNull(true), json.FormatNilMapAsNull(true))
}

// encode gives the body of a notice. A fault of kind Invalid when the notice holds what JSON cannot say.
func (c *codec) encode(n *notice.Notice) ([]byte, error) {
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	buf.Reset()
	if err := json.MarshalWrite(buf, body{n, &n.Record}, options()); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "notice %s cannot be stored: %v", n.ID, err)
	}
	return c.enc.EncodeAll(buf.Bytes(), make([]byte, 0, buf.Len()/4)), nil
}

// decode gives the notice of a body.
func (c *codec) decode(id string, data []byte) (*notice.Notice, error) {
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	plain, err := c.dec.DecodeAll(data, buf.AvailableBuffer()[:0])
	n := &notice.Notice{}
	if err == nil {
		err = json.Unmarshal(plain, &body{n, &n.Record}, options())
	}
	if err != nil {
		return nil, fault.Wrap(fault.Conflict, fmt.Errorf("body of %s: %w", id, err), "the database of the notices is damaged").WithHint("%s", rebuildHint)
	}
	return n, nil
}

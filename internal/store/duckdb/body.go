package duckdb

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"unsafe"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"

	"github.com/boamp/boamp/internal/fault"
	"github.com/boamp/boamp/internal/notice"
)

// A notice is kept whole, in one column: compressed, each by itself, so that reading one costs one. Before compression stand
// the two long texts of the record, each behind its length, then the rest as JSON. The typed values repeat what the long
// texts say, and so take little beside them.

// rest is the part of a body that is JSON.
type rest struct {
	Notice *notice.Notice `json:"notice"`
	Record *notice.Record `json:"record"` // without Gestion and Donnees
}

// dictionary is text of invented notices in this form, to which compression refers back: it makes bodies a third smaller.
// Bodies cannot be read without it, so it changes with the format of the database only.
//
//go:embed dictionary.txt
var dictionary []byte

// codec turns notices into bodies and back. It is safe for concurrent use.
type codec struct {
	path    string // of the database, for faults
	enc     *zstd.Encoder
	dec     *zstd.Decoder
	options json.Options
	buffers sync.Pool
}

// maxBody bounds what a body may grow to when it is read; a source document is far below.
const maxBody = 1 << 30

func newCodec(path string) (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(true),
		zstd.WithEncoderDictRaw(format, dictionary))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "no compression")
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxBody), zstd.WithDecoderDictRaw(format, dictionary))
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "no decompression")
	}
	return &codec{path: path, enc: enc, dec: dec, options: options(), buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }}}, nil
}

// options of the JSON: what is zero is left out, but lists that are empty and not nil stay.
func options() json.Options {
	return json.JoinOptions(json.OmitZeroStructFields(true), json.FormatNilSliceAsNull(true), json.FormatNilMapAsNull(true))
}

// encode gives the body of a notice. A fault of kind Invalid when the notice holds what JSON cannot say.
func (c *codec) encode(n *notice.Notice) ([]byte, error) {
	buf := c.buffers.Get().(*bytes.Buffer)
	defer c.buffers.Put(buf)
	buf.Reset()
	if err := c.writePlain(buf, n); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "notice %s cannot be stored: %v", n.ID, err)
	}
	return c.enc.EncodeAll(buf.Bytes(), make([]byte, 0, buf.Len()/4)), nil
}

// writePlain writes a body before its compression.
func (c *codec) writePlain(buf *bytes.Buffer, n *notice.Notice) error {
	record := n.Record
	for _, s := range []**string{&record.Gestion, &record.Donnees} {
		writeLong(buf, *s)
		*s = nil
	}
	return json.MarshalWrite(buf, rest{n, &record}, c.options)
}

// writeLong writes a text behind its length plus one; 0 stands for null.
func writeLong(buf *bytes.Buffer, s *string) {
	if s == nil {
		buf.WriteByte(0)
		return
	}
	buf.Write(binary.AppendUvarint(buf.AvailableBuffer(), uint64(len(*s))+1))
	buf.WriteString(*s)
}

// decode gives the notice of a body.
func (c *codec) decode(id string, data []byte) (*notice.Notice, error) {
	n := &notice.Notice{}
	if err := c.read(id, data, &n.Record, &rest{n, &n.Record}); err != nil {
		return nil, err
	}
	return n, nil
}

// decodeRecord gives a notice of which only the record is read.
func (c *codec) decodeRecord(id string, data []byte) (*notice.Notice, error) {
	n := &notice.Notice{}
	err := c.read(id, data, &n.Record, &struct {
		Record *notice.Record `json:"record"`
	}{&n.Record})
	if err != nil {
		return nil, err
	}
	return n, nil
}

// decodeHalves gives a notice of which only gestion and donnees are read.
func (c *codec) decodeHalves(id string, data []byte) (*notice.Notice, error) {
	n := &notice.Notice{}
	_, err := c.halves(id, data, &n.Record)
	return n, err
}

func (c *codec) read(id string, data []byte, record *notice.Record, into any) error {
	plain, err := c.halves(id, data, record)
	if err != nil {
		return err
	}
	gestion, donnees := record.Gestion, record.Donnees
	if err := json.Unmarshal(plain, into, c.options); err != nil {
		return c.badBody(id, err)
	}
	record.Gestion, record.Donnees = gestion, donnees
	return nil
}

// halves reads gestion and donnees of a body and gives the JSON behind them.
func (c *codec) halves(id string, data []byte, record *notice.Record) (rest []byte, err error) {
	plain, err := c.dec.DecodeAll(data, nil)
	if err != nil {
		return nil, c.badBody(id, err)
	}
	var ok, also bool
	record.Gestion, plain, ok = readLong(plain)
	record.Donnees, plain, also = readLong(plain)
	if !ok || !also {
		return nil, c.badBody(id, io.ErrUnexpectedEOF)
	}
	return plain, nil
}

// readLong reads what writeLong wrote. The text stands in plain, which is not to be changed.
func readLong(plain []byte) (s *string, after []byte, ok bool) {
	n, used := binary.Uvarint(plain)
	if used <= 0 || n > uint64(len(plain)-used)+1 {
		return nil, nil, false
	}
	plain = plain[used:]
	if n == 0 {
		return nil, plain, true
	}
	text := unsafe.String(unsafe.SliceData(plain), n-1)
	return &text, plain[n-1:], true
}

func (c *codec) badBody(id string, err error) error {
	return damage(c.path, fmt.Errorf("body of %s: %w", id, err))
}

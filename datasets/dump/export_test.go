package dump

import (
	"golang.org/x/text/encoding"

	"github.com/credsieve/credsieve/datasets/dump/internal/claims"
	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/wide"
	"github.com/credsieve/credsieve/datasets/dump/leak"
)

// What the tests outside look at from within.
const (
	MaxDecoded = maxDecoded
	MaxSidecar = maxSidecar
)

var (
	NewWideReader = wide.NewReader
	WideEncoding  = wide.Encoding
	CodePages     = codePages
	ParseSidecar  = parseSidecar
)

// AddDecodings hands on a record with what its texts mean in other encodings.
func AddDecodings(pages []encoding.Encoding, record func(*leak.Record), of *leak.Record) {
	newDecodedCuts(pages, new(claims.Claims), record).add(of)
}

// NewBlock is a block of text at the start of a member.
func NewBlock(data []byte, how format.Session, pages []encoding.Encoding) *Block {
	return &Block{text: format.Block{Data: data, Line: 1}, session: how, pages: pages}
}

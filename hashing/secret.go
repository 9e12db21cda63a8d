package hashing

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is text that must not show: a pepper, a known password. Printed or logged in any way, also as
// JSON, it says only that it is one. The zero value is an empty one.
type Secret struct{ text hidden[[]byte] }

// NewSecret keeps text, which must not be changed afterwards.
func NewSecret(text []byte) Secret { return Secret{hide(&text)} }

// Bytes gives the text away.
func (s Secret) Bytes() []byte {
	if s.text.value == nil {
		return nil
	}
	return *s.text.reveal()
}

// String shows that this is a secret.
func (Secret) String() string { return "hashing.Secret(redacted)" }

// Format does the same for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue does the same for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

package hashing

import (
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/dchest/siphash"
)

// Key 00..0f, input 00, 01 .. of the given length: the 128-bit vectors of the reference
// implementation (https://github.com/veorq/SipHash/blob/master/vectors.h), made here with openssl
// mac -macopt hexkey:0001..0f -macopt size:16 SIPHASH (OpenSSL 3.0.19).
func TestTokenIsTheReferenceSipHash(t *testing.T) {
	t.Parallel()
	vectors := map[int]string{
		1:  "da87c1d86b99af44347659119b22fc45",
		2:  "8177228da4a45dc7fca38bdef60affe4",
		7:  "a1f1ebbed8dbc153c0b84aa61ff08239",
		8:  "3b62a9ba6258f5610f83e264f31497b4",
		15: "5493e99933b0a8117e08ec0f97cfc3d9",
		16: "6ee2a4ca67b054bbfd3315bf85230577",
		17: "473d06e8738db89854c066c47ae47740",
		31: "2939b0183223fafc1723de4f52c43d35",
		32: "7c3956ca5eeafc3e363e9d556546eb68",
		63: "5150d1772f50834a503e069a973fbd7c",
	}
	tokenizer := Tokenizer{hide(&[2]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908})}
	for n, want := range vectors {
		input := make([]byte, n)
		for i := range input {
			input[i] = byte(i)
		}
		var got Token
		if tokenizer.sum(&got, input[0], input[1:]); hex.EncodeToString(got[:]) != want {
			t.Errorf("%d bytes: got %x, want %s", n, got, want)
		}
	}
}

// The whole way from a key file to a token, with OpenSSL's HKDF and SipHash: what a service in
// another language must arrive at.
func TestTokenAgreesWithOpenSSL(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100) + "@example.com"
	tests := []struct {
		name        string
		kind        Kind
		attribution Attribution
		text, want  string
	}{
		{"email", KindEmail, AttributionExact, "alice@example.com", "32d30cb0dc6fe1e9aca7a4a5fd59e254"},
		{"username", KindUsername, AttributionExact, "alice", "2998398cbfbc979b3b34b8573989c95c"},
		{"phone", KindPhone, AttributionExact, "491700000000", "ddc89c56c6db603106490cdb67861d45"},
		{"gmail", KindEmail, AttributionExact, "alice@gmail.com", "d5e22c7ab304c774b943cdec0bd107c8"},
		{"alias", KindEmail, AttributionAlias, "alice@gmail.com", "01cb24f86a25ea69d8ac55ba31b84284"},
		{"long", KindEmail, AttributionExact, long, "3f4cdc54b117f87cf055a5ba77f8922d"},
	}
	tokenizer := NewTokenizer(testKey(t))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tokenizer.Token(Form{tt.kind, tt.attribution, []byte(tt.text)})
			if hex.EncodeToString(got[:]) != tt.want {
				t.Errorf("got %x, want %s", got, tt.want)
			}
		})
	}
}

func TestTokenOfEveryLength(t *testing.T) {
	t.Parallel()
	tokenizer := NewTokenizer(testKey(t))
	for n := range maxIdentifier + 2 {
		text := strings.Repeat("x", n)
		got := tokenizer.Token(Form{KindUsername, AttributionExact, []byte(text)})
		into := Token{0xff}
		tokenizer.Into(&into, Form{KindUsername, AttributionExact, []byte(text)})
		key := tokenizer.sub.reveal()
		low, high := siphash.Hash128(key[0], key[1], []byte("u"+text))
		want := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, low), high)
		if got != Token(want) || into != Token(want) {
			t.Errorf("%d bytes: another token", n)
		}
	}
}

func TestTokenPanicsOnAFormThatNobodyMade(t *testing.T) {
	t.Parallel()
	for _, f := range []Form{
		{},
		{Kind: KindEmail},
		{Attribution: AttributionExact},
		{Kind: KindPhone, Attribution: AttributionAlias},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%v %v got a token", f.Kind, f.Attribution)
				}
			}()
			NewTokenizer(testKey(t)).Token(f)
		}()
	}
}

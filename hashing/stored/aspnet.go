package stored

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// The schemes of ASP.NET Identity.
const (
	SchemeASPNetV2 Scheme = "aspnet-identity-v2"
	SchemeASPNetV3 Scheme = "aspnet-identity-v3"
)

// The blobs of ASP.NET Identity's PasswordHasher
// (https://github.com/dotnet/aspnetcore/blob/main/src/Identity/Extensions.Core/src/PasswordHasher.cs).
// v2: 0, salt, key, by PBKDF2 of SHA-1 with 1000 iterations. v3: 1, then digest, iterations and length
// of the salt as big-endian numbers, salt, key.
const (
	aspnetV2Size   = 1 + 16 + 32
	aspnetV2Salt   = 16
	aspnetV2Rounds = 1000
	aspnetV3Head   = 1 + 3*4
	aspnetV3Least  = 16 // bytes of salt and of key; the login refuses less

	aspnetV3Prefix = "AQAAAA" // 1, and the upper bytes of the digest's number
)

// claimsASPNet claims base64 that begins like a v3 blob, or is exactly as long as a v2 blob and begins
// with its zero.
func claimsASPNet(encoded string) bool {
	return strings.HasPrefix(encoded, aspnetV3Prefix) ||
		len(encoded) == base64.StdEncoding.EncodedLen(aspnetV2Size) &&
			strings.HasPrefix(encoded, "A") && strings.HasSuffix(encoded, "==")
}

func parseASPNet(encoded string, lim Limits) (Hash, error) {
	blob, err := decodeAs(base64.StdEncoding, encoded, "blob", aspnetV3Head,
		aspnetV3Head+maxSaltSize+maxTagSize)
	if err != nil {
		return nil, err
	}
	switch {
	case blob[0] == 0 && len(blob) == aspnetV2Size:
		return parseASPNetV2(encoded, blob[1:], lim)
	case blob[0] == 1:
		return parseASPNetV3(encoded, blob, lim)
	}
	return nil, refuse(CauseUnknownScheme, "not of a known scheme")
}

func parseASPNetV2(encoded string, body []byte, lim Limits) (Hash, error) {
	costs, err := checkPBKDF2("sha1", aspnetV2Rounds, lim)
	if err != nil {
		return nil, err
	}
	salt, key := body[:aspnetV2Salt], body[aspnetV2Salt:]
	return newExact(encoded, costs.recipe(SchemeASPNetV2, len(key), func(salt, key []byte) string {
		return joinBase64([]byte{0}, salt, key)
	}), salt, key)
}

func parseASPNetV3(encoded string, blob []byte, lim Limits) (Hash, error) {
	digests := []string{"sha1", "sha256", "sha512"}
	head, body := blob[:aspnetV3Head], blob[aspnetV3Head:]
	digest := binary.BigEndian.Uint32(head[1:])
	iterations := binary.BigEndian.Uint32(head[5:])
	size := binary.BigEndian.Uint32(head[9:])
	if uint64(digest) >= uint64(len(digests)) {
		return nil, refuse(CauseUnsupportedVersion, "a digest of an unknown number")
	}
	costs, err := checkPBKDF2(digests[digest], uint64(iterations), lim)
	if err != nil {
		return nil, err
	}
	if size < aspnetV3Least || uint64(size)+aspnetV3Least > uint64(len(body)) {
		return nil, refuse(CauseMalformed, "lengths of salt and key do not fit the blob")
	}
	salt, key := body[:size], body[size:]
	if err := checkSize(salt, "salt", aspnetV3Least, maxSaltSize); err != nil {
		return nil, err
	}
	if err := checkSize(key, "key", aspnetV3Least, maxTagSize); err != nil {
		return nil, err
	}
	if err := checkWhole(key); err != nil {
		return nil, err
	}
	return newExact(encoded, costs.recipe(SchemeASPNetV3, len(key), func(salt, key []byte) string {
		return joinBase64(head, salt, key)
	}), salt, key)
}

func joinBase64(parts ...[]byte) string {
	var all []byte
	for _, part := range parts {
		all = append(all, part...)
	}
	return base64.StdEncoding.EncodeToString(all)
}

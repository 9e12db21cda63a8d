package pair

import "github.com/credsieve/credsieve/hashing"

// FewAccounts is how many accounts of one record are looked through one by one. A placeholder in the
// place of an address can be that of a hundred thousand.
const FewAccounts = 32

// Found is one leaked password that met one account.
type Found struct {
	Account     uint32 // row of the index
	Kind        hashing.Kind
	Attribution hashing.Attribution
	Secret      []byte
	Digest      bool // Secret is only a digest of the password, in lower-case hexadecimal
	OwnPage     bool // the record says that it was typed into our own login page
	Further     bool // of a text of a sweep: likelier ones stand beside the same address
}

package index

import (
	"testing"

	"github.com/credsieve/credsieve/datasets/accounts"
	"github.com/credsieve/credsieve/datasets/index/internal/table"
)

// A sealer that grew its column by each value would copy all of them once more for each row.
func TestSealer_grows_a_column_rarely(t *testing.T) {
	v, err := newVault(newKey(t), [buildIDSize]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	s, c := newSealer(v), table.NewChunk(accountSchema)
	row := sealedRow{Account: Account{
		ID: "a1", Identifier: "alice@example.com", StoredHash: "$2b$04$", Status: accounts.StatusActive,
	}}
	const rows = 5000
	n := testing.AllocsPerRun(1, func() {
		for range rows {
			row.exportRow++
			s.appendAccount(c, &row)
		}
	})
	if n > rows/10 {
		t.Errorf("%v allocations for %d rows", n, rows)
	}
}

// A sealed hash that is moved to another account must not open there.
func TestSealedValuesAreBoundToTheirRow(t *testing.T) {
	t.Parallel()
	v, err := newVault(newKey(t), [buildIDSize]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	sealed := v.seal(nil, 3, partHash, cheapHash, "a")
	if text, err := v.open(3, partHash, sealed, []byte("a")); err != nil || text != cheapHash {
		t.Fatalf("opened %q, %v", text, err)
	}
	for name, open := range map[string]func() (string, error){
		"account": func() (string, error) { return v.open(3, partHash, sealed, []byte("b")) },
		"row":     func() (string, error) { return v.open(4, partHash, sealed, []byte("a")) },
		"part":    func() (string, error) { return v.open(3, partIdentifier, sealed, []byte("a")) },
	} {
		if _, err := open(); err == nil {
			t.Errorf("it opened for another %s", name)
		}
	}
}

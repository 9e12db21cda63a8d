package keyed_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/credsieve/credsieve/datasets/dump/internal/format"
	"github.com/credsieve/credsieve/datasets/dump/internal/keyed"
)

func TestReader(t *testing.T) {
	t.Parallel()
	const want = `{"email":"ann@example.com","password":"Tulip,7"}` + "\n" + `{"email":"bob@example.org","password":"say \"x\""}` + "\n"
	for name, text := range map[string]string{
		"CSV":             "user_id,meta_key,meta_value\n1,email,ann@example.com\n1,lang,de\n1,password,\"Tulip,7\"\n2,email,bob@example.org\n2,lang,de\n2,password,\"say \"\"x\"\"\"\n",
		"no header":       "1;email;ann@example.com\n1;password;Tulip,7\n2;email;bob@example.org\n2;password;say \"x\"\n",
		"numbered rows":   "11,1,email,ann@example.com\r\n12,2,email,bob@example.org\r\n13,1,password,\"Tulip,7\"\r\n14,2,password,\"say \"\"x\"\"\"\r\n",
		"the id last":     "email\tann@example.com\t1\npassword\tTulip,7\t1\nemail\tbob@example.org\t2\npassword\tsay \"x\"\t2\n",
		"one after other": "id,key,value\n1,email,ann@example.com\n2,email,bob@example.org\n1,password,\"Tulip,7\"\n2,password,\"say \"\"x\"\"\"\n",
	} {
		r := keyed.NewReader(iotest.OneByteReader(strings.NewReader(text)), format.NewSample([]byte(text)))
		if r == nil {
			t.Errorf("%s: not known", name)
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("%s: %s (%v)", name, got, err)
		}
	}
}

func TestLooks_not(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"id,email,password\n1,ann@example.com,Tulip-7\n2,bob@example.org,Copper-8\n3,cora@example.net,Meadow-9\n4,dan@example.com,Lantern-1\n",
		"ann@example.com:Tulip-7\nbob@example.org:Copper-8\n",
		"1,email,ann@example.com\n2,email,bob@example.org\n3,email,cora@example.net\n4,email,dan@example.com\n",
		"site,login,password\nx,password,password\nx,email,email\nx,password,email\n",
	} {
		if keyed.Looks(format.NewSample([]byte(text))) {
			t.Errorf("known: %s", text)
		}
	}
}

// TestReader_many: ids beyond what is held are written with what they have.
func TestReader_many(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	const users = 200_000
	for i := range users {
		fmt.Fprintf(&text, "%d,email,u%d@example.com\n%d,password,Tulip-%d\n", i, i, i, i)
	}
	all := text.String()
	out, err := io.ReadAll(keyed.NewReader(strings.NewReader(all), format.NewSample([]byte(all[:60_000]))))
	if n := strings.Count(string(out), `","password":"Tulip-`); err != nil || n < users-2 {
		t.Errorf("%d users (%v)", n, err)
	}
}

package accounts

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestOpenHint(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "x.csv", []byte("account_id,email,pass_hash\n"))
	_, err := Open(context.Background(), path, Options{})
	var missing *ColumnError
	if !errors.As(err, &missing) {
		t.Fatalf("error %v is no ColumnError", err)
	}
	if got, want := missing.Hint(), "--map password_hash=pass_hash"; !strings.Contains(got, want) {
		t.Errorf("hint %q lacks %q", got, want)
	}
}

func TestOpenHint_names_the_identifier(t *testing.T) {
	t.Parallel()
	path := writeFile(t, "x.csv", []byte("account_id,userEmail,password_hash\n"))
	_, err := Open(context.Background(), path, Options{})
	var missing *ColumnError
	if !errors.As(err, &missing) || missing.Hint() != "name the column with --map email=userEmail" {
		t.Errorf("got %v", err)
	}
}

func TestOpen_warns_of_identifiers_that_are_not_read(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"account_id,username,password_hash,user_email": `no column "email" is read; if it is "user_email", ` +
			"name it with --map email=user_email",
		"account_id,email,password_hash,backup_email":             "",
		"account_id,username,password_hash,email_verified":        "",
		"account_id,email,password_hash,user_name,other":          "--map username=user_name",
		"account_id,email,password_hash,mobile":                   "--map phone=mobile",
		"account_id,email,username,phone,login,tel,password_hash": "",
		"account_id,email,password_hash,Role":                     "--map privilege=Role: without it administrators",
		"account_id,email,password_hash,is_active":                "--map status=is_active: without it every account",
		"account_id,email,password_hash,last_login":               "--map last_active_at=last_login: without it",
		"account_id,email,password_hash,is_active,status":         "",
		"account_id,email,password_hash,parole,last_login_ip":     "",
	} {
		path := writeFile(t, "x.csv", []byte(header+"\n"))
		var got []string
		warn := func(err error) { got = append(got, err.Error()) }
		r, err := Open(context.Background(), path, Options{Warn: warn})
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if text := strings.Join(got, "\n"); (want == "") != (text == "") || !strings.Contains(text, want) {
			t.Errorf("%s: got %q, want %q", header, text, want)
		}
	}
}

package presets

import (
	"slices"
	"testing"
)

func TestLike(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ columns, want []string }{
		{[]string{"id", "email", "password"}, nil},
		{[]string{"account_id", "email", "password_hash"}, nil},
		{[]string{"id", "member_name", "passwd"}, nil},
		{[]string{"ID_MEMBER", "member_name", "email_address", "passwd"}, []string{"smf"}},
		{[]string{"_id", "emails[0].address", "services.password.bcrypt"}, []string{"rocketchat"}},
		{[]string{"id", "username", "credentials", "credentials[0].secretData"}, []string{"keycloak"}},
		{[]string{"localId", "email", "passwordHash", "salt"}, []string{"firebase", "firebase-csv"}},
		{[]string{"ID", "user_login", "user_pass"}, []string{"wordpress", "wordpress-multisite"}},
	} {
		like, err := Like(tt.columns)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range like {
			names = append(names, p.Name)
		}
		if !slices.Equal(names, tt.want) {
			t.Errorf("Like(%q) = %q, want %q", tt.columns, names, tt.want)
		}
	}
}

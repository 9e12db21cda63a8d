package cut

import (
	"bytes"
	"slices"
	"strings"
	"unicode"

	"github.com/credsieve/credsieve/datasets/dump/internal/words"
	"github.com/credsieve/credsieve/hashing"
)

// Role is what a column holds.
type Role uint8

// The roles of columns, as their names tell them.
const (
	RoleNone Role = iota
	RoleIdentifier
	RoleSecret
	RoleHash
)

// The words that the names of columns are made of, where the whole name is not one of those that are known:
// customers_email_address, loginPassword, usu_senha.
var (
	identifierWords = map[string]hashing.Kind{
		"email": hashing.KindEmail, "mail": hashing.KindEmail, "emailaddress": hashing.KindEmail,
		"correo": hashing.KindEmail, "courriel": hashing.KindEmail, "emailid": hashing.KindEmail,
		"login": hashing.KindUnspecified, "username": hashing.KindUnspecified, "loginname": hashing.KindUnspecified,
		"usuario": hashing.KindUnspecified, "utilizador": hashing.KindUnspecified, "apelido": hashing.KindUnspecified,
		"utilisateur": hashing.KindUnspecified, "identifiant": hashing.KindUnspecified, "pseudo": hashing.KindUnspecified,
		"benutzer": hashing.KindUnspecified, "benutzername": hashing.KindUnspecified, "nutzername": hashing.KindUnspecified,
		"anmeldename": hashing.KindUnspecified, "utente": hashing.KindUnspecified, "nickname": hashing.KindUnspecified,
		"gebruikersnaam": hashing.KindUnspecified, "kullanici": hashing.KindUnspecified, "uzytkownik": hashing.KindUnspecified,
		"uname": hashing.KindUnspecified, "nick": hashing.KindUnspecified, "userid": hashing.KindUnspecified,
		"accountname": hashing.KindUnspecified, "handle": hashing.KindUnspecified, "userlogin": hashing.KindUnspecified,
		"логин": hashing.KindUnspecified, "phone": hashing.KindPhone, "mobile": hashing.KindPhone,
		"telefone": hashing.KindPhone, "telefono": hashing.KindPhone, "telefon": hashing.KindPhone,
		"celular": hashing.KindPhone, "msisdn": hashing.KindPhone, "phonenumber": hashing.KindPhone,
		"user": hashing.KindUnspecified,
	}
	secretWords = []string{"password", "passwd", "pass", "pwd", "passw", "pswd", "psw", "passphrase", "senha", "clave",
		"contrasena", "contraseña", "contrasenia", "passwort", "kennwort", "motdepasse", "mdp", "parola", "sifre",
		"şifre", "haslo", "hasło", "heslo", "jelszo", "jelszó", "wachtwoord", "losenord", "lösenord", "salasana",
		"пароль", "sandi", "matkhau", "palavrapasse", "adgangskode", "passord", "plainpassword", "cleartext", "plaintext"}
	hashWords = []string{"hash", "md5", "sha1", "sha256", "sha512", "bcrypt", "digest", "encrypted", "crypt", "hashed"}
	// otherWords say that a column is about an account or a password, and not what it is.
	otherWords = []string{"hint", "question", "answer", "reset", "changed", "change", "expires", "expiry", "expired",
		"expire", "date", "time", "at", "on", "token", "salt", "count", "attempts", "strength", "policy", "history",
		"type", "verified", "confirmed", "confirm", "status", "flag", "is", "has", "last", "created", "updated", "days",
		"min", "max", "length", "url", "uri", "ip", "server", "port", "host", "format", "template", "subject", "lang",
		"remember", "totp", "otp", "notification", "notifications", "optin", "validated", "valid", "enabled", "active",
		"group", "level", "role", "agent", "timestamp", "failed", "code", "field", "site", "page", "element", "fields", "settings", "options", "info", "list", "realm",
		"index", "key", "version", "algo", "algorithm", "method", "age", "guid", "uuid"}
)

// RoleOf tells a column by its name: by the whole of it, else by the words that it is made of.
func RoleOf(name []byte) (Role, hashing.Kind) {
	folded := ColumnName(name)
	if kind, ok := IdentifierKind(folded); ok {
		return RoleIdentifier, kind
	}
	if IsSecretColumn(folded) {
		return RoleSecret, hashing.KindUnspecified
	}
	if IsHashColumn(folded) {
		return RoleHash, hashing.KindUnspecified
	}
	if role, kind := roleOfWords(columnWords(Identifier(name))); role != RoleNone {
		return role, kind
	}
	return roleOfLabel(name)
}

// WeakRoleOf tells a column by a word that labels such values and means other things as well: account, member, pin. It
// counts where no column has the role by its name.
func WeakRoleOf(name []byte) (Role, hashing.Kind) {
	const longest = 24
	return roleIn(weakly, name, longest)
}

// weakly has the words that labelled leaves out.
var weakly = rolesOfWords(func(word string) bool { return !tellsAlone(word) })

// labelled are the labels of all languages that also name columns: a single word of ASCII may mean other things there.
var labelled = rolesOfWords(tellsAlone)

func tellsAlone(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII || r == ' ' })
}

func rolesOfWords(are func(word string) bool) map[string]columnRole {
	out := map[string]columnRole{}
	for list, role := range map[string]columnRole{
		words.Mail: {RoleIdentifier, hashing.KindEmail}, words.Login: {RoleIdentifier, hashing.KindUnspecified},
		words.Phone: {RoleIdentifier, hashing.KindPhone}, words.Secret: {RoleSecret, hashing.KindUnspecified},
	} {
		for word := range strings.SplitSeq(list, ",") {
			if word = strings.TrimSpace(word); are(word) {
				out[string(words.Fold(nil, []byte(word)))] = role
			}
		}
	}
	return out
}

type columnRole struct {
	role Role
	kind hashing.Kind
}

func roleOfLabel(name []byte) (Role, hashing.Kind) {
	return roleIn(labelled, name, longestLabel)
}

const longestLabel = 64

// roleIn looks a name of at most so many bytes up; a longer one is none of the words.
func roleIn(table map[string]columnRole, name []byte, longest int) (Role, hashing.Kind) {
	if len(name) > longest {
		return RoleNone, hashing.KindUnspecified
	}
	var room [2 * longestLabel]byte
	of := table[string(words.Fold(room[:0], name))]
	return of.role, of.kind
}

func roleOfWords(parts []string) (Role, hashing.Kind) {
	const most = 5
	if len(parts) > most {
		return RoleNone, hashing.KindUnspecified
	}
	joined := slices.Clone(parts)
	for n := 2; n <= 3; n++ { // mot de passe, user name
		for i := 0; i+n <= len(parts); i++ {
			joined = append(joined, strings.Join(parts[i:i+n], ""))
		}
	}
	has := func(list []string) bool {
		return slices.ContainsFunc(joined, func(w string) bool { return slices.Contains(list, w) })
	}
	if has(otherWords) {
		return RoleNone, hashing.KindUnspecified
	}
	if has(secretWords) {
		if has(hashWords) {
			return RoleHash, hashing.KindUnspecified
		}
		return RoleSecret, hashing.KindUnspecified
	}
	if has(hashWords) {
		return RoleNone, hashing.KindUnspecified
	}
	role, best := RoleNone, hashing.KindUnspecified
	for _, w := range joined {
		if kind, ok := identifierWords[strings.TrimRight(w, "0123456789")]; ok && (w != "user" || len(parts) == 1) {
			if role = RoleIdentifier; kind == hashing.KindEmail || best == hashing.KindUnspecified {
				best = kind
			}
		}
	}
	return role, best
}

// columnWords parts a name at signs and where a capital follows a small letter, and folds the words.
func columnWords(name []byte) []string {
	const longest = 48
	if len(name) == 0 || len(name) > longest {
		return nil
	}
	var out []string
	var word bytes.Buffer
	end := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
			word.Reset()
		}
	}
	small := false
	for _, r := range string(name) {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-. /()#", r):
			return nil
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			end()
			small = false
			continue
		case unicode.IsUpper(r) && small:
			end()
		}
		small = unicode.IsLower(r)
		word.WriteRune(r)
	}
	end()
	return out
}

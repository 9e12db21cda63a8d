package wording

// passwordWords name a password, in the languages that stealers, kits and browsers speak, as Squeeze
// leaves them. A label that ends in one introduces a password.
var passwordWords = []string{
	// English and what programs write
	"password", "passwd", "pass", "pwd", "passw", "pw", "psw", "pword", "passphrase", "passcode",
	"pin", "secret", "userpassword", "plaintext", "cleartext", "plain", "clear", "unicodepwd",
	"loginpassword", "encpass", "pssw", "passwort", "parole",
	// Spanish, Portuguese, French, German, Italian
	"clave", "contrasena", "contraseña", "senha", "palavrapasse", "motdepasse", "mdp", "motpasse",
	"kennwort", "passwort", "losung", "parolachiave", "parola",
	// Dutch, Swedish, Danish, Norwegian, Finnish
	"wachtwoord", "losenord", "lösenord", "adgangskode", "passord", "kodeord", "salasana",
	// Polish, Czech, Hungarian, Romanian
	"haslo", "hasło", "heslo", "jelszo", "jelszó",
	// Russian, Ukrainian, Bulgarian, Greek
	"пароль", "парола", "κωδικός", "κωδικος",
	// Turkish, Indonesian, Vietnamese
	"sifre", "şifre", "katasandi", "sandi", "kataladuan", "matkhau", "mậtkhẩu",
	// Chinese, Japanese, Korean, Thai
	"密码", "密碼", "口令", "パスワード", "暗証番号", "비밀번호", "암호", "รหัสผ่าน",
	// Arabic, Persian, Hebrew, Hindi
	"كلمةالمرور", "كلمةالسر", "رمزعبور", "گذرواژه", "סיסמה", "סיסמא", "पासवर्ड",
}

// nameWords are in labels of an identity. Two different ones in a record are two names of one user.
var nameWords = []string{
	"mail", "user", "login", "usr", "account", "name", "recovery", "contact", "owner", "uid",
	"usuario", "usuário", "utilisateur", "identifiant", "benutzer", "konto", "utente", "correo",
	"courriel", "uzytkownik", "użytkownik", "логин", "почта", "пользователь", "користувач", "kullanici",
	"kullanıcı", "eposta", "pengguna", "surel", "taikhoan", "tàikhoản", "邮箱", "郵箱", "用户", "用戶",
	"账号", "帳號", "メール", "ユーザー", "이메일", "아이디", "사용자", "بريد", "مستخدم",
}

// otherWords are labels of what is no password.
var otherWords = map[string]bool{
	"id": true, "url": true, "uri": true, "host": true, "hostname": true, "domain": true, "ip": true,
	"ipaddress": true, "date": true, "time": true, "created": true, "createdat": true, "updated": true,
	"updatedat": true, "application": true, "app": true, "browser": true, "webbrowser": true,
	"country": true, "city": true, "state": true, "zip": true, "address": true, "phone": true,
	"mobile": true, "tel": true, "age": true, "gender": true, "sex": true, "birthday": true, "dob": true,
	"role": true, "status": true, "type": true, "plan": true, "version": true, "title": true,
	"active": true, "enabled": true, "lang": true, "language": true, "locale": true, "soft": true,
	"software": true, "profile": true, "storage": true, "site": true, "website": true, "port": true,
	"salt": true, "token": true, "timestamp": true, "lastlogin": true, "registered": true, "note": true,
	"notes": true, "comment": true, "method": true, "path": true, "filename": true, "line": true,
	"ntlm": true, "hash": true, "sha": true, "md": true, "changetype": true, "objectclass": true, "dn": true,
	"replace": true, "cn": true, "sn": true, "givenname": true,
}

// valueWords are keys that only say that a value follows: of lists of names and values, of typed values.
var valueWords = map[string]bool{
	"value": true, "val": true, "v": true, "s": true, "n": true, "t": true, "string": true,
	"stringvalue": true, "text": true, "content": true, "data": true, "b": true,
}

// nothings are written where there is no value.
var nothings = map[string]bool{
	"": true, "null": true, "none": true, "nil": true, "true": true, "false": true, "na": true,
	"unknown": true, "notsaved": true, "undefined": true, "empty": true, "nan": true, "yes": true,
	"no": true,
}

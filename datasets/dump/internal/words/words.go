// Package words holds the words by which labels and columns say what they hold, in the languages that stealers, kits
// and exports speak. A comma stands between them. Case, blanks, hyphens and digits for letters do not matter; accents
// do, so both spellings stand here.
package words

import (
	"unicode"
	"unicode/utf8"
)

// Mail are the words for addresses.
const Mail = `email, mail, e mail, email address, mail address, email id, emailid, user email, email addr, eml, emails,
		primary email, contact email, correo, correo electronico, correo electrónico, e correo, endereco de email,
		endereço de email, e mail adresse, email adresse, adresse email, adresse mail, adresse e mail, courriel,
		mel, indirizzo email, posta, posta elettronica, adres email, adres e mail, poczta, почта, эл почта,
		электронная почта, е мейл, мейл, имейл, емейл, имэйл, пошта, електронна пошта, eposta, e posta, e posta adresi,
		eposta adresi, surel, alamat email, email anda, thu dien tu, thư điện tử, hộp thư, địa chỉ email,
		邮箱, 邮件, 电子邮箱, 电子邮件, 邮箱地址, 郵箱, 電子郵件, 信箱, メール, メールアドレス, Ｅメール, 이메일, 메일,
		이메일 주소, 전자우편, البريد, البريد الإلكتروني, البريد الالكتروني, بريد, ايميل, إيميل`

// Login are the words for names of users.
const Login = `login, user, username, user name, userid, user id, usr, uname, account, account name, login name, login id,
		loginid, user login, userlogin, login username, nick, nickname, handle, screen name, acct, samaccountname,
		logon, log in, user principal name, uid, member, identity, id utilisateur, usernm, loginnm, mbid, memberid, membername,
		accountid, accountnumber, customerid, custid, employeeid, empid, staffid, studentid, usercode, loginuser, webuser,
		usuario, usuário, nombre de usuario, nombre usuario, cuenta, nome de usuario, nome de usuário, utilizador,
		nome de utilizador, conta, usuari, acesso,
		utilisateur, nom d'utilisateur, nom utilisateur, identifiant, compte, pseudo,
		benutzer, benutzername, nutzer, nutzername, anmeldename, konto, kontoname, kennung, login name,
		utente, nome utente, account utente, gebruiker, gebruikersnaam, anvandarnamn, användarnamn, brugernavn,
		brukernavn, kayttajatunnus, käyttäjätunnus, felhasznalonev, felhasználónév, utilizator, uzivatel, uživatel,
		uzytkownik, użytkownik, nazwa uzytkownika, nazwa użytkownika, uzivatelske jmeno, uživatelské jméno,
		логин, пользователь, имя пользователя, юзер, юзернейм, учетная запись, учётная запись, аккаунт, имя входа,
		логін, користувач, ім'я користувача, імя користувача, обліковий запис, акаунт, потребител,
		kullanici, kullanıcı, kullanici adi, kullanıcı adı, hesap, hesap adı,
		pengguna, nama pengguna, nama user, akun, id pengguna,
		tai khoan, tài khoản, ten dang nhap, tên đăng nhập, ten nguoi dung, tên người dùng, người dùng,
		用户, 用户名, 用户名称, 用户账号, 账号, 帐号, 账户, 帐户, 登录名, 登录账号, 登陆名, 用戶, 用戶名, 帳號, 帳戶, 使用者, 使用者名稱, 會員帳號,
		ユーザー, ユーザー名, ユーザ名, ユーザ, ユーザーid, アカウント, アカウント名, ログイン, ログインid, ログイン名,
		아이디, 사용자, 사용자명, 사용자 이름, 사용자 아이디, 계정, 로그인,
		اسم المستخدم, المستخدم, مستخدم, الحساب, حساب, اسم الدخول, نام کاربری, ชื่อผู้ใช้, שם משתמש`

// Phone are the words for phone numbers.
const Phone = `phone, phone number, mobile, mobile number, cell, tel, telephone, telephone number, msisdn, whatsapp,
		telefono, teléfono, celular, movil, móvil, telefone, telemovel, telemóvel, portable, numero de telephone,
		téléphone, numéro de téléphone, telefon, telefonnummer, handy, handynummer, cellulare, numero di telefono,
		numer telefonu, телефон, номер телефона, мобильный, номер телефону, telefon numarası, cep telefonu, nomor hp,
		no hp, nomor telepon, so dien thoai, số điện thoại, điện thoại, 电话, 手机, 手机号, 手机号码, 電話, 電話番号, 手機,
		携帯電話, 전화번호, 휴대폰, 전화, الهاتف, رقم الهاتف, جوال`

// Secret are the words for passwords.
const Secret = `password, pass, passwd, pwd, passw, pword, pw, psw, pswd, passwort, pass word, pass code, passcode,
		passphrase, pass phrase, user password, user pass, userpass, login password, plain password, plaintext, plain text,
		cleartext, clear text, clear, plain, cleartext password, secret, pin, loginpass, psd, mypass, passwrd, pasword,
		userpw, userpwd, mbpassword, loginpw, loginpwd, upw, passkey, webpassword,
		clave, contrasena, contraseña, contrasenya, clave de acceso, contrase a, contrasea,
		senha, palavra passe, palavra chave, palavrapasse, senha de acesso,
		mot de passe, mdp, motdepasse, code secret, mot passe,
		kennwort, passwort, losungswort, geheimzahl, zugangscode,
		parola, parola chiave, parola d'ordine, password utente, chiave,
		wachtwoord, losenord, lösenord, adgangskode, kodeord, passord, salasana, jelszo, jelszó, heslo, parolă,
		haslo, hasło, hasło uzytkownika, hasło użytkownika,
		пароль, пасс, пассворд, пароль пользователя, код доступа, парола, ключ,
		пароль користувача, гасло,
		sifre, şifre, parola, şifreniz, sifreniz, kullanici sifresi, kullanıcı şifresi,
		kata sandi, katasandi, sandi, kata laluan, kata kunci,
		mat khau, mật khẩu, matkhau, mk,
		密码, 口令, 登录密码, 登陆密码, 用户密码, 明文, 明文密码, 密碼, 登入密碼, 通行碼,
		パスワード, パス, 暗証番号, パスコード,
		비밀번호, 비번, 암호, 패스워드,
		كلمة المرور, كلمة السر, الرقم السري, كلمه المرور, كلمه السر, رمز المرور, الباسورد, باسورد, رمز عبور, گذرواژه,
		รหัสผ่าน, סיסמה, סיסמא, पासवर्ड, κωδικός, κωδικος`

// Hash are the words for stored hashes.
const Hash = `hash, password hash, passwordhash, pass hash, hashed password, ntlm, nt hash, lm hash, md5, sha1, sha256,
		sha512, bcrypt, encrypted password, crypt, digest, ntlm hash`

// Fold appends the letters and digits of a label, in lower case: what is between them differs from
// tool to tool.
func Fold(dst, label []byte) []byte {
	for i := 0; i < len(label); {
		b := label[i]
		if b < utf8.RuneSelf {
			switch {
			case b >= 'A' && b <= 'Z':
				dst = append(dst, b|0x20)
			case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '@', b == '$':
				dst = append(dst, b)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(label[i:])
		if unicode.IsLetter(r) || unicode.IsMark(r) {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
		i += n
	}
	return dst
}

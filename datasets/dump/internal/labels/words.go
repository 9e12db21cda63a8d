package labels

import vocabulary "github.com/credsieve/credsieve/datasets/dump/internal/words"

// role is what a label says of its value.
type role uint8

const (
	roleNone role = iota
	roleURL
	roleLogin
	roleMail
	rolePhone
	roleSecret
	roleHash
)

// words are labels, a comma between them.
var words = map[role]string{
	roleURL: `url, uri, link, host, hostname, website, web site, site, page, login url, login uri, target, domain,
		sitio, sitio web, pagina, página, adresse url, seite, webseite, strona, сайт, адрес, ссылка, хост, site adı,
		situs, trang web, 网址, 網址, 网站, サイト, 사이트, 주소, الموقع, رابط`,
	roleMail:   vocabulary.Mail,
	roleLogin:  vocabulary.Login,
	rolePhone:  vocabulary.Phone,
	roleSecret: vocabulary.Secret,
	roleHash:   vocabulary.Hash,
}

// endings make a label of any word that ends in them: http_password, login[email].
var endings = []struct {
	text string
	role role
}{
	{"password", roleSecret}, {"passwd", roleSecret}, {"passwort", roleSecret}, {"username", roleLogin},
	{"emailaddress", roleMail}, {"email", roleMail}, {"loginname", roleLogin},
}

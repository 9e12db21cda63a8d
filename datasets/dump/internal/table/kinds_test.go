package table_test

import (
	"slices"
	"testing"

	"github.com/credsieve/credsieve/datasets/dump"
	"github.com/credsieve/credsieve/datasets/dump/internal/dumptest"
)

// TestKinds reads tables of password managers and browsers, of few rows, and with other quotes.
func TestKinds(t *testing.T) {
	t.Parallel()
	const pair = "carol=p,w-1"
	for name, text := range map[string]string{
		"chrome":    "name,url,username,password,note\nx,https://example.org,carol,\"p,w-1\",\n",
		"firefox":   "\"url\",\"username\",\"password\",\"httpRealm\",\"formActionOrigin\",\"guid\",\"timeCreated\"\n\"https://example.org\",\"carol\",\"p,w-1\",,\"\",\"{1}\",\"17\"\n",
		"safari":    "Title,URL,Username,Password,Notes,OTPAuth\nx,https://example.org,carol,\"p,w-1\",,\n",
		"bitwarden": "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp\n,,login,x,,,0,https://example.org,carol,\"p,w-1\",\n",
		"1password": "Title,Website,Username,Password,One-time password,Favorite status\nx,https://example.org,carol,\"p,w-1\",,\n",
		"lastpass":  "url,username,password,totp,extra,name,grouping,fav\nhttps://example.org,carol,\"p,w-1\",,,x,,0\n",
		"keepass1":  "\"Account\",\"Login Name\",\"Password\",\"Web Site\",\"Comments\"\n\"x\",\"carol\",\"p,w-1\",\"\",\"\"\n",
		"keepass2":  "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\"\n\"g\",\"x\",\"carol\",\"p,w-1\",\"\",\"\"\n",
		"dashlane":  "username,username2,username3,title,password,note,url,category,otpSecret\n,carol,,x,\"p,w-1\",,,,\n",
		"enpass":    "\"Title\",\"Username\",\"Email\",\"Password\",\"Website\"\n\"x\",\"carol\",\"\",\"p,w-1\",\"\"\n",
		"proton":    "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\nlogin,x,,,carol,\"p,w-1\",,,1,2,v\n",
		"nordpass":  "name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,full_name,phone_number,email,address1,country,type\nx,,carol,\"p,w-1\",,,,,,,,,,,,,password\n",
		"roboform":  "Name,Url,MatchUrl,Login,Pwd,Note\nx,,,carol,\"p,w-1\",\n",

		"space_before_quote":    "id, login, password\n1, \"carol\", \"p,w-1\"\n",
		"single_quotes":         "id,login,password\n1,'carol','p,w-1'\n",
		"second_header":         "login,password,name\nx,y,z\nname,login,password\nC,carol,\"p,w-1\"\n",
		"second_header_of_more": "login,password\nx,y\nid,name,login,password\n1,C,carol,\"p,w-1\"\n",
		"portuguese":            "codigo;usuario;senha\n1;carol;p,w-1\n",
		"camel_case":            "accountId,loginName,userPassword\n1,carol,\"p,w-1\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{1, 1 << 20} {
				got := dumptest.Read(t, []byte(text), dump.Options{BlockSize: size})
				got.WantReport(t, dump.StatusRead, "csv", "")
				last := got.Records[len(got.Records)-1]
				if !slices.Contains(last.Cuts, pair) {
					t.Errorf("%q is not among %q", pair, last.Cuts)
				}
			}
		})
	}
}

#!/usr/bin/python3
"""Makes forms/forms.json in the folder that is named: stored hashes of passwords that a product changed before it
hashed them, with the password that its user typed.

PHP's own addslashes, htmlspecialchars, trim and password_hash make what PHP's products do, Python's unicodedata and
codecs what the others do. Needs (Debian 12): php-cli python3-bcrypt python3-argon2. The rule of a vector is what an
operator writes into a file of hash steps; {KEY} in it stands for the name of a file that holds the vector's key.
"""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
import unicodedata

import argon2
import bcrypt
from argon2.low_level import Type, hash_secret

VECTORS = []


def php(code, *arguments):
    return subprocess.run(["php", "-r", code, "--", *arguments], check=True, capture_output=True).stdout


def php_bcrypt(text):
    return php("echo password_hash(base64_decode($argv[1]), PASSWORD_BCRYPT, ['cost' => 4]);",
               base64.b64encode(text).decode()).decode()


def made(kind, encoded, typed, rule="", row=None, key=""):
    if isinstance(encoded, bytes):
        encoded = encoded.decode()
    VECTORS.append({"kind": kind, "encoded": encoded, "typed": typed, "wrong": "x" + typed[1:],
                    "rule": rule, "row": row or {}, "key": key})


def argon(raw):
    return hash_secret(raw, os.urandom(16), 1, 64, 1, 32, Type.ID)


def django(raw):
    salt = os.urandom(6).hex()
    key = hashlib.pbkdf2_hmac("sha256", raw, salt.encode(), 50)
    return "pbkdf2_sha256$50$%s$%s" % (salt, base64.b64encode(key).decode())


def md5(raw):
    return hashlib.md5(raw).hexdigest()


def mybb(raw, salt):
    return "%s:%s" % (md5(md5(salt.encode()).encode() + md5(raw).encode()), salt)


def vbulletin(raw, salt):
    return "%s:%s" % (md5(md5(raw).encode() + salt.encode()), salt)


def wordpress(raw):
    digest = hmac.new(b"wp-sha384", raw.strip(b" \t\n\r\0\x0b"), "sha384").digest()
    return "$wp" + php_bcrypt(base64.b64encode(digest))


def phpass(raw, mark):
    alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    salt = os.urandom(4).hex()
    digest = hashlib.md5(salt.encode() + raw).digest()
    for _ in range(1 << 7):
        digest = hashlib.md5(digest + raw).digest()
    text = ""
    for i in range(0, 16, 3):
        value = int.from_bytes(digest[i:i + 3], "little")
        for _ in range((len(digest[i:i + 3]) * 8 + 5) // 6):
            text, value = text + alphabet[value & 63], value >> 6
    return "$%s$5%s%s" % (mark, salt, text)


def make_php():
    slashed = lambda typed: php("echo addslashes($argv[1]);", typed)
    encoded = lambda typed: php("echo htmlspecialchars($argv[1], ENT_COMPAT, 'UTF-8');", typed)
    for typed in ("it's-a-Made-Up-9", 'say "Made-Up" 9', "back\\slash-Made-Up"):
        made("wordpress_slashes", wordpress(slashed(typed)), typed)
        made("phpass_slashes", phpass(slashed(typed), "P"), typed)
        made("bcrypt_slashes", php_bcrypt(slashed(typed)), typed)
    for typed in ("made&up-1", "made<up>1", 'made"up"&<1>'):
        made("bcrypt_entities", php_bcrypt(encoded(typed)), typed)
        made("phpbb_entities", phpass(encoded(typed), "H"), typed)
        salt = "abcdefghi"
        digest = hashlib.sha1(encoded(typed)).hexdigest()
        for _ in range(2):
            digest = hashlib.sha1((salt + digest).encode()).hexdigest()
        made("opencart_entities", digest + ":" + salt, typed, "scheme: opencart")
    for typed in (" Made-Up-1", "Made-Up-1 ", "\tMade-Up-1\n"):
        made("bcrypt_trimmed", php_bcrypt(php("echo trim($argv[1]);", typed)), typed)
    for typed in ("Made!2019$", "made'up'&1", "100%<Made>!"):
        for dollar in ("&#36;", "&#036;"):
            text = typed
            for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"),
                               ("!", "&#33;"), ("$", dollar)):
                text = text.replace(sign, name)
            made("ipb_entities", mybb(text.encode(), "aB3x%"), typed, "scheme: mybb")
    long = "correct horse battery staple " * 3
    for typed in (long, "ключ" * 12, "a" * 73):
        digest = php("echo base64_encode(hash('sha512', $argv[1], true));", typed)
        made("symfony_long", php_bcrypt(digest), typed)
    for user in ("Hans.Muster", "ÄNNE", "x_1"):
        lower = user.lower()
        made("smf_username", php_bcrypt((lower + "Made-Up-1").encode()), "Made-Up-1",
             'steps: [{prepend: "{username:lower}"}]', {"username": user})


def make_unicode():
    for typed in ("Made1234µ²", "Calle4ª-puerta", "ﬁne-Made-Ⅳ"):
        for form in ("NFKC", "NFKD"):
            raw = unicodedata.normalize(form, typed).encode()
            made("unicode_" + form.lower(), argon(raw), typed)
            made("unicode_" + form.lower(), django(raw), typed)
    for typed, kept in (("made\u00a0up-ö", "made up-ö"), ("made\u00adup-ö", "madeup-ö"), ("\u2163-ma\u2003de", "IV-ma de")):
        made("saslprep", argon(unicodedata.normalize("NFKC", kept).encode()), typed)


def make_pages():
    for page, typed in (("cp1250", "Zażółć-gęślą7"), ("cp1251", "Пароль-7"), ("cp1252", "Größe-7"),
                        ("cp1253", "κωδικός7"), ("cp1254", "şifreğ7"), ("cp1255", "סיסמה7"), ("cp1256", "كلمة7"),
                        ("cp1257", "slaptažodis7"), ("iso8859-2", "Hasło-źrebię"), ("iso8859-5", "Пароль-8"),
                        ("iso8859-15", "prix-€-7"), ("koi8-r", "Пароль-9"), ("cp866", "Пароль-0"), ("gbk", "密码-7"),
                        ("big5", "密碼-7"), ("shift_jis", "ひみつ-7"), ("euc-jp", "ひみつ-8"), ("euc-kr", "비밀-7")):
        raw = typed.encode(page)
        made("digest_in_code_page", vbulletin(raw, "aB3"), typed, "scheme: vbulletin")
        made("digest_in_code_page", mybb(raw, "aB3"), typed, "scheme: mybb")
    for page, typed in (("cp1250", "Zażółć-gęślą7"), ("gbk", "密码-7"), ("shift_jis", "ひみつ-7"), ("euc-kr", "비밀-7"),
                        ("cp1253", "κωδικός7")):
        made("dear_in_likely_page", argon(typed.encode(page)), typed)
    for page, name, typed in (("iso8859-5", "iso-8859-5", "Пароль-8"), ("koi8-r", "koi8-r", "Пароль-9"),
                              ("big5", "big5", "密碼-7")):
        made("dear_in_declared_page", argon(typed.encode(page)), typed, "forms: [%s]" % name)
    for typed in ("Größe-ключ", "pässwörd-Ж", "naïve-密"):
        text = b"".join(c.encode("latin-1") if ord(c) < 256 else b"&#%d;" % ord(c) for c in typed)
        made("numbers_beyond_latin1", vbulletin(text, "aB3"), typed, "scheme: vbulletin")
    for typed in ("MADE-Up-1", "Ünder-Score", "mAdE"):
        made("declared_lower", argon(typed.lower().encode()), typed, "forms: [lower]")
        made("declared_quotes", argon(php("echo htmlspecialchars($argv[1], ENT_QUOTES);", typed + "'&")), typed + "'&",
             "forms: [quotes]")


def make_steps():
    pepper = "pepper-pepper-123"
    for typed in ("Made-Up-1", "pässwörd", "a b"):
        raw = typed.encode()
        text = base64.b64encode(hmac.new(pepper.encode(), raw, "sha512").digest())
        made("hmac_of_88_characters", php_bcrypt(text), typed,
             "steps: [{hmac: sha512, key_file: {KEY}, encoding: base64}]", key=pepper)
        made("digest_of_128_characters", php_bcrypt(hashlib.sha512(raw).hexdigest().encode()), typed,
             "steps: [{digest: sha512, encoding: hex}]")
        salt = os.urandom(8)
        made("salt_column", argon(hmac.new(salt, raw, "sha256").hexdigest().encode()), typed,
             'steps: [{hmac: sha256, key_column: "{salt:hex}", encoding: hex}]', {"salt": salt.hex()})
        made("salt_column", md5(b"s4lt" + raw), typed, 'scheme: md5\nsteps: [{prepend: "{salt}"}]', {"salt": "s4lt"})
        made("login_and_line_end", md5(b"jdoe\n" + raw), typed, 'scheme: md5\nsteps: [{prepend: "{username}\\n"}]',
             {"username": "jdoe"})
        made("id_column", md5(raw + b":17"), typed, 'scheme: md5\nsteps: [{append: ":{id}"}]', {"id": "17"})
        made("email_column", argon(b"u@example.com" + raw), typed, 'steps: [{prepend: "{email:lower}"}]',
             {"email": "U@Example.com"})
        setting = bcrypt.gensalt(4)
        inner = bcrypt.hashpw(raw, setting)
        made("bcrypt_in_bcrypt", bcrypt.hashpw(inner, bcrypt.gensalt(4)), typed,
             'steps: [{bcrypt: "{salt}"}]', {"salt": setting.decode()})
        made("bcrypt_in_argon2", argon(inner), typed, "steps: [{bcrypt: key, key_file: {KEY}}]", key=setting.decode())
    for typed in ("short", "long " * 20, "z" * 73):
        raw = typed.encode()
        text = base64.b64encode(hashlib.sha512(raw).digest()) if len(raw) > 72 else raw
        made("digest_by_length", argon(text), typed,
             "steps: [{digest: sha512, encoding: base64, longer_than: 72}]")


def main():
    make_php()
    make_unicode()
    make_pages()
    make_steps()
    path = os.path.join(sys.argv[1], "forms", "forms.json")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        json.dump(VECTORS, f, ensure_ascii=False, indent=1)
        f.write("\n")
    print("%s: %d vectors, %s %s" % (path, len(VECTORS), "argon2-cffi", argon2.__version__), file=sys.stderr)


main()

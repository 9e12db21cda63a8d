#!/usr/bin/python3
"""Makes products.json and declared/products.json in the folder that is named.

The strings of products that Debian has no writer for: each is put together here around hashlib, hmac, passlib, bcrypt
and argon2-cffi, after the documentation or the source that hashing/stored names beside its reader. The strings of AIX
and Oracle are the examples that hashcat publishes. Needs (Debian 12): python3-passlib python3-bcrypt python3-argon2
php-cli. Costs are as low as a product allows: the tests try thousands of damaged copies.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import subprocess
import sys
import unicodedata

import argon2
import bcrypt
import passlib
from argon2.low_level import Type, hash_secret_raw
from passlib import hash as passlib_hash

PASSWORDS = ["Made-Up-1", "with space: and colon", "pässwörd-ключ-密码"]
OPENSSL = ssl.OPENSSL_VERSION.split()[1]
PRODUCTS, DECLARED = [], []
CRYPT = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def entry(scheme, password, encoded, generator="python hashlib", version="OpenSSL " + OPENSSL, to=PRODUCTS):
    if isinstance(encoded, bytes):
        encoded = encoded.decode()
    to.append({"generator": generator, "version": version, "scheme": scheme, "encoded": encoded,
               "password": password, "wrong": "x" + password[1:]})


def declared(scheme, password, encoded):
    entry(scheme, password, encoded, to=DECLARED)


def b64(raw):
    return base64.b64encode(raw).decode()


def bare(raw):
    return b64(raw).rstrip("=")


def ab64(raw):
    return bare(raw).replace("+", ".")


def pbkdf2(name, password, salt, iterations, size=None):
    return hashlib.pbkdf2_hmac(name, password, salt, iterations, size)


def php(code, *arguments):
    return subprocess.run(["php", "-r", code, "--", *arguments], check=True, capture_output=True, text=True).stdout


def bcrypt_text(raw, prefix="2a"):
    """salt and hash of bcrypt, 53 characters."""
    return bcrypt.hashpw(raw, bcrypt.gensalt(4, prefix.encode())).decode()[7:]


def make_pbkdf2(password, raw):
    for name in ("sha1", "sha256", "sha512"):
        salt, i = os.urandom(24), 30
        key = pbkdf2(name, raw, salt, i)
        entry("pbkdf2-" + name, password, "{PBKDF2-%s}%d$%s$%s" % (name.upper(), i, b64(salt), b64(key)))
        salt = os.urandom(8)
        entry("opendj-pbkdf2", password, "{PBKDF2-HMAC-%s}%d:%s" % (
            name.upper(), i, b64(pbkdf2(name, raw, salt, i) + salt)))
    for name in ("sha224", "sha384"):
        salt = os.urandom(16)
        entry("pbkdf2-" + name, password, "$pbkdf2-%s$30$%s$%s" % (name, ab64(salt), ab64(pbkdf2(name, raw, salt, 30))))
        key = pbkdf2(name, raw, salt, 20)
        entry("pbkdf2-" + name, password, "$pbkdf2-%s$i=20,l=%d$%s$%s" % (name, len(key), bare(salt), bare(key)))
    salt = os.urandom(8)
    entry("opendj-pbkdf2", password, "{PBKDF2}40:" + b64(pbkdf2("sha1", raw, salt, 40) + salt))
    salt = os.urandom(32)
    entry("elastic-pbkdf2", password, "{PBKDF2}50$%s$%s" % (b64(salt), b64(pbkdf2("sha512", raw, salt, 50, 32))))
    digits = hashlib.sha512(raw).hexdigest().encode()
    entry("elastic-pbkdf2-stretch", password, "{PBKDF2_STRETCH}50$%s$%s" % (
        b64(salt), b64(pbkdf2("sha512", digits, salt, 50, 32))))
    text = ab64(os.urandom(12))
    entry("dovecot-pbkdf2", password, "{PBKDF2}$1$%s$40$%s" % (text, pbkdf2("sha1", raw, text.encode(), 40).hex()))
    salt = os.urandom(16)
    entry("mattermost-pbkdf2", password, "$pbkdf2$f=SHA256,w=60,l=32$%s$%s" % (
        bare(salt), bare(pbkdf2("sha256", raw, salt, 60))))
    text = os.urandom(16).hex()
    key = pbkdf2("sha1", raw, text.encode(), 10).hex()
    entry("couchdb-pbkdf2", password, "-pbkdf2-%s,%s,10" % (key, text))
    entry("couchdb-pbkdf2", password, "-pbkdf2:sha256-%s,%s,10" % (
        pbkdf2("sha256", raw, text.encode(), 10).hex(), text))
    entry("couchdb-pbkdf2", password, json.dumps({
        "password_scheme": "pbkdf2", "iterations": 10, "derived_key": key, "salt": text}))
    entry("couchdb-sha1", password, "-hashed-%s,%s" % (hashlib.sha1(raw + text.encode()).hexdigest(), text))
    salt = os.urandom(8)
    entry("liferay-pbkdf2", password, b64(
        (160).to_bytes(4, "big") + (70).to_bytes(4, "big") + salt + pbkdf2("sha1", raw, salt, 70)))
    entry("liferay-pbkdf2", password, b64(
        (256).to_bytes(4, "big") + (70).to_bytes(4, "big") + salt + pbkdf2("sha256", raw, salt, 70)))
    salt = os.urandom(12)
    entry("mosquitto-sha512", password, "$6$%s$%s" % (b64(salt), b64(hashlib.sha512(raw + salt).digest())))
    entry("mosquitto-pbkdf2", password, "$7$101$%s$%s" % (b64(salt), b64(pbkdf2("sha512", raw, salt, 101))))
    salt = os.urandom(16)
    entry("jenkins-pbkdf2", password, "$PBKDF2$HMACSHA512:90:%s$%s" % (
        salt.hex(), pbkdf2("sha512", raw, salt, 90).hex()))
    salt = os.urandom(24)
    entry("defuse-pbkdf2", password, "sha1:80:18:%s:%s" % (b64(salt), b64(pbkdf2("sha1", raw, salt, 80, 18))))
    entry("defuse-pbkdf2", password, "sha256:80:%s:%s" % (b64(salt), b64(pbkdf2("sha256", raw, salt, 80, 24))))


def make_directories(password, raw):
    for name, algorithm in (("SSHA.hex", "sha1"), ("SSHA256.hex", "sha256"), ("SSHA512.hex", "sha512")):
        salt = os.urandom(4)
        entry("ldap-" + name.split(".")[0].lower(), password, "{%s}%s" % (
            name, (hashlib.new(algorithm, raw + salt).digest() + salt).hex()))
    entry("ldap-sha256", password, "{SHA256.b64}" + b64(hashlib.sha256(raw).digest()))
    entry("dovecot-plain-md4", password, "{PLAIN-MD4}" + php("echo hash('md4', $argv[1]);", password), "php hash", "8.2")
    entry("ntlm", password, "{NTLM}" + php("echo hash('md4', base64_decode($argv[1]));",
                                            b64(password.encode("utf-16le"))), "php hash", "8.2")
    entry("ldap-plain-md5", password, "{PLAIN-MD5}" + hashlib.md5(raw).hexdigest())
    entry("ldap-ldap-md5", password, "{LDAP-MD5}" + b64(hashlib.md5(raw).digest()))
    entry("ldap-md5", password, "{MD5-CRYPT}" + hashlib.md5(raw).hexdigest())
    salt = os.urandom(4)
    entry("ldap-ssha", password, "{SSHA}" + base64.urlsafe_b64encode(
        hashlib.sha1(raw + salt).digest() + salt).decode())
    for name, separator in (("sha1", ","), ("sha256", ","), ("sha256", ":"), ("sha512", ",")):
        salt = os.urandom(16)
        prepared = unicodedata.normalize("NFKC", password).encode()
        salted = pbkdf2(name, prepared, salt, 30)
        client = hmac.new(salted, b"Client Key", name).digest()
        server = hmac.new(salted, b"Server Key", name).digest()
        entry("scram-sha-" + name[3:], password, "{SCRAM-SHA-%s}" % name[3:] + separator.join(
            ["30", b64(salt), b64(hashlib.new(name, client).digest()), b64(server)]))
    passlib_entry = {"generator": "python3-passlib", "version": passlib.__version__}
    for variant in range(4):
        entry("fshp", password, passlib_hash.fshp.using(variant=variant, rounds=20).hash(password), **passlib_entry)
    entry("cta-pbkdf2-sha1", password, passlib_hash.cta_pbkdf2_sha1.using(rounds=40).hash(password), **passlib_entry)
    entry("dlitz-pbkdf2-sha1", password, passlib_hash.dlitz_pbkdf2_sha1.using(rounds=40).hash(password),
          **passlib_entry)
    entry("passlib-scram", password, passlib_hash.scram.using(rounds=30).hash(password), **passlib_entry)
    for scheme, magic, name in (("openldap-apr1", "apr1", "APR1"), ("openldap-bsdmd5", "1", "BSDMD5")):
        hasher = passlib_hash.apr_md5_crypt if magic == "apr1" else passlib_hash.md5_crypt
        _, _, salt, tag = hasher.hash(password).split("$")
        entry(scheme, password, "{%s}%s" % (name, b64(md5crypt_bytes(tag) + salt.encode())),
              "python3-passlib, its tag decoded", passlib.__version__)
    entry("md5crypt", password, "{MD5}" + passlib_hash.md5_crypt.hash(password), **passlib_entry)
    for name, hasher in (("CRYPT-SHA256", passlib_hash.sha256_crypt), ("CRYPT-SHA-512", passlib_hash.sha512_crypt)):
        entry(name[6:].replace("-", "").lower() + "crypt", password, "{%s}%s" % (
            name, hasher.using(rounds=1000).hash(password)), **passlib_entry)


def md5crypt_bytes(tag):
    """The digest behind the 22 characters of md5crypt, which are out of order."""
    order = [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)]
    digest = bytearray(16)
    for group, (a, b, c) in enumerate(order):
        value = 0
        for i, character in enumerate(tag[4 * group:4 * group + 4]):
            value |= CRYPT.index(character) << 6 * i
        digest[a], digest[b], digest[c] = value >> 16 & 255, value >> 8 & 255, value & 255
    digest[11] = CRYPT.index(tag[20]) | (CRYPT.index(tag[21]) & 3) << 6
    return bytes(digest)


def make_kratos(password, raw):
    entry("kratos-digest", password, "$md5$" + b64(hashlib.md5(raw).digest()))
    for name, form in (("md5", "{SALT}$${PASSWORD}"), ("sha1", "{PASSWORD}{SALT}"), ("sha256", "{SALT}{PASSWORD}"),
                       ("sha512", "a{PASSWORD}b{SALT}c")):
        salt = os.urandom(5).hex()
        text = form.replace("{SALT}", salt).replace("{PASSWORD}", password).encode()
        entry("kratos-digest", password, "$%s$pf=%s$%s$%s" % (
            name, b64(form.encode()), b64(salt.encode()), b64(hashlib.new(name, text).digest())))
    for name in ("md5", "sha1", "sha256", "sha512"):
        key = os.urandom(10)
        entry("kratos-hmac", password, "$hmac-%s$%s$%s" % (
            name, b64(hmac.new(key, raw, name).hexdigest().encode()), b64(key)))
    salt = os.urandom(16)
    key = hashlib.scrypt(raw, salt=salt, n=1024, r=4, p=1, dklen=32)
    entry("scrypt", password, "$scrypt$ln=1024,r=4,p=1$%s$%s" % (b64(salt), b64(key)))
    entry("sha512crypt", password, passlib_hash.sha512_crypt.using(rounds=1000).hash(password).replace(
        "$6$", "$sha512-crypt$"), "python3-passlib", passlib.__version__)
    entry("md5crypt", password, passlib_hash.md5_crypt.hash(password).replace(
        "$1$", "$md5-crypt$"), "python3-passlib", passlib.__version__)


def make_bcrypt(password, raw):
    made = {"generator": "python3-bcrypt", "version": bcrypt.__version__}
    entry("request-tracker-bcrypt", password, "!bcrypt!04!" + bcrypt_text(raw), **made)
    # What bcrypt is given by RT holds NULs, which python3-bcrypt refuses: a digest without one is looked for.
    rt = next(p for p in (password + str(i) for i in range(10000)) if 0 not in hashlib.sha512(p.encode()).digest())
    entry("request-tracker-bcrypt", rt, "!bcrypt!04!" + bcrypt_text(hashlib.sha512(rt.encode()).digest()), **made)
    text = bcrypt_text(raw)
    entry("otrs-bcrypt", password, "BCRYPT:4:%s:%s" % (text[:22], text[22:]), **made)
    salt = base64.b32encode(os.urandom(10)).decode()
    table = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                          "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    setting = "$2a$04$" + bare(salt.encode()).translate(table)
    entry("otrs-bcrypt", password, "BCRYPT:4:%s:%s" % (
        salt, bcrypt.hashpw(raw, setting.encode()).decode()[29:]), **made)
    full = "$2a$04$" + bcrypt_text(raw)
    entry("bcrypt", password, "Bcrypt:" + full, **made)
    entry("double-bcrypt", password, "DoubleBcrypt:" + bcrypt.hashpw(full.encode(), full[:29].encode()).decode(), **made)
    entry("bcrypt", password, "{bcrypt}%s{salt}%s" % (full, full[:29]), **made)
    entry("bcrypt", password, "#jbcrypt:" + full, **made)
    entry("bcrypt", password, json.dumps({
        "type": "password", "secretData": json.dumps({"value": full, "salt": ""}),
        "credentialData": json.dumps({"hashIterations": 4, "algorithm": "bcrypt"})}), **made)
    entry("bcrypt", password, php('echo serialize(["hash" => $argv[1]]);', full), "php serialize", "8.2")


def make_shops(password, raw):
    salt = os.urandom(16).hex()
    first = hashlib.sha256(salt.encode() + raw).hexdigest()
    entry("magento", password, "%s:%s:1" % (first, salt))
    old = hashlib.md5(salt.encode() + raw).hexdigest()
    entry("magento", password, "%s:%s:0" % (old, salt))
    entry("magento", password, "%s:%s:0:1" % (hashlib.sha256((salt + old).encode()).hexdigest(), salt))
    argon = hash_secret_raw(raw, salt[:16].encode(), 2, 64, 1, 32, Type.ID)
    entry("magento", password, "%s:%s:3_32_2_65536" % (argon.hex(), salt), "python3-argon2", argon2.__version__)
    argon = hash_secret_raw(first.encode(), salt[:16].encode(), 2, 64, 1, 32, Type.ID)
    entry("magento", password, "%s:%s:1:3_32_2_65536" % (argon.hex(), salt), "python3-argon2", argon2.__version__)
    for name in ("sha1", "sha256"):
        inner = hashlib.new(name, raw).hexdigest().encode()
        fields = {"hash": hashlib.new(name, inner + salt.encode()).hexdigest(), "salt": salt, "hashFunc": name}
        entry("xenforo", password, php("echo serialize(json_decode($argv[1], true));", json.dumps(fields)),
              "python hashlib, php serialize", "8.2")
        entry("xenforo", password, json.dumps(fields))
    short = os.urandom(5).hex()[:9]
    digest = hashlib.sha1(raw).hexdigest()
    for _ in range(2):
        digest = hashlib.sha1((short + digest).encode()).hexdigest()
    declared("opencart", password, "%s:%s" % (digest, short))


def make_servers(password, raw):
    salt = os.urandom(16)
    for name in ("md5", "sha1", "sha256", "sha512"):
        digest = hashlib.new(name, salt + raw).digest()
        for _ in range(6):
            digest = hashlib.new(name, digest).digest()
        entry("tomcat", password, "%s$7$%s" % (salt.hex(), digest.hex()))
    entry("tomcat", password, "%s$20$%s" % (salt.hex(), pbkdf2("sha1", raw, salt, 20).hex()))
    entry("tomcat", password, "%s$20$%s" % (salt.hex(), pbkdf2("sha512", raw, salt, 20).hex()))
    digest = hashlib.sha256(salt + raw).digest()
    for _ in range(49):
        digest = hashlib.sha256(digest).digest()
    entry("shiro1", password, "$shiro1$SHA-256$50$%s$%s" % (b64(salt), b64(digest)))
    for name in ("sha256", "sha512"):
        entry("rabbitmq-" + name, password, b64(salt[:4] + hashlib.new(name, salt[:4] + raw).digest()))
        declared("rabbitmq-" + name, password, b64(salt[:4] + hashlib.new(name, salt[:4] + raw).digest()))
    wide = password.encode("utf-16le")
    entry("aspnet-membership", password, b64(hashlib.sha1(salt + wide).digest()) + ":" + b64(salt))
    key = (salt * 4)[:64]
    entry("aspnet-membership", password, b64(hmac.new(key, wide, "sha256").digest()) + ":" + b64(salt))
    declared("aspnet-membership", password, b64(hashlib.sha256(salt + wide).digest()) + ":" + b64(salt))
    text = os.urandom(4).hex()
    digits = password.encode()
    for rounds in (1, 3):
        digits = raw
        for _ in range(rounds):
            digits = hmac.new(text.encode(), digits, "sha1").hexdigest().encode()
        entry("node-password-hash", password, "sha1$%s$%d$%s" % (text, rounds, digits.decode()))
    if password == PASSWORDS[-1]: # dear: its costs are fixed
        normal = unicodedata.normalize("NFKC", password).encode()
        key = hashlib.scrypt(normal, salt=salt.hex().encode(), n=16384, r=16, p=1, dklen=64, maxmem=1 << 26)
        entry("better-auth-scrypt", password, "%s:%s" % (salt.hex(), key.hex()))
        declared("better-auth-scrypt", password, PRODUCTS[-1]["encoded"])
    key = hashlib.scrypt(raw, salt=salt[:8], n=0x20, r=8, p=2, dklen=32)
    entry("ruby-scrypt", password, "20$8$2$%s$%s" % (salt[:8].hex(), key.hex()))
    key = hashlib.scrypt(raw, salt=salt, n=32, r=8, p=1, dklen=64)
    entry("scrypt", password, "$scrypt$n=32,r=8,p=1$%s$%s" % (bare(salt), bare(key)))
    entry("growi-scrypt", password, "scrypt$32$8$1$%s$%s" % (b64(salt), b64(key)))
    text = os.urandom(6).hex()
    for digits in (hashlib.md5(raw).hexdigest(), hashlib.md5(text.encode() + raw).hexdigest()):
        entry("django-wrapped", password, "pbkdf2_wrapped_md5$60$%s$%s" % (
            text, b64(pbkdf2("sha256", digits.encode(), text.encode(), 60))))
    digits = hashlib.sha1(text.encode() + raw).hexdigest()
    declared("django-wrapped", password, "pbkdf2_wrapped_sha1$60$%s$%s" % (
        text, b64(pbkdf2("sha256", digits.encode(), text.encode(), 60))))
    salt = os.urandom(10)
    entry("oracle-11g", password, "S:" + (hashlib.sha1(raw + salt).digest() + salt).hex().upper())


def make_published():
    for scheme, mode, encoded in (
            ("aix-smd5", 6300, "{smd5}a5/yTL/u$VfvgyHx1xUlXZYBocQpQY0"),
            ("aix-pbkdf2", 6700, "{ssha1}06$bJbkFGJAB30L2e23$dCESGOsP7jaIIAJ1QAcmaGeG.kr"),
            ("aix-pbkdf2", 6400, "{ssha256}06$aJckFGJAB30LTe10$ohUsB7LBPlgclE3hJg9x042DLJvQyxVCX.nZZLEz.g2"),
            ("aix-pbkdf2", 6500, "{ssha512}06$bJbkFGJAB30L2e23$bXiXjyH5YGIyoWWmEVwq67nCU5t7GLy9HkCzrodRCQCx3r9VvG98"
                                 "o7O3V0r9cVrX3LPPGuHqT5LLn0oGCuI1.."),
            ("oracle-12c", 12300, "T:78281A9C0CF626BD05EFC4F41B515B61D6C4D95A250CD4A605CA0EF97168D670EBCB5673B6F5A2FB9"
                                  "CC4E0C0101E659C0C4E3B9B3BEDA846CD15508E88685A2334141655046766111066420254008225")):
        entry(scheme, "hashcat", encoded, "hashcat, example of mode %d" % mode, "6.2.6")


def main():
    for password in PASSWORDS:
        raw = password.encode()
        for make in (make_pbkdf2, make_directories, make_kratos, make_bcrypt, make_shops, make_servers):
            make(password, raw)
    make_published()
    for name, vectors in (("products.json", PRODUCTS), ("declared/products.json", DECLARED)):
        os.makedirs(os.path.dirname(os.path.join(sys.argv[1], name)), exist_ok=True)
        with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as f:
            json.dump(vectors, f, ensure_ascii=False, indent=1)
            f.write("\n")
        print("%s: %d vectors" % (name, len(vectors)), file=sys.stderr)


main()

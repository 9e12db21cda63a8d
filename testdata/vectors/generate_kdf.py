#!/usr/bin/python3
"""Makes scrypt.json, pbkdf2.json and wrapped.json in the folder that is named.

Needs (Debian 12): hashcat php-cli whois slapd python3-argon2 python3-bcrypt python3-django
python3-passlib python3-werkzeug. Where a package writes a scheme itself, its own function is called.
Where Debian has none, the string is put together here around hashlib, whose PBKDF2 and scrypt are
OpenSSL's. Costs are as low as a program allows: the tests try thousands of damaged copies.
"""

import base64
import hashlib
import hmac
import json
import os
import ssl
import stringprep
import subprocess
import sys
import unicodedata

import argon2
import bcrypt
import django
import passlib
from argon2.low_level import Type, hash_secret, hash_secret_raw
from passlib import hash as passlib_hash
import werkzeug
from werkzeug.security import generate_password_hash

from django.conf import settings


settings.configure()
from django.contrib.auth import hashers  # noqa: E402 (it reads the settings)

PASSWORDS = ["Made-Up-1", "with space: and colon", "pässwörd-ключ-密码"]
OPENSSL = ssl.OPENSSL_VERSION.split()[1]
FILES = {"scrypt": [], "pbkdf2": [], "wrapped": []}


def entry(file, generator, version, scheme, password, encoded, wrong=None):
    if isinstance(encoded, bytes):
        encoded = encoded.decode()
    FILES[file].append({
        "generator": generator, "version": version, "scheme": scheme, "encoded": encoded,
        "password": password, "wrong": wrong or "x" + password[1:],
    })


def by_hashlib(file, scheme, password, encoded):
    entry(file, "python hashlib", "OpenSSL " + OPENSSL, scheme, password, encoded)


def b64(raw):
    return base64.b64encode(raw).decode()


def bare(raw):
    return b64(raw).rstrip("=")


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def package(name):
    return run("dpkg-query", "-W", "-f", "${Version}", name)


def hashcat(file, scheme, mode):
    text = run("hashcat", "--hash-info", "-m", str(mode), "--machine-readable")
    example = json.loads(text[text.index("{"):])[str(mode)]
    entry(file, "hashcat --hash-info -m %d" % mode, package("hashcat"), scheme,
          example["example_pass"], example["example_hash"])


def scrypt(password, salt, n, r, p, size):
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, dklen=size,
                          maxmem=1 << 28)


def make_scrypt():
    for i, password in enumerate(PASSWORDS):
        ln, r, p = [(4, 8, 1), (5, 4, 2), (6, 1, 3)][i]
        n, text = 1 << ln, "madeUpSalt%d" % i
        entry("scrypt", "python3-passlib", passlib.__version__, "scrypt", password,
              passlib_hash.scrypt.using(rounds=ln, block_size=r, parallelism=p).hash(password))
        entry("scrypt", "mkpasswd -m scrypt", package("whois"), "scrypt-7", password,
              run("mkpasswd", "-m", "scrypt", "-s",
                  "-S", "$7$4%s%s" % ("6....1....", "madeUpSalt%d" % i), input=password).strip())
        by_hashlib("scrypt", "django-scrypt", password, "scrypt$%d$%s$%d$%d$%s" % (
            n, text, r, p, b64(scrypt(password, text.encode(), n, r, p, 64))))
        by_hashlib("scrypt", "werkzeug-scrypt", password, "scrypt:%d:%d:%d$%s$%s" % (
            n, r, p, text, scrypt(password, text.encode(), n, r, p, 64).hex()))
        for salt in (os.urandom(16), os.urandom(64)):
            key = scrypt(password, salt, n, r, p, 32)
            by_hashlib("scrypt", "spring-scrypt", password, "{scrypt}$%x$%s$%s" % (
                ln << 16 | r << 8 | p, b64(salt), b64(key)))
        salt = os.urandom(16)
        by_hashlib("scrypt", "auth0-scrypt", password, json.dumps({
            "algorithm": "scrypt", "hash": {
                "value": scrypt(password, salt, n, r, p, 64).hex(), "encoding": "hex"},
            "salt": {"value": b64(salt), "encoding": "base64"},
            "keylen": 64, "cost": n, "blockSize": r, "parallelization": p}))
        salt = scrypt(password, text.encode(), n, r, p, 32)
        by_hashlib("scrypt", "auth0-scrypt", password, json.dumps({
            "algorithm": "scrypt", "hash": {"value": b64(salt), "encoding": "base64"},
            "salt": {"value": text, "encoding": "utf8"},
            "keylen": 32, "cost": n, "blockSize": r, "parallelization": p}))
        make_firebase(password, b64)
        make_firebase(password, lambda raw: base64.urlsafe_b64encode(raw).decode())
    salt = os.urandom(16)
    by_hashlib("scrypt", "spring-scrypt", PASSWORDS[0], "$e0801$%s$%s" % (
        b64(salt), b64(scrypt(PASSWORDS[0], salt, 1 << 14, 8, 1, 32))))
    # The sample that Firebase publishes with its reference code.
    entry("scrypt", "github.com/firebase/scrypt README", "sample", "firebase-scrypt",
          "user1password", json.dumps({
              "passwordHash": "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz"
                              "+VHjoZilo78198JAdRuid5lQ==",
              "salt": "42xEC+ixf3L2lw==",
              "hash_config": {
                  "algorithm": "SCRYPT",
                  "base64_signer_key": "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZ"
                                       "JzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==",
                  "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 14}}))
    hashcat("scrypt", "cisco-9", 9300)


def make_firebase(password, spell):
    signer, salt = os.urandom(64), os.urandom(10)
    key = scrypt(password, salt + b"\x07", 1 << 4, 8, 1, 32)
    sealed = subprocess.run(
        ["openssl", "enc", "-aes-256-ctr", "-K", key.hex(), "-iv", "00" * 16],
        check=True, capture_output=True, input=signer).stdout
    entry("scrypt", "python hashlib and openssl enc", "OpenSSL " + OPENSSL, "firebase-scrypt",
          password, json.dumps({
              "passwordHash": spell(sealed), "salt": spell(salt),
              "hash_config": {"algorithm": "SCRYPT", "base64_signer_key": b64(signer),
                              "base64_salt_separator": "Bw==", "rounds": 8, "mem_cost": 4}}))


def pbkdf2(digest, password, salt, rounds, size=None):
    if isinstance(password, str):
        password = password.encode()
    return hashlib.pbkdf2_hmac(digest, password, salt, rounds, size)


def saslprep(text):
    """RFC 4013 without its prohibitions, by the tables of Python's own stringprep."""
    kept = [c for c in text if not stringprep.in_table_b1(c)]
    return unicodedata.normalize("NFKC", "".join(
        " " if stringprep.in_table_c12(c) else c for c in kept))


def scram(password, rounds):
    salt = os.urandom(16)
    salted = pbkdf2("sha256", saslprep(password), salt, rounds)
    keys = [hmac.new(salted, name, "sha256").digest() for name in (b"Client Key", b"Server Key")]
    return "SCRAM-SHA-256$%d:%s$%s:%s" % (
        rounds, b64(salt), b64(hashlib.sha256(keys[0]).digest()), b64(keys[1]))


def keycloak(algorithm, rounds, parameters, value, salt):
    secret = {"value": b64(value), "salt": b64(salt), "additionalParameters": {}}
    data = {"hashIterations": rounds, "algorithm": algorithm, "additionalParameters": parameters}
    tight = dict(separators=(",", ":"))
    return json.dumps({"type": "password", "secretData": json.dumps(secret, **tight),
                       "credentialData": json.dumps(data, **tight)})


def old_keycloak(algorithm, rounds, value, salt):
    """A credential of an export of before Keycloak 8."""
    return json.dumps({"type": "password", "hashedSaltedValue": b64(value), "salt": b64(salt),
                       "hashIterations": rounds, "counter": 0, "algorithm": algorithm, "digits": 0,
                       "period": 0, "createdDate": 1500000000000, "config": {}})


def aspnet(version, password, digest, rounds, salt, size):
    key = pbkdf2(digest, password, salt, rounds, size)
    if version == 2:
        return b64(b"\0" + salt + key)
    number = ["sha1", "sha256", "sha512"].index(digest)
    head = b"\1" + b"".join(n.to_bytes(4, "big") for n in (number, rounds, len(salt)))
    return b64(head + salt + key)


def make_pbkdf2():
    for i, password in enumerate(PASSWORDS):
        rounds, salt = 10 + i, os.urandom(16)
        for name in ("pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512", "ldap_pbkdf2_sha1",
                     "ldap_pbkdf2_sha256", "ldap_pbkdf2_sha512", "grub_pbkdf2_sha512"):
            handler = getattr(passlib_hash, name).using(rounds=rounds)
            entry("pbkdf2", "python3-passlib", passlib.__version__, name, password,
                  handler.hash(password))
        entry("pbkdf2", "python3-passlib", passlib.__version__, "atlassian-pbkdf2", password,
              passlib_hash.atlassian_pbkdf2_sha1.hash(password))
        for digest, size in (("sha1", 20), ("sha256", 64), ("sha512", 64)):
            by_hashlib("pbkdf2", "pbkdf2 PHC", password, "$pbkdf2-%s$i=%d,l=%d$%s$%s" % (
                digest, rounds, size, bare(salt), bare(pbkdf2(digest, password, salt, rounds, size))))
            entry("pbkdf2", "python3-werkzeug", package("python3-werkzeug"), "werkzeug-pbkdf2",
                  password, generate_password_hash(password, "pbkdf2:%s:%d" % (digest, rounds)))
            by_hashlib("pbkdf2", "aspnet-identity-v3", password,
                       aspnet(3, password, digest, rounds, salt, 32))
            by_hashlib("pbkdf2", "keycloak-pbkdf2", password, keycloak(
                "pbkdf2" + ("" if digest == "sha1" else "-" + digest), rounds, {},
                pbkdf2(digest, password, salt, rounds, 64), salt))
            by_hashlib("pbkdf2", "keycloak-pbkdf2", password, old_keycloak(
                "pbkdf2" + ("" if digest == "sha1" else "-" + digest), rounds,
                pbkdf2(digest, password, salt, rounds, 64), salt))
            for length in (64, 128) if digest == "sha256" else (64,):
                by_hashlib("pbkdf2", "mediawiki-pbkdf2", password, ":pbkdf2:%s:%d:%d:%s:%s" % (
                    digest, rounds, length, b64(salt),
                    b64(pbkdf2(digest, password, salt, rounds, length))))
        by_hashlib("pbkdf2", "aspnet-identity-v2", password,
                   aspnet(2, password, "sha1", 1000, salt, 32))
        for hasher in (hashers.PBKDF2PasswordHasher(), hashers.PBKDF2SHA1PasswordHasher()):
            entry("pbkdf2", "python3-django", django.__version__, "django-pbkdf2", password,
                  hasher.encode(password, "madeUpSalt%d" % i, rounds))
        nt = passlib_hash.nthash.hash(password).upper().encode("utf-16le")
        entry("pbkdf2", "python3-passlib nthash and hashlib", passlib.__version__,
              "azure-ad-connect", password, "v1;PPH1_MD4,%s,%d,%s;" % (
                  salt[:10].hex(), rounds, pbkdf2("sha256", nt, salt[:10], rounds).hex()))
        sum8 = salt[:8] + password.encode()
        for _ in range(1024):
            sum8 = hashlib.sha256(sum8).digest()
        by_hashlib("pbkdf2", "spring-sha256", password, "{sha256}" + salt[:8].hex() + sum8.hex())
        raw = hash_secret_raw(password.encode(), salt, 2, 64, 1, 32, Type.ID)
        entry("pbkdf2", "python3-argon2 low_level", argon2.__version__, "keycloak-argon2", password,
              keycloak("argon2", 2, {"hashLength": ["32"], "memory": ["64"], "type": ["id"],
                                     "version": ["1.3"], "parallelism": ["1"]}, raw, salt))
    for password in PASSWORDS + ["Ⅳ\u00a0so\u00adft ﬁ"]:
        entry("pbkdf2", "python hashlib and stringprep", "OpenSSL " + OPENSSL,
              "postgres-scram-sha-256", password, scram(password, 10))
    salt = os.urandom(16)
    by_hashlib("pbkdf2", "spring-pbkdf2", PASSWORDS[0], "{pbkdf2}" + salt[:8].hex() + pbkdf2(
        "sha1", PASSWORDS[0], salt[:8], 185000, 32).hex())
    by_hashlib("pbkdf2", "spring-pbkdf2", PASSWORDS[0], "{pbkdf2@SpringSecurity_v5_8}" + (
        salt + pbkdf2("sha256", PASSWORDS[0], salt, 310000, 32)).hex())
    for scheme, mode in (("389ds-pbkdf2-sha256", 10901), ("azure-ad-connect", 12800),
                         ("atlassian-pbkdf2", 12001), ("cisco-8", 9200), ("grub-pbkdf2", 7200),
                         ("postgres-scram-sha-256", 28600), ("django-pbkdf2", 10000)):
        hashcat("pbkdf2", scheme, mode)


WORDPRESS = r"""<?php
// The recipe of wp_hash_password in WordPress 6.8.
$prehash = base64_encode(hash_hmac('sha384', trim($argv[1]), 'wp-sha384', true));
echo '$wp' . password_hash($prehash, PASSWORD_BCRYPT, ['cost' => 4]);
"""


def make_wrapped():
    modules = os.environ.get("SLAPD_MODULES", "/usr/lib/ldap")
    long_password = "long-pw-" * 12
    for password in PASSWORDS + [long_password]:
        raw = password.encode()
        plain = bcrypt.hashpw(raw, bcrypt.gensalt(4)).decode()
        php_version = run("php", "-r", "echo PHP_VERSION;")
        php = run("php", "-r", "echo password_hash($argv[1], PASSWORD_BCRYPT, ['cost' => 4]);",
                  "--", password)
        phc = hash_secret(raw, os.urandom(16), 1, 64, 1, 32, Type.ID).decode()
        phc_i = hash_secret(raw, os.urandom(16), 1, 64, 1, 32, Type.I).decode()
        salt = bcrypt.gensalt(4)
        django_hasher = hashers.BCryptPasswordHasher()
        entry("wrapped", "python3-django", django.__version__, "bcrypt", password,
              django_hasher.encode(password, salt))
        entry("wrapped", "python3-django", django.__version__, "django-bcrypt-sha256", password,
              hashers.BCryptSHA256PasswordHasher().encode(password, salt))
        hasher = hashers.Argon2PasswordHasher()
        hasher.time_cost, hasher.memory_cost, hasher.parallelism = 1, 64, 2
        entry("wrapped", "python3-django", django.__version__, "argon2id", password,
              hasher.encode(password, "madeUpSalt"))
        for version in (1, 2):
            entry("wrapped", "python3-passlib", passlib.__version__, "bcrypt-sha256", password,
                  passlib_hash.bcrypt_sha256.using(rounds=4, version=version).hash(password))
        for padded in (password, "  " + password + "\n"):
            entry("wrapped", "php, the recipe of WordPress 6.8", php_version, "wordpress-bcrypt",
                  padded, run("php", "/dev/stdin", padded, input=WORDPRESS), "x" + padded)
        for wrap in ("{bcrypt}%s", "{BLF-CRYPT}%s", "{CRYPT}%s", "1|%s"):
            entry("wrapped", "php password_hash", php_version, "bcrypt", password, wrap % php)
        entry("wrapped", "python3-passlib", passlib.__version__, "bcrypt", password,
              passlib_hash.ldap_bcrypt.using(rounds=4).hash(password))
        for wrap in ("{argon2}%s", "{argon2@SpringSecurity_v5_8}%s", "3|%s", ":argon2:%s"):
            entry("wrapped", "python3-argon2 low_level", argon2.__version__, "argon2id", password,
                  wrap % phc)
        entry("wrapped", "python3-argon2 low_level", argon2.__version__, "argon2i", password,
              "2|" + phc_i)
        entry("wrapped", "python3-argon2 low_level", argon2.__version__, "argon2d", password,
              hash_secret(raw, os.urandom(16), 2, 64, 2, 24, Type.D))
        for algorithm, value in (("bcrypt", plain), ("argon2", phc), (
                "pbkdf2", "$pbkdf2-sha256$i=12,l=32$%s$%s" % (
                    bare(salt), bare(pbkdf2("sha256", password, salt, 12))))):
            entry("wrapped", "python3-bcrypt, python3-argon2, hashlib", bcrypt.__version__,
                  "auth0 " + algorithm, password, json.dumps(
                      {"algorithm": algorithm, "hash": {"value": value, "encoding": "utf8"}}))
        for name in ("MD5", "SHA-1", "SHA-256", "SHA-512"):
            text = b64(os.urandom(32))
            for salt_text in ("{%s}" % text, ""):
                digest = hashlib.new(name.replace("-", "").lower(), raw + salt_text.encode())
                by_hashlib("wrapped", "spring-digest", password, "{%s}%s%s" % (
                    name, salt_text, digest.hexdigest()))
        by_hashlib("wrapped", "spring-digest", password, "{SHA-256}{%s}%s" % (
            text, b64(hashlib.sha256(raw + b"{%s}" % text.encode()).digest())))
        for name in ("sha", "sha256", "sha384", "sha512"):
            digest = hashlib.new("sha1" if name == "sha" else name, raw)
            by_hashlib("wrapped", "ldap-" + name, password, "{%s}%s" % (
                name.upper(), digest.hexdigest()))
        for algorithm in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(algorithm, b"madeUp" + raw)
            by_hashlib("wrapped", "auth0-digest", password, json.dumps({
                "algorithm": algorithm, "hash": {"value": digest.hexdigest(), "encoding": "hex"},
                "salt": {"value": "madeUp", "encoding": "utf8", "position": "prefix"}}))
        sum16 = hashlib.sha256(password.encode("utf-16le") + salt).digest()
        by_hashlib("wrapped", "auth0-digest", password, json.dumps({
            "algorithm": "sha256", "hash": {"value": b64(sum16), "encoding": "base64"},
            "salt": {"value": salt.hex(), "encoding": "hex", "position": "suffix"},
            "password": {"encoding": "utf16le"}}))
    entry("wrapped", "slappasswd", package("slapd"), "argon2i", PASSWORDS[0], run(
        "slappasswd", "-o", "module-path=" + modules, "-o", "module-load=argon2.so m=64 t=1 p=1",
        "-h", "{ARGON2}", "-s", PASSWORDS[0]).strip())


def main():
    make_scrypt()
    make_pbkdf2()
    make_wrapped()
    for name, vectors in FILES.items():
        with open(os.path.join(sys.argv[1], name + ".json"), "w", encoding="utf-8") as f:
            json.dump(vectors, f, ensure_ascii=False, indent=1)
            f.write("\n")
        print("%s.json: %d vectors, by" % (name, len(vectors)), file=sys.stderr)
        for made_by in sorted({v["generator"] + " " + v["version"] for v in vectors}):
            print("  " + made_by, file=sys.stderr)


main()

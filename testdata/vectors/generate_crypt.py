#!/usr/bin/python3
"""Makes crypt.json, digest.json, declared/digest.json and refused_crypt.json in the folder named.

generate.sh calls it. Every string comes from a program that shares no code with credsieve; costs are
the lowest that the program has. Needs (Debian 12): python3-passlib python3-django python3-werkzeug
whois apache2-utils openssl slapd slapd-contrib hashcat.
"""

import base64
import hashlib
import json
import os
import string
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
import crypt as libcrypt  # the C library's own crypt(3)

import django
import passlib
import werkzeug
from django.conf import settings
from passlib import hash as passlib_hash

settings.configure(PASSWORD_HASHERS=[
    "django.contrib.auth.hashers." + name for name in (
        "SHA1PasswordHasher", "MD5PasswordHasher", "UnsaltedSHA1PasswordHasher",
        "UnsaltedMD5PasswordHasher")])
from django.contrib.auth.hashers import make_password
from werkzeug.security import generate_password_hash

PASSWORDS = ["Made-Up-1", "with space: and colon", "pässwörd-ключ-密码", "long-pw-" * 9]
DECLARED = "declared/digest"  # apart: the strings do not tell their scheme
files = {name: [] for name in ("crypt", "digest", DECLARED, "refused_crypt")}


def package(name):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name],
                          check=True, capture_output=True, text=True).stdout


def add(file, generator, version, scheme, password, encoded, cause=None):
    vector = dict(generator=generator, version=version, scheme=scheme)
    if cause:
        vector["cause"] = cause
    vector.update(encoded=encoded, password=password)
    if not cause:
        # Wrong by its first character, so that a program which cuts passwords short sees it too.
        vector["wrong"] = "x" + password[1:]
    files[file].append(vector)


def run(command, password, stdin=True):
    """The last word that a program prints, with the password on its standard input or behind it."""
    command = command if stdin else command + [password]
    done = subprocess.run(command, input=password if stdin else None, check=True,
                          capture_output=True, text=True)
    return done.stdout.strip()


def from_passlib():
    schemes = [
        ("crypt", "sha256crypt", passlib_hash.sha256_crypt.using(rounds=1000)),
        ("crypt", "sha512crypt", passlib_hash.sha512_crypt.using(rounds=1001)),
        ("crypt", "sha512crypt", passlib_hash.sha512_crypt.using(rounds=5000)),
        ("crypt", "md5crypt", passlib_hash.md5_crypt),
        ("crypt", "apr1", passlib_hash.apr_md5_crypt),
        ("crypt", "sha1crypt", passlib_hash.sha1_crypt.using(rounds=7)),
        ("crypt", "sunmd5", passlib_hash.sun_md5_crypt.using(rounds=9)),
        ("crypt", "phpass", passlib_hash.phpass.using(rounds=7, ident="P")),
        ("crypt", "phpass", passlib_hash.phpass.using(rounds=8, ident="H")),
        ("digest", "ldap-md5", passlib_hash.ldap_md5),
        ("digest", "ldap-sha", passlib_hash.ldap_sha1),
        ("digest", "ldap-smd5", passlib_hash.ldap_salted_md5.using(salt_size=8)),
        ("digest", "ldap-ssha", passlib_hash.ldap_salted_sha1.using(salt_size=4)),
        ("digest", "ldap-ssha", passlib_hash.ldap_salted_sha1.using(salt_size=16)),
        ("digest", "ldap-ssha256", passlib_hash.ldap_salted_sha256),
        ("digest", "ldap-ssha512", passlib_hash.ldap_salted_sha512.using(salt_size=16)),
        ("digest", "web-sha1", passlib_hash.django_salted_sha1),
        ("digest", "web-md5", passlib_hash.django_salted_md5),
        ("digest", "mysql-native", passlib_hash.mysql41),
        ("digest", "mssql-2005", passlib_hash.mssql2005),
        ("digest", "oracle-11g", passlib_hash.oracle11),
        (DECLARED, "ntlm", passlib_hash.nthash),
        (DECLARED, "md5", passlib_hash.hex_md5),
        (DECLARED, "sha1", passlib_hash.hex_sha1),
        (DECLARED, "sha256", passlib_hash.hex_sha256),
        (DECLARED, "sha512", passlib_hash.hex_sha512),
    ]
    for file, name, scheme in schemes:
        for password in PASSWORDS:
            add(file, "python3-passlib", passlib.__version__, name, password, scheme.hash(password))
    for user in ("archer", "with:colon"):
        add(DECLARED, "python3-passlib", passlib.__version__, "postgres-md5", "Made-Up-1",
            passlib_hash.postgres_md5.hash("Made-Up-1", user=user) + ":" + user)
    refused = [
        ("postgres_md5", "needs_username", passlib_hash.postgres_md5.hash("Made-Up-1", user="archer")),
        ("mysql323", "unsupported_version", passlib_hash.mysql323.hash("Made-Up-1")),
        ("mssql2000", "unsupported_version", passlib_hash.mssql2000.hash("Made-Up-1")),
        ("lmhash", "ambiguous", passlib_hash.lmhash.hash("Made-Up-1")),
        ("nthash", "ambiguous", passlib_hash.nthash.hash("Made-Up-1")),
        ("hex_md5", "ambiguous", passlib_hash.hex_md5.hash("Made-Up-1")),
        ("hex_sha1", "ambiguous", passlib_hash.hex_sha1.hash("Made-Up-1")),
        ("hex_sha512", "ambiguous", passlib_hash.hex_sha512.hash("Made-Up-1")),
        ("des_crypt", "unsupported_version", passlib_hash.des_crypt.hash("Made-Up-1")),
        ("bsdi_crypt", "unsupported_version", passlib_hash.bsdi_crypt.using(rounds=1).hash("Made-Up-1")),
        ("bigcrypt", "unsupported_version", passlib_hash.bigcrypt.hash("Made-Up-1")),
        ("ldap_plaintext", "plaintext", "{CLEARTEXT}Made-Up-1"),
        ("unix_disabled", "no_usable_password", passlib_hash.unix_disabled.hash("Made-Up-1")),
        ("django_disabled", "no_usable_password", passlib_hash.django_disabled.hash("Made-Up-1")),
    ]
    for scheme, cause, encoded in refused:
        add("refused_crypt", "python3-passlib", passlib.__version__, scheme, "Made-Up-1", encoded, cause)


def from_libcrypt():
    version = package("libcrypt1")
    # $y$j75$ is N=2^10, r=8 and $y$j85$ N=2^11.
    for setting, scheme in (("$y$j75$LjiuhFHvIR4skJQX4VU2P/", "yescrypt"), ("$y$j85$abc.", "yescrypt"),
                            ("$5$rounds=1000$", "sha256crypt"), ("$6$rounds=1000$madeupsalt", "sha512crypt"),
                            ("$6$rounds=1000$sixteen-chars.ab-and-more", "sha512crypt"),
                            ("$1$eightchr-and-more", "md5crypt"), ("$1$", "md5crypt"),
                            ("$sha1$3$salt", "sha1crypt"), ("$sha1$40$" + "s" * 64, "sha1crypt"),
                            ("$md5$madeup$", "sunmd5"), ("$md5,rounds=5$madeup$", "sunmd5")):
        for password in PASSWORDS:
            add("crypt", "libcrypt crypt(3)", version, scheme, password, libcrypt.crypt(password, setting))
    add("refused_crypt", "libcrypt crypt(3)", version, "sunmd5 with a bare salt", "Made-Up-1",
        libcrypt.crypt("Made-Up-1", "$md5$madeup"), "unsupported_version")
    for password in PASSWORDS:
        add("digest", "libcrypt crypt(3)", version, "ntlm", password, libcrypt.crypt(password, "$3$"))


def from_command_lines():
    whois, htpasswd = package("whois"), package("apache2-utils")
    openssl, slapd = package("openssl"), package("slapd")
    for password in PASSWORDS:
        for method, scheme, rounds in (("yescrypt", "yescrypt", ["-R", "1"]), ("md5crypt", "md5crypt", []),
                                       ("sha256crypt", "sha256crypt", ["-R", "1000"]),
                                       ("sha512crypt", "sha512crypt", ["-R", "1000"]),
                                       ("sunmd5", "sunmd5", [])):
            if method == "sunmd5" and password != PASSWORDS[0]:
                continue  # its rounds cannot be set and are many
            add("crypt", "mkpasswd -m " + method, whois, scheme, password,
                run(["mkpasswd", "-s", "-m", method] + rounds, password))
        add("digest", "mkpasswd -m nt", whois, "ntlm", password, run(["mkpasswd", "-s", "-m", "nt"], password))
        for flag, scheme in (("-m", "apr1"), ("-2", "sha256crypt"), ("-5", "sha512crypt"), ("-s", "ldap-sha")):
            rounds = ["-r", "1000"] if flag in ("-2", "-5") else []
            add("digest" if flag == "-s" else "crypt", "htpasswd " + flag, htpasswd, scheme, password,
                run(["htpasswd", "-ni" + flag[1:]] + rounds + ["user"], password).split(":", 1)[1])
        for flag, scheme in (("-1", "md5crypt"), ("-apr1", "apr1"), ("-5", "sha256crypt"),
                             ("-6", "sha512crypt")):
            add("crypt", "openssl passwd " + flag, openssl, scheme, password,
                run(["openssl", "passwd", flag, "-stdin"], password))
        for name in ("SHA", "SSHA", "MD5", "SMD5", "SHA256", "SSHA256", "SHA384", "SSHA384", "SHA512",
                     "SSHA512"):
            sha2 = ["-o", "module-path=/usr/lib/ldap", "-o", "module-load=pw-sha2.so"] if len(name) > 5 \
                else []
            add("digest", "slappasswd", slapd, "ldap-" + name.lower(), password,
                run(["slappasswd"] + sha2 + ["-h", "{" + name + "}", "-s"], password, stdin=False))
    add("refused_crypt", "mkpasswd -m gost-yescrypt", whois, "gost-yescrypt", "Made-Up-1",
        run(["mkpasswd", "-s", "-m", "gost-yescrypt", "-R", "1"], "Made-Up-1"), "unsupported_version")


def from_frameworks():
    for password in PASSWORDS:
        for hasher, scheme in (("sha1", "web-sha1"), ("md5", "web-md5"), ("unsalted_sha1", "web-sha1")):
            add("digest", "python3-django", django.get_version(), scheme, password,
                make_password(password, hasher=hasher))
        add(DECLARED, "python3-django", django.get_version(), "md5", password,
            make_password(password, hasher="unsalted_md5"))
        for algorithm in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512"):
            add("digest", "python3-werkzeug", werkzeug.__version__, "web-" + algorithm, password,
                generate_password_hash(password, method=algorithm, salt_length=8))
    add("refused_crypt", "python3-django", django.get_version(), "unusable", "Made-Up-1",
        make_password(None), "no_usable_password")
    add("refused_crypt", "python3-werkzeug", werkzeug.__version__, "plain", "Made-Up-1",
        generate_password_hash("Made-Up-1", method="plain"), "plaintext")


def mediawiki(example):
    return ":" + example[1:].replace("$", ":")


def caching_sha2(example):
    """hashcat writes the bytes in hexadecimal: here as SHOW CREATE USER does."""
    salt, tag = example.removeprefix("$mysql$A$005*").split("*")
    return "0x" + b"$A$005$".hex().upper() + salt + tag


# Mode, file, scheme, and what makes its example the string that its software stores.
HASHCAT = [
    (400, "crypt", "phpass", None), (500, "crypt", "md5crypt", None), (1600, "crypt", "apr1", None),
    (1800, "crypt", "sha512crypt", None), (7400, "crypt", "sha256crypt", None),
    (7900, "crypt", "drupal7", None),
    (7401, "digest", "mysql-caching-sha2", caching_sha2),
    (300, "digest", "mysql-native", lambda h: "*" + h.upper()),
    (101, "digest", "ldap-sha", None), (111, "digest", "ldap-ssha", None),
    (1411, "digest", "ldap-ssha256", None), (1711, "digest", "ldap-ssha512", None),
    (124, "digest", "web-sha1", None), (132, "digest", "mssql-2005", None),
    (1731, "digest", "mssql-2012", None), (3711, "digest", "mediawiki-b", mediawiki),
    (112, "digest", "oracle-11g", lambda h: "S:" + h.replace(":", "").upper()),
    (1000, "digest", "ntlm", lambda h: "$NT$" + h),
    (0, "digest", "mediawiki-a", lambda h: ":A:" + h),
    (1000, DECLARED, "ntlm", None), (0, DECLARED, "md5", None), (100, DECLARED, "sha1", None),
    (1300, DECLARED, "sha224", None), (1400, DECLARED, "sha256", None),
    (10800, DECLARED, "sha384", None), (1700, DECLARED, "sha512", None),
    (10, DECLARED, "md5-password-salt", None), (20, DECLARED, "md5-salt-password", None),
    (60, DECLARED, "md5-hmac-salt", None), (110, DECLARED, "sha1-password-salt", None),
    (120, DECLARED, "sha1-salt-password", None), (1410, DECLARED, "sha256-password-salt", None),
    (1460, DECLARED, "sha256-hmac-salt", None), (1710, DECLARED, "sha512-password-salt", None),
    (1760, DECLARED, "sha512-hmac-salt", None), (70, DECLARED, "md5-utf16le", None),
    (170, DECLARED, "sha1-utf16le", None), (130, DECLARED, "sha1-password-salt-utf16le", None),
    (140, DECLARED, "sha1-salt-password-utf16le", None),
    (1440, DECLARED, "sha256-salt-password-utf16le", None),
    (1740, DECLARED, "sha512-salt-password-utf16le", None),
    (2611, DECLARED, "vbulletin", None), (2711, DECLARED, "vbulletin", None),
    (2811, DECLARED, "mybb", None), (12, DECLARED, "postgres-md5", lambda h: "md5" + h),
]


def from_hashcat():
    version = package("hashcat")
    # Its example has zero bits where NetBSD and libcrypt repeat the first byte.
    add("refused_crypt", "hashcat --hash-info -m 15100", version, "sha1crypt", "hashcat",
        "$sha1$20000$75552156$HhYMDdaEHiK3eMIzTldOFPnw.s2Q", "malformed")
    for mode, file, scheme, change in HASHCAT:
        text = subprocess.run(["hashcat", "--hash-info", "-m", str(mode), "--machine-readable"],
                              capture_output=True, text=True).stdout
        info = json.loads(text[text.index("{"):])[str(mode)]
        encoded = change(info["example_hash"]) if change else info["example_hash"]
        add(file, f"hashcat --hash-info -m {mode}", version, scheme, info["example_pass"], encoded)


def own_recipes():
    """Schemes for which Debian has no writer, or a dear one only, written out here from their descriptions."""
    version = sys.version.split()[0]
    add_own = lambda file, *rest: add(file, "python3 hashlib", version, *rest)

    def drupal(password, salt):
        digest = hashlib.sha512(salt + password).digest()
        for _ in range(1 << 7):
            digest = hashlib.sha512(digest + password).digest()
        alphabet = "./" + string.digits + string.ascii_uppercase + string.ascii_lowercase
        value = "".join(alphabet[int.from_bytes(digest[i:i + 3], "little") >> shift & 63]
                        for i in range(0, 63, 3) for shift in (0, 6, 12, 18))
        return alphabet[7] + salt.decode() + value[:43]

    for password in PASSWORDS:
        raw, wide = password.encode(), password.encode("utf-16-le")
        md5 = hashlib.md5(raw).hexdigest().encode()
        add_own("crypt", "drupal7", password, "$S$" + drupal(raw, b"madeupS1"))
        add_own("crypt", "drupal7", password, "U$S$" + drupal(md5, b"madeupS2"))
        add_own("digest", "mssql-2012", password,
                "0x0200A1B2C3D4" + hashlib.sha512(wide + bytes.fromhex("A1B2C3D4")).hexdigest().upper())
        add_own("digest", "mediawiki-b", password, ":B:3f2a9c10:" + hashlib.md5(b"3f2a9c10-" + md5).hexdigest())
        add_own(DECLARED, "mybb", password,
                hashlib.md5(hashlib.md5(b"sAlt8chr").hexdigest().encode() + md5).hexdigest() + ":sAlt8chr")
        add_own(DECLARED, "vbulletin", password, hashlib.md5(md5 + b"a:b").hexdigest() + ":a:b")
        add_own(DECLARED, "sha256", password, base64.b64encode(hashlib.sha256(raw).digest()).decode())


for make in (own_recipes, from_passlib, from_libcrypt, from_command_lines, from_frameworks, from_hashcat):
    make()
os.makedirs(sys.argv[1] + "/declared", exist_ok=True)
for name, vectors in files.items():
    with open(f"{sys.argv[1]}/{name}.json", "w", encoding="utf-8") as f:
        json.dump(vectors, f, ensure_ascii=False, indent=1)
        f.write("\n")
    print(f"{name}.json: {len(vectors)} vectors", file=sys.stderr)

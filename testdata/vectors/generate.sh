#!/usr/bin/env bash
# Makes argon2.json, bcrypt.json and refused.json, and calls generate_kdf.py and generate_crypt.py for
# the others, with programs that share no code with credsieve.
# Writes them beside itself, or to the folder that is named.
# Needs (Debian 12): php-cli argon2 apache2-utils python3-argon2 python3-bcrypt python3-passlib
# python3-django python3-werkzeug whois openssl slapd slapd-contrib hashcat. Of slapd it runs slappasswd only.
# Salts are random, so the strings differ from run to run; what a program says about a password does
# not. All passwords are made up. The programs' versions are printed and kept with each vector.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here}"
export LC_ALL=C.UTF-8

python=/usr/bin/python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

package_version() { dpkg-query -W -f '${Version}' "$1"; }

# entry FILE GENERATOR VERSION SCHEME PASSWORD ENCODED: one vector of a command-line program.
entry() {
  "$python" - "${@:2}" >>"$work/$1" <<'PY'
import json, sys
keys = ("generator", "version", "scheme", "password", "encoded")
print(json.dumps(dict(zip(keys, sys.argv[1:])), ensure_ascii=False))
PY
}

# refused GENERATOR VERSION SCHEME CAUSE PASSWORD ENCODED: a string that must not be computed.
refused() {
  "$python" - "$@" >>"$work/refused" <<'PY'
import json, sys
keys = ("generator", "version", "scheme", "cause", "password", "encoded")
print(json.dumps(dict(zip(keys, sys.argv[1:])), ensure_ascii=False))
PY
}

cli_argon2() { # PASSWORD SALT FLAGS...
  printf %s "$1" | argon2 "$2" "${@:3}" -e
}

argon2_version=$(package_version argon2)
for flags in "-id -t 1 -k 64 -p 1" "-id -t 3 -k 256 -p 4 -l 16" "-id -t 2 -k 100 -p 3 -l 64" \
  "-i -t 3 -k 64 -p 1" "-i -t 4 -k 128 -p 2 -l 24" "-id -t 2 -k 19456 -p 1"; do
  scheme=argon2id
  [[ $flags == "-i "* ]] && scheme=argon2i
  for password in "Made-Up-1" "with space: and colon" "pässwörd-ключ-密码"; do
    [[ $flags == *19456* && $password != Made-Up-1 ]] && continue
    # shellcheck disable=SC2086 # the flags are words
    entry argon2 "argon2 command line" "$argon2_version" "$scheme" "$password" \
      "$(cli_argon2 "$password" "salt-$RANDOM$RANDOM" $flags)"
  done
done
refused "argon2 command line" "$argon2_version" "argon2id v=16" unsupported_version Made-Up-1 \
  "$(cli_argon2 Made-Up-1 made-up-salt -id -v 10 -t 1 -k 64 -p 1)"
refused "argon2 command line" "$argon2_version" "argon2i v=16" unsupported_version Made-Up-1 \
  "$(cli_argon2 Made-Up-1 made-up-salt -i -v 10 -t 1 -k 64 -p 1)"

htpasswd_version=$(package_version apache2-utils)
for cost in 4 5; do
  for password in "Made-Up-1" "with space: and colon" "pässwörd-ключ-密码"; do
    line=$(printf %s "$password" | htpasswd -niB -C "$cost" user)
    entry bcrypt "htpasswd -B" "$htpasswd_version" 2y "$password" "${line#user:}"
  done
done
cat >"$work/make.php" <<'PHP'
<?php
[, $dir] = $argv;
$passwords = ["Made-Up-1", "with space: and colon", "pässwörd-ключ-密码", ""];
function entry($file, $scheme, $password, $encoded, $cause = null) {
    $v = ["generator" => $cause ? "php crypt" : "php password_hash", "version" => PHP_VERSION,
        "scheme" => $scheme, "password" => $password, "encoded" => $encoded];
    if ($cause) $v["cause"] = $cause;
    file_put_contents($file, json_encode($v, JSON_UNESCAPED_UNICODE) . "\n", FILE_APPEND);
}
foreach ([[64, 1, 1], [256, 3, 2], [19456, 2, 1]] as [$m, $t, $p]) {
    $costs = ["memory_cost" => $m, "time_cost" => $t, "threads" => $p];
    foreach ($m > 1000 ? ["Made-Up-1"] : $passwords as $password) {
        entry("$dir/argon2", "argon2id", $password, password_hash($password, PASSWORD_ARGON2ID, $costs));
        if ($m < 1000)
            entry("$dir/argon2", "argon2i", $password, password_hash($password, PASSWORD_ARGON2I, $costs));
    }
}
foreach ([4, 5, 10] as $cost) {
    $all = array_merge($passwords, [str_repeat("0123456789", 8), str_repeat("long-pw-", 9)]);
    foreach ($cost == 10 ? ["Made-Up-1"] : $all as $password)
        entry("$dir/bcrypt", "2y", $password, password_hash($password, PASSWORD_BCRYPT, ["cost" => $cost]));
}
entry("$dir/refused", "2x", "Made-Up-1", crypt("Made-Up-1", '$2x$04$abcdefghijklmnopqrstuu'), "unsupported_version");
PHP
php "$work/make.php" "$work"

cat >"$work/make.py" <<'PY'
import json, sys
import argon2, bcrypt, passlib
from argon2.low_level import Type, hash_secret
from passlib import hash as passlib_hash

work = sys.argv[1]
passwords = ["Made-Up-1", "with space: and colon", "pässwörd-ключ-密码", ""]
long_passwords = ["0123456789" * 8, "long-pw-" * 9, "z" * 71, "ключ" * 10]


def entry(file, generator, version, scheme, password, encoded, **more):
    if isinstance(encoded, bytes):
        encoded = encoded.decode()
    with open(work + "/" + file, "a", encoding="utf-8") as f:
        f.write(json.dumps(dict(generator=generator, version=version, scheme=scheme,
                                password=password, encoded=encoded, **more),
                           ensure_ascii=False) + "\n")


for i, password in enumerate(passwords):
    raw, salt = password.encode(), b"made-up-salt-%d" % i
    hasher = argon2.PasswordHasher(time_cost=2, memory_cost=128, parallelism=2)
    entry("argon2", "python3-argon2 PasswordHasher", argon2.__version__, "argon2id",
          password, hasher.hash(password))
    for tag in (16, 32):
        for kind, scheme in ((Type.I, "argon2i"), (Type.ID, "argon2id")):
            entry("argon2", "python3-argon2 low_level", argon2.__version__, scheme, password,
                  hash_secret(raw, salt, 1, 64, 1, tag, kind))
    entry("argon2", "python3-passlib", passlib.__version__, "argon2id", password,
          passlib_hash.argon2.using(type="ID", rounds=1, memory_cost=64, parallelism=1).hash(password))

entry("refused", "python3-argon2 low_level", argon2.__version__, "argon2i v=16", "Made-Up-1",
      hash_secret(b"Made-Up-1", b"made-up-salt", 1, 64, 1, 32, Type.I, 16),
      cause="unsupported_version")

for password in passwords + long_passwords:
    for prefix in ("2a", "2b"):
        encoded = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix.encode()))
        entry("bcrypt", "python3-bcrypt", bcrypt.__version__, prefix, password, encoded)
    for ident in ("2a", "2b", "2y"):
        entry("bcrypt", "python3-passlib", passlib.__version__, ident, password,
              passlib_hash.bcrypt.using(rounds=4, ident=ident).hash(password))

PY
"$python" "$work/make.py" "$work"

cat >"$work/join.py" <<'PY'
import json, sys

work = sys.argv[1]
for name in ("argon2", "bcrypt", "refused"):
    with open(f"{work}/{name}", encoding="utf-8") as f:
        vectors = [json.loads(line) for line in f]
    for v in vectors:
        if name != "refused":
            # Wrong by its first character, so that a program which cuts passwords short sees it too.
            v["wrong"] = "x" + v["password"][1:]
    order = ("generator", "version", "scheme", "cause", "encoded", "password", "wrong")
    vectors = [{k: v[k] for k in order if k in v} for v in vectors]
    with open(f"{name}.json", "w", encoding="utf-8") as f:
        json.dump(vectors, f, ensure_ascii=False, indent=1)
        f.write("\n")
    print(f"{name}.json: {len(vectors)} vectors, by", file=sys.stderr)
    for made_by in sorted({v["generator"] + " " + v["version"] for v in vectors}):
        print("  " + made_by, file=sys.stderr)
PY
"$python" "$work/join.py" "$work"

# The schemes of crypt(3) and the digests.
"$python" "$here/generate_crypt.py" .

# scrypt, PBKDF2 and what frameworks write around them.
"$python" "$here/generate_kdf.py" .

# The strings of products, and hashes of passwords that a product changed before.
"$python" "$here/generate_products.py" .
"$python" "$here/generate_forms.py" .

package stored

import "strings"

// family is a scheme, or several that share their shape, by what its strings look like.
type family struct {
	claims func(encoded string) bool // by its beginning or shape alone; the first that claims decides
	parse  func(encoded string, lim Limits) (Hash, error)
}

// families are tried in this order: those with a name of their own in the string before those that only
// their shape tells.
var families = []family{
	{begins("$argon2id$"), func(e string, lim Limits) (Hash, error) {
		return parseArgon2(SchemeArgon2id, e, lim)
	}},
	{begins("$argon2i$"), func(e string, lim Limits) (Hash, error) {
		return parseArgon2(SchemeArgon2i, e, lim)
	}},
	{begins("$2a$", "$2b$", "$2y$"), parseBcrypt},
	// $2$ stops at the first byte of a character, $2x$ extends the sign of bytes above 127: what
	// libraries compute for them is something else (docs/formats.md).
	{begins("$2$", "$2x$"), unsupported("bcrypt other than $2a$, $2b$, $2y$")},
	{begins("$argon2d$"), func(e string, lim Limits) (Hash, error) {
		return parseArgon2(SchemeArgon2d, e, lim)
	}},
	{begins("$bcrypt-sha256$"), parseBcryptSHA256},
	{begins("$wp$"), parseWordPress},
	{claimsKratosDigest, parseKratosDigest},
	{begins("$hmac-md5$", "$hmac-sha1$", "$hmac-sha224$", "$hmac-sha256$", "$hmac-sha384$", "$hmac-sha512$"),
		parseKratosHMAC},
	{begins("$md5-crypt$", "$sha256-crypt$", "$sha512-crypt$"), parseKratosCrypt},
	{claimsMosquitto, parseMosquitto},
	{begins("$scrypt$"), parseScrypt},
	{begins("$7$"), parseScrypt7},
	{begins("$e0801$", "$100801$"), parseSpringScrypt},
	{begins("$pbkdf2$", "$pbkdf2-sha1$", "$pbkdf2-sha224$", "$pbkdf2-sha256$", "$pbkdf2-sha384$",
		"$pbkdf2-sha512$"), parsePBKDF2},
	{begins(jenkinsPBKDF2Prefix), parseJenkinsPBKDF2},
	{begins(cryptacularPrefix), parseP5K2},
	{begins(passlibSCRAM), parsePasslibSCRAM},
	{begins(shiroPrefix), parseShiro},
	{inBraces("PBKDF2", "PBKDF2-SHA1", "PBKDF2-SHA224", "PBKDF2-SHA256", "PBKDF2-SHA384", "PBKDF2-SHA512"),
		parseLDAPPBKDF2},
	{inBraces("PBKDF2_STRETCH"), parseElastic},
	{inBraces("PBKDF2-HMAC-SHA1", "PBKDF2-HMAC-SHA256", "PBKDF2-HMAC-SHA512"), parseOpenDJPBKDF2},
	{inBraces("APR1", "BSDMD5"), parseOpenLDAPMD5},
	{inBraces("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"), parseBracedSCRAM},
	{claimsAIX, parseAIX},
	{begins("{FSHP0|", "{FSHP1|", "{FSHP2|", "{FSHP3|"), parseFSHP},
	{begins("-pbkdf2-", "-pbkdf2:", couchHashedPrefix), parseCouchDB},
	{begins("pbkdf2_wrapped_md5$", "pbkdf2_wrapped_sha1$"), parseDjangoWrapped},
	{claimsGrowi, parseGrowi},
	{claimsDefuse, parseDefuse},
	{inBraces("PBKDF2_SHA256"), parse389PBKDF2},
	{begins("pbkdf2_sha1$", "pbkdf2_sha256$"), parseDjangoPBKDF2},
	{begins("scrypt$"), parseDjangoScrypt},
	{begins("pbkdf2:"), parseWerkzeugPBKDF2},
	{begins("scrypt:"), parseWerkzeugScrypt},
	{begins(scramPrefix), parseSCRAM},
	{begins(azurePrefix), parseAzureAD},
	{begins(atlassianPrefix), parseAtlassian},
	{begins(grubPrefix), parseGRUB},
	{claimsCisco, parseCisco},
	{claimsLiferay, parseLiferay},
	{claimsASPNet, parseASPNet},

	{begins("$y$"), parseYescrypt},
	{begins("$gy$"), unsupported("gost-yescrypt")},
	{begins("$5$"), parseSHA256Crypt},
	{begins("$6$"), parseSHA512Crypt},
	{begins("$1$"), parseMD5Crypt(SchemeMD5Crypt, "$1$")},
	{begins("$apr1$"), parseMD5Crypt(SchemeAPR1, "$apr1$")},
	{begins("$sha1$"), parseSHA1Crypt},
	{begins("$md5$", "$md5,"), parseSunMD5},
	{begins("$P$", "$H$", "$S$", "U$P$", "U$H$", "U$S$"), parsePHPass},
	{inBraces("PLAIN-MD4", "NTLM"), parsePlainMD4},
	{claimsLDAPDigest, parseLDAPDigest},
	{claimsPlaintext, refuseAs(CausePlaintext, "a password stored as it is")},
	{claimsNodePasswordHash, parseNodePasswordHash},
	{begins("md5$", "sha1$", "sha224$", "sha256$", "sha384$", "sha512$"), parseWebDigest},
	{begins("plain$"), refuseAs(CausePlaintext, "a password stored as it is")},
	{begins("$NT$", "$3$$"), parseNTLM},
	{begins("$LM$"), unsupported("LM hash")},
	{begins(":A:", ":B:"), parseMediaWiki},
	{begins(":pbkdf2:"), parseMediaWikiPBKDF2},
	{begins(mssql2005Prefix, mssql2012Prefix), parseMSSQL},
	{begins(cachingSHA2Prefix, cachingSHA2Hex), parseCachingSHA2},
	{claimsOracle, parseOracle},
	{begins(rtPrefix), parseRequestTracker},
	{begins(otrsPrefix), parseOTRS},

	{claimsPostgresMD5, refuseAs(CauseNeedsUsername, "it is salted with the user's name")},
	{claimsNoPassword, refuseAs(CauseNoUsablePassword, "a mark that no password fits")},
	{begins(mysqlNativePrefix), parseMySQLNative},
	{claimsMagento, parseMagento},
	{claimsBetterAuth, parseBetterAuth},
	{claimsBareDigest, refuseBareDigest},
	{claimsMySQL323, unsupported("MySQL password of before 4.1, or half of an LM hash")},
	{claimsDES, unsupported("crypt(3) with DES")},
	{claimsTomcat, parseTomcat},
	{claimsSCryptGem, parseSCryptGem},
	{claimsMembership, parseMembership},
	{claimsRabbitMQ, parseRabbitMQ},
}

// wrappers are tried before families, and none of them begins with $. What is inside them is one of
// those.
var wrappers = []family{
	{begins("bcrypt_sha256$"), parseDjangoBcryptSHA256},
	prefixed("bcrypt$", parseBcrypt),
	prefixed("argon2", parseArgon2Any),
	prefixed(woltLabBcrypt, parseBcrypt),
	{begins(woltLabDouble + "$"), parseDoubleBcrypt},
	prefixed(":argon2:", parseArgon2Any), // MediaWiki
	prefixed("1|", parseBcrypt),          // Nextcloud numbers its hashers
	prefixed("2|", parseArgon2As(SchemeArgon2i)),
	prefixed("3|", parseArgon2As(SchemeArgon2id)),
	{begins(jenkinsPrefix), func(e string, lim Limits) (Hash, error) {
		return after(e, len(jenkinsPrefix), parseBcrypt, lim)
	}},
	{claimsGraylog, parseGraylog},
	{begins(phpArrayPrefix), parseXenForo},
	{begins(springNoop), refuseAs(CausePlaintext, "a password stored as it is")},
	{begins(springLDAP), parseSpringLDAP},
	{begins(springScrypt, springScryp58), parseSpringScrypt},
	{claimsSpringPBKDF2, parseSpringPBKDF2},
	{claimsSpringSHA256, parseSpringSHA256},
	{claimsSpringDigest, parseSpringDigest},
	{begins(springArgon58), func(e string, lim Limits) (Hash, error) {
		return after(e, len(springArgon58), parseArgon2Any, lim)
	}},
	inBracesBefore(parseBcrypt, "BCRYPT", "BLF-CRYPT"),
	inBracesBefore(parseArgon2Any, "ARGON2", "ARGON2I", "ARGON2ID"),
	{claimsDovecotMD5, parseDovecotMD5},
	inBracesBefore(parseInner, cryptNames...),
	{claimsJSON, parseJSON},
}

func parseAny(list []family, encoded string, lim Limits) (Hash, error) {
	for i := range list {
		if list[i].claims(encoded) {
			return list[i].parse(encoded, lim)
		}
	}
	return nil, refuseUnknown(encoded)
}

// begins claims the strings with one of the prefixes, and what was cut off at a prefix's last $.
func begins(prefixes ...string) func(string) bool {
	return func(encoded string) bool {
		for _, prefix := range prefixes {
			// Most differ in the first letter, and an index build asks dozens of prefixes for each.
			if encoded == "" || encoded[0] != prefix[0] {
				continue
			}
			if strings.HasPrefix(encoded, prefix) || encoded == strings.TrimSuffix(prefix, "$") {
				return true
			}
		}
		return false
	}
}

// unsupported refuses what is recognised but cannot be verified, so that it is counted under its own cause.
func unsupported(what string) func(string, Limits) (Hash, error) {
	return func(string, Limits) (Hash, error) {
		return nil, refuse(CauseUnsupportedVersion, "%s", what)
	}
}

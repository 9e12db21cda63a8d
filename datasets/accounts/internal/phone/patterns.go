package phone

// The patterns of texts that are numbers, as in libphonenumber.
const (
	punctuation = "-x\u2010-\u2015\u2212\u30FC\uFF0D-\uFF0F \u00A0\u00AD\u200B\u2060\u3000()\uFF08\uFF09\uFF3B\uFF3D." +
		`\[\]/~` + "\u2053\u223C\uFF5E"
	digit = `\p{Nd}`

	numberOnly = digit + "{2}|[" + plusSigns + "]*(?:[" + punctuation + "*]*" + digit + "){3,}[" + punctuation +
		"*a-zA-Z" + digit + "]*"
	viableNumber = "(?i)^(" + numberOnly + "(?:" + extensions + ")?)$" // a number of two digits has no extension

	// Before and after the words for an extension.
	beforeLabel = "[ \u00A0\\t,]*"
	afterLabel  = "[:.\uFF0E]?[ \u00A0\\t,-]*"
	noComma     = "[ \u00A0\\t]*"
	clearLabel  = "(?:e?xt(?:ensi(?:o\u0301?|\u00F3))?n?|\uFF45?\uFF58\uFF54\uFF4E?|\u0434\u043E\u0431|anexo)"
	vagueLabel  = "(?:[x\uFF58#\uFF03~\uFF5E]|int|\uFF49\uFF4E\uFF54)"

	extensions = ";ext=(" + digit + "{1,20})|" +
		beforeLabel + clearLabel + afterLabel + "(" + digit + "{1,20})#?|" +
		beforeLabel + vagueLabel + afterLabel + "(" + digit + "{1,9})#?|" +
		"[- ]+(" + digit + "{1,6})#|" +
		noComma + "(?:,{2}|;)" + afterLabel + "(" + digit + "{1,15})#?|" +
		noComma + ",+" + afterLabel + "(" + digit + "{1,9})#?"
	extension = "(?i)(?:" + extensions + ")$"

	// The class is that of libphonenumber as Go reads it.
	unwantedEnd  = `[[\P{N}&&\P{L}]&&[^#]]+$`
	secondNumber = `[\\/] *x`

	contextDigit   = "(?:" + digit + `|[-.()]?)`
	contextNumber  = `^\+` + contextDigit + "*" + digit + contextDigit + "*$"
	contextWord    = "a-zA-Z" + digit
	contextLabel   = "[" + contextWord + "]+(?:-*[" + contextWord + "])*"
	contextTop     = "[a-zA-Z]+(?:-*[" + contextWord + "])*"
	contextAddress = `^(?:` + contextLabel + `\.)*` + contextTop + `\.?$`
)

// isContext reports whether a text may say, in a link, where a number is to be dialled.
func isContext(text string) bool {
	return text != "" && (pattern(contextNumber).MatchString(text) || pattern(contextAddress).MatchString(text))
}

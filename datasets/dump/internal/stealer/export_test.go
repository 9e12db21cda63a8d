package stealer

// IsNothing is for tests outside of the package.
func IsNothing(value []byte) bool { return isNothing(value) }

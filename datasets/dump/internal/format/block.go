package format

// Block is a run of whole records of one stretch of a member.
type Block struct {
	Data   []byte
	Offset int64 // of data in the member
	Line   int64 // number of the first line
}

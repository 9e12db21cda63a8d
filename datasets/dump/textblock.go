package dump

// textBlock is a run of whole records of one member.
type textBlock struct {
	data   []byte
	offset int64 // of data in the member
	line   int64 // number of the first line
}

//go:build !amd64

package hashing

const hasLanes = false

func sumLanes(*[2]uint64, *[laneWords][laneCount]uint64, *[laneCount]uint64, int, *[laneCount]uint64, *[laneCount]uint64) {
	panic("hashing: no lanes on this processor")
}

func foldLine(*[wideText]byte, *byte, int) (at, spaces, odd uint64) {
	panic("hashing: no lanes on this processor")
}

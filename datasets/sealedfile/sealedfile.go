// Package sealedfile keeps on disk, for the time of one process, what must not be read there: candidates of a
// run and tokens of a build that memory does not hold.
//
// Texts are appended to one temporary file, each sealed with AES-256-GCM under a random key that is held in
// memory only. The nonce is the number of the text, which occurs once under the key of one file; the associated
// data binds the text to what the caller says that it belongs to. The file has no name while it is used, where
// the system allows that, so that nothing is left after a kill; elsewhere Close removes it. Either way it says
// nothing once the process is gone.
//
// Not guaranteed: that what was written survives anything; that somebody who can write to the file cannot make
// a run or a build fail. He cannot make it go on with other texts.
package sealedfile

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"slices"
)

// ErrChanged says that the file does not hold any more what was written to it.
var ErrChanged = errors.New("it was changed while it was used")

// File is a sealed temporary file. Texts are appended by one goroutine at a time; any number may read.
type File struct {
	f      *os.File
	named  bool // the name could not be taken away yet
	aead   cipher.AEAD
	end    int64  // in bytes
	texts  uint64 // sealed so far; their number is the nonce
	sealed []byte // scratch
}

// Place is where a text lies in a File.
type Place struct {
	at, size int64 // of the sealed text, in bytes
	number   uint64
}

// Create makes a sealed file in dir; "" is the system's folder for temporary files. The name that it has for a
// moment, and where the system wants one until Close, begins with prefix. Nobody else may read it: mode 0600.
func Create(dir, prefix string) (*File, error) {
	f, err := os.CreateTemp(dir, prefix)
	if err != nil {
		return nil, err
	}
	named := os.Remove(f.Name()) != nil // an open file keeps its name on some systems
	s, err := New(f)
	if err != nil {
		f.Close() // nothing was written
		if named {
			os.Remove(f.Name())
		}
		return nil, err
	}
	s.named = named
	return s, nil
}

// New seals into an empty file of the caller's, which Close closes.
func New(f *os.File) (*File, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &File{f: f, aead: aead}, nil
}

// Append seals a text at the end of the file and returns its place. Whoever reads it must know what it belongs
// to; nil is nothing.
func (s *File) Append(text, belongsTo []byte) (Place, error) {
	s.sealed = s.aead.Seal(s.sealed[:0], s.nonce(s.texts), text, belongsTo)
	place := Place{s.end, int64(len(s.sealed)), s.texts}
	// The number is used up also where the disk is full: no nonce occurs twice.
	s.texts++
	if _, err := s.f.WriteAt(s.sealed, place.at); err != nil {
		return Place{}, err
	}
	s.end += place.size
	return place, nil
}

// Read returns the text at a place, in buf where that is long enough. Its error is ErrChanged when the text is
// not there any more, or belongs to something else.
func (s *File) Read(buf []byte, place Place, belongsTo []byte) ([]byte, error) {
	sealed := slices.Grow(buf[:0], int(place.size))[:place.size]
	// A file that has become shorter gives fewer bytes, and they do not open.
	if _, err := s.f.ReadAt(sealed, place.at); err != nil && err != io.EOF {
		return nil, err
	}
	text, err := s.aead.Open(sealed[:0], s.nonce(place.number), sealed, belongsTo)
	if err != nil {
		return nil, ErrChanged
	}
	return text, nil
}

func (s *File) nonce(number uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, s.aead.NonceSize()-8, s.aead.NonceSize()), number)
}

// Close removes the file. Nobody reads it any more, so nothing can go wrong that matters.
func (s *File) Close() {
	s.f.Close()
	if s.named {
		os.Remove(s.f.Name())
	}
}

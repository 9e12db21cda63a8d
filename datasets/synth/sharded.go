package synth

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// shardedEncoder spreads the records over a folder of small files without extension, by the first
// characters of the identifier, as the great compilations do: data/b, data/symbols, data/a/l.
type shardedEncoder struct {
	dir    string
	shards map[string]*shard
}

type shard struct {
	f *os.File
	*lineEncoder
}

// openSharded makes dir with the sidecar in both folders that hold shards, so that a reader finds
// it whether or not it looks further up.
func openSharded(dir string, about sidecar) (*shardedEncoder, error) {
	deepest := filepath.Join(dir, "data", "a")
	if err := os.MkdirAll(deepest, 0o777); err != nil {
		return nil, err
	}
	for _, folder := range []string{filepath.Dir(deepest), deepest} {
		file := filepath.Join(folder, "dump.meta.yaml")
		if err := os.WriteFile(file, []byte(about.text()), 0o666); err != nil {
			return nil, err
		}
	}
	return &shardedEncoder{dir: dir, shards: make(map[string]*shard)}, nil
}

// shardOf is the file of an identifier: at most 30 files in all, of mixed depth.
func shardOf(id []byte) string {
	first := shardKey(id, 0)
	switch {
	case first >= '0' && first <= '9':
		return "data/0"
	case first == '-':
		return "data/symbols"
	case first != 'a':
		return "data/" + string(first)
	}
	if second := shardKey(id, 1); strings.IndexByte("bl", second) >= 0 {
		return "data/a/" + string(second)
	}
	return "data/a/symbols"
}

// shardKey is the lower-cased ASCII letter or digit at place i, '-' for everything else.
func shardKey(id []byte, i int) byte {
	if i >= len(id) {
		return '-'
	}
	c := id[i]
	switch {
	case c >= 'A' && c <= 'Z':
		return c - 'A' + 'a'
	case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		return c
	}
	return '-'
}

func (e *shardedEncoder) record(id, password []byte) error {
	name := shardOf(id)
	s := e.shards[name]
	if s == nil {
		f, err := os.Create(filepath.Join(e.dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		s = &shard{f, newLineEncoder(f, comboLine(':'))}
		e.shards[name] = s
	}
	return s.record(id, password)
}

func (e *shardedEncoder) close() error {
	var first error
	for _, s := range e.shards {
		first = cmp.Or(first, s.close(), s.f.Close())
	}
	return first
}

// Package weights reads the file that changes weights of reasons, see docs/ranking.md.
package weights

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/credsieve/credsieve/cmd/credsieve/internal/config"
	"github.com/credsieve/credsieve/pipeline/rank"
)

// Load reads a file that changes weights of reasons: a YAML mapping of codes to points. Without a path it changes none.
func Load(path string) (rank.Weights, error) {
	if path == "" {
		return rank.Weights{}, nil
	}
	weights, err := read(path)
	if err != nil {
		return rank.Weights{}, fmt.Errorf("failed to read weights %q: %w", path, err)
	}
	return weights, nil
}

func read(path string) (rank.Weights, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return rank.Weights{}, err
	}
	nodes, err := config.Decode(data)
	if err != nil {
		return rank.Weights{}, err
	}
	if len(nodes) == 0 {
		return rank.Weights{}, errors.New("it changes nothing")
	}
	points := make(map[string]float64, len(nodes))
	for code, node := range nodes {
		value, err := strconv.ParseFloat(node.Value, 64)
		if node.Kind != yaml.ScalarNode || err != nil {
			return rank.Weights{}, fmt.Errorf("line %d: %s: want a number of points", node.Line, code)
		}
		points[code] = value
	}
	sum := sha256.Sum256(data)
	return rank.NewWeights(points, hex.EncodeToString(sum[:]))
}

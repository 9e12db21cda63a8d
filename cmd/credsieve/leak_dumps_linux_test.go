package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/schema"
	"github.com/xuri/excelize/v2"
)

// plantedFormats write records of accounts with planted passwords: each name, password that is the account's or not.
var plantedFormats = map[string]func(email, password string) string{
	"combo.txt":   func(e, p string) string { return e + ":" + p + "\n" },
	"swapped.txt": func(e, p string) string { return p + ";" + e + "\n" },
	"tab.txt":     func(e, p string) string { return "7\t" + e + "\t" + p + "\t10.0.0.1\n" },
	"ulp.txt":     func(e, p string) string { return "https://example.net/login:" + e + ":" + p + "\n" },
	"stealer.txt": func(e, p string) string {
		return "URL: https://example.net/\nUsername: " + e + "\nPassword: " + p + "\n\n"
	},
	"labels.txt": func(e, p string) string { return "Email: " + e + " | Password: " + p + "\n" },
	"list.jsonl": func(e, p string) string { return fmt.Sprintf("{\"email\":%q,\"password\":%q}\n", e, p) },
	"hex.txt":    func(e, p string) string { return e + ":$HEX[" + hex.EncodeToString([]byte(p)) + "]\n" },
	"base64.txt": func(e, p string) string { return base64.StdEncoding.EncodeToString([]byte(e+":"+p)) + "\n" },
	"insert.sql": func(e, p string) string {
		return "INSERT INTO users (email, password) VALUES ('" + e + "','" + p + "');\n"
	},
	"dir.ldif": func(e, p string) string { return "dn: mail=" + e + "\nmail: " + e + "\nuserPassword: " + p + "\n\n" },
	"basic.ldif": func(e, p string) string {
		return "dn: x\nmail: " + e + "\nuserPassword:: " + base64.StdEncoding.EncodeToString([]byte(p)) + "\n\n"
	},
	"page.html":    func(e, p string) string { return "<tr><td>" + e + "</td><td>" + p + "</td></tr>\n" },
	"users.xml":    func(e, p string) string { return "<user email=\"" + e + "\" password=\"" + p + "\"/>\n" },
	"users.yaml":   func(e, p string) string { return "- email: " + e + "\n  password: " + p + "\n" },
	"broken.csv":   func(e, p string) string { return "\"" + e + "\",\"" + p + "\n" },
	"noise.txt":    func(_, p string) string { return p + " is not a record\n" },
	"glued.txt":    func(e, p string) string { return "user=" + e + "," + p + "\n" },
	"longline.txt": func(e, p string) string { return strings.Repeat(p, 300) + ":" + e + "\n" },
	"wide.txt":     func(e, p string) string { return e + ":" + p + "\xff\xfe\n" },
}

// plantDumps writes dumps of each format below a folder, plain and packed, and returns how many passwords they hold.
func plantDumps(t *testing.T, dir string, own []string) (n int) {
	t.Helper()
	put := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	book := excelize.NewFile()
	for i, name := range slices.Sorted(mapsKeys(plantedFormats)) {
		var text strings.Builder
		for k := range 26 {
			password := planted()
			if k == i%len(own) {
				password = own[k]
			}
			n++
			text.WriteString(plantedFormats[name](fmt.Sprintf("user%d@example.com", k%len(own)), password))
		}
		put(name, []byte(text.String()))
		w, err := archive.Create("in/" + name)
		if err == nil {
			_, err = w.Write([]byte(text.String()))
		}
		if err == nil {
			err = book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &[]string{"user0@example.com", planted()})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	put("all.zip", packed.Bytes())
	put("cut.zip", packed.Bytes()[:packed.Len()*2/3])
	var squeezed bytes.Buffer
	z := gzip.NewWriter(&squeezed)
	_, err := z.Write(packed.Bytes())
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		err = book.SetSheetRow("Sheet1", "A1", &[]string{"email", "password"})
	}
	if err != nil {
		t.Fatal(err)
	}
	put("all.zip.gz", squeezed.Bytes())
	var sheet bytes.Buffer
	if err := book.Write(&sheet); err != nil {
		t.Fatal(err)
	}
	put("book.xlsx", sheet.Bytes())
	var pairs [][2]string
	for k := range own {
		pairs = append(pairs, [2]string{fmt.Sprintf("user%d@example.com", k), planted()})
	}
	last := len(pairs) - 1
	pairs[last][1] = own[last]
	var list strings.Builder
	for _, pair := range pairs {
		fmt.Fprintf(&list, "%s:%s\n", pair[0], pair[1])
	}
	put("list.rar", storedRAR("in/list.txt", list.String()))
	put("list.7z", stored7z("in/list.txt", list.String()))
	put("cut.rar", storedRAR("in/list.txt", list.String())[:len(list.String())*2/3])
	put("table.parquet", parquetOf(t, pairs))
	return n + len(pairs)
}

func mapsKeys(m map[string]func(email, password string) string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for name := range m {
			if !yield(name) {
				return
			}
		}
	}
}

// storedRAR is an archive of RAR 5 (https://www.rarlab.com/technote.htm) with one file that is not compressed.
func storedRAR(name, text string) []byte {
	numbers := func(list ...uint64) (out []byte) {
		for _, n := range list {
			out = binary.AppendUvarint(out, n)
		}
		return out
	}
	block := func(kind, flags uint64, head, data []byte) []byte {
		if data != nil {
			flags |= 2
			head = append(numbers(uint64(len(data))), head...)
		}
		body := append(numbers(kind, flags), head...)
		body = append(numbers(uint64(len(body))), body...)
		sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
		return bytes.Join([][]byte{sum, body, data}, nil)
	}
	head := binary.LittleEndian.AppendUint32(numbers(4, uint64(len(text)), 0), crc32.ChecksumIEEE([]byte(text)))
	head = append(append(head, numbers(0, 1, uint64(len(name)))...), name...)
	return bytes.Join([][]byte{
		[]byte("Rar!\x1a\x07\x01\x00"), block(1, 0, numbers(0), nil), block(2, 0, head, []byte(text)), block(5, 0, numbers(0), nil),
	}, nil)
}

// stored7z is an archive of 7z (https://py7zr.readthedocs.io/en/latest/archive_format.html) with one file that is not compressed.
func stored7z(name, text string) []byte {
	number := func(n int) []byte { return binary.LittleEndian.AppendUint64([]byte{0xff}, uint64(n)) }
	wide := []byte{0} // the names are here, and not elsewhere
	for _, unit := range append(utf16.Encode([]rune(name)), 0) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	header := bytes.Join([][]byte{
		{1, 4, 6, 0, 1, 9}, number(len(text)), {0}, // header, streams: where the one packed stream is
		{7, 0x0b, 1, 0, 1, 1, 0, 0x0c}, number(len(text)), {0, 0}, // one folder with one decoder, which copies
		{5, 1, 0x11}, number(len(wide)), wide, {0, 0}, // one file
	}, nil)
	place := binary.LittleEndian.AppendUint64(nil, uint64(len(text)))
	place = binary.LittleEndian.AppendUint64(place, uint64(len(header)))
	place = binary.LittleEndian.AppendUint32(place, crc32.ChecksumIEEE(header))
	head := binary.LittleEndian.AppendUint32([]byte("7z\xbc\xaf\x27\x1c\x00\x04"), crc32.ChecksumIEEE(place))
	return bytes.Join([][]byte{head, place, []byte(text), header}, nil)
}

// parquetOf is a table with a row for each pair of an address and a password.
func parquetOf(t *testing.T, pairs [][2]string) []byte {
	t.Helper()
	var fields schema.FieldList
	for _, name := range []string{"email", "password"} {
		fields = append(fields, schema.NewByteArrayNode(name, parquet.Repetitions.Required, -1))
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root)
	rows := w.AppendRowGroup()
	for i := range fields {
		column, err := rows.NextColumn()
		if err != nil {
			t.Fatal(err)
		}
		values := make([]parquet.ByteArray, len(pairs))
		for k := range pairs {
			values[k] = []byte(pairs[k][i])
		}
		if _, err = column.(*file.ByteArrayColumnChunkWriter).WriteBatch(values, nil, nil); err == nil {
			err = column.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

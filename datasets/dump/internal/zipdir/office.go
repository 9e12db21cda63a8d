package zipdir

import (
	"archive/zip"
	"path"
	"slices"
	"strings"
)

// OpenDocumentText is the entry of an OpenDocument file that holds its text.
const OpenDocumentText = "content.xml"

// IsOpenDocument knows such a file by the entry that it begins with.
func IsOpenDocument(z *zip.Reader) bool {
	return len(z.File) > 1 && z.File[0].Name == "mimetype" &&
		slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == OpenDocumentText })
}

// IsOfficePart knows the parts of OpenDocument files and of workbooks by their folder and the ending of their name.
func IsOfficePart(name string) bool {
	folder, _, inFolder := strings.Cut(strings.ReplaceAll(name, `\`, "/"), "/")
	if !inFolder {
		switch name {
		case "[Content_Types].xml", "mimetype", OpenDocumentText, "styles.xml", "meta.xml", "settings.xml", "manifest.rdf", "layout-cache":
			return true
		}
		return false
	}
	switch strings.ToLower(folder) {
	case "objectreplacements": // pictures without an ending
		return true
	case "xl", "docprops", "_rels", "customxml", "docmetadata", "meta-inf", "thumbnails", "pictures", "media", "configurations2":
	default:
		if !strings.HasPrefix(folder, "Object ") {
			return false
		}
	}
	switch strings.ToLower(path.Ext(name)) {
	case ".xml", ".rels", ".rdf", ".vml", ".bin", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".svm",
		".ico", ".wdp", ".pdf", ".thmx", ".dat", ".psmdcp", ".xlsx", ".docx", ".ole":
		return true
	}
	return path.Ext(name) == "" && strings.EqualFold(folder, "configurations2")
}

// UnpackedSize returns what all entries unpack to, as the directory says.
func UnpackedSize(z *zip.Reader) int64 {
	var sum uint64
	for _, f := range z.File {
		sum += min(f.UncompressedSize64, 1<<40)
	}
	return int64(min(sum, 1<<60))
}

// IsEmpty reports whether an entry holds nothing. Two bytes are what Deflate makes of it, and some programs compress folders.
func IsEmpty(f *zip.File) bool { return f.UncompressedSize64 == 0 && f.CompressedSize64 <= 2 }

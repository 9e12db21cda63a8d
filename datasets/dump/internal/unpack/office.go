package unpack

import (
	"archive/zip"
	"path"
	"strings"
)

// strangersInOffice reads what lies in an Office document and is not a part of one: programs that open the document never
// show it.
func (w *walker) strangersInOffice(m *Member, z *zip.Reader) error {
	locked := 0
	for _, f := range z.File {
		if isOfficePart(f.Name) || isFolder(f.Name) && isEmpty(f) {
			continue
		}
		if !w.mayEnter(m) {
			break
		}
		opened, err := w.entry(m, f)
		if err != nil {
			return err
		}
		if !opened {
			locked++
		}
	}
	if locked > 0 {
		w.skip(m, "zip", w.keys.lockedSentence(locked))
	}
	return w.ctx.Err()
}

// isOfficePart knows the parts of OpenDocument files and of workbooks by their folder and the ending of their name.
func isOfficePart(name string) bool {
	folder, _, inFolder := strings.Cut(strings.ReplaceAll(name, `\`, "/"), "/")
	if !inFolder {
		switch name {
		case "[Content_Types].xml", "mimetype", openDocumentText, "styles.xml", "meta.xml", "settings.xml", "manifest.rdf", "layout-cache":
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

// Package markup turns XML and HTML into text that other readers read.
//
// [PageReader] takes the rows of tables, of HTML and of OpenDocument spreadsheets, as package rowtext writes
// them, and everything else as lines: tags leave no trace, but that an address ends
// where its element does, and those that begin a line in a browser begin one.
// [TreeReader] takes any other XML as JSON, an object for each element, one a line where an element holds many:
//
//	<user id="1"><email>alice@example.com</email></user>    {"id":"1","email":"alice@example.com"}
//	<field name="email">alice@example.com</field>           {"email":"alice@example.com"}
//	<key>email</key><string>alice@example.com</string>      {"email":"alice@example.com"}, within <dict>
//
// References to characters are undone; no other entity is, and nothing outside of the text is ever read. Bytes that
// are not UTF-8 stay as they are. Positions count the bytes of what is written.
//
// # Limits
//
// A text, a tag and a row have at most 1 MiB; what is beyond is left out of them. Elements are told apart 256 deep.
package markup

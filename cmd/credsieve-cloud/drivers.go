// This file joins package objects when the program is built with overlay.json (README.md): drivers of the clouds' stores.

package objects

import (
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
)

package table

// HeadlessRows is for tests outside of the package.
const HeadlessRows = headlessRows

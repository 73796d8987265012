//! A file that appears under its name only when it is whole.

use super::error::ResultsError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file written as `NAME.partial` and renamed to `NAME` by [`PartialFile::commit`]; removed when dropped before.
#[derive(Debug)]
pub(super) struct PartialFile {
    file: File,
    written: PathBuf,
    path: PathBuf,
    done: bool,
}

impl PartialFile {
    /// Starts the file that will be `path`.
    ///
    /// # Errors
    /// [`ResultsError::Io`] where it cannot be created.
    pub(super) fn create(path: &Path) -> Result<Self, ResultsError> {
        let mut written = path.as_os_str().to_owned();
        written.push(".partial");
        let written = PathBuf::from(written);
        let file = File::create(&written).map_err(ResultsError::io("create", &written))?;
        Ok(Self {
            file,
            written,
            path: path.to_path_buf(),
            done: false,
        })
    }

    /// Sends the bytes to the disk and gives the file its name.
    ///
    /// # Errors
    /// [`ResultsError::Io`]; some file systems report a full disk only here.
    pub(super) fn commit(&mut self) -> Result<(), ResultsError> {
        self.file.sync_all().map_err(ResultsError::io("write", &self.path))?;
        fs::rename(&self.written, &self.path).map_err(ResultsError::io("write", &self.path))?;
        self.done = true;
        Ok(())
    }
}

impl Write for PartialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.done {
            // Nothing better can be done with a failure while cleaning up after another one.
            let _ = fs::remove_file(&self.written);
        }
    }
}

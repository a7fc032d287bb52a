package mend

import (
	"io/fs"
	"os"
)

// disk is what writing needs of a folder. Names are relative to the folder, and none leads out of it.
type disk interface {
	Lstat(name string) (fs.FileInfo, error)
	ReadFile(name string) ([]byte, error)
	Writable(name string) error                // nil if the file may be written
	Create(name string) (temporary, error)     // fails if it is there
	Abandoned(name string) bool                // nobody works on this temporary file any more
	Dress(name string, like fs.FileInfo) error // gives a file the owner and the mode of another one
	Rename(from, to string) error
	Remove(name string) error
	ReadDir(name string) ([]fs.DirEntry, error)
	SyncDir(name string) error
	Close() error
}

// temporary is a file that is being written, and belongs to this process until it is closed.
type temporary interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

// folder is a folder of this machine.
type folder struct{ *os.Root }

func openFolder(name string) (disk, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return folder{root}, nil
}

func (f folder) Writable(name string) error {
	file, err := f.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return file.Close()
}

func (f folder) Create(name string) (temporary, error) {
	file, err := f.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if err := hold(file); err != nil {
		_ = file.Close() // it is somebody else's already
		return nil, err
	}
	return file, nil
}

func (f folder) Abandoned(name string) bool {
	file, err := f.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // nothing was written to it
	return hold(file) == nil
}

// Dress keeps the owner where the system allows it. Where the group is lost, it is given no more than the
// rest of the world has: it may be a larger one.
func (f folder) Dress(name string, like fs.FileInfo) error {
	mode := like.Mode()
	bits := mode.Perm() | mode&(fs.ModeSetuid|fs.ModeSetgid|fs.ModeSticky)
	if uid, gid, known := owner(like); known {
		made, err := f.Lstat(name)
		if err != nil {
			return err
		}
		if u, g, _ := owner(made); u != uid || g != gid {
			if f.Lchown(name, uid, gid) != nil && g != gid && f.Lchown(name, -1, gid) != nil {
				bits = mode.Perm()&^0o070 | mode.Perm()&0o007<<3
			}
		}
	}
	return f.Chmod(name, bits)
}

func (f folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS(), name) }

func (f folder) SyncDir(name string) error {
	dir, err := f.Open(name)
	if err != nil {
		return err
	}
	err = syncDir(dir)
	if closed := dir.Close(); err == nil {
		err = closed
	}
	return err
}

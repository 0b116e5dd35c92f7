"""Prints everything about every file below a folder, as one JSON list: what tests compare imagefs with."""
import hashlib, json, os, stat, sys

root = os.fsencode(sys.argv[1])


def text(name):
    return name.decode("latin1")


def content(path, mode):
    if stat.S_ISREG(mode):
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    return text(os.readlink(path)) if stat.S_ISLNK(mode) else ""


def describe(path):
    s = os.lstat(path)
    names = sorted(os.listxattr(path, follow_symlinks=False))
    return {
        "path": text(path[len(root):]) or "/",
        "mode": s.st_mode,
        "uid": s.st_uid,
        "gid": s.st_gid,
        "nlink": s.st_nlink,
        "size": 0 if stat.S_ISDIR(s.st_mode) else s.st_size,
        "mtime": s.st_mtime_ns,
        "rdev": s.st_rdev,
        "xattrs": {name: os.getxattr(path, name, follow_symlinks=False).hex() for name in names},
        "content": content(path, s.st_mode),
        "links": [],
    }


def walk(path, into):
    into.append(describe(path))
    if stat.S_ISDIR(os.lstat(path).st_mode):
        for name in sorted(os.listdir(path)):
            walk(os.path.join(path, name), into)


files = []
walk(root, files)
# Which names are one file: the first name of each.
first = {}
for file in files:
    path = root + file["path"].encode("latin1") if file["path"] != "/" else root
    s = os.lstat(path)
    file["same"] = first.setdefault((s.st_dev, s.st_ino), file["path"])
    del file["links"]
json.dump(files, sys.stdout)

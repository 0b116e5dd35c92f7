# Fills the working folder as the root of an image: what every root has. To be sourced by bash.

# Files and folders, by absolute path; what a link leads to.
take() {
  local path
  for path; do
    [ -e ".$path" ] || { mkdir -p ".${path%/*}"; cp -rL "$path" ".$path"; }
  done
}

# Programs by name or path, with their libraries.
program() {
  local name path
  for name; do
    path=$(command -v "$name")
    take "$path"
    take $(ldd "$path" | grep -o '/[^ ]*' || true)
  done
}

for name in bin sbin lib lib64; do
  if [ -L /$name ]; then mkdir -p usr/$name; ln -s usr/$name $name; fi
done
mkdir -p etc root tmp run var/log
chmod 1777 tmp
echo root:x:0:0:root:/root:/bin/bash > etc/passwd
echo nobody:x:65534:65534::/:/bin/false >> etc/passwd
echo root:x:0: > etc/group
echo nogroup:x:65534: >> etc/group

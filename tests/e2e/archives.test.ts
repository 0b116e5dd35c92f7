/** Archives and compression: the bytes are the host's wherever the format holds no time. */
import { describe } from "vitest";
import { compareAll, script } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path });

/** A folder t with what archives must keep, all of it of one date. */
const TREE = `umask 022; mkdir -p t/sub; seq 1 20000 > t/numbers; seq 1 300 > 't/sub/with space'
ln t/numbers t/hard; ln -s numbers t/soft; ln -s /nosuch t/dangling; mkfifo t/fifo; truncate -s 3M t/sparse
printf x >> t/sparse; chmod 4750 t/numbers; chmod 1777 t/sub; : > t/empty
mkdir -p t/$(printf 'long%.0s' {1..40}); find t -depth -exec touch -h -d @1000000000 {} +
`;
/** What ls shows of it: sizes of folders are the file system's own affair. */
const LIST =
  "find t -printf '%y %m %n %T@ %p %l\\n' | sort; find t -type f -printf '%p %s\\n' | sort";

describe("tar", () => {
  compareAll(
    [
      script(
        "the archive's bytes, and what comes out of it",
        `${TREE}
        tar --sort=name --owner=7 --group=8 -cf a.tar t && md5sum a.tar && tar --utc -tvf a.tar
        mv t was && tar --no-same-owner -xpf a.tar && diff -r --no-dereference was/sub t/sub && ${LIST}; cmp was/sparse t/sparse`,
      ),
      script(
        "sparse files, links, exclusion, appending, an unreadable member",
        `${TREE}
        tar --sort=name -cSf a.tar t; tar -tf a.tar | wc -l; (($(stat -c %s a.tar) < 200000)) && echo small
        rm -r t; tar -xSf a.tar; (($(stat -c %b t/sparse) < 100)) && echo sparse
        tar -cf b.tar --exclude='*s*' -C t .; tar -tf b.tar | sort; tar -rf b.tar t/empty; tar -tf b.tar | tail -n 1
        tar -xOf a.tar t/numbers | md5sum; tar -xf a.tar t/none; echo $?; head -c 9000 a.tar | tar -tf -; echo $?`,
        { isSlow: true },
      ),
      ...["gzip", "bzip2", "xz", "zstd"].map((tool) =>
        script(
          `through ${tool}`,
          `${TREE}
          tar --sort=name --use-compress-program=${tool} -cf a.tar.x t && rm -r t && tar --use-compress-program=${tool} -xf a.tar.x && ${LIST}`,
          { needs: [tool], isSlow: true },
        ),
      ),
    ],
    inFolder,
  );
});

const DATA = "seq 1 60000 > data; head -c 50000 /usr/bin/bash >> data\n";

describe("compression", () => {
  compareAll(
    [
      script(
        "gzip",
        `${DATA}
        gzip -kn data && md5sum data.gz && gzip -t data.gz && zcat data.gz | cmp - data; gzip -l data.gz
        gzip -n9 < data | md5sum; gzip -n1 < data | md5sum; cat data.gz data.gz | gunzip | wc -c; gzip data; echo $?
        head -c 5000 data.gz | gunzip | wc -c; echo text | gunzip; echo $?`,
      ),
      script(
        "xz",
        `${DATA}
        xz -k data && md5sum data.xz && xz -t data.xz && xz --robot -l data.xz && xzcat data.xz | cmp - data
        xz -9e < data | md5sum; head -c 5000 data.xz | xz -dc | wc -c; xz -T2 --block-size=64KiB -c data | md5sum
        xz --format=lzma -c data | md5sum; xz --memlimit-compress=1MiB -c data; echo $?`,
        { needs: ["xz"], isSlow: true },
      ),
      script(
        "zstd, with threads and a dictionary",
        `${DATA}
        zstd -qk data && md5sum data.zst && zstd -qt data.zst && zstd -dc data.zst | cmp - data
        zstd -q -T2 -15 -c data | md5sum; split -l 300 data part.; zstd -q --train part.* --maxdict=4096 -o dict; md5sum dict
        zstd -q -D dict -c part.aa | md5sum; zstd -q -D dict part.ab -o one.zst; zstd -q -D dict -dc one.zst | cmp - part.ab
        head -c 5000 data.zst | zstd -dqc | wc -c; zstd -q --long=27 -c data | md5sum`,
        { needs: ["zstd"], isSlow: true },
      ),
      script(
        "bzip2",
        `${DATA}
        bzip2 -k data && md5sum data.bz2 && bzip2 -t data.bz2 && bzcat data.bz2 | cmp - data; head -c 5000 data.bz2 | bunzip2 | wc -c`,
        { needs: ["bzip2"], isSlow: true },
      ),
      script(
        "zip",
        `${TREE}
        zip -qryX a.zip t -x t/fifo; unzip -l a.zip | sort; rm -r t; unzip -q a.zip; unzip -tqq a.zip; find t -type f | sort | xargs -d '\\n' md5sum`,
        { needs: ["zip", "unzip"], isSlow: true },
      ),
      script(
        "a pipeline of megabytes",
        "seq 1 1000000 | gzip -1 | zcat | xz -0 | xzcat | zstd -q | zstdcat | md5sum",
        { needs: ["xz", "zstd"], isSlow: true },
      ),
    ],
    inFolder,
  );
});

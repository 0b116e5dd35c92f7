import { describe } from "vitest";
import { compareAll, sh } from "./compare.ts";
import { useFolder } from "./folder.ts";

/** Small, and on any Debian. */
const TREE = "/usr/share/perl5";

const folder = useFolder();

describe("text tools", () => {
  compareAll(
    [
      { argv: ["grep", "-c", "root", "/etc/passwd"] },
      { argv: ["grep", "-E", "^(root|nobody):", "/etc/passwd"] },
      { argv: ["sed", "-n", "s/^\\([^:]*\\):.*/\\1/p", "/etc/passwd"] },
      { argv: ["awk", "-F:", "{ n += $3; print $1 } END { print n }", "/etc/passwd"] },
      sh("find /usr/share/doc/bash -type f | xargs ls -la | sort | awk '{print $5, $9}'"),
      sh(
        `find ${TREE} -name '*.pm' | sort | head -n 40 | xargs grep -hE '^package' | sed 's/;.*//' | awk '{print $2}' | sort | uniq -c`,
        { isSlow: true, needs: ["perl"] },
      ),
      sh(
        "find /usr/share -maxdepth 2 -newer /etc/hostname -o -maxdepth 1 -type d | sort | md5sum",
        {
          isSlow: true,
        },
      ),
      sh(
        "find /usr/share/doc -name 'c*' -type f -size +1k -exec wc -c {} + | sort -n | tail -n 5",
        {
          isSlow: true,
        },
      ),
      { argv: ["mawk", 'BEGIN { for (i = 0; i < 5; i++) printf "%d %.3f\\n", i, sqrt(i) }'] },
      { argv: ["gawk", 'BEGIN { print strftime("%Y", 0, 1), gensub(/a/, "b", "g", "banana") }'] },
      sh("tar cf - -C /usr/share/doc/bash . | tar tf - | sort", { needs: ["tar"], isSlow: true }),
      sh("gzip -c /etc/passwd | gzip -dc | cmp - /etc/passwd && echo same", { needs: ["gzip"] }),
      sh("seq 20000 | gzip -9 | md5sum; seq 3000 | xz | xz -dc | md5sum", {
        needs: ["gzip", "xz"],
        isSlow: true,
      }),
      sh("seq 5 > a; seq 2 6 > b; diff -u --label a --label b a b", {
        needs: ["diff"],
      }),
      { argv: ["file", "-b", "/etc/passwd"], isSlow: true },
    ],
    () => ({ cwd: folder.path }),
  );
});

/** Programs of every day with much to do: large folders, large texts, keys and ciphers. */
import { describe } from "vitest";
import { compareAll, script } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path });

describe("text by the megabyte", () => {
  compareAll(
    [
      script(
        "awk, sed, sort, grep, join",
        `seq 1 50000 | awk '{ s += $1; a[$1 % 97] += $1 } END { print s; for (i in a) print i, a[i] }' | sort -n | md5sum
        seq 1 20000 | sed -E 's/([0-9])([0-9]+)/\\2-\\1/; /7/d; 1~3s/$/!/' | md5sum; seq 50000 -1 1 | sort -n -S 1M | md5sum; seq 1 50000 | sort -R --random-source=/etc/services | md5sum
        seq 1 50000 | grep -cE '([37])\\1'; seq 1 30000 | cut -c 2- | sort | uniq -c | sort -k1,1rn -k2,2 | head -n 3; join <(seq 1 2 20000 | sort) <(seq 1 3 20000 | sort) | wc -l
        seq 1 30000 | tr 1-9 a-i | fold -w 7 | paste - - - | md5sum; seq 1 20000 | shuf -n 5 | wc -l; seq 1 20000 | split -l 3000 --filter='wc -l'; seq 1000 | factor | md5sum; head -c 100000 /usr/bin/bash | od -An -tx1 | md5sum`,
        { isSlow: true },
      ),
      script("bc to many digits", "echo 'scale=300; 4*a(1); 2^2000; sqrt(2)' | bc -l", {
        needs: ["bc"],
        isSlow: true,
      }),
    ],
    inFolder,
  );
});

describe("large folders", () => {
  compareAll(
    [
      script(
        "find over a thousand packages' documents",
        "find /usr/share/doc -xdev -printf '%p %y %s %m %u %T@ %l\\n' | sort | md5sum; find /usr/share/doc | wc -l; du -s --apparent-size /usr/share/doc/bash | cut -f 1; ls -lR --time-style=+%s /usr/share/perl5 | md5sum",
        { isSlow: true },
      ),
      script(
        "thousands of files made, listed, renamed, removed",
        `mkdir d; cd d; seq -f 'file%05g' 4000 | xargs touch; ls | wc -l; ls -f | sort | md5sum; find . -name '*7' | wc -l; for i in {1..50}; do mv file$(printf %05d $i) other$i; done; echo other* | wc -w
        find . -type f -name 'file*' -print0 | xargs -0 rm; ls | wc -l; cp -r . ../e; diff -r . ../e && rm -r ../e; mkdir -p a/{1..20}/{1..20}; find a | wc -l; find a -depth -delete; ls -d a`,
        { isSlow: true },
      ),
    ],
    inFolder,
  );
});

describe("keys and ciphers", () => {
  compareAll(
    [
      script(
        "openssl",
        `seq 1 100000 | openssl dgst -sha512; seq 1 100000 | openssl dgst -sha3-256; seq 1 50000 | openssl enc -aes-256-cbc -pbkdf2 -pass pass:x -S 0011223344556677 | md5sum; seq 1 50000 | openssl enc -chacha20 -K 00 -iv 00 | md5sum
        openssl genrsa -out r 2048 2> /dev/null; openssl rsa -in r -check -noout; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout k -out c -days 1 2> /dev/null; openssl verify -CAfile c c
        echo text > m; openssl dgst -sha256 -sign r -out s m; openssl dgst -sha256 -prverify r -signature s m; openssl speed -seconds 1 sha256 2> /dev/null | grep -c '^sha256'`,
        { needs: ["openssl"], isSlow: true },
      ),
      script(
        "ssh-keygen",
        `ssh-keygen -q -t ed25519 -N '' -C c -f k; ssh-keygen -lf k.pub | cut -d ' ' -f 1,3-; ssh-keygen -q -t ecdsa -N secret -f e; ssh-keygen -y -P secret -f e | cut -c 1-20; ssh-keygen -y -P wrong -f e; echo $?
        echo text > m; ssh-keygen -q -Y sign -n file -f k m; ssh-keygen -Y check-novalidate -n file -s m.sig < m | cut -c 1-27; stat -c %a k k.pub`,
        { needs: ["ssh-keygen"], isSlow: true },
      ),
      script(
        "gpg with its agent",
        `export GNUPGHOME=$PWD/g; mkdir -m 700 g; gpg --batch -q --passphrase '' --quick-gen-key 'a <a@example.com>' ed25519 sign 2> /dev/null; gpg -k --with-colons 2> /dev/null | grep -v ^tru | cut -d : -f 1,2,4; echo text > m; gpg --batch -q -s m; gpg --batch -q -d m.gpg 2> /dev/null
        gpg --batch -q --verify m.gpg 2>&1 | grep -c 'Good signature'; gpg --batch -q --pinentry-mode loopback --passphrase x -c -o c m; gpg --batch -q --pinentry-mode loopback --passphrase x -d c; gpgconf --kill all; echo $?`,
        { needs: ["gpg", "gpgconf"], isSlow: true },
      ),
    ],
    inFolder,
  );
});

describe("script", () => {
  compareAll(
    [
      script(
        "a terminal inside the sandbox",
        "script -qec 'test -t 0 && tty > /dev/null && stty rows 5 cols 50 && stty size; exit 3' log < /dev/null; echo $?; wc -l < log; script -qc 'stty -a | head -n 1' /dev/null < /dev/null; seq 3 | less",
        { needs: ["script", "less"] },
      ),
    ],
    inFolder,
  );
});

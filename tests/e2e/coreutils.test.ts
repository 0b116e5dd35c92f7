import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { compareAll, sh } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
beforeAll(() => {
  writeFileSync(join(folder.path, "numbers"), "10\n9\n2\n2\n33\n");
  writeFileSync(join(folder.path, "words"), "the quick brown fox\njumps over\nthe lazy dog\n");
});
const inFolder = () => ({ cwd: folder.path });

describe("coreutils", () => {
  compareAll(
    [
      { argv: ["true"] },
      { argv: ["false"] },
      { argv: ["echo", "-e", "a\\tb", "ü"] },
      { argv: ["cat", "words", "-"], input: "from stdin\n" },
      { argv: ["cat", "nosuch"] },
      { argv: ["wc", "words", "numbers"] },
      { argv: ["sort", "-n", "numbers"] },
      { argv: ["sha256sum", "words"] },
      { argv: ["ls", "-la", "--time-style=full-iso", "words", "numbers"] },
      { argv: ["seq", "1", "7", "100"] },
      { argv: ["printf", "%s|%5.2f|%x\\n", "a", "3.14159", "255"] },
      sh("pwd; cd /usr && pwd"),
      sh("cp words copy && cmp words copy && mv copy moved && cat moved && rm moved && ls"),
      sh("mkdir -p a/b/c && touch a/b/c/f && find a | sort && rm -r a && ls a"),
    ],
    inFolder,
  );
});

describe("more coreutils", () => {
  const cases = [
    { argv: ["head", "-n", "2", "numbers"] },
    { argv: ["tail", "-n", "2", "numbers"] },
    { argv: ["tac", "words"] },
    { argv: ["rev"], input: "abc\ndef\n" },
    { argv: ["nl", "words"] },
    { argv: ["cut", "-d", " ", "-f", "2", "words"] },
    { argv: ["paste", "numbers", "words"] },
    { argv: ["tr", "a-z", "A-Z"], input: "shout\n" },
    { argv: ["uniq", "-c", "numbers"] },
    { argv: ["sort", "-u", "-r", "words"] },
    { argv: ["comm", "numbers", "numbers"] },
    { argv: ["join", "words", "words"] },
    { argv: ["fold", "-w", "5", "words"] },
    { argv: ["fmt", "-w", "12", "words"] },
    { argv: ["expand"], input: "a\tb\n" },
    { argv: ["od", "-A", "x", "-t", "x1z", "words"] },
    { argv: ["base64", "words"] },
    { argv: ["base64", "-d"], input: "aGVsbG8K" },
    { argv: ["md5sum", "words", "numbers"] },
    { argv: ["sha512sum", "words"] },
    { argv: ["b2sum", "words"] },
    { argv: ["cksum", "words"] },
    { argv: ["factor", "18446744073709551615", "1000000007"] },
    { argv: ["expr", "6", "*", "7"] },
    { argv: ["expr", "abc", ":", "a\\(.*\\)"] },
    { argv: ["test", "-d", "/usr"] },
    { argv: ["test", "-f", "/nosuch"] },
    { argv: ["stat", "-c", "%n %s %a %F %h", "words", "/usr", "/usr/bin/env"] },
    { argv: ["readlink", "-f", "/proc/self/cwd"] },
    { argv: ["realpath", "/usr/../usr/bin/."] },
    { argv: ["basename", "/a/b.c", ".c"] },
    { argv: ["dirname", "/a/b"] },
    { argv: ["date", "-u", "-d", "@1234567890", "+%F %T %Z"] },
    { argv: ["env", "-i", "A=1", "env"] },
    { argv: ["id"] },
    { argv: ["id", "nobody"] },
    { argv: ["numfmt", "--to=iec", "1048576"] },
    { argv: ["shuf", "-i", "1-1"] },
    { argv: ["tsort"], input: "a b\nb c\n" },
    { argv: ["pathchk", "-p", "a b"] },
    { argv: ["sleep", "0.1"] },
    { argv: ["timeout", "0.3", "sleep", "10"] },
    { argv: ["nice", "-n", "3", "nice"] },
    { argv: ["nohup", "echo", "x"] },
    { argv: ["stdbuf", "-oL", "echo", "x"] },
    { argv: ["arch"] },
    { argv: ["uname", "-s", "-m", "-o"] },
    { argv: ["du", "-a", "--apparent-size", "-b", "words"] },
    { argv: ["ls", "/"] },
    { argv: ["ls", "-R", "/usr/share/doc/bash"] },
    { argv: ["dircolors", "-p"] },
    { argv: ["getconf", "PAGESIZE"] },
    { argv: ["truncate", "-s", "1M", "/dev/null"] },
    sh("split -l 2 words part && cat partab && ls"),
    sh("csplit -s words /jumps/ && cat xx01"),
    sh("ln -s words link && readlink link && cat link && ln words hard && stat -c %h hard"),
    sh("touch -d '2020-01-02 03:04:05' f && stat -c %y f && chmod 600 f && stat -c %a f"),
    sh(
      "dd if=/dev/zero of=z bs=1000 count=5 2>/dev/null && wc -c < z && truncate -s 3 z && wc -c < z",
    ),
    sh("mkfifo p && (echo through > p &) && cat p"),
    sh("install -m 700 words i && stat -c %a i && shred -u i && ls"),
    sh("head -c 100000 /dev/zero | tee a b | md5sum; cmp a b"),
    sh("yes | head -n 1000 | sort | uniq -c"),
    sh("mktemp -d XXXXXX | wc -c"),
    sh("echo a > ro && chmod 400 ro && cat ro && stat -c '%A %U %G' ro"),
  ].map((one) => ({ ...one, isSlow: true as const }));
  compareAll(cases, inFolder);
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: bash spells its variables like that.

import { describe } from "vitest";
import { bash, compareAll, sh } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path });

describe("shells", () => {
  compareAll(
    [
      sh("echo hello; exit 7"),
      sh("for i in 1 2 3; do echo $i; done | while read x; do echo got $x; done"),
      sh("kill -9 $$"),
      sh("nosuchprogram 2>/dev/null"),
      sh("/etc/passwd 2>/dev/null"),
      bash('x=$(echo $(echo inner) outer); echo "${x^^} ${#x}"'),
      bash("(cd /usr; pwd; exit 3); echo $?; pwd"),
      bash("set -o pipefail; false | true; echo $?; echo ${PIPESTATUS[@]}"),
      bash("cat <<< text; cat <<EOF\nhere\nEOF"),
      bash("trap 'echo bye' EXIT; trap 'echo usr1' USR1; kill -USR1 $$; echo end"),
      bash("sleep 0.05 & wait $!; echo $?; (exit 5) & wait $!; echo $?"),
      {
        title: "a script on stdin",
        argv: ["bash"],
        input: 'a=1\necho $((a+41))\nread x\nthe line\necho "$x"\n',
      },
    ],
    inFolder,
  );
});

describe("more of bash", () => {
  const cases = [
    bash("diff <(seq 5) <(seq 2 6)"),
    bash("declare -A m=([a]=1 [b]=2); for k in a b; do echo $k=${m[$k]}; done"),
    bash("f() { local n=$1; ((n<2)) && echo 1 && return; echo $((n * $(f $((n-1))))); }; f 6"),
    bash("for i in {1..20}; do (echo $i) & done | sort -n; wait"),
    bash("exec 3>file; echo three >&3; exec 3>&-; cat file; cat nosuch 2>&1 >/dev/null | wc -l"),
    bash("printf '%s\\n' *; shopt -s extglob; touch a.c b.h; echo !(*.h)"),
    bash('[[ "2024-01-02" =~ ^([0-9]+)-([0-9]+) ]] && echo ${BASH_REMATCH[2]}'),
    bash("coproc cat; echo ping >&${COPROC[1]}; read x <&${COPROC[0]}; echo $x; kill $COPROC_PID"),
    bash("mapfile -t l < <(seq 3); echo ${#l[@]} ${l[2]}"),
    bash("set -e; false; echo not reached"),
    bash("ulimit -f 1; head -c 5000 /dev/zero > big; echo $?"),
    bash("timeout 0.5 bash -c 'while :; do :; done'; echo $?"),
    bash("kill -SEGV $$"),
    bash("trap '' TERM; kill -TERM $$; echo survived; trap - TERM; kill -TERM $$; echo no"),
    bash("seq 1000 | xargs -n 100 | awk '{s+=$1} END {print s, NR}'"),
    bash("umask 027; touch u; stat -c %a u; mkdir d; stat -c %a d"),
    bash("printf 'a\\0b\\0' | xargs -0 -n1 echo; echo one two | xargs -I{} echo '<{}>'"),
    bash("sleep 10 & kill %1; wait %1; echo $?"),
    bash("(sleep 0.1; kill -CONT $$) & kill -STOP $$; echo continued"),
    bash("cd /proc/self && cat comm && cat /proc/$$/comm && ls -d fd"),
  ].map((one) => ({ ...one, isSlow: true as const }));
  compareAll(cases, inFolder);
});

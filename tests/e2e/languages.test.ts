import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compareAll, sh } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { needHost, which } from "./needs.ts";
import { inSandbox } from "./run.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path });

/** The interpreter itself where the name is a script of a version manager's. */
function interpreter(): string {
  try {
    const code = "import sys; print(sys.executable)";
    return execFileSync(which("python3") ?? "python3", ["-c", code], { encoding: "utf8" }).trim();
  } catch {
    return "python3";
  }
}
const PYTHON = interpreter();

function python(title: string, code: string, isSlow?: true) {
  return { title, argv: [PYTHON, "-c", code], ...(isSlow && { isSlow }) };
}

test("the README's first command", async (context) => {
  needHost(context, PYTHON);
  const code = "import os,sys; print(os.uname(), sum(range(10**6)))";
  const { stdout, stderr, code: exit } = await inSandbox([PYTHON, "-c", code]);
  expect({ stderr, exit }).toEqual({ stderr: "", exit: 0 });
  expect(stdout).toMatch(
    /^posix\.uname_result\(sysname='Linux', nodename='kernelet', release='6\.[\w.-]*kernelet[\w.-]*', version='[^']*', machine='x86_64'\) 499999500000\n$/,
  );
});

describe("python3", () => {
  compareAll(
    [
      python(
        "arithmetic and strings",
        "print(2**200, 1/3, f'{3.14159:.2f}', 'ü'.encode(), sorted({3,1,2}))",
      ),
      python("an exit code", "import sys; print('bye'); sys.exit(3)"),
      python("reading stdin", "import sys; print(sum(map(int, sys.stdin)))"),
      python(
        "threads",
        "import threading\nn=0\nl=threading.Lock()\ndef f():\n global n\n for _ in range(2000):\n  with l: n+=1\nts=[threading.Thread(target=f) for _ in range(4)]\n[t.start() for t in ts]; [t.join() for t in ts]\nprint(n)",
      ),
      python(
        "ctypes",
        "import ctypes; c=ctypes.CDLL(None); c.snprintf.restype=ctypes.c_int; b=ctypes.create_string_buffer(64); print(c.snprintf(b, 64, b'%d %s', 42, b'x'), b.value)\nT=ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))\na=(ctypes.c_int*5)(5,3,1,4,2); c.qsort(a, 5, 4, T(lambda x,y: x[0]-y[0])); print(list(a))",
      ),
      python(
        "subprocess",
        "import subprocess as s; print(s.run(['sort','-r'], input=b'a\\nb\\n', capture_output=True)); print(s.call('exit 7', shell=True)); print(s.check_output('echo $0', shell=True))",
      ),
      python(
        "hashes",
        "import hashlib; print(hashlib.sha256(b'x'*10000).hexdigest(), hashlib.md5(b'y').hexdigest())",
      ),
      python(
        "floating point",
        "import math,cmath; print(math.pi, math.sin(1e10), math.exp(-3.5), math.fsum([.1]*10), 1e308*10, float('nan'), cmath.sqrt(-2), math.gamma(5.5), 0.1+0.2, -7//2, -7%3, divmod(-7.5,2))",
      ),
      python(
        "json and regular expressions",
        "import json,re; print(json.dumps(json.loads('{\"a\":[1,2.5,null]}')), re.findall(r'(\\w)(\\d+)', 'a1 b22'))",
        true,
      ),
      python("a traceback", "def f(): raise ValueError('x')\nf()", true),
      python(
        "decimal, fractions, random",
        "import decimal,fractions,random; random.seed(1); print(decimal.Decimal(2).sqrt(), fractions.Fraction(3,9), random.random(), random.sample(range(100),5))",
        true,
      ),
      python(
        "multiprocessing",
        "import multiprocessing as m\nif __name__=='__main__':\n with m.get_context('fork').Pool(2) as p: print(p.map(abs, range(-5,0)))",
        true,
      ),
      python(
        "asyncio",
        "import asyncio\nasync def f(i):\n await asyncio.sleep(.01*i); return i\nasync def g(): print(await asyncio.gather(*map(f, range(5))))\nasyncio.run(g())",
        true,
      ),
      python(
        "files",
        "import os,tempfile,shutil\nd=tempfile.mkdtemp()\np=os.path.join(d,'f')\nopen(p,'w').write('x'*100000)\nprint(os.path.getsize(p), os.listdir(d)); os.rename(p,p+'2'); print(os.listdir(d)); shutil.rmtree(d); print(os.path.exists(d))",
        true,
      ),
      python(
        "mmap and shared memory",
        "import mmap,os\nm=mmap.mmap(-1,8192)\npid=os.fork()\nif pid==0:\n m[4096:4100]=b'kid!'; os._exit(0)\nos.waitpid(pid,0); print(m[4096:4100])",
        true,
      ),
      python(
        "signals",
        "import signal,os,time\nsignal.signal(signal.SIGALRM, lambda s,f: print('alarm')); signal.setitimer(signal.ITIMER_REAL,.05); time.sleep(.2); os.kill(os.getpid(), signal.SIGINT)",
        true,
      ),
      python(
        "sockets",
        "import socket\na,b=socket.socketpair(); a.sendall(b'hi'); print(b.recv(9))",
        true,
      ),
      python(
        "compression",
        "import zlib,bz2,lzma; d=b'kernelet '*5000; print(len(zlib.compress(d)), len(bz2.compress(d)), len(lzma.compress(d)), zlib.crc32(d))",
        true,
      ),
      python(
        "sqlite",
        "import sqlite3; c=sqlite3.connect('t.db'); c.execute('create table t(a,b)'); c.executemany('insert into t values(?,?)', [(i,i*i) for i in range(100)]); c.commit(); print(c.execute('select sum(b) from t where a>50').fetchall())",
        true,
      ),
      python(
        "imports",
        "import sys,email,http.client,xml.etree.ElementTree as e,unittest,argparse,logging; print(e.fromstring('<a><b>1</b></a>')[0].text)",
        true,
      ),
    ].map((one) => ({ ...one, ...(one.title === "reading stdin" && { input: "1\n2\n39\n" }) })),
    inFolder,
  );
});

describe("perl", () => {
  compareAll(
    [
      {
        argv: [
          "perl",
          "-e",
          'my %h = map { $_ => $_ ** 2 } 1..5; print "$_=$h{$_}\\n" for sort keys %h; exit 4',
        ],
      },
      { argv: ["perl", "-ne", "print scalar reverse"], input: "abc\ndef\n" },
      {
        argv: [
          "perl",
          "-MPOSIX",
          "-e",
          'printf "%.10g %s\\n", POSIX::floor(-2.5), strftime("%F", gmtime 0); print `echo sub`',
        ],
      },
      {
        argv: [
          "perl",
          "-e",
          'my $pid = fork; if (!$pid) { exit 3 } waitpid $pid, 0; print $? >> 8, "\\n"; $SIG{ALRM} = sub { die "late\\n" }; alarm 1; eval { select undef, undef, undef, 5 }; print $@',
        ],
        isSlow: true,
      },
      { argv: ["perl", "-Mbigint", "-e", "print 2 ** 300, qq(\\n)"], isSlow: true },
    ],
    inFolder,
  );
});

describe("gcc", () => {
  beforeAll(() => {
    const source =
      '#include <stdio.h>\nint fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nint main(void) { printf("%d\\n", fib(20)); return 6; }\n';
    writeFileSync(join(folder.path, "fib.c"), source);
  });
  compareAll(
    [
      sh("gcc -O2 -o fib fib.c && ./fib", { needs: ["gcc"], isSlow: true }),
      sh("gcc -O0 -S -o - fib.c | md5sum", { needs: ["gcc"], isSlow: true }),
      sh("echo 'int x = y;' | gcc -c -o /dev/null -x c -; echo $?", {
        needs: ["gcc"],
        isSlow: true,
      }),
      sh("objdump -d /usr/bin/true | head -n 20", { needs: ["objdump"], isSlow: true }),
    ],
    inFolder,
  );
});

/** Ruby and PHP. */
import { describe } from "vitest";
import { type Case, compareAll } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const inFolder = () => ({ cwd: folder.path, env: { TMPDIR: folder.path } });

function ruby(title: string, code: string, more: Partial<Case> = {}): Case {
  return { title, argv: ["ruby", "-e", code], ...more };
}

function php(title: string, code: string, more: Partial<Case> = {}): Case {
  return { title, argv: ["php", "-r", code], ...more };
}

describe("ruby", () => {
  compareAll(
    [
      ruby(
        "numbers, text, collections",
        `puts 2**200, 1/3r, "ü".bytes.inspect, (1..10).each_slice(3).map(&:sum).inspect, {a: 1}.merge(b: 2).inspect
        puts "2020-02-29" =~ /(\\d+)-(\\d+)/, $2, format("%.3f|%5s|%x", Math::PI, :sym, 255), [3, 1, 2].sort_by { -_1 }.inspect; exit 3`,
      ),
      ruby(
        "threads, fibers, queues, mutexes",
        `q = Queue.new; ts = 4.times.map { |i| Thread.new { 100.times { |j| q << i * j } } }; ts.each(&:join); puts q.size
        n = 0; m = Mutex.new; 4.times.map { Thread.new { 200.times { m.synchronize { n += 1 } } } }.each(&:join); puts n
        f = Fiber.new { Fiber.yield 1; 2 }; puts f.resume, f.resume; e = Enumerator.new { |y| 3.times { y << _1 } }; puts e.next, e.next
        require "timeout"; begin; Timeout.timeout(0.05) { sleep 60 }; rescue Timeout::Error => x; puts x.class; end
        def deep(n) = deep(n + 1); begin; deep(0); rescue SystemStackError => x; puts x.class; end`,
        { isSlow: true },
      ),
      ruby(
        "processes, pipes, signals",
        `puts %x(echo from a shell), $?.exitstatus; pid = fork { trap("TERM") { puts "terminated"; exit! 4 }; puts "ready"; $stdout.flush; sleep }
        sleep 0.3; Process.kill(:TERM, pid); puts Process.wait2(pid)[1].exitstatus; r, w = IO.pipe; spawn("sort", in: r, out: $stdout); r.close; w.puts "b", "a"; w.close; Process.wait
        IO.popen(["cat"], "r+") { |io| io.write "x" * 100_000; io.close_write; puts io.read.size }; trap("USR1") { puts "usr1" }; Process.kill(:USR1, $$); sleep 0.01
        begin; exec("/nosuch"); rescue => x; puts x.message; end; system("exit 9"); puts $?.exitstatus; at_exit { puts "bye" }; $stdout.flush; Process.kill(:KILL, $$)`,
        { isSlow: true },
      ),
      ruby(
        "files, sockets, garbage",
        `require "tmpdir"; require "socket"; require "digest"; require "json"; require "zlib"
        Dir.mktmpdir { |d| File.write(d + "/f", "line\\n" * 1000); puts File.foreach(d + "/f").count, File.size(d + "/f"), Dir.children(d).inspect; File.open(d + "/f") { |f| puts f.flock(File::LOCK_EX) }
        s = UNIXServer.new(d + "/s"); t = Thread.new { c = s.accept; c.puts c.gets.upcase; c.close }; c = UNIXSocket.new(d + "/s"); c.puts "hello"; puts c.gets; t.join }
        puts Digest::SHA256.hexdigest("x"), JSON.generate(JSON.parse('{"a":[1,2.5,null]}')), Zlib.inflate(Zlib.deflate("y" * 1000)).size
        a = nil; 200_000.times { |i| a = "garbage #{i}" }; GC.start; GC.compact rescue nil; puts a, GC.count > 0`,
        { isSlow: true },
      ),
      ruby("an uncaught exception", "def f = raise('oops')\nf", { isSlow: true }),
    ],
    inFolder,
  );
});

describe("php", () => {
  compareAll(
    [
      php(
        "numbers, text, arrays",
        `echo PHP_INT_MAX + 1, " ", 7 <=> 3, " ", intdiv(-7, 2), " ", strrev("abc"), PHP_EOL; print_r(array_map(fn ($x) => $x ** 2, range(1, 4))); echo json_encode(["a" => [1, 2.5, null], "ü" => true]), PHP_EOL;
        preg_match('/(?<y>\\d{4})/', "in 2020", $m); echo $m["y"], PHP_EOL, sprintf("%05.1f|%b", M_PI, 10), PHP_EOL, hash("sha256", "x"), PHP_EOL, md5("y"), PHP_EOL; usort($a = [3, 1, 2], fn ($x, $y) => $x - $y); exit(5);`,
      ),
      php(
        "files, streams, processes",
        `$f = tempnam(sys_get_temp_dir(), "p"); file_put_contents($f, str_repeat("line\\n", 1000)); echo filesize($f), " ", count(file($f)), PHP_EOL; $h = fopen($f, "r+"); var_dump(flock($h, LOCK_EX)); unlink($f); var_dump(@file_get_contents($f));
        echo shell_exec("echo from a shell"); $p = proc_open(["sort"], [["pipe", "r"], ["pipe", "w"]], $io); fwrite($io[0], "b\\na\\n"); fclose($io[0]); echo stream_get_contents($io[1]), proc_close($p), PHP_EOL; exec("exit 3", $out, $code); echo $code, PHP_EOL;
        [$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0); fwrite($a, "hi\\n"); echo fgets($b); $r = [$b]; $w = $e = null; var_dump(stream_select($r, $w, $e, 0, 1000));`,
        { isSlow: true },
      ),
      php(
        "generators, closures, exceptions, many objects",
        `function g() { $x = yield 1; echo $x, PHP_EOL; yield 2; } $g = g(); echo $g->current(); $g->send("sent"); try { intdiv(1, 0); } catch (DivisionByZeroError $e) { echo $e->getMessage(), PHP_EOL; }
        $s = 0; for ($i = 0; $i < 300000; $i++) { $s = ($s * 31 + $i) % 1000003; } echo $s, PHP_EOL; $o = []; for ($i = 0; $i < 20000; $i++) { $o[] = new ArrayObject([$i]); } echo count($o), " ", gc_collect_cycles(), PHP_EOL; function deep($n) { return $n ? deep($n - 1) + 1 : 0; } echo deep(20000), PHP_EOL; echo $nosuch;`,
        { isSlow: true },
      ),
    ],
    inFolder,
  );
});

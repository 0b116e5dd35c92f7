/** sqlite3: file locks, journals that are synced and removed, and the shared memory of its log. */
import { describe } from "vitest";
import { compareAll, script } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const needs = ["sqlite3"];

const TABLE = `create table t(a integer primary key, b text);
with recursive n(x) as (select 1 union all select x + 1 from n where x < 2000) insert into t select x, hex(x * x) from n;
create index i on t(b);`;

describe("sqlite3", () => {
  compareAll(
    [
      script(
        "tables, indices, queries, transactions",
        `sqlite3 t.db "${TABLE}" "select count(*), sum(a), max(b) from t" "begin" "delete from t where a % 3 = 0" "select count(*) from t" rollback "select count(*) from t"
        sqlite3 -header -column t.db "select a, b from t where b like '%99%' order by b limit 3" "pragma integrity_check"
        sqlite3 t.db "explain query plan select * from t where b = 'x'" "insert into t values (1, 'x')"; echo $?
        sqlite3 t.db .dump | md5sum; ls`,
        { needs },
      ),
      script(
        "a write-ahead log, savepoints, vacuum, full-text search, json",
        `sqlite3 t.db "pragma journal_mode=wal" "${TABLE}" "update t set b = 'z' where a < 100" ".shell ls" "select b, count(*) from t group by b having count(*) > 1" \\
          "savepoint s; delete from t; rollback to s; select count(*) from t" "pragma wal_checkpoint(truncate)" vacuum "pragma integrity_check"
        ls; sqlite3 t.db "create virtual table f using fts5(text)" "insert into f values ('a kernel in a sandbox'), ('a shell')" "select rowid from f where f match 'kernel'" \\
          "select json_extract('{\\"a\\": [1, 2.5]}', '$.a[1]'), printf('%.3f', sqrt(2))"; stat -c %s t.db`,
        { needs, isSlow: true },
      ),
      script(
        "a second process finds the database locked, and waits",
        `sqlite3 t.db "${TABLE}"; mkfifo go
        sqlite3 t.db "begin immediate" "update t set b = 'held' where a = 1" ".shell echo ready > go" ".shell read line < go" commit & read line < go
        sqlite3 t.db "select b from t where a = 1" "begin immediate"; echo $?
        (sleep 0.3; echo > go) & sqlite3 -cmd '.timeout 20000' t.db "update t set b = b || ' and waited' where a = 1" "select b from t where a = 1"; wait; ls`,
        { needs, isSlow: true },
      ),
      script(
        "four writers, killed writers",
        `sqlite3 t.db "pragma journal_mode=wal" "create table n(v)" "insert into n values (0)"
        for w in 1 2 3 4; do (for i in {1..5}; do sqlite3 -cmd '.timeout 60000' t.db "update n set v = v + 1"; done) & done; wait; sqlite3 t.db "select v from n"
        (sqlite3 u.db "${TABLE}" "begin" "pragma cache_size=5" "update t set b = b || 'x'" ".shell kill -9 \\$PPID"; exit $?) 2> /dev/null; echo $?; ls; sqlite3 u.db "pragma integrity_check" "select count(*) from t where b like '%x'"; ls`,
        { needs, isSlow: true },
      ),
    ],
    () => ({ cwd: folder.path }),
  );
});

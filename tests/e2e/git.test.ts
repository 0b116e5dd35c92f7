/** git: objects named by content, so equal names mean equal bytes throughout. */
import { describe } from "vitest";
import { compareAll, script } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
const DATE = "2020-01-01T00:00:00Z";
const env = {
  GIT_AUTHOR_NAME: "Author",
  GIT_AUTHOR_EMAIL: "author@example.com",
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: "Committer",
  GIT_COMMITTER_EMAIL: "committer@example.com",
  GIT_COMMITTER_DATE: DATE,
  GIT_CONFIG_NOSYSTEM: "1",
};

/** A repository of three commits on main and one on side. */
const REPOSITORY = `git init -q -b main r; cd r; git config gc.auto 0; git config advice.detachedHead false
for i in {1..12}; do seq $i 200 > file$i; done; mkdir -p a/b; echo x > a/b/c; ln -s c a/b/link; chmod 755 file1
git add . && git commit -qm one
sed -i s/7/seven/ file3; git rm -q file4; git mv file5 moved; git commit -qam two
git branch side HEAD~1; echo last >> file6; git commit -qam three; git switch -q side; echo new > only-side
git add -A; git commit -qm side; git switch -q main
`;

describe("git", () => {
  compareAll(
    [
      script(
        "init, add, commit, status, log, diff",
        `${REPOSITORY}
        git log --format='%H %T %an %s' --stat; git diff --stat HEAD~2; git diff HEAD~2 HEAD~1 -- file3 | head -n 30
        echo more >> file7; mkdir new; : > new/file; rm file8; git status --short; git diff --name-status; git ls-files -s | md5sum`,
      ),
      script(
        "merge, rebase, cherry-pick, a conflict, stash, reflog",
        `${REPOSITORY}
        git merge -q -m merge side; git log --graph --oneline; git switch -q -c topic HEAD~1; echo t > t; git add t; git commit -qm topic
        git rebase -q main && git log --format=%s -n 3; git switch -q -c other HEAD~2; sed -i 1s/.*/mine/ file2; git commit -qam mine
        git switch -q main; sed -i 1s/.*/theirs/ file2; git commit -qam theirs; git cherry-pick other; echo $?; git diff | head -n 20; git cherry-pick --abort
        echo wip >> file9; git stash -q; git status --short; git stash pop -q; git diff --stat; git reset -q --hard; git reflog | wc -l; git blame -s file2 | head -n 2`,
        { isSlow: true },
      ),
      script(
        "local clones, a bare one, fetch, push, bundles",
        `${REPOSITORY}
        cd ..; git clone -q r c; git clone -q --bare r b.git; git clone -q --no-local --depth 1 "file://$PWD/r" s; git -C s log --oneline
        cd c; git branch -a; git remote add bare ../b.git
        echo c >> file1; git commit -qam c; git tag -a -m tagged v1; git push -q bare main v1; git -C ../b.git log --format='%h %s %d' -n 2
        git -C ../r tag first HEAD~2; git fetch -q --tags; git describe --tags; git bundle create -q ../x.bundle main; git clone -q -b main ../x.bundle ../y
        git -C ../y rev-parse HEAD; git push -q bare +HEAD~2:main; git -C ../b.git rev-parse main`,
        { isSlow: true },
      ),
      script(
        "gc, packs, fsck, worktrees, submodules, archive, bisect, hooks",
        `${REPOSITORY}
        git worktree add -q ../wt side; echo w > ../wt/w; git -C ../wt add w; git -C ../wt commit -qm w; git worktree list | wc -l
        git gc -q --prune=now; git count-objects -v | grep -v size; git fsck --full; git verify-pack -v .git/objects/pack/*.idx | sort | md5sum; git worktree remove ../wt
        git archive side | tar -t | tail -n 3; printf '#!/bin/sh\\necho hook $(git diff --cached --name-only)\\nexit 1\\n' > .git/hooks/pre-commit
        chmod +x .git/hooks/pre-commit; echo h >> file1; git commit -qam hooked; echo $?; rm .git/hooks/pre-commit; git commit -qam unhooked
        git bisect start -q HEAD HEAD~3; git bisect run sh -c '! grep -q last file6' | grep 'first bad'; git bisect reset -q
        git -c protocol.file.allow=always submodule --quiet add ../r sub; git submodule status | cut -c 1-41; git grep -c last; git log --all --format=%s | sort`,
        { isSlow: true },
      ),
    ],
    () => ({ cwd: folder.path, env }),
  );
});

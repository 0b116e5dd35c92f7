/** A C project of several files, built by make in parallel and tested: each object file as on the host. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { compareAll, sh } from "./compare.ts";
import { useFolder } from "./folder.ts";

const folder = useFolder();
beforeAll(() =>
  cpSync(join(import.meta.dirname, "programs/scheme"), folder.path, { recursive: true }),
);

// Which of two jobs ends first is up to the scheduler, and so is the order of what make prints.
const BUILD = "make -j2 | sort; md5sum *.o *.a scheme; make -j2 test | sort; make test";

describe("make", () => {
  compareAll(
    [
      sh(`${BUILD}; echo '(display (cons 1 2))' >> tests/lists.scm; make test; echo $?`, {
        title: "-j2 of a Scheme interpreter, its tests, and a test that fails",
        needs: ["make", "gcc"],
        isSlow: true,
      }),
      sh(
        `cat > m <<'END'
A := $(shell echo from a shell)
B = $(sort c b a b) $(notdir $(wildcard *.scm tests/l*.scm)) $(words one two)
define twice
$(1):
	@echo "$$@ of $(A)"
endef
all: x y
	@printf '%s\\n' "$(B)" "$(MAKELEVEL)"; $(MAKE) -s -f m sub
sub: ; @echo "level $(MAKELEVEL)"; false
$(foreach t,x y,$(eval $(call twice,$(t))))
END
make -f m; echo $?; make -n -f m all; make -k -f m sub nosuch; echo $?`,
        { title: "functions, recursion, errors", needs: ["make"] },
      ),
    ],
    () => ({ cwd: folder.path }),
  );
});

/** The ranks as rules of dependency-cruiser. */

import type { IForbiddenRuleType } from "dependency-cruiser";
import { HOST_FREE, RANKS } from "./ranks.ts";

const TESTS = "\\.test\\.ts$";

/** Parts a part may not import: all that are not below it. */
function notBelow(part: string, rank: number): string[] {
  return RANKS.slice(rank)
    .flat()
    .filter((other) => other !== part);
}

function rankRules(): IForbiddenRuleType[] {
  return RANKS.flatMap((parts, rank) =>
    parts.flatMap((part): IForbiddenRuleType[] => {
      const above = notBelow(part, rank).map((other) => `^${other}/`);
      // A rule without a path would forbid everything: the highest part has none above it.
      if (above.length === 0) return [];
      return [
        {
          name: `rank:${part}`,
          comment: `${part} may import only parts of lower ranks (tools/layers/ranks.ts)`,
          severity: "error",
          from: { path: `^${part}/` },
          to: { path: above },
        },
      ];
    }),
  );
}

const hostFree: IForbiddenRuleType = {
  name: "host-free",
  comment: "this part reaches the host only through an interface that its user passes in",
  severity: "error",
  from: { path: HOST_FREE.map((part) => `^${part}/`), pathNot: TESTS },
  to: { dependencyTypes: ["core"] },
};

const throughTheIndex: IForbiddenRuleType = {
  name: "through-the-index",
  comment:
    "another part is imported by its package name, which leads to its index.ts, or to one of a folder",
  severity: "error",
  from: { path: "^((?:packages|apps)/[^/]+)/" },
  to: {
    path: "^(?:packages|apps)/",
    pathNot: ["^$1/", "/src/index\\.ts$", "/src/[^/]+/index\\.ts$"],
  },
};

const noCycle: IForbiddenRuleType = {
  name: "no-cycle",
  comment: "modules that need each other are one module; types may refer to each other",
  severity: "error",
  from: {},
  to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
};

const resolvable: IForbiddenRuleType = {
  name: "resolvable",
  comment: "an import that leads nowhere, which no other rule could judge",
  severity: "error",
  from: {},
  to: { couldNotResolve: true },
};

const noTestInSource: IForbiddenRuleType = {
  name: "no-test-in-source",
  comment: "sources do not import tests",
  severity: "error",
  from: { pathNot: TESTS },
  to: { path: TESTS },
};

export const RULES: readonly IForbiddenRuleType[] = [
  ...rankRules(),
  hostFree,
  throughTheIndex,
  noCycle,
  resolvable,
  noTestInSource,
];

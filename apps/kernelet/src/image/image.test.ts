import { expect, test } from "vitest";
import { humanAge, humanSize, table } from "./human.ts";
import { compileTemplate } from "./template.ts";

test.each([
  [0, "0B"],
  [999, "999B"],
  [1000, "1kB"],
  [4_261_550, "4.26MB"],
  [186_000_000, "186MB"],
  [1_020_000_000, "1.02GB"],
])("%i bytes are %s", (bytes, want) => {
  expect(humanSize(bytes)).toBe(want);
});

test.each([
  ["2026-01-01T00:00:30Z", "less than a minute ago"],
  ["2025-12-31T23:59:00Z", "2 minutes ago"],
  ["2025-12-31T23:00:00Z", "1 hour ago"],
  ["2025-12-11T00:00:00Z", "3 weeks ago"],
  ["2023-12-01T00:00:00Z", "2 years ago"],
  ["0001-01-01T00:00:00Z", "N/A"],
  [undefined, "N/A"],
])("%s is %s", (date, want) => {
  expect(humanAge(date, Date.parse("2026-01-01T00:01:00Z"))).toBe(want);
});

test("columns are as wide as they must be", () => {
  expect(
    table([
      ["A", "LONG"],
      ["value", "x"],
    ]),
  ).toBe("A       LONG\nvalue   x\n");
});

const ROW = { ID: "1", Tag: "x", Config: { Cmd: ["sh"] } };

test.each([
  ["{{.ID}}", "1"],
  ["{{ .ID }}\\t{{.Tag}}", "1\tx"],
  ["{{json .Config.Cmd}}", '["sh"]'],
  ["{{json .}}", JSON.stringify(ROW)],
  ["json", JSON.stringify(ROW)],
])("template %s", (template, want) => {
  expect(compileTemplate(template)(ROW)).toBe(want);
});

test.each(["{{range .}}", "{{.ID", "plain"])("refuses the template %s", (template) => {
  expect(() => compileTemplate(template)).toThrow(/--format: /);
});

test("a field that is not there is named", () => {
  expect(() => compileTemplate("{{.Nope}}")(ROW)).toThrow("--format: there is no '.Nope'");
});

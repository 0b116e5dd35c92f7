/** Draws a profile: runs in a browser, in a page that page.ts has put together. */
(() => {
  const ROW_PX = 18;
  /** Colours of profile.css by FrameKind, and what the legend says. */
  const KINDS = [
    ["--process", "program"],
    ["--guest", "guest code"],
    ["--kernel", "kernel, by system call"],
    ["--translation", "translation and decoding"],
    ["--sandbox", "the sandbox's process"],
  ];
  const MAX_FUNCTIONS = 60;

  const byId = (id) => document.getElementById(id);
  const profile = JSON.parse(byId("profile").textContent);
  const nodes = readTree();
  const all = nodes[0];
  let zoomed = all;
  let pattern = null;

  /** Nodes with their totals, children and depth. */
  function readTree() {
    const { frame, parent, self } = profile.tree;
    const made = frame.map((number, i) => ({
      frame: profile.frames[number],
      self: self[i],
      total: self[i],
      parent: null,
      children: [],
      depth: 0,
    }));
    made.forEach((node, i) => {
      if (i === 0) return;
      node.parent = made[parent[i]];
      node.depth = node.parent.depth + 1;
      node.parent.children.push(node);
    });
    for (let i = made.length - 1; i > 0; i--) made[i].parent.total += made[i].total;
    for (const { children } of made) children.sort((a, b) => b.total - a.total);
    return made;
  }

  function time(us) {
    if (us >= 1e6) return `${(us / 1e6).toFixed(2)} s`;
    return us >= 1000 ? `${(us / 1000).toFixed(1)} ms` : `${us.toFixed(0)} µs`;
  }

  const part = (us) => `${((100 * us) / Math.max(all.total, 1)).toFixed(1)} %`;
  const fileOf = ({ object }) => object.slice(object.lastIndexOf("/") + 1);
  const isMatch = ({ name, object }) => pattern?.test(`${object} ${name}`) === true;

  function draw() {
    const graph = byId("graph");
    const width = graph.clientWidth;
    const drawn = document.createDocumentFragment();
    let depth = 0;
    const add = (node, left, boxWidth, isAbove) => {
      depth = Math.max(depth, node.depth);
      const box = document.createElement("div");
      box.textContent = boxWidth > 30 ? node.frame.name : "";
      box.style.left = `${left}px`;
      box.style.top = `${node.depth * ROW_PX}px`;
      box.style.width = `${boxWidth}px`;
      const colour = isMatch(node.frame) ? "--match" : KINDS[node.frame.kind][0];
      box.style.background = `var(${colour})`;
      box.classList.toggle("above", isAbove);
      box.addEventListener("click", () => zoom(node));
      box.addEventListener("mousemove", (event) => showTip(node, event));
      drawn.append(box);
    };
    for (let node = zoomed.parent; node !== null; node = node.parent) add(node, 0, width, true);
    const waiting = [[zoomed, 0]];
    const scale = width / Math.max(zoomed.total, 1);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [node, left] = next;
      add(node, left, node.total * scale, false);
      let at = left;
      for (const child of node.children) {
        if (child.total * scale < 1) break;
        waiting.push([child, at]);
        at += child.total * scale;
      }
    }
    graph.replaceChildren(drawn);
    graph.style.height = `${(depth + 1) * ROW_PX}px`;
  }

  function zoom(node) {
    zoomed = node;
    byId("tip").hidden = true;
    draw();
  }

  function showTip({ frame, self, total }, { clientX, clientY }) {
    const tip = byId("tip");
    const lines = [frame.name, frame.object, `total ${time(total)} (${part(total)})`];
    lines.push(`self ${time(self)} (${part(self)})`);
    tip.textContent = lines.filter((line) => line !== "").join("\n");
    tip.hidden = false;
    const right = Math.min(clientX + 12, window.innerWidth - tip.offsetWidth - 8);
    const below = Math.min(clientY + 16, window.innerHeight - tip.offsetHeight - 8);
    tip.style.left = `${Math.max(0, right)}px`;
    tip.style.top = `${Math.max(0, below)}px`;
  }

  function search(text) {
    try {
      pattern = text === "" ? null : new RegExp(text, "i");
    } catch {
      // Half an expression: what it says so far, as it stands.
      pattern = new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "i");
    }
    // Calls of what matches count once, however often they match.
    const matched = (node) =>
      isMatch(node.frame) ? node.total : node.children.reduce((sum, c) => sum + matched(c), 0);
    const us = pattern === null ? 0 : matched(all);
    byId("matched").textContent = pattern === null ? "" : `${time(us)} (${part(us)}) matched`;
    draw();
  }

  /** Self and total time by function: a call within a call of the same counts once. */
  function functions() {
    const rows = new Map();
    const open = new Map();
    const visit = (node) => {
      const { frame } = node;
      let row = rows.get(frame);
      if (row === undefined) {
        row = { frame, self: 0, total: 0 };
        rows.set(frame, row);
      }
      const times = open.get(frame) ?? 0;
      row.self += node.self;
      if (times === 0) row.total += node.total;
      open.set(frame, times + 1);
      node.children.forEach(visit);
      open.set(frame, times);
    };
    visit(all);
    return [...rows.values()].filter(({ frame }) => frame.kind !== 0);
  }

  function table(title, headings, rows) {
    if (rows.length === 0) return;
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = title;
    const element = document.createElement("table");
    const addRow = (cells, kind) => {
      const row = element.insertRow();
      cells.forEach((text, i) => {
        const cell = document.createElement(kind);
        cell.textContent = text;
        cell.classList.toggle("number", headings[i].startsWith("#"));
        row.append(cell);
      });
    };
    addRow(
      headings.map((text) => text.replace("#", "")),
      "th",
    );
    for (const cells of rows) addRow(cells, "td");
    section.append(heading, element);
    byId("tables").append(section);
  }

  function drawTables() {
    const shares = (rows) => rows.map(({ name, us }) => [name, time(us), part(us)]);
    const what = ["", "#time", "#share"];
    table("What executed", what, shares(profile.tiers));
    table(
      "Translation",
      ["", "#"],
      Object.entries(profile.translation).map(([name, value]) => [
        name,
        Number.isInteger(value) ? String(value) : value.toFixed(1),
      ]),
    );
    table("Helpers", what, shares(profile.helpers));
    const bySelf = functions().sort((a, b) => b.self - a.self);
    table(
      "Functions and system calls, by their own time",
      ["name", "file", "#self", "#share", "#total"],
      bySelf
        .slice(0, MAX_FUNCTIONS)
        .map(({ frame, self, total }) => [
          frame.name,
          fileOf(frame),
          time(self),
          part(self),
          time(total),
        ]),
    );
    table(
      "Translated regions, by their own time",
      ["begins at", "file", "#self", "#share"],
      profile.blocks.map((block) => [block.name, fileOf(block), time(block.us), part(block.us)]),
    );
  }

  function drawHeader() {
    const { wallUs, idleUs, threadUs, otherThreadsUs, samples } = profile;
    document.title = `${profile.command} – Kernelet profile`;
    byId("command").textContent = profile.command;
    byId("summary").textContent =
      `${time(wallUs)} by the clock, ${time(idleUs)} of that with nothing to do. Processor time: ` +
      `${time(threadUs)} of the sandbox's thread, which is what the graph shows (${samples} samples), and ` +
      `${time(otherThreadsUs)} of V8's other threads, which compile and collect garbage.`;
    for (const [colour, meaning] of KINDS) {
      const key = document.createElement("span");
      key.style.setProperty("--colour", `var(${colour})`);
      key.textContent = meaning;
      byId("legend").append(key);
    }
  }

  byId("search").addEventListener("input", (event) => search(event.target.value));
  byId("reset").addEventListener("click", () => zoom(all));
  byId("graph").addEventListener("mouseleave", () => {
    byId("tip").hidden = true;
  });
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") zoom(zoomed.parent ?? all);
  });
  window.addEventListener("resize", draw);
  drawHeader();
  drawTables();
  draw();
})();

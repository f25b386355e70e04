// Writes the notices of everything in the bundle beside it: the licences ask for that.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const texts = new Map();

for (const [path, about] of Object.entries(packages)) {
  if (!path || about.dev) continue;
  const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(`${path}/${file}`, "utf8").trim() : `Licensed under ${about.license}.`;
  const body = text.split(/\r?\n/).filter((line) => !/copyright \(c\)|^copyright/i.test(line.trim()));
  const holders = text.split(/\r?\n/).filter((line) => /^copyright/i.test(line.trim().replace(/^\W+/, "")));
  const key = body.join(" ").replace(/\W+/g, " ").trim().toLowerCase();
  const entry = texts.get(key) ?? { body: body.join("\n").trim(), names: [] };
  entry.names.push([path.replace(/^.*node_modules\//, ""), about.version, ...holders.map((line) => line.trim())].join(" · "));
  texts.set(key, entry);
}

const parts = [...texts.values()].map(({ names, body }) => `${names.sort().join("\n")}\n\n${body}\n`);
writeFileSync("../static/LICENSES.txt", parts.join(`\n${"-".repeat(72)}\n\n`));

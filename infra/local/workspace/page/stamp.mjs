// Writes what the bundle was built from, so that a test can tell when it was not built again.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const sources = ["index.html", "package-lock.json", "vite.config.js", ...readdirSync("src").map((name) => `src/${name}`)].sort();
const lines = sources.map((name) => `${createHash("sha256").update(readFileSync(name)).digest("hex")}  ${name}\n`);
writeFileSync("../static/SOURCES.sha256", lines.join(""));

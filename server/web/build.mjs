// Makes dist of src. What it makes depends on the versions in package-lock.json
// and on nothing else: it is committed, and compared.
import { build } from "esbuild";
import { copyFileSync, rmSync } from "node:fs";

const out = process.argv[2] ?? "dist";
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: ["src/early.js", "src/page.js", "src/page.css"],
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  legalComments: "inline",
  target: ["chrome100", "firefox100", "safari15"],
  logLevel: "warning",
});
copyFileSync("src/icon.svg", out + "/icon.svg");

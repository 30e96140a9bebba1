// Refreshes the vendored front-end files from a node_modules folder.
//   npm i bootstrap@5.3 bootstrap-icons htmx.org@2 axe-core @fontsource-variable/source-sans-3
//   node tools/vendor.mjs path/to/node_modules
// Node is needed for this only. When a version changes, change the paths in
// ui/document.html, ui/error.html, ui/theme.css and templatetags/ui.py.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = process.argv[2];
if (!modules) throw Error("usage: node tools/vendor.mjs path/to/node_modules");
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const vendor = "portail/ui/static/vendor";

const LIBRARIES = [
  { name: "bootstrap", package: "bootstrap", files: ["dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js", "LICENSE"] },
  { name: "htmx", package: "htmx.org", files: ["dist/htmx.min.js", "LICENSE"] },
  {
    name: "source-sans-3",
    package: "@fontsource-variable/source-sans-3",
    files: ["files/source-sans-3-latin-wght-normal.woff2", "files/source-sans-3-latin-ext-wght-normal.woff2", "LICENSE"],
  },
  { name: "bootstrap-icons", package: "bootstrap-icons", files: ["LICENSE"] },
  { name: "axe-core", package: "axe-core", files: ["axe.min.js"], folder: "tests/e2e" },
];

// The full sprite weighs more than a megabyte; only these are kept.
const ICONS = `
  archive arrow-clockwise arrow-counterclockwise arrow-down arrow-down-up arrow-left arrow-repeat arrow-right arrow-up
  bank bar-chart bell box-arrow-right box-arrow-up-right briefcase building buildings calculator calendar-event
  card-checklist cash-coin check-circle check-circle-fill check-lg chevron-down chevron-left chevron-right circle
  clipboard-check clipboard-data clock clock-history dash-circle diagram-3 download envelope exclamation-circle
  exclamation-circle-fill exclamation-triangle exclamation-triangle-fill eye eye-slash file-earmark-pdf
  file-earmark-spreadsheet file-text flag folder folder2-open funnel gear geo-alt graph-up grid heart-pulse hourglass-split house
  house-door houses info-circle info-circle-fill journal-text key link-45deg list list-task lock mortarboard pause-circle
  pencil people person person-badge person-check person-circle person-dash person-plus person-x plus-lg printer
  question-circle search send shield-check shield-exclamation shield-lock telephone three-dots trash unlock upload
  x-circle x-circle-fill x-lg
`.trim().split(/\s+/);

const entries = [];

function put(library, version, licence, folder, name, content) {
  mkdirSync(join(root, folder), { recursive: true });
  const path = `${folder}/${name}`;
  writeFileSync(join(root, path), content);
  const sha256 = createHash("sha256").update(content).digest("hex");
  entries.push(`[[file]]\npath = "${path}"\nlibrary = "${library}"\nversion = "${version}"\nlicence = "${licence}"\nsha256 = "${sha256}"\n`);
}

function withoutSourceMap(text) {
  // The manifest storage refuses a file whose source map is absent.
  return text.replace(/\n?\/[/*][#@] sourceMappingURL=.*?(\*\/|$)/gm, "");
}

rmSync(join(root, vendor), { recursive: true, force: true });

for (const library of LIBRARIES) {
  const home = join(modules, library.package);
  const { version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
  const folder = library.folder ?? `${vendor}/${library.name}-${version}`;
  for (const file of library.files) {
    const raw = readFileSync(join(home, file));
    const content = /\.(js|css)$/.test(file) ? withoutSourceMap(raw.toString("utf8")) : raw;
    put(library.name, version, license, folder, file.split("/").pop(), content);
  }
  if (library.name === "bootstrap-icons") {
    const sprite = readFileSync(join(home, "bootstrap-icons.svg"), "utf8");
    const symbols = ICONS.map((icon) => {
      const found = sprite.match(new RegExp(`<symbol[^>]*id="${icon}"[\\s\\S]*?</symbol>`));
      if (!found) throw Error(`no icon ${icon}`);
      return found[0];
    });
    put(library.name, version, license, folder, "icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`);
  }
}

writeFileSync(
  join(root, vendor, "vendor.toml"),
  "# Written by tools/vendor.mjs. Source-map comments are removed; icons.svg is cut to the icons used.\n\n" + entries.join("\n"),
);

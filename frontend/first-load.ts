// What a browser fetches before it shows the first page, weighed at every build: the entry, the scripts that it imports
// at once, and their styles. People open Fairlot on a telephone in a car park, so the build fails over a limit.
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Kilobytes (1,000 bytes), as gzip makes them at its usual level. Also in docs/operating.md. */
export const SCRIPT_MAX_KB = 110;
export const STYLE_MAX_KB = 20;

interface Weight {
  files: string[];
  kb: number;
}

function weigh(bundle: Rolldown.OutputBundle, files: Iterable<string>): Weight {
  let bytes = 0;
  const named = [...files].sort();
  for (const name of named) {
    const file = bundle[name];
    if (!file) throw new Error(`${name} is loaded first and is not in the bundle`);
    bytes += gzipSync(file.type === "chunk" ? file.code : file.source).length;
  }
  return { files: named, kb: bytes / 1000 };
}

/** What is fetched with the entries of this bundle */
export function firstLoad(bundle: Rolldown.OutputBundle): { script: Weight; style: Weight } {
  const scripts = new Set<string>();
  const styles = new Set<string>();
  const follow = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || scripts.has(name)) return;
    scripts.add(name);
    chunk.viteMetadata?.importedCss.forEach((style) => styles.add(style));
    chunk.imports.forEach(follow);
  };
  for (const [name, file] of Object.entries(bundle)) if (file.type === "chunk" && file.isEntry) follow(name);
  return { script: weigh(bundle, scripts), style: weigh(bundle, styles) };
}

/** Fails the build where the first load is too heavy, and says by how much. */
export function firstLoadLimit(): Plugin {
  return {
    name: "first-load-limit",
    apply: "build",
    // When everything is as it will be served: Vite writes the names of the pages' files into the entry last.
    writeBundle(_, bundle) {
      const { script, style } = firstLoad(bundle);
      // A limit that weighs nothing holds nothing.
      if (script.kb === 0 || style.kb === 0) this.error("The first load has no script or no style: the limit does not see it.");
      for (const [what, { files, kb }, most] of [
        ["script", script, SCRIPT_MAX_KB],
        ["style", style, STYLE_MAX_KB],
      ] as const) {
        const said = `first load: ${kb.toFixed(1)} kB of ${what} gzipped, of at most ${most} (${files.join(", ")})`;
        if (kb > most) this.error(`Too much is fetched before the first page. ${said}. Let a page bring what only it needs.`);
        this.info(said);
      }
    },
  };
}

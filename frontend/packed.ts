// Beside every larger file that is built, the same packed with Brotli and gzip as tightly as they can: the server gives
// what the browser takes, and packs nothing itself (src/http/pages.rs).
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** In bytes: a smaller file fits one packet however it is packed. */
const LEAST = 1_000;
const PACKINGS = {
  br: (content: Buffer) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  gz: (content: Buffer) => promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION }),
};

export function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle: {
      order: "post",
      async handler({ dir }) {
        if (!dir) return;
        for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
          if (!entry.isFile() || !/\.(js|css|html|svg)$/.test(entry.name)) continue;
          const name = join(entry.parentPath, entry.name);
          const content = await readFile(name);
          if (content.length < LEAST) continue;
          for (const [ending, pack] of Object.entries(PACKINGS)) {
            const smaller = await pack(content);
            if (smaller.length < content.length) await writeFile(`${name}.${ending}`, smaller);
          }
        }
      },
    },
  };
}

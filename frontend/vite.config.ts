import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import type { Rolldown } from "vite";
import { firstLoadLimit } from "./first-load.ts";
import { packed } from "./packed.ts";

/** Pages; what fewer than these have in common stays in small files of its own */
const SHARED_BY = 4;

/** What many pages have in common comes in one file: a dozen small ones take a slow telephone longer. What the first script
 *  brings stays with it. */
function shared(id: string, chunking: Rolldown.ChunkingContext): string | null {
  const seen = new Set<string>();
  const isFirst = (one: string): boolean => {
    if (seen.has(one)) return false;
    seen.add(one);
    const module = chunking.getModuleInfo(one);
    return !!module && (module.isEntry || module.importers.some(isFirst));
  };
  return isFirst(id) ? null : "shared";
}

export default defineConfig({
  plugins: [react(), firstLoadLimit(), packed()],
  css: {
    preprocessorOptions: {
      scss: { style: "compressed", quietDeps: true, loadPaths: ["node_modules"] },
    },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Vite's own CSS minifier refuses govuk-frontend; Sass has already compressed it.
    cssMinify: false,
    // Every asset is a file of its own: the server's content policy allows no data: scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: shared, test: /\/src\/(api|govuk|words)/, minShareCount: SHARED_BY }] } } },
  },
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
    environment: "node",
  },
});

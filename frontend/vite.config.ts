import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstLoadLimit } from "./first-load.ts";
import { packed } from "./packed.ts";

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
  },
  test: {
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
    environment: "node",
  },
});

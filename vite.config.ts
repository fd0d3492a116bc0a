import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPaint } from "./build/first-paint.ts";
import { keptStyles } from "./build/kept-styles.ts";

/** The dashboard: `web/` is built into `dist/web`, which the server serves. */
export default defineConfig({
  root: "web",
  plugins: [react({ jsxImportSource: "#isolating-jsx" }), firstPaint, keptStyles],
  // The server puts a fresh nonce in place of this text with every answer, so that the content security policy can be strict.
  html: { cspNonce: "__CSP_NONCE__" },
  // A class is named after its sheet and itself, to be found again in the browser's tools.
  css: { modules: { generateScopedName: (name, file) => `${path.basename(file, ".module.css")}_${name}` } },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // Fonts and pictures stay files of their own: the content security policy allows no data addresses.
    assetsInlineLimit: 0,
    // All browsers with popovers, which the dashboard needs, also fetch the parts of a page before it asks for them.
    modulePreload: { polyfill: false },
    // One sheet: the order of rules does not depend on which page was opened first.
    cssCodeSplit: false,
    rolldownOptions: {
      // Class names are constants of other modules: in place, they are smaller than imports.
      optimization: { inlineConst: { mode: "all" } },
      // The first script has the names of all parts, and hashes cannot be compressed.
      output: { chunkFileNames: "assets/[name]-[hash:7].js" },
    },
  },
});

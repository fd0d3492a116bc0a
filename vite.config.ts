import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstPaint } from "./build/first-paint.ts";

/** The dashboard: `web/` is built into `dist/web`, which the server serves. */
export default defineConfig({
  root: "web",
  plugins: [react({ jsxImportSource: "#isolating-jsx" }), firstPaint],
  // The server puts a fresh nonce in place of this text with every answer, so that the content security policy can be strict.
  html: { cspNonce: "__CSP_NONCE__" },
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // Fonts and pictures stay files of their own: the content security policy allows no data addresses.
    assetsInlineLimit: 0,
  },
});

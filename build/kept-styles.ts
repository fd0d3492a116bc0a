/** Keeps the sheets of components. Their class names are inlined where they are used, and the bundler would then drop the sheet. */
import type { Plugin } from "vite";

export const keptStyles: Plugin = {
  name: "kept-styles",
  enforce: "post",
  transform: (code, id) => (id.endsWith(".module.css") ? { code, map: null, moduleSideEffects: "no-treeshake" } : null),
};

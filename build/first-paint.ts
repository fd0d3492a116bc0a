/** What a browser paints first: `web/index.html` has the frame of a page, before the stylesheet and the script arrive. */
import type { Plugin } from "vite";
import { navigation } from "../web/shell/navigation.ts";

export const firstPaint: Plugin = {
  name: "first-paint",
  transformIndexHtml: {
    order: "post",
    handler(html, { server }) {
      const items = navigation.map(({ label, isPrimary }) => `<li data-primary="${isPrimary}">${label}</li>`);
      const more = '<li class="first-paint-more">More</li>';
      const page = filled(html, "navigation", [...items, more].join(""));
      // Vite's development server adds styles by script.
      return server ? page : withoutBlockingStylesheet(page);
    },
  },
};

/**
 * Browsers paint nothing until a stylesheet that the parser found has loaded, but do not wait for one that a script adds.
 * `web/main.tsx` waits for it before it renders.
 */
function withoutBlockingStylesheet(html: string): string {
  const [link, href] = /<link rel="stylesheet"[^>]* href="([^"]+)"[^>]*>/.exec(html) ?? [];
  if (link === undefined) throw new Error("The built index.html has no stylesheet.");
  const script = `<script nonce="__CSP_NONCE__">
      var stylesheet = document.createElement("link");
      stylesheet.rel = "stylesheet";
      stylesheet.href = ${JSON.stringify(href)};
      globalThis.stylesheetSettled = new Promise((resolve) => {
        stylesheet.onload = stylesheet.onerror = resolve;
      });
      document.head.append(stylesheet);
    </script>`;
  return html.replace(link, script);
}

function filled(html: string, name: string, content: string): string {
  const placeholder = `<!-- ${name} -->`;
  if (!html.includes(placeholder)) throw new Error(`web/index.html has no ${placeholder}.`);
  return html.replace(placeholder, content);
}

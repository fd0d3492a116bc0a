import type { html } from "hono/html";

/** Escaped HTML, which may wait for a part of it. */
export type Html = ReturnType<typeof html>;

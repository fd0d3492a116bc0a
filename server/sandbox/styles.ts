/** The one style sheet of the sandbox's pages. */
import { raw } from "hono/html";

export const styles = raw(`<style>
:root { color-scheme: light dark; }
</style>`);

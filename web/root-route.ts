/** The route around all pages: the frame. */
import { createRootRoute } from "@tanstack/react-router";
import { Shell } from "./shell/shell.tsx";

/** Pages validate their URL's filters themselves, so that the schemas are loaded with the page. */
export function keepSearch<Filters>(search: Filters): Filters {
  return search;
}

export const root = createRootRoute({ component: Shell });

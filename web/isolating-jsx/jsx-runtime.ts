/**
 * React's JSX, with names in right-to-left scripts isolated (`isolatedIn`) in all text that is a child of an element, so that no
 * component has to do it. Attributes and titles call `isolated` themselves.
 */
import { Fragment, jsx as reactJsx, jsxs as reactJsxs } from "react/jsx-runtime";
import { withIsolatedChildren } from "./isolated-children.ts";

export type { JSX } from "react";
export { Fragment };

export const jsx: typeof reactJsx = (type, props, key) =>
  reactJsx(type, withIsolatedChildren(type, props as object), key);
export const jsxs: typeof reactJsxs = (type, props, key) =>
  reactJsxs(type, withIsolatedChildren(type, props as object), key);

/** The function that JSX compiles to if a key follows spread props. */
import { createElement as reactCreateElement, type ElementType, type ReactNode } from "react";
import { isolatedChild, withIsolatedChildren } from "./isolated-children.ts";

export function createElement(type: ElementType, props: object | null, ...children: ReactNode[]) {
  return reactCreateElement(type, withIsolatedChildren(type, props), ...(children.map(isolatedChild) as ReactNode[]));
}

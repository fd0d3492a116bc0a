import { isolatedIn } from "../../shared/foreign-text.ts";

/** Elements that isolate their text themselves, or hold text that is sent back to the server. */
const unchangedElements: unknown[] = ["bdi", "textarea"];

type Props = { children?: unknown };

export const isolatedChild = (child: unknown) => (typeof child === "string" ? isolatedIn(child) : child);

/** The props of an element, with names in right-to-left scripts isolated in its text; the same object if there are none. */
export function withIsolatedChildren<Given extends object | null | undefined>(type: unknown, given: Given): Given {
  const { children } = (given ?? {}) as Props;
  if (unchangedElements.includes(type) || children === undefined) return given;
  const isolated = Array.isArray(children) ? children.map(isolatedChild) : isolatedChild(children);
  const isSame = Array.isArray(isolated)
    ? isolated.every((child, index) => child === (children as unknown[])[index])
    : isolated === children;
  return isSame ? given : { ...given, children: isolated };
}

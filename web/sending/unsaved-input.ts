/** Whether something that a person entered would be lost with the page. */

const touched = new Set<Element>();

document.addEventListener(
  "input",
  ({ target }) => {
    if (target instanceof Element && target.closest("form, [role=dialog]") && !target.closest("[role=search]"))
      touched.add(target);
  },
  { capture: true, passive: true },
);

export function hasEntered(): boolean {
  for (const field of touched) if (!field.isConnected) touched.delete(field);
  return [...touched].some((field) => !("value" in field) || field.value !== "");
}

/** Whether leaving the page would lose input. */

const editedFields = new Set<Element>();

document.addEventListener(
  "input",
  ({ target }) => {
    if (target instanceof Element && target.closest("form, [role=dialog]") && !target.closest("[role=search]"))
      editedFields.add(target);
  },
  { capture: true, passive: true },
);

export function hasUnsavedInput(): boolean {
  for (const field of editedFields) if (!field.isConnected) editedFields.delete(field);
  return [...editedFields].some((field) => !("value" in field) || field.value !== "");
}

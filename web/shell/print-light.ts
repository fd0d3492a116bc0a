const attribute = "data-mantine-color-scheme";

/** Prints in the light colors. Browsers leave out a dark background, and its bright text is hard to read on paper. */
export function printLight(): void {
  const page = document.documentElement;
  let shown: string | null = null;
  window.addEventListener("beforeprint", () => {
    shown ??= page.getAttribute(attribute);
    page.setAttribute(attribute, "light");
  });
  window.addEventListener("afterprint", () => {
    if (shown !== null) page.setAttribute(attribute, shown);
    shown = null;
  });
}

import { useHotkeys } from "@mantine/hooks";

/** Keys of the page, such as `j` or `mod+K`. They do nothing while a dialog is open, because they act on the page behind it. */
export function usePageKeys(keys: [key: string, act: () => void][]): void {
  useHotkeys(keys.map(([key, act]) => [key, () => document.querySelector("[aria-modal=true]") ?? act()]));
}

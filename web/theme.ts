import { createTheme } from "@mantine/core";
import type { CSSVariablesResolver, MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e7f5f4",
  "#cde9e7",
  "#9dd5d1",
  "#68beb8",
  "#3ea9a2",
  "#1f9790",
  "#0d827c",
  "#076b66",
  "#075653",
  "#063f3d",
];

// Grays of the dark theme, slightly blue like those of the light theme.
const darkColors: MantineColorsTuple = [
  "#e3e7eb",
  "#c3cad1",
  "#a4adb8",
  "#7d8792",
  "#414a53",
  "#353d45",
  "#232a30",
  "#1b2025",
  "#15191d",
  "#101316",
];

export const theme = createTheme({
  colors: { desk: teal, dark: darkColors },
  primaryColor: "desk",
  primaryShade: { light: 7, dark: 6 },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  defaultRadius: "sm",
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Button: { defaultProps: { size: "sm" }, styles: { root: { fontWeight: 500 } } },
    Modal: { defaultProps: { transitionProps: { duration: 120 } } },
  },
});

/** Replaces Mantine's grays and reds that are too pale for text (WCAG 1.4.3 requires 4.5 to 1). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#566270",
    "--mantine-color-placeholder": "#66717d",
    "--mantine-color-error": "#c02626",
    "--mantine-color-anchor": "#076b66",
    "--mantine-color-text": "#17202a",
  },
  dark: {
    "--mantine-color-dimmed": "#a4adb8",
    "--mantine-color-placeholder": "#929ba6",
    "--mantine-color-error": "#ff9c94",
    "--mantine-color-anchor": "#68beb8",
    "--mantine-color-body": "#15191d",
    "--mantine-color-text": "#e3e7eb",
  },
});

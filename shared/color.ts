/** Readable contrast for colors that people choose (WCAG 2.2, 1.4.3: 4.5 to 1). */

type Rgb = [number, number, number];

const minContrast = 4.5;
/** The cards of pages without script, in the light and the dark scheme. */
export const cards = { light: "#ffffff", dark: "#1b2326" } as const;

function rgbOf(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function hexOf(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
}

/** Relative luminance, from 0 for black to 1 for white (WCAG 2.2). */
function luminanceOf(color: string): number {
  const [red, green, blue] = rgbOf(color).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** From 1, equal, to 21, black on white. Colors as `#rrggbb`. */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

export function isReadable(color: string, ground: string): boolean {
  return contrastOf(color, ground) >= minContrast;
}

/** The color itself if it is readable on this ground, otherwise the nearest readable one, toward black or white. */
export function readableOn(color: string, ground: string): string {
  const end: Rgb = luminanceOf(ground) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  const start = rgbOf(color);
  for (let step = 0; step <= 100; step += 1) {
    const mixed = hexOf(start.map((part, at) => part + ((end[at] ?? 0) - part) * (step / 100)) as Rgb);
    if (isReadable(mixed, ground)) return mixed;
  }
  return hexOf(end);
}

/** Black or white: the more readable of the two on this color. */
export function textOn(color: string): "#000000" | "#ffffff" {
  return contrastOf(color, "#ffffff") >= contrastOf(color, "#000000") ? "#ffffff" : "#000000";
}

/** What is wrong with a color for links and buttons on white, as a sentence with a readable one; null if nothing. */
export function contrastProblem(color: string): string | null {
  if (isReadable(color, cards.light)) return null;
  const contrast = contrastOf(color, cards.light).toFixed(1);
  return `This color has a contrast of ${contrast} to 1 on white; text needs 4.5 to 1. The nearest readable color is ${readableOn(color, cards.light)}.`;
}

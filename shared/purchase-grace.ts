/** How long purchasers have to finish a purchase before it needs attention. */

export const defaultGraceMinutes = 60;
/** Three days: far less than the 30 days after which Microsoft cancels the purchase. */
export const maxGraceMinutes = 4_320;

/** `1 hour`, `90 minutes`, `2 days`. */
export function graceInWords(minutes: number): string {
  const [count, unit] =
    minutes > 0 && minutes % 1_440 === 0
      ? [minutes / 1_440, "day"]
      : minutes > 0 && minutes % 60 === 0
        ? [minutes / 60, "hour"]
        : [minutes, "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** Detects an image's type by its first bytes, because file names and declared types prove nothing. */

type ImageType = "image/png" | "image/jpeg" | "image/webp";

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpeg = [0xff, 0xd8, 0xff];
/** `IHDR`, `RIFF` and `WEBP`. */
const ihdr = [0x49, 0x48, 0x44, 0x52];
const riff = [0x52, 0x49, 0x46, 0x46];
const webp = [0x57, 0x45, 0x42, 0x50];

/** Null for anything else. SVG is excluded because it can contain scripts. */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const startsWith = (wanted: number[], at = 0) => wanted.every((byte, index) => bytes[at + index] === byte);
  if (startsWith(png) && startsWith(ihdr, 12)) return "image/png";
  if (startsWith(jpeg)) return "image/jpeg";
  if (startsWith(riff) && startsWith(webp, 8)) return "image/webp";
  return null;
}

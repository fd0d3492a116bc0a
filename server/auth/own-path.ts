const maxPathLength = 1_000;

/**
 * Where to go after a sign-in: the requested path if it is one of ours, otherwise `/`. Never another site, in any notation
 * (`//host`, `/\host`, `javascript:`, a tab in between). A path too long for a cookie loses its query.
 */
export function ownPath(requested: string | undefined): string {
  if (requested === undefined || !/^\/(?![/\\])[!-~]*$/.test(requested) || requested.includes("\\")) return "/";
  const base = "http://own.invalid";
  if (!URL.canParse(requested, base)) return "/";
  const url = new URL(requested, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return "/";
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (path.length <= maxPathLength) return path;
  return url.pathname.length <= maxPathLength ? url.pathname : "/";
}

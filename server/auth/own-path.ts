const maxPathLength = 1_000;

/**
 * Where to go after sign-in: the requested path if it is our own, otherwise `/`. Never another site, however it is
 * written (`//host`, `/\host`, `javascript:`, a tab in between). A path too long for a cookie loses its query.
 */
export function ownPath(wish: string | undefined): string {
  if (wish === undefined || !/^\/(?![/\\])[!-~]*$/.test(wish) || wish.includes("\\")) return "/";
  const base = "http://own.invalid";
  if (!URL.canParse(wish, base)) return "/";
  const url = new URL(wish, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return "/";
  const path = `${url.pathname}${url.search}${url.hash}`;
  if (path.length <= maxPathLength) return path;
  return url.pathname.length <= maxPathLength ? url.pathname : "/";
}

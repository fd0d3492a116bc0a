const maxPathLength = 1_000;

/**
 * Where to go after sign-in: the wish when it is a path of our own, else `/`. An address of another site is never followed,
 * in whatever way it is written (`//host`, `/\host`, `javascript:`, a tab in between).
 * One longer than a cookie should hold keeps its path and loses its query.
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

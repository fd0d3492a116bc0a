/** Headers that mark requests of our own page, which a form on another site cannot send, with the build of its script. */
export function ownPage(): Record<string, string> {
  const { build } = document.documentElement.dataset;
  return { "x-marketdesk": "1", ...(build === undefined ? {} : { "x-marketdesk-build": build }) };
}

const buildHeader = "x-marketdesk-build";

/** Headers that mark requests of our own page, which a form on another site cannot send, with the build of its script. */
export function ownPage(): Record<string, string> {
  const { build } = document.documentElement.dataset;
  return { "x-marketdesk": "1", ...(build === undefined ? {} : { [buildHeader]: build }) };
}

let listener: (build: string | null) => void = () => {};

/** Calls the listener with the build of the instance that answers, for each answer. */
export function onAnswer(next: (build: string | null) => void): void {
  listener = next;
}

export function recordBuild({ headers }: Response): void {
  listener(headers.get(buildHeader));
}

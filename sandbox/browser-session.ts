/** A minimal browser for sign-in and forms: cookies, redirects, forms and their headers. */

export type Step = { method: string; url: string; status: number; headers: Headers; sentCookies: string };

/** The final page, and each request that led to it. */
export type LoadedPage = { url: string; status: number; headers: Headers; html: string; trail: Step[] };

export type BrowserSession = ReturnType<typeof createBrowserSession>;

export function createBrowserSession() {
  /** By host name: cookies ignore ports. */
  const jars = new Map<string, Map<string, string>>();

  function jarOf(url: string) {
    const { hostname } = new URL(url);
    const jar = jars.get(hostname) ?? new Map<string, string>();
    jars.set(hostname, jar);
    return jar;
  }

  async function send(url: string, init: RequestInit): Promise<{ response: Response; step: Step }> {
    const jar = jarOf(url);
    const sentCookies = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = new Headers(init.headers);
    if (sentCookies) headers.set("Cookie", sentCookies);
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) storeCookie(jar, line);
    const { status } = response;
    return { response, step: { method: init.method ?? "GET", url, status, headers: response.headers, sentCookies } };
  }

  async function go(url: string, init: RequestInit = {}): Promise<LoadedPage> {
    const trail: Step[] = [];
    let target = url;
    let request = init;
    for (;;) {
      const { response, step } = await send(target, request);
      trail.push(step);
      const location = response.headers.get("Location");
      if (location === null || response.status < 300 || response.status >= 400) {
        return { url: target, status: response.status, headers: response.headers, html: await response.text(), trail };
      }
      if (trail.length > 20) throw new Error(`${url} redirects more than 20 times.`);
      await response.body?.cancel();
      target = new URL(location, target).href;
      request = {};
    }
  }

  return {
    /** Opens an address and follows redirects. */
    visit: (url: string, headers?: Record<string, string>) => go(url, { headers }),

    /** Opens an address without following redirects. */
    async visitOnce(url: string): Promise<Step> {
      const { response, step } = await send(url, {});
      await response.body?.cancel();
      return step;
    },

    /** Submits the page's form with this `action`. `fields` override the form's own values. */
    async submit(
      page: LoadedPage,
      action: string,
      fields: Record<string, string> = {},
      headers?: Record<string, string>,
    ) {
      const form = formTo(page, action);
      const values = { ...form.values, ...fields };
      return go(new URL(form.action, page.url).href, {
        method: "POST",
        headers: { Origin: new URL(page.url).origin, "Sec-Fetch-Site": "same-origin", ...headers },
        body: new URLSearchParams(values),
      });
    },

    /** Presses a person's button on the sandbox's sign-in page. */
    chooseAccount(signInPage: LoadedPage, persona: string) {
      return go(signInPage.url, { method: "POST", body: new URLSearchParams({ persona }) });
    },

    /** Posts JSON like a script on a page of this origin. */
    sendJson: (url: string, body: unknown, headers?: Record<string, string>) =>
      go(url, {
        method: "POST",
        headers: { Origin: new URL(url).origin, "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),

    /** Follows the link with this text. */
    follow: (page: LoadedPage, words: string) => go(linkTo(page, words)),

    cookies: (url: string) => jarOf(url),
  };
}

function storeCookie(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(/;\s*/);
  const name = pair.slice(0, pair.indexOf("="));
  const value = pair.slice(pair.indexOf("=") + 1);
  if (attributes.some((attribute) => /^max-age=0$/i.test(attribute))) jar.delete(name);
  else jar.set(name, value);
}

/** The address of the link with this text. */
export function linkTo(page: LoadedPage, words: string): string {
  for (const [, attributes = "", text = ""] of page.html.matchAll(/<a\s([^>]*)>([^]*?)<\/a>/g)) {
    if (text.replaceAll(/\s+/g, " ").trim() === words) return new URL(attributeOf(attributes, "href"), page.url).href;
  }
  throw new Error(`The page ${page.url} has no link "${words}".`);
}

function formTo(page: LoadedPage, action: string): { action: string; values: Record<string, string> } {
  for (const [, attributes = "", content = ""] of page.html.matchAll(/<form\s([^>]*)>([^]*?)<\/form>/g)) {
    if (attributeOf(attributes, "action") !== action) continue;
    const inputs = [...content.matchAll(/<input\s([^>]*)>/g)].map(([, input = ""]) => input);
    return {
      action,
      values: Object.fromEntries(inputs.map((input) => [attributeOf(input, "name"), attributeOf(input, "value")])),
    };
  }
  throw new Error(`The page ${page.url} has no form with the action ${action}.`);
}

function attributeOf(attributes: string, name: string): string {
  return unescaped(new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => entities[name] ?? "");
}

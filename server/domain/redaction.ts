/** Removes personal data from a webhook's body. The same value gets the same replacement, so the body keeps its sense. */

/** Values that say nothing about a person or a company, and on which decisions rest. */
const keptKeys = new Set(
  [
    "action",
    "allowedCustomerOperations",
    "autoRenew",
    "created",
    "endDate",
    "isFreeTrial",
    "isTest",
    "lastModified",
    "offerId",
    "operationRequestSource",
    "operationRequestedSource",
    "operationType",
    "planId",
    "quantity",
    "saasSubscriptionStatus",
    "sandboxType",
    "sessionMode",
    "startDate",
    "status",
    "termUnit",
    "timeStamp",
  ].map((key) => key.toLowerCase()),
);

/** Longer texts are no codes, even under a key that is kept. */
const maxKeptLength = 200;
/** Far more levels than Microsoft sends. What is deeper is left out, because walking it could overflow the stack. */
const maxDepth = 32;
/** Property names and actions of Microsoft. Other names can be personal data, such as an email address. */
const identifier = /^[A-Za-z_]\w{0,63}$/;
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An action as the name of a case may contain it; null for one that is no identifier. */
export function redactAction(action: string | null): string | null {
  return action !== null && identifier.test(action) ? action : null;
}

/** `{"id": "6d…", "emailId": "ada@contoso.com"}` becomes `{"id": "00000000-…-1", "emailId": "person1@example.com"}`. */
export function redactBody(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // It cannot be read and must stay so, without its words.
    return body.replaceAll(/[\p{L}\p{N}]/gu, "x");
  }
  const replacements = new Map<string, Map<string, string>>();
  const replaced = (kind: string, text: string, make: (count: number) => string) => {
    const ofKind = replacements.get(kind) ?? new Map<string, string>();
    replacements.set(kind, ofKind);
    const made = ofKind.get(text) ?? make(ofKind.size + 1);
    ofKind.set(text, made);
    return made;
  };
  const redactText = (text: string, key: string): string => {
    if (text === "") return text;
    const lower = text.toLowerCase();
    if (text.includes("@")) return replaced("mail", lower, (count) => `person${count}@example.com`);
    if (keptKeys.has(key) && text.length <= maxKeptLength) return text;
    if (guid.test(text) || key === "id" || key.endsWith("id")) return replaced("id", lower, idOf);
    return replaced("text", lower, (count) => `Text ${count}`);
  };
  // Two properties of an object keep different names, so those that differ only in case do, too.
  const redactName = (name: string) =>
    identifier.test(name) ? name : replaced("property", name, (count) => `Property ${count}`);
  const redact = (node: unknown, key: string, depth: number): unknown => {
    if (typeof node === "string") return redactText(node, key);
    if (typeof node === "object" && node !== null && depth >= maxDepth) return null;
    if (Array.isArray(node)) return node.map((entry) => redact(entry, key, depth + 1));
    if (typeof node === "object" && node !== null)
      return Object.fromEntries(
        Object.entries(node).map(([name, entry]) => [redactName(name), redact(entry, name.toLowerCase(), depth + 1)]),
      );
    return typeof node === "number" && !keptKeys.has(key) ? 0 : node;
  };
  return JSON.stringify(redact(value, "", 0), null, 2);
}

const idOf = (count: number) => `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;

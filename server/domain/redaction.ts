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
const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `{"id": "6d…", "emailId": "ada@contoso.com"}` becomes `{"id": "00000000-…-1", "emailId": "person1@example.com"}`. */
export function redactBody(body: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // It cannot be read and must stay so, without its words.
    return body.replaceAll(/[\p{L}\p{N}]/gu, "x");
  }
  const replacements = new Map<string, string>();
  const replaced = (kind: string, text: string, make: (count: number) => string) => {
    const key = `${kind} ${text.toLowerCase()}`;
    const known = replacements.get(key);
    if (known !== undefined) return known;
    const count = [...replacements.keys()].filter((one) => one.startsWith(`${kind} `)).length + 1;
    const made = make(count);
    replacements.set(key, made);
    return made;
  };
  const redactText = (text: string, key: string): string => {
    if (text === "") return text;
    if (text.includes("@")) return replaced("mail", text, (count) => `person${count}@example.com`);
    if (keptKeys.has(key) && text.length <= maxKeptLength) return text;
    if (guid.test(text) || key === "id" || key.endsWith("id")) return replaced("id", text, idOf);
    return replaced("text", text, (count) => `Text ${count}`);
  };
  const redact = (node: unknown, key: string): unknown => {
    if (typeof node === "string") return redactText(node, key);
    if (Array.isArray(node)) return node.map((entry) => redact(entry, key));
    if (typeof node === "object" && node !== null)
      return Object.fromEntries(Object.entries(node).map(([name, entry]) => [name, redact(entry, name.toLowerCase())]));
    return typeof node === "number" && !keptKeys.has(key) ? 0 : node;
  };
  return JSON.stringify(redact(value, ""), null, 2);
}

const idOf = (count: number) => `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`;

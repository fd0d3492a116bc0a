/** Why purchasers are turned away while Microsoft refuses to resolve purchases, and what to do. */
import { entraCodeInWords } from "./entra-code.ts";

type Refusal = { status: number | null; code: string | null; message: string; visits: number };

/** Whether a failed resolve means that the publisher has to act, not the purchaser, and not just wait. */
export function isPublishersTurn(error: { status: number | null; isTransient: boolean; code: string | null }): boolean {
  if (error.code === "ForeignAnswer") return false;
  if (error.status !== null) return error.status === 401 || error.status === 403;
  return !error.isTransient && (error.code?.startsWith("AADSTS") === true || error.code === "NoToken");
}

function read(stored: string | null): Partial<Refusal> {
  try {
    return JSON.parse(stored ?? "{}") as Partial<Refusal>;
  } catch {
    return {};
  }
}

/** @param stored JSON of a `Refusal` */
export function resolveRefusal(stored: string | null): { what: string; rule: string } {
  const { status, code, message, visits } = read(stored);
  const entra = entraCodeInWords(code ?? null);
  const label = [status, code].filter(Boolean).join(" ");
  const turned = `Turned away so far: ${visits === 1 ? "1 visit" : `${visits ?? 0} visits`}.`;
  const remedy =
    status === null || status === undefined
      ? (entra?.remedy ?? "Compare the ENTRA_ settings with the app's registration in the Entra admin center.")
      : "In Partner Center, open the Technical configuration of every offer: its tenant ID and app ID must equal ENTRA_TENANT_ID and ENTRA_CLIENT_ID. Publish the offer again after a change.";
  return {
    what: `Purchasers cannot finish: Microsoft refuses to resolve their purchases${label ? ` (${label})` : ""}`,
    rule: `${turned} ${entra ? `Reason: ${entra.cause}. ` : message ? `${message} ` : ""}${remedy} This item disappears once a purchase resolves.`,
  };
}

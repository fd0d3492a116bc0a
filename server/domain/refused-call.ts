/** What it means when the webhook refused a call, and what helps. Pure. */

export type RefusalWords = {
  meaning: string;
  /** Null: nothing has to be done. */
  remedy: string | null;
};

const stranger = "Anybody can send such a call to a public address, and it was refused; Microsoft sends none.";
const aheadOrBehind = "Set this machine's clock by a time server, and compare it under “Clock” on this page.";

const words: Record<string, RefusalWords> = {
  "no-header": { meaning: `It had no token. ${stranger}`, remedy: null },
  malformed: { meaning: `Its token was no token. ${stranger}`, remedy: null },
  "too-long": { meaning: `Its token was longer than any of Microsoft's. ${stranger}`, remedy: null },
  alg: { meaning: `Its token was signed in a way that Entra does not use. ${stranger}`, remedy: null },
  typ: { meaning: `Its token was of another kind. ${stranger}`, remedy: null },
  "header-name": { meaning: `Its token brought its own key or an unknown extension. ${stranger}`, remedy: null },
  kid: { meaning: `Its token named no key. ${stranger}`, remedy: null },
  signature: { meaning: `Its token was forged: the signature is wrong. ${stranger}`, remedy: null },
  "user-token": { meaning: `Its token was a person's, not the Marketplace's. ${stranger}`, remedy: null },
  "id-token": { meaning: `Its token was from a sign-in, not the Marketplace's. ${stranger}`, remedy: null },
  exp: { meaning: `Its token never expires. ${stranger}`, remedy: null },
  ver: { meaning: `Its token was of a version that Entra does not have. ${stranger}`, remedy: null },
  aud: {
    meaning: "Its token was made for another app than ours.",
    remedy:
      "If Microsoft sent it, the offer names another app: make the app id in Partner Center, under Technical configuration, equal to ENTRA_CLIENT_ID.",
  },
  tid: {
    meaning: "Its token was made for another tenant than ours.",
    remedy:
      "If Microsoft sent it, the offer names another tenant: make the tenant id in Partner Center, under Technical configuration, equal to ENTRA_TENANT_ID.",
  },
  iss: {
    meaning: "Its token was issued by another Entra than the one in our settings.",
    remedy: "Compare ENTRA_AUTHORITY with the cloud in which the app is registered.",
  },
  azp: {
    meaning: "Its token was given to another app than the Marketplace.",
    remedy: "An app of your own tenant may be calling the webhook: see which one sends to this address.",
  },
  expired: { meaning: "Its token had expired by our clock.", remedy: aheadOrBehind },
  nbf: { meaning: "Its token was not valid yet by our clock.", remedy: aheadOrBehind },
  iat: { meaning: "Its token was made later than now by our clock.", remedy: aheadOrBehind },
  "unknown-key": {
    meaning: "Its token was signed by a key that Entra does not publish for our tenant.",
    remedy: "If Microsoft sent it, compare ENTRA_AUTHORITY and ENTRA_TENANT_ID with the app's registration.",
  },
  "unknown-key-unchecked": {
    meaning:
      "Its token was signed by a key that Marketdesk does not know yet. Entra had been asked for its keys moments before, so Microsoft was told to send it again.",
    remedy:
      "Nothing, unless it lasts longer than ten minutes: then compare ENTRA_AUTHORITY and ENTRA_TENANT_ID with the app's registration.",
  },
  "keys-unavailable": {
    meaning: "Entra's keys could not be had, so the token could not be checked; Microsoft was asked to send it again.",
    remedy: "Let this machine reach the authority by HTTPS, through the proxy or firewall if there is one.",
  },
  "check-failed": {
    meaning: "The check failed on our side; Microsoft was asked to send it again.",
    remedy: "The log of that moment says why; tell the publisher's engineers.",
  },
  "content-encoding": {
    meaning: "Its body was compressed, which Microsoft's are not.",
    remedy: "If a proxy stands before the desk, let it pass bodies on as they come.",
  },
  "body-too-large": {
    meaning: "Its body was larger than 256 kB, which Microsoft's are not.",
    remedy: "If Microsoft sent it, tell the publisher's engineers: the subscription is repaired by the comparison.",
  },
};

const wrongAddress = "wrong-address ";
const maxShownPath = 120;

/** Microsoft called an address that is not the webhook's. */
export function wrongAddressReason(path: string): string {
  return wrongAddress + path.replaceAll(/[^!-~]/g, "?").slice(0, maxShownPath);
}

/** A reason that is not in the table keeps its own word. */
export function refusalInWords(reason: string): RefusalWords {
  if (reason.startsWith(wrongAddress)) {
    return {
      meaning: `Microsoft sent it to ${reason.slice(wrongAddress.length)}, an address that does not exist here.`,
      remedy:
        "In Partner Center, under Technical configuration, correct the connection webhook of each offer to the address shown above. Until then Microsoft takes the answer 404 as a refusal of the customer's change.",
    };
  }
  return words[reason] ?? { meaning: `It was refused: ${reason}.`, remedy: "Tell the publisher's engineers." };
}

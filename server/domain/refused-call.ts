/** Why the webhook refused a call, in words, and what to do. */

export type RefusalWords = {
  meaning: string;
  /** Null if nothing has to be done. */
  remedy: string | null;
};

const stranger = "Anyone can send such calls to a public address; Microsoft does not, and this one was refused.";
const aheadOrBehind = "Synchronize this machine's clock with a time server, then check “Clock” on this page.";

const words: Record<string, RefusalWords> = {
  "no-header": { meaning: `The call had no token. ${stranger}`, remedy: null },
  malformed: { meaning: `The Authorization header did not contain a valid token. ${stranger}`, remedy: null },
  "too-long": { meaning: `The token was longer than any of Microsoft's. ${stranger}`, remedy: null },
  alg: { meaning: `The token was signed with an algorithm that Entra does not use. ${stranger}`, remedy: null },
  typ: { meaning: `The token had the wrong type. ${stranger}`, remedy: null },
  "header-name": { meaning: `The token contained its own key or an unknown extension. ${stranger}`, remedy: null },
  kid: { meaning: `The token named no key. ${stranger}`, remedy: null },
  signature: { meaning: `The token's signature is wrong, so it was forged. ${stranger}`, remedy: null },
  "user-token": { meaning: `The token was a user's, not the Marketplace's. ${stranger}`, remedy: null },
  "id-token": { meaning: `The token came from a sign-in, not from the Marketplace. ${stranger}`, remedy: null },
  exp: { meaning: `The token had no expiry. ${stranger}`, remedy: null },
  ver: { meaning: `The token had a version that Entra does not use. ${stranger}`, remedy: null },
  aud: {
    meaning: "The token was issued for another app than yours.",
    remedy:
      "If Microsoft sent this call, the offer names another app. In Partner Center, under Technical configuration, set the app ID to ENTRA_CLIENT_ID.",
  },
  tid: {
    meaning: "The token was issued for another tenant than yours.",
    remedy:
      "If Microsoft sent this call, the offer names another tenant. In Partner Center, under Technical configuration, set the tenant ID to ENTRA_TENANT_ID.",
  },
  iss: {
    meaning: "The token was issued by another Entra authority than the one in the settings.",
    remedy: "Compare ENTRA_AUTHORITY with the cloud in which the app is registered.",
  },
  azp: {
    meaning: "The token was issued to another app than the Marketplace.",
    remedy: "An app in your own tenant may be calling the webhook. Find the app that sends to this address.",
  },
  expired: { meaning: "The token had expired by this machine's clock.", remedy: aheadOrBehind },
  nbf: { meaning: "The token was not valid yet by this machine's clock.", remedy: aheadOrBehind },
  iat: { meaning: "The token was issued in the future by this machine's clock.", remedy: aheadOrBehind },
  "unknown-key": {
    meaning: "The token was signed with a key that Entra does not publish for your tenant.",
    remedy: "If Microsoft sent this call, compare ENTRA_AUTHORITY and ENTRA_TENANT_ID with the app's registration.",
  },
  "unknown-key-unchecked": {
    meaning:
      "The token was signed with a key that Marketdesk does not know yet. Entra's keys had been fetched moments before, so Microsoft was asked to send the call again.",
    remedy:
      "Wait ten minutes. If such calls are still refused, compare ENTRA_AUTHORITY and ENTRA_TENANT_ID with the app's registration.",
  },
  "keys-unavailable": {
    meaning:
      "Entra's keys could not be fetched, so the token could not be verified. Microsoft was asked to send the call again.",
    remedy:
      "Check that this machine can reach the authority over HTTPS, through the proxy or firewall if there is one.",
  },
  "clock-disputed": {
    meaning:
      "This machine's clock was set while Marketdesk ran, so the token's times could not be checked. Microsoft was asked to send the call again.",
    remedy: aheadOrBehind,
  },
  "check-failed": {
    meaning: "The verification failed in Marketdesk. Microsoft was asked to send the call again.",
    remedy: "See the log at that time for the cause, and inform the publisher's engineers.",
  },
  "content-encoding": {
    meaning: "The body was compressed; Microsoft's never are.",
    remedy: "If a proxy is in front of Marketdesk, configure it to forward bodies unchanged.",
  },
  "body-too-large": {
    meaning: "The body was larger than 256 kB; Microsoft's never are.",
    remedy: "If Microsoft sent this call, inform the publisher's engineers. Reconciliation repairs the subscription.",
  },
};

/** Their senders are not known, so strangers could set a remedy, which makes the webhook's state a warning. */
const broken =
  "Anyone can send such calls; if one of Microsoft's was refused, a proxy or firewall in front of Marketdesk";
const brokenWords: Record<string, RefusalWords> = {
  http_syntax: { meaning: `The call was not valid HTTP. ${broken} has changed it.`, remedy: null },
  http_head_size: { meaning: `The call's headers were larger than 32 kB. ${broken} added too many.`, remedy: null },
  http_too_slow: { meaning: `The call did not arrive within 14 seconds. ${broken} was slow.`, remedy: null },
};

const wrongAddress = "wrong-address ";
const maxShownPath = 120;

/** The reason for a call by Microsoft to an address other than the webhook's. */
export function wrongAddressReason(path: string): string {
  return wrongAddress + path.replaceAll(/[^!-~]/g, "?").slice(0, maxShownPath);
}

/** A reason without an entry in the table is shown as it is. */
export function refusalInWords(reason: string): RefusalWords {
  if (reason.startsWith(wrongAddress)) {
    return {
      meaning: `Microsoft called ${reason.slice(wrongAddress.length)}, an address that does not exist here.`,
      remedy:
        "In Partner Center, under Technical configuration, set the connection webhook of each offer to the address shown above. Until then, Microsoft takes the 404 as a rejection of the customer's change.",
    };
  }
  return (
    words[reason] ??
    brokenWords[reason] ?? { meaning: `The call was refused: ${reason}.`, remedy: "Inform the publisher's engineers." }
  );
}
